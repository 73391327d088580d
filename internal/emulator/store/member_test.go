package store

import (
	"testing"

	"skyql/internal/schema"
	"skyql/internal/validate"
)

func TestMemberOf(t *testing.T) {
	t.Parallel()
	object := encode(map[string]any{
		"Arn": "arn:aws:s3:::x", "Empty": map[string]any{}, "List": []any{map[string]any{"Tags": "no"}, "]}"},
		"Quoted": `a "Tags":[1], \`, "Tags": []any{map[string]any{"Key": "a", "Value": `}"]`}}, "Truth": true, "Zero": nil,
	})
	for name, want := range map[string]string{
		"Arn": `"arn:aws:s3:::x"`, "Empty": "{}", "List": `[{"Tags":"no"},"]}"]`, "Quoted": `"a \"Tags\":[1], \\"`,
		"Tags": `[{"Key":"a","Value":"}\"]"}]`, "Truth": "true", "Zero": "null",
	} {
		if have, ok := memberOf(object, name); !ok || have != want {
			t.Errorf("%s: want %s, have %s, %t", name, want, have, ok)
		}
	}
	for _, name := range []string{"Key", "Tag", "arn", ""} {
		if have, ok := memberOf(object, name); ok {
			t.Errorf("%s: want nothing, have %s", name, have)
		}
	}
	if have, ok := memberOf("{}", "Arn"); ok {
		t.Errorf("want nothing in an empty object, have %s", have)
	}
}

func TestTextAt(t *testing.T) {
	t.Parallel()
	object := `{"A":"x","B":{"C":{"D":"y"}},"E":7,"F":"a\"b","G":"\u00e9","N":null,"L":[1]}`
	for path, want := range map[string]string{
		"A": "x", "B/C/D": "y", "E": "7", "F": `a"b`, "G": "é", "B/X": "", "A/X": "", "Z": "", "B": `{"C":{"D":"y"}}`, "N": "", "L": "[1]",
	} {
		have, ok := textAt(object, schema.ParsePath(path))
		if _, there := schema.ParsePath(path).Value(decodeKept(object)); have != want || ok != there {
			t.Errorf("%s: want %q, %t, have %q, %t", path, want, there, have, ok)
		}
	}
}

// FuzzMembers compares with decoding everything.
func FuzzMembers(f *testing.F) {
	f.Add(`{"a":1,"b":[{"c":"}\"\\"}]}`)
	f.Add(`{"a":{"b":2},"b":"\\","":[]}`)
	f.Add(`{"":[[],{},"",[","]],"\u0000":null}`)
	f.Fuzz(func(t *testing.T, source string) {
		value, err := validate.Decode([]byte(source))
		members, isObject := value.(map[string]any)
		if err != nil || !isObject {
			return
		}
		count := 0
		for name, have := range membersOf(encode(members)) {
			count++
			want := members[textOf(`"`+name+`"`)]
			if have != encode(want) || textOf(have) != schema.KeyText(want) {
				t.Errorf("%s of %s: want %s, have %s", name, encode(members), encode(want), have)
			}
			if list, isList := want.([]any); isList {
				i := 0
				for element := range elementsOf(have) {
					if i >= len(list) || element != encode(list[i]) {
						t.Fatalf("element %d of %s: have %s", i, have, element)
					}
					i++
				}
				if i != len(list) {
					t.Errorf("want %d elements in %s, have %d", len(list), have, i)
				}
			}
		}
		if count != len(members) {
			t.Errorf("want %d members in %s, have %d", len(members), encode(members), count)
		}
	})
}
