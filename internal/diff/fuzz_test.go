package diff

import (
	"encoding/json"
	"testing"

	"skyql/internal/jsonpatch"
)

// FuzzCompare checks that no models make a comparison panic, and that what it
// gives applies.
func FuzzCompare(f *testing.F) {
	for _, seed := range [][2]string{
		{`{"Tags":[{"Key":"a"},{"Key":"b","Value":null}],"Size":1e400}`, `{"Tags":[{"Key":"b"}],"Size":"1"}`},
		{`{"Login":{"User":"u","LastUsed":"x"},"Free":{"":{"a/b":1}}}`, `{"Login":{"Password":"p"},"Free":{"":{"a~b":[]}}}`},
		{`{"Policy":"{\"a\":[1]}","Disks":[{"Id":"a"},null]}`, `{"Policy":{"a":[1.0]},"Disks":[null,{"Id":"a"}]}`},
		{`{"Tree":{"Left":{"All":[{"Set":[1,2]}]}}}`, `{"Tree":{"Left":{"All":[{},{"Set":[2,1]}]}}}`},
		{`{"Volumes":[{"Kind":"k"}],"Users":[{"Name":"a"}]}`, `{"Volumes":[],"Users":[{"Password":"a"}],"Master":{}}`},
	} {
		for _, stated := range []bool{false, true} {
			f.Add([]byte(seed[0]), []byte(seed[1]), stated)
		}
	}
	resourceType := parse(f, thing)
	f.Fuzz(func(t *testing.T, current, wanted []byte, stated bool) {
		in := Input{Type: resourceType, Stated: stated}
		for _, model := range []struct {
			source []byte
			to     *map[string]any
		}{{current, &in.Current}, {wanted, &in.Wanted}} {
			value, err := decode(model.source)
			object, ok := value.(map[string]any)
			if err != nil || !ok {
				t.Skip()
			}
			*model.to = object
		}
		result, err := Compare(in)
		document, encodeErr := result.Patch.Encode()
		if encodeErr != nil {
			t.Fatal(encodeErr)
		}
		if _, applyErr := result.Patch.Apply(in.Current); applyErr != nil {
			t.Errorf("the patch does not apply: %v\n%s, %v", applyErr, document, err)
		}
		if _, err := jsonpatch.Parse(document); err != nil {
			t.Errorf("no patch document: %v\n%s", err, document)
		}
		if _, err := json.Marshal(result.Changes); err != nil {
			t.Errorf("the changes have no JSON form: %v", err)
		}
	})
}
