package generate

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"skyql/internal/schema"
)

// place is where in the model a value stands, and what is expected of it.
type place struct {
	path     schema.Path
	name     string // the property, without the plural of an array's element
	identity bool   // two resources must not have the same
	own      bool   // it is the resource's own identifier or ARN, not another's
	naming   bool   // it is what the resource is called, and can be made of its name
	index    int    // of the element of an array
}

// property gives the place of a property of the object at p.
func (p place) property(name string) place {
	return place{path: append(slices.Clone(p.path), name), name: name, identity: p.identity}
}

// element gives the place of an element of the array at p.
func (p place) element(i int) place {
	name := p.name
	for _, plural := range []struct{ ending, singular string }{{"sses", "ss"}, {"ies", "y"}, {"ss", "ss"}, {"s", ""}} {
		if base, ok := strings.CutSuffix(name, plural.ending); ok {
			name = base + plural.singular
			break
		}
	}
	return place{path: append(slices.Clone(p.path), strconv.Itoa(i)), name: name, identity: p.identity, index: i}
}

// schemaPath gives the path as the schema writes it, with * for elements.
func (p place) schemaPath() schema.Path {
	path := slices.Clone(p.path)
	for i, segment := range path {
		if _, err := strconv.Atoi(segment); err == nil {
			path[i] = "*"
		}
	}
	return path
}

// salt tells the random values of different places apart.
func (p place) salt() uint64 { return hash(p.path...) }

// plus is what is added to a resource's number in the second element of an
// array and those after it.
func (p place) plus() uint64 {
	plus := uint64(0)
	for _, segment := range p.path {
		if i, err := strconv.ParseUint(segment, 10, 32); err == nil {
			plus = plus*31 + i*1_000_003
		}
	}
	return plus
}

// endsWith reports whether the name ends with one of the endings, which are in
// lower case, where a word begins: "CreationTime" ends with "time", "Runtime"
// does not.
func (p place) endsWith(endings ...string) bool {
	return slices.ContainsFunc(endings, func(ending string) bool {
		start := len(p.name) - len(ending)
		return start >= 0 && strings.EqualFold(p.name[start:], ending) && (start == 0 || unicode.IsUpper(rune(p.name[start])))
	})
}

// kebab writes "DBClusterName" as "db-cluster-name".
func kebab(name string) string { return strings.Join(words(name), "-") }

// words cuts a name in Pascal case into its words, in lower case.
func words(name string) []string {
	var all []string
	runes := []rune(name)
	start := 0
	for i := 1; i <= len(runes); i++ {
		if i == len(runes) || wordStarts(runes, i) {
			all = append(all, strings.ToLower(string(runes[start:i])))
			start = i
		}
	}
	return all
}

// wordStarts tells where a capital letter follows a small one, and where the
// last capital of a row begins a word.
func wordStarts(runes []rune, i int) bool {
	if !unicode.IsUpper(runes[i]) {
		return false
	}
	return !unicode.IsUpper(runes[i-1]) || (i+1 < len(runes) && unicode.IsLower(runes[i+1]) && runes[i+1] != 's')
}
