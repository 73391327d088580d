package jsonpatch

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEncode(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"nothing":                       `[]`,
		"every operation":               `[{"op":"add","path":"/A","value":1},{"op":"remove","path":"/A"},{"op":"replace","path":"/B/0","value":null},{"op":"move","from":"/B","path":"/C"},{"op":"copy","from":"/C","path":"/D/-"},{"op":"test","path":"/C","value":[]}]`,
		"escapes in the path":           `[{"op":"add","path":"/a~1b~0c~01","value":1}]`,
		"the whole":                     `[{"op":"replace","path":"","value":{}}]`,
		"characters of HTML stay plain": `[{"op":"add","path":"/A&B","value":"<&>"}]`,
		"large numbers stay exact":      `[{"op":"add","path":"/A","value":9007199254740993}]`,
	}
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			patch, err := Parse([]byte(want))
			if err != nil {
				t.Fatal(err)
			}
			have, err := patch.Encode()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, string(have)); diff != "" {
				t.Errorf("(-want +have)\n%s", diff)
			}
		})
	}
}

func TestMarshal(t *testing.T) {
	t.Parallel()
	remove := Operation{Op: Remove, Path: []string{"A"}}
	tests := map[string]struct {
		value any
		want  string
	}{
		"no patch":     {Patch(nil), `[]`},
		"an operation": {remove, `{"op":"remove","path":"/A"}`},
		"inside":       {struct{ Patch Patch }{Patch{remove}}, `{"Patch":[{"op":"remove","path":"/A"}]}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			have, err := json.Marshal(test.value)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, string(have)); diff != "" {
				t.Errorf("(-want +have)\n%s", diff)
			}
		})
	}
}

func TestEncodeRefusesWhatIsNoJSON(t *testing.T) {
	t.Parallel()
	if text, err := (Patch{{Op: Add, Path: []string{"A"}, Value: json.RawMessage("{")}}).Encode(); err == nil {
		t.Errorf("want an error, have %s", text)
	}
}
