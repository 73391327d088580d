package store

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"skyql/internal/resource"
	"skyql/internal/schema"
)

// referencesText is the table of what resources name what others; its head
// explains it.
//
//go:embed references.txt
var referencesText string

// fate is what becomes of a child when its parent is to be deleted.
type fate string

// The fates.
const (
	refuses  fate = "refuse"  // the parent cannot be deleted
	cascades fate = "cascade" // the child goes, too
	stays    fate = "nothing" // the child names something that is gone
)

// parentRule is what the table says of a type that others name.
type parentRule struct {
	name   resource.TypeName
	keys   [][]schema.Path // by any of which a child may name it
	also   []elsewhere
	form   *regexp.Regexp // of the values that can be compared, nil if the table tells none
	always []string
	absent string // how a create fails that names none; "" if nothing is known
	inUse  refusal
	below  []*tie
}

// elsewhere is a property of another type that such a value may come from.
type elsewhere struct {
	name resource.TypeName
	path schema.Path
}

// refusal is how a delete fails.
type refusal struct {
	code resource.Code
	text string
}

// tie is a property of a child, or a few of them together, that names a parent.
type tie struct {
	child     resource.TypeName
	from      []schema.Path
	parent    *parentRule
	fate      fate
	unchecked bool // a create does not look for the parent
	absent    string
	inUse     refusal
}

// tieTable finds the lines of the table by either end.
type tieTable struct {
	parents map[resource.TypeName]*parentRule
	above   map[resource.TypeName][]*tie // by child
}

var ties = sync.OnceValue(func() tieTable {
	table, err := parseTies(referencesText)
	if err != nil {
		panic("store: references.txt: " + err.Error()) // the file is part of the program
	}
	return table
})

func parseTies(text string) (tieTable, error) {
	table := tieTable{parents: map[resource.TypeName]*parentRule{}, above: map[resource.TypeName][]*tie{}}
	var parent *parentRule
	var child *tie // that the next wording is for, nil for the parent
	number := 0
	for line := range strings.Lines(text) {
		number++
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if rest = strings.TrimSpace(rest); word == "" || word == "#" {
			continue
		}
		if line[0] != ' ' {
			parent, child = &parentRule{name: resource.TypeName(word), keys: parseKeys(rest)}, nil
			table.parents[parent.name] = parent
			continue
		}
		if !strings.HasPrefix(line, "    ") {
			child = nil
		}
		made, err := parent.parse(word, rest, child)
		if err != nil {
			return table, fmt.Errorf("line %d: %w", number, err)
		}
		if made != nil {
			child = made
			table.above[child.child] = append(table.above[child.child], child)
		}
	}
	return table, nil
}

// parse reads a line below a parent, and gives the tie if it is one.
func (p *parentRule) parse(word, rest string, child *tie) (*tie, error) {
	fields := strings.Fields(rest)
	absent, inUse := &p.absent, &p.inUse
	if child != nil {
		absent, inUse = &child.absent, &child.inUse
	}
	switch {
	case word == "absent":
		*absent = rest
	case word == "in-use" && len(fields) > 1:
		*inUse = refusal{resource.Code(fields[0]), strings.TrimSpace(rest[len(fields[0]):])}
	case word == "form":
		expression, err := regexp.Compile(`^(?:` + rest + `)$`)
		p.form = expression
		return nil, err
	case word == "always":
		p.always = fields
	case word == "also" && len(fields) == 2:
		p.also = append(p.also, elsewhere{resource.TypeName(fields[0]), schema.ParsePath(fields[1])})
	case slices.Contains([]fate{refuses, cascades, stays}, fate(word)) && len(fields) > 1:
		t := &tie{
			child: resource.TypeName(fields[0]), from: parseKeys(fields[1])[0], parent: p,
			fate: fate(word), unchecked: slices.Contains(fields[2:], "unchecked"),
		}
		p.below = append(p.below, t)
		return t, nil
	default:
		return nil, fmt.Errorf("%q is not understood", word+" "+rest)
	}
	return nil, nil
}

// parseKeys reads "A B+C": the property A, or B and C together.
func parseKeys(text string) [][]schema.Path {
	var keys [][]schema.Path
	for key := range strings.FieldsSeq(text) {
		var paths []schema.Path
		for name := range strings.SplitSeq(key, "+") {
			paths = append(paths, schema.ParsePath(name))
		}
		keys = append(keys, paths)
	}
	return keys
}
