package change_test

import (
	"errors"
	"strings"
	"testing"

	"skyql/internal/change"
	"skyql/internal/table"
)

const current = `{"Name": "m", "Count": 1, "Active": true, "Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}],
	"Settings": {"RetryCount": 3, "Endpoint": "e"}, "Arn": "arn:m"}`

func TestUpdate(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		columns []string
		values  []any
		want    string // patch document
	}{
		{[]string{"count"}, []any{"1"}, `[]`},
		{[]string{"count"}, []any{int64(2)}, `[{"op":"replace","path":"/Count","value":2}]`},
		{[]string{"Count"}, []any{nil}, `[{"op":"remove","path":"/Count"}]`},
		{[]string{"ratio"}, []any{nil}, `[]`},
		{[]string{"tags"}, []any{`[{"Key":"b","Value":"2"},{"Key":"a","Value":"1"}]`}, `[]`},
		{[]string{"settings"}, []any{`{"RetryCount": "4"}`}, `[{"op":"replace","path":"/Settings/RetryCount","value":4}]`},
		{[]string{"name", "size"}, []any{"m", "large"}, `[{"op":"add","path":"/Size","value":"large"}]`},
		{[]string{"password"}, []any{"long enough"}, `[{"op":"add","path":"/Password","value":"long enough"}]`},
		{[]string{"PatchDocument"}, []any{`[{"op": "add", "path": "Size", "value": "small"}]`}, `[{"op": "add", "path": "Size", "value": "small"}]`},
	} {
		c, err := update(t, current, test.columns, test.values...)
		if err != nil {
			t.Errorf("%v %v: %v", test.columns, test.values, err)
		} else if string(c.Document) != test.want {
			t.Errorf("%v %v: want %s, have %s", test.columns, test.values, test.want, c.Document)
		} else if c.Unchanged() != (test.want == "[]") {
			t.Errorf("%v %v: unchanged %v", test.columns, test.values, c.Unchanged())
		}
	}
}

func TestUpdateRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		columns []string
		values  []any
		want    string
	}{
		{[]string{"arn"}, []any{"x"}, "arn is read-only"},
		{[]string{"region"}, []any{"x"}, "region cannot be set"},
		{[]string{"Identifier"}, []any{"x"}, "Identifier is not set"},
		{[]string{"ClientToken"}, []any{"x"}, "no property is set"},
		{[]string{"PatchDocument", "count"}, []any{"[]", 1}, "count is set beside a PatchDocument"},
		{[]string{"cuont"}, []any{"x"}, `did you mean "count"?`},
		{[]string{"name"}, []any{"other"}, `"m": Name can only be set on creation: the change needs replacement`},
		{[]string{"settings"}, []any{`{"Endpoint": "f"}`}, `"m": Settings/Endpoint is read-only`},
		{[]string{"count"}, []any{"x"}, `"m": #/Count: expected type: Integer, found: String`},
		{[]string{"count"}, []any{"10"}, `"m": #/Count: 10 is not less or equal to 9`},
		{[]string{"size"}, []any{"huge"}, `it is one of small, large`},
		{[]string{"tags"}, []any{"x"}, `"m": #/Tags: an array is wanted`},
		{[]string{"password"}, []any{"short"}, `minLength: 8`},
		{[]string{"PatchDocument"}, []any{"x"}, `#/PatchDocument: malformed patch document`},
		{[]string{"PatchDocument"}, []any{nil}, `a patch document is JSON text`},
		{[]string{"PatchDocument"}, []any{`[{"op":"replace","path":"/Settings/Endpoint","value":"x"}]`}, `Settings/Endpoint is read-only`},
		{[]string{"PatchDocument"}, []any{`[{"op":"replace","path":"/Settings/Endpoint","value":"` + strings.Repeat("x", 262144) + `"}]`}, `262144 at most`},
	} {
		_, err := update(t, current, test.columns, test.values...)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v: want %q, have %v", test.columns, test.want, err)
		}
		if err != nil && strings.Contains(err.Error(), "short") {
			t.Errorf("a secret is told: %v", err)
		}
	}
	_, err := change.NewUpdate(table.New(machineType(t)), []string{"count", "arn"})
	var column *change.ColumnError
	if !errors.As(err, &column) || column.Index != 1 {
		t.Errorf("the place of the column: %v", err)
	}
}

// What the service itself gave back against its schema is no reason to refuse a
// change elsewhere.
func TestUpdateOfModelThatIsNotValid(t *testing.T) {
	t.Parallel()
	c, err := update(t, `{"Name": "NOT VALID", "Extra": 1}`, []string{"count"}, int64(2))
	if err != nil || string(c.Document) != `[{"op":"add","path":"/Count","value":2}]` {
		t.Errorf("have %s, %v", c.Document, err)
	}
}

func TestMasked(t *testing.T) {
	t.Parallel()
	machine := machineType(t)
	state := `{"Name": "a", "Password": "hidden", "Settings": {"Secret": "hidden", "Inner": {"Secret": "deeper"}}}`
	got := string(change.Masked(machine, []byte(state), "***"))
	if want := `{"Name":"a","Password":"***","Settings":{"Inner":{"Secret":"deeper"},"Secret":"***"}}`; got != want {
		t.Errorf("want %s, have %s", want, got)
	}
	for _, test := range []struct{ patch, want string }{
		{`[{"op":"add","path":"/Password","value":"hidden"}]`, `[{"op":"add","path":"/Password","value":"***"}]`},
		{`[{"op":"add","path":"Settings/Secret","value":"hidden"}]`, `[{"op":"add","path":"/Settings/Secret","value":"***"}]`},
		{`[{"op":"add","path":"/Settings","value":{"Secret":"hidden","Label":"l"}}]`, `[{"op":"add","path":"/Settings","value":{"Label":"l","Secret":"***"}}]`},
		{`[{"op":"add","path":"","value":{"Password":"hidden"}}]`, `[{"op":"add","path":"","value":{"Password":"***"}}]`},
		{`[{"op":"remove","path":"/Password"}]`, `[{"op":"remove","path":"/Password"}]`},
		{`[{"op":"add","path":"/Size","value":"small"}]`, `[{"op":"add","path":"/Size","value":"small"}]`},
		{`broken`, `"***"`},
	} {
		if got := string(change.MaskedPatch(machine, []byte(test.patch), "***")); got != test.want {
			t.Errorf("%s: want %s, have %s", test.patch, test.want, got)
		}
	}
}
