package jsonpatch

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzApply checks that a patch either gives a document or says why not, and
// leaves the document alone.
func FuzzApply(f *testing.F) {
	for _, seed := range [][2]string{
		{`{"A":{"B":null},"L":[1,{"C":2}]}`, `[{"op":"add","path":"/A/B/C","value":1}]`},
		{`{"A":1}`, `[{"op":"test","path":"","value":{"A":1.0}},{"op":"move","from":"A","path":"B"}]`},
		{`{"L":[]}`, `[{"op":"replace","path":"/L/0","value":null},{"op":"copy","from":"/L","path":"/L/-"}]`},
		{`[]`, `[{"op":"add","path":"","value":{}},{"op":"remove","path":""}]`},
		{`{"A":null}`, `[{"op":"test","path":"/A","value":null},{"op":"remove","path":"/A"}]`},
	} {
		f.Add([]byte(seed[0]), []byte(seed[1]))
	}
	f.Fuzz(func(t *testing.T, source, patch []byte) {
		before, err := decode(source)
		if err != nil {
			t.Skip()
		}
		switch before.(type) {
		case map[string]any, []any:
		default:
			t.Skip() // no model
		}
		document, _ := decode(source)
		after, err := Apply(document, patch)
		if diff := cmp.Diff(before, document); diff != "" {
			t.Errorf("the document was changed (-want +have)\n%s", diff)
		}
		var syntax *SyntaxError
		var failure *Error
		if err != nil {
			if !errors.As(err, &syntax) && !errors.As(err, &failure) && !errors.Is(err, ErrTooLarge) {
				t.Errorf("an error of no known type: %v", err)
			}
			return
		}
		if _, err := json.Marshal(after); err != nil {
			t.Errorf("the outcome has no JSON form: %v", err)
		}
	})
}
