package diff

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"

	"skyql/internal/jsonpatch"
	"skyql/internal/schema"
)

// Input is one comparison. Values are decoded JSON whose numbers are
// json.Number; they are not changed.
type Input struct {
	Type    *schema.ResourceType
	Current map[string]any // what the read handler returned
	// Wanted has the top-level properties that are to change, with their whole
	// new values. Those it leaves out stay; nil removes one.
	Wanted map[string]any
	// Stated compares inside of a property only what Wanted states: a key of an
	// object that it leaves out stays. Otherwise a value is replaced as a whole,
	// and keys that are left out go. Either way an array is stated in full.
	Stated bool
}

// Result is what a comparison found.
type Result struct {
	Changes []Change        // in schema order
	Patch   jsonpatch.Patch // in the order to run; empty if there is nothing to send
}

// Change is one difference, for people. An array whose elements were added,
// removed or moved is one change as a whole.
type Change struct {
	Path schema.Path
	Kind Kind
	// Before and After leave out read-only parts, and always write-only values.
	Before, After any
	WriteOnly     bool // it sets write-only values, which are not to be shown
	Replacement   Replacement
}

// Kind says what a change does.
type Kind uint8

// The kinds of changes.
const (
	Add Kind = iota
	Remove
	Replace
)

// String names the kind.
func (k Kind) String() string { return [...]string{"add", "remove", "replace"}[k] }

// Replacement says whether a change needs a new resource in the place of the
// old one.
type Replacement uint8

// The answers. MayReplace is the schema's conditionalCreateOnlyProperties: only
// the service knows. What MustReplace is never part of the patch.
const (
	NoReplacement Replacement = iota
	MayReplace
	MustReplace
)

// String gives the answer as a word.
func (r Replacement) String() string { return [...]string{"no", "may", "must"}[r] }

// Compare finds the changes and the patch document. Its errors are of the types
// *ReadOnlyError, *ReplacementError and *WriteOnlyNeededError, joined if there
// are several; the Result then has everything else, so that a plan can show it.
func Compare(in Input) (Result, error) {
	if _, nameless := in.Wanted[""]; nameless {
		return Result{}, fmt.Errorf(`%s: "" is no property; leave it out`, in.Type.Name)
	}
	if _, err := json.Marshal([]any{in.Current, in.Wanted}); err != nil {
		return Result{}, fmt.Errorf("%s: a model is not JSON: %w", in.Type.Name, err)
	}
	c := newComparison(in.Type, in.Stated)
	root := newPlace(c, in.Type)
	have, _ := root.strip(writeOnly, in.Current)
	current, _ := have.(map[string]any)
	target := make(map[string]any, len(current))
	for name, value := range current {
		target[name] = value
	}
	for _, name := range root.order(in.Wanted, nil) {
		value, _ := c.settle(root.child(name), member(current, name), in.Wanted[name])
		if delete(target, name); !isAbsent(value) {
			target[name] = value
		}
	}
	result := Result{Changes: c.changes, Patch: operations(root, current, target).list}
	var needed []schema.Path
	if len(result.Patch) > 0 { // otherwise nothing is sent that could lack them
		needed = missing(root, target)
	}
	return result, c.refusals(needed)
}

// Equal reports whether two values at the node are the same to the service. The
// one that is wanted may leave out what the other has by the schema's default.
func Equal(t *schema.ResourceType, node *schema.Node, have, want any) bool {
	c := newComparison(t, false)
	return c.same(place{c: c, raw: node, node: resolve(t, node)}, have, want)
}

// comparison is the first pass: what it finds while it walks.
type comparison struct {
	t      *schema.ResourceType
	stated bool

	// probing only asks whether two values are the same, and stops at the first
	// difference. It is lenient if write-only values do not count as one.
	probing, lenient, differs bool

	changes  []Change
	readOnly []schema.Path // stated with other values
	fixed    []schema.Path // create-only, with other values
	unknown  []schema.Path // create-only and write-only at once

	patterns map[string]*regexp.Regexp
}

func newComparison(t *schema.ResourceType, stated bool) *comparison {
	return &comparison{t: t, stated: stated, patterns: map[string]*regexp.Regexp{}}
}

// same asks whether there is nothing to do to get from one value to the other.
func (c *comparison) same(p place, have, want any) bool {
	return c.probe(p, have, want, comparison{stated: c.stated, lenient: c.lenient})
}

// sameWhole is same for values that are stated in full in any case.
func (c *comparison) sameWhole(p place, have, want any) bool {
	return c.probe(p, have, want, comparison{lenient: c.lenient})
}

func (c *comparison) probe(p place, have, want any, how comparison) bool {
	how.t, how.patterns, how.probing = c.t, c.patterns, true
	_, changed := how.settle(p, have, want)
	return !changed && !how.differs
}

// record notes a change.
func (c *comparison) record(p place, kind Kind, have, target any, replacement Replacement) {
	if c.probing {
		c.differs = true
		return
	}
	if replacement == NoReplacement && p.touches(conditional) {
		replacement = MayReplace
	}
	c.changes = append(c.changes, Change{
		Path: p.path, Kind: kind, Before: p.shown(have), After: p.shown(target),
		WriteOnly: p.holds(writeOnly, target), Replacement: replacement,
	})
}

// refuse notes a path that may not be stated.
func (c *comparison) refuse(list *[]schema.Path, p place) {
	c.differs = true
	*list = append(*list, p.path)
}

// refusals makes the errors of what was noted.
func (c *comparison) refusals(needed []schema.Path) error {
	var all []error
	if len(c.readOnly) > 0 {
		all = append(all, &ReadOnlyError{Type: c.t.Name, Paths: c.readOnly})
	}
	if len(c.fixed)+len(c.unknown) > 0 {
		all = append(all, &ReplacementError{Type: c.t.Name, Changed: c.fixed, Unknown: c.unknown})
	}
	if len(needed) > 0 {
		all = append(all, &WriteOnlyNeededError{Type: c.t.Name, Paths: needed})
	}
	if len(all) == 1 {
		return all[0]
	}
	return errors.Join(all...)
}
