package jsonpatch

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func mustDecode(t *testing.T, source string) any {
	t.Helper()
	document, err := decode([]byte(source))
	if err != nil {
		t.Fatalf("decode %s: %v", source, err)
	}
	return document
}

func TestApply(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ document, patch, want string }{
		"empty patch":                   {`{"A":1}`, `[]`, `{"A":1}`},
		"add":                           {`{"A":1}`, `[{"op":"add","path":"/B","value":{"C":2}}]`, `{"A":1,"B":{"C":2}}`},
		"add without a leading slash":   {`{}`, `[{"op":"add","path":"RetentionInDays","value":7}]`, `{"RetentionInDays":7}`},
		"add over an existing value":    {`{"A":1}`, `[{"op":"add","path":"/A","value":2}]`, `{"A":2}`},
		"add null":                      {`{}`, `[{"op":"add","path":"/A","value":null}]`, `{"A":null}`},
		"add below null":                {`{"A":{"B":null}}`, `[{"op":"add","path":"/A/B","value":{}},{"op":"add","path":"/A/B/C","value":1}]`, `{"A":{"B":{"C":1}}}`},
		"add to the end of an array":    {`{"A":[1]}`, `[{"op":"add","path":"/A/-","value":2}]`, `{"A":[1,2]}`},
		"add into an array":             {`{"A":[1,3]}`, `[{"op":"add","path":"/A/1","value":2}]`, `{"A":[1,2,3]}`},
		"remove":                        {`{"A":1,"B":2}`, `[{"op":"remove","path":"A"}]`, `{"B":2}`},
		"remove from an array":          {`{"A":[1,2,3]}`, `[{"op":"remove","path":"/A/1"}]`, `{"A":[1,3]}`},
		"replace":                       {`{"A":{"B":1}}`, `[{"op":"replace","path":"/A/B","value":"x"}]`, `{"A":{"B":"x"}}`},
		"replace null":                  {`{"A":null}`, `[{"op":"replace","path":"/A","value":1}]`, `{"A":1}`},
		"replace the whole":             {`{"A":1}`, `[{"op":"replace","path":"","value":{"B":1}}]`, `{"B":1}`},
		"move":                          {`{"A":{"B":1}}`, `[{"op":"move","from":"/A/B","path":"/C"}]`, `{"A":{},"C":1}`},
		"copy":                          {`{"A":{"B":1}}`, `[{"op":"copy","from":"/A","path":"/C"},{"op":"add","path":"/C/D","value":2}]`, `{"A":{"B":1},"C":{"B":1,"D":2}}`},
		"test":                          {`{"A":{"B":[1,"x"]}}`, `[{"op":"test","path":"/A","value":{"B":[1,"x"]}}]`, `{"A":{"B":[1,"x"]}}`},
		"test the whole":                {`{"A":1}`, `[{"op":"test","path":"","value":{"A":1}}]`, `{"A":1}`},
		"each on the one before":        {`{}`, `[{"op":"add","path":"/A","value":{}},{"op":"add","path":"/A/B","value":1},{"op":"remove","path":"/A/B"}]`, `{"A":{}}`},
		"escapes in the path":           {`{}`, `[{"op":"add","path":"/a~1b~0c~01","value":1}]`, `{"a/b~c~1":1}`},
		"large numbers stay exact":      {`{"A":9007199254740993}`, `[{"op":"copy","from":"/A","path":"/B"}]`, `{"A":9007199254740993,"B":9007199254740993}`},
		"characters of HTML stay plain": {`{"A":"<&>"}`, `[{"op":"add","path":"/B","value":"<"}]`, `{"A":"<&>","B":"<"}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			document := mustDecode(t, test.document)
			have, err := Apply(document, []byte(test.patch))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(mustDecode(t, test.want), have); diff != "" {
				t.Errorf("(-want +have)\n%s", diff)
			}
			if diff := cmp.Diff(mustDecode(t, test.document), document); diff != "" {
				t.Errorf("the document was changed (-want +have)\n%s", diff)
			}
		})
	}
}

func TestApplyRefuses(t *testing.T) {
	t.Parallel()
	const document = `{"A":{"B":1},"L":[1,2],"N":null}`
	tests := map[string]struct {
		patch string
		want  string
		index int
	}{
		"replace of what is not there": {
			`[{"op":"replace","path":"/Code","value":1}]`,
			"[REPLACE Operation] noSuchPath in source, path provided : //Code", 0,
		},
		"replace without a slash": {
			`[{"op":"replace","path":"Code","value":1}]`,
			"[REPLACE Operation] noSuchPath in source, path provided : //Code", 0,
		},
		"remove of a missing leaf": {
			`[{"op":"remove","path":"/A/X"}]`,
			"[REMOVE Operation] noSuchPath in source, path provided : //A/X", 0,
		},
		"remove of the whole": {
			`[{"op":"remove","path":""}]`,
			"[REMOVE Operation] noSuchPath in source, path provided : /", 0,
		},
		"add below a missing parent": {
			`[{"op":"add","path":"/X/Y","value":1}]`,
			"[ADD Operation] noSuchPath in source, path provided : //X/Y", 0,
		},
		"add below null": {
			`[{"op":"add","path":"/N/Y","value":1}]`,
			"[ADD Operation] noSuchPath in source, path provided : //N/Y", 0,
		},
		"add below a number": {
			`[{"op":"add","path":"/A/B/C","value":1}]`,
			"[ADD Operation] noSuchPath in source, path provided : //A/B/C", 0,
		},
		"index past the end": {
			`[{"op":"add","path":"/L/3","value":1}]`,
			"[ADD Operation] noSuchPath in source, path provided : //L/3", 0,
		},
		"negative index": {
			`[{"op":"replace","path":"/L/-1","value":1}]`,
			"[REPLACE Operation] noSuchPath in source, path provided : //L/-1", 0,
		},
		"the second operation": {
			`[{"op":"remove","path":"/A"},{"op":"replace","path":"/A/B","value":1},{"op":"add","path":"/C","value":1}]`,
			"[REPLACE Operation] noSuchPath in source, path provided : //A/B", 1,
		},
		"failing test": {
			`[{"op":"add","path":"/C","value":1},{"op":"test","path":"/C","value":2}]`,
			"[TEST Operation] value differs from expectations, path provided : //C", 1,
		},
		"test of what is not there": {
			`[{"op":"test","path":"/X/Y","value":2}]`,
			"[TEST Operation] noSuchPath in source, path provided : //X/Y", 0,
		},
		"move of what is not there": {
			`[{"op":"move","from":"/X","path":"/A"}]`,
			"[MOVE Operation] noSuchPath in source, path provided : //X", 0,
		},
		"copy to where there is no parent": {
			`[{"op":"copy","from":"/A","path":"/X/Y"}]`,
			"[COPY Operation] noSuchPath in source, path provided : //X/Y", 0,
		},
		"move into itself": {
			`[{"op":"move","from":"/A","path":"/A/B/C"}]`,
			"[MOVE Operation] noSuchPath in source, path provided : //A/B/C", 0,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Apply(json.RawMessage(document), []byte(test.patch))
			var failure *Error
			if !errors.As(err, &failure) {
				t.Fatalf("want an *Error, have %v", err)
			}
			if diff := cmp.Diff(test.want, err.Error()); diff != "" {
				t.Errorf("(-want +have)\n%s", diff)
			}
			if failure.Index != test.index {
				t.Errorf("want operation %d, have %d", test.index, failure.Index)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		patch string
		want  string
	}{
		"empty":               {``, "malformed patch document: not a JSON array"},
		"null":                {`null`, "malformed patch document: not a JSON array"},
		"an object":           {`{"op":"add"}`, "malformed patch document: not a JSON array"},
		"two arrays":          {`[][]`, "malformed patch document: more than one JSON value"},
		"a string inside":     {`["x"]`, "malformed patch document: operation 0: an operation is an object"},
		"null inside":         {`[null]`, "malformed patch document: operation 0: an operation is an object"},
		"no op":               {`[{"path":"/A"}]`, `malformed patch document: operation 0: "op" is missing`},
		"op of another type":  {`[{"op":1,"path":"/A"}]`, `malformed patch document: operation 0: "op" is not a string`},
		"unknown op":          {`[{"op":"swap","path":"/A"}]`, `malformed patch document: operation 0: no operation "swap"`},
		"no path":             {`[{"op":"remove"}]`, `malformed patch document: operation 0: "path" is missing`},
		"null path":           {`[{"op":"remove","path":null}]`, `malformed patch document: operation 0: "path" is not a string`},
		"no value":            {`[{"op":"remove","path":"/A"},{"op":"add","path":"/A"}]`, `malformed patch document: operation 1: "value" is missing`},
		"no from":             {`[{"op":"move","path":"/A"}]`, `malformed patch document: operation 0: "from" is missing`},
		"from the whole":      {`[{"op":"copy","from":"","path":"/A"}]`, `malformed patch document: operation 0: the whole document cannot take part in a copy`},
		"move to the whole":   {`[{"op":"move","from":"/A","path":""}]`, `malformed patch document: operation 0: the whole document cannot take part in a move`},
		"whole to a number":   {`[{"op":"replace","path":"","value":1}]`, `malformed patch document: operation 0: the whole document can only become an object`},
		"empty segment":       {`[{"op":"remove","path":"/A//B"}]`, `malformed patch document: operation 0: "path" has an empty segment`},
		"escape that is none": {`[{"op":"remove","path":"/A~2"}]`, `malformed patch document: operation 0: "path" has a ~ that is followed by neither 0 nor 1`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse([]byte(test.patch))
			var failure *SyntaxError
			if !errors.As(err, &failure) {
				t.Fatalf("want a *SyntaxError, have %v", err)
			}
			if diff := cmp.Diff(test.want, err.Error()); diff != "" {
				t.Errorf("(-want +have)\n%s", diff)
			}
		})
	}
}

func TestCopiesAreBounded(t *testing.T) {
	t.Parallel()
	var patch Patch
	for range 40 { // each doubles what is there
		patch = append(patch, Operation{Op: Copy, From: []string{"A"}, Path: []string{"A", "-"}})
	}
	_, err := patch.Apply(json.RawMessage(`{"A":["x"]}`))
	if !errors.Is(err, ErrTooLarge) {
		t.Errorf("want ErrTooLarge, have %v", err)
	}
}

func TestWrites(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		patch string
		want  [][]string
	}{
		"add":    {`[{"op":"add","path":"/A/B","value":1}]`, [][]string{{"A", "B"}}},
		"remove": {`[{"op":"remove","path":"A"}]`, [][]string{{"A"}}},
		"move":   {`[{"op":"move","from":"/A","path":"/B"}]`, [][]string{{"A"}, {"B"}}},
		"copy":   {`[{"op":"copy","from":"/A","path":"/B"}]`, [][]string{{"B"}}},
		"test":   {`[{"op":"test","path":"/A","value":1}]`, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			patch, err := Parse([]byte(test.patch))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, patch[0].Writes()); diff != "" {
				t.Errorf("(-want +have)\n%s", diff)
			}
		})
	}
}
