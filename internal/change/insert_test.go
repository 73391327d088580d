package change_test

import (
	"errors"
	"strings"
	"testing"

	"skyql/internal/change"
	"skyql/internal/table"
)

func TestInsert(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		columns []string
		values  []any
		want    string // desired state
		region  string
		id      string
	}{
		{[]string{"Name", "Count"}, []any{"a", "3"}, `{"Count":3,"Name":"a"}`, "us-east-1", "a"},
		{[]string{"name", "count", "tags"}, []any{"a", nil, nil}, `{"Name":"a"}`, "us-east-1", "a"},
		{[]string{"region", "NAME"}, []any{"eu-west-1", "a"}, `{"Name":"a"}`, "eu-west-1", "a"},
		{[]string{"Name", "region"}, []any{"a", nil}, `{"Name":"a"}`, "us-east-1", "a"},
		{[]string{"Name", "region", "Region"}, []any{"a", "eu-west-1", "here"}, `{"Name":"a","Region":"here"}`, "eu-west-1", "a"},
		{[]string{"Name", "region_property"}, []any{"a", "here"}, `{"Name":"a","Region":"here"}`, "us-east-1", "a"},
		{[]string{"Name", "Policy"}, []any{"a", `{"x": "<&>"}`}, `{"Name":"a","Policy":{"x":"<&>"}}`, "us-east-1", "a"},
	} {
		changes, err := insert(t, test.columns, test.values)
		if err != nil {
			t.Errorf("%v: %v", test.columns, err)
			continue
		}
		c := changes[0]
		if string(c.Document) != test.want || string(c.Scope.Region) != test.region || c.Identifier != test.id {
			t.Errorf("%v: have %s in %s, %q", test.columns, c.Document, c.Scope.Region, c.Identifier)
		}
	}
}

func TestInsertCallColumns(t *testing.T) {
	t.Parallel()
	changes, err := insert(t, []string{"Name", "ClientToken", "_role_arn", "TypeVersionId", "RoleArn"},
		[]any{"a", "token", "arn:call", "7", "arn:property"})
	if err != nil {
		t.Fatal(err)
	}
	want := change.Call{ClientToken: "token", RoleARN: "arn:call", TypeVersionID: "7"}
	if changes[0].Call != want || string(changes[0].Document) != `{"Name":"a","RoleArn":"arn:property"}` {
		t.Errorf("have %+v, %s", changes[0].Call, changes[0].Document)
	}
}

func TestInsertRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		columns []string
		want    string
	}{
		{[]string{"Name", "Nmae"}, `no column "Nmae" in awscc.shop.machines; did you mean "name"?`},
		{[]string{"Name", "quite_other"}, `no column "quite_other" in awscc.shop.machines; see DESCRIBE awscc.shop.machines`},
		{[]string{"Name", "Arn"}, "Arn is read-only"},
		{[]string{"Name", "arn"}, "arn is read-only"},
		{[]string{"Name", "name"}, "Name and name are the same column"},
		{[]string{"Identifier"}, "Identifier is not set: AWS makes it from name"},
		{[]string{"Name", "_properties"}, "added by skyql"},
		{[]string{"PatchDocument"}, "for UPDATE"},
	} {
		_, err := change.NewInsert(table.New(machineType(t)), test.columns, "us-east-1")
		var column *change.ColumnError
		if !errors.As(err, &column) || !strings.Contains(err.Error(), test.want) || column.Index != len(test.columns)-1 {
			t.Errorf("%v: want %q, have %v", test.columns, test.want, err)
		}
	}
}

func TestInsertFaults(t *testing.T) {
	t.Parallel()
	columns := []string{"Name", "Size", "Count", "Active", "Tags", "Settings", "Password", "region"}
	for _, test := range []struct {
		rows [][]any
		want []string // parts of the message
	}{
		{[][]any{{"A", "huge", "x", "maybe", `[{"Value": "v"}]`, `{"Endpoint": "e", "Foo": 1}`, "short", "us-east-1"}}, []string{
			"#/Name: string [A] does not match pattern ^[a-z-]+$",
			"#/Size: huge is not a valid enum value; it is one of small, large",
			"#/Count: expected type: Integer, found: String",
			"#/Active: expected type: Boolean, found: String",
			"#/Tags/0: required key [Key] not found",
			"#/Settings/Endpoint: is read-only: AWS sets it",
			"#/Settings: extraneous key [Foo] is not permitted",
			"#/Password: expected minLength: 8, actual: 5",
		}},
		{[][]any{{nil, nil, nil, nil, nil, nil, nil, "us-east-1"}}, []string{"#: required key [Name] not found"}},
		{[][]any{{"a", nil, "10", nil, nil, nil, nil, "us-east-9"}}, []string{
			`#/region: unknown region "us-east-9"; did you mean`, "#/Count: 10 is not less or equal to 9"}},
		{[][]any{
			{"a", nil, nil, nil, nil, nil, nil, nil}, {"a", nil, nil, nil, nil, nil, nil, "eu-west-1"}, {"a", nil, nil, nil, nil, nil, nil, "us-east-1"},
		}, []string{`row 3: #/Name: row 1 creates "a" in us-east-1 as well`}},
	} {
		_, err := insert(t, columns, test.rows...)
		var invalid *change.InvalidError
		if !errors.As(err, &invalid) {
			t.Errorf("%v: have %v", test.rows, err)
			continue
		}
		for _, want := range test.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("want %q in:\n%s", want, err)
			}
		}
		if strings.Contains(err.Error(), "short") {
			t.Errorf("a secret is told:\n%s", err)
		}
		if !strings.HasPrefix(err.Error(), "awscc.shop.machines: the desired state is not valid; nothing was sent\n") ||
			strings.Count(err.Error(), "\n") != len(test.want) {
			t.Errorf("want %d faults:\n%s", len(test.want), err)
		}
	}
}

func TestInsertWithoutRegion(t *testing.T) {
	t.Parallel()
	in, err := change.NewInsert(table.New(machineType(t)), []string{"Name"}, "")
	if err != nil {
		t.Fatal(err)
	}
	in.Add([]any{"a"})
	if err := in.Check(); err == nil || !strings.Contains(err.Error(), "no region is given: add the column region") {
		t.Errorf("have %v", err)
	}
}

// A desired state that is too large for the API is refused here.
func TestInsertTooLarge(t *testing.T) {
	t.Parallel()
	_, err := insert(t, []string{"Name", "Anything"}, []any{"a", strings.Repeat("x", 300_000)})
	if err == nil || !strings.Contains(err.Error(), "AWS takes 262144 at most") {
		t.Errorf("have %v", err)
	}
}
