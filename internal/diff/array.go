package diff

// settleArray finds which wanted elements are which current ones, and settles
// those; the others are new.
func (c *comparison) settleArray(p place, have, want []any) (any, bool) {
	before := len(c.changes)
	stated := c.withoutReadOnly(p, have, want)
	pairs := c.pair(p, have, stated)
	target, changed := make([]any, 0, len(stated)), len(have) != len(stated)
	byIndex := !p.unordered() && !changed
	for j, wanted := range stated {
		if i := pairs[j]; i >= 0 {
			element, differs := c.settle(p.element(j), have[i], wanted)
			target, changed = append(target, element), changed || differs
			continue
		}
		if element, left := c.fresh(p.element(j), wanted); left {
			target = append(target, element)
		}
		changed = true
	}
	if !changed {
		return have, false
	}
	if !byIndex { // what was noted of elements names places that have shifted
		c.changes = c.changes[:min(before, len(c.changes))]
		if p.unordered() {
			target = keepOrder(target, have, pairs)
		}
		c.record(p, Replace, have, target, NoReplacement)
	}
	return target, true
}

func (p place) unordered() bool {
	return p.raw != nil && p.raw.Unordered || p.node != nil && p.node.Unordered
}

// keepOrder puts a set's elements in their current order if all of them stay, so
// that the new ones are at its end.
func keepOrder(target, have []any, pairs []int) []any {
	at := make(map[int]int, len(pairs))
	for j, i := range pairs {
		if i >= 0 {
			at[i] = j
		}
	}
	if len(at) != len(have) || len(target) != len(pairs) {
		return target
	}
	ordered := make([]any, 0, len(target))
	for i := range have {
		ordered = append(ordered, target[at[i]])
	}
	for j, i := range pairs {
		if i < 0 {
			ordered = append(ordered, target[j])
		}
	}
	return ordered
}

// withoutReadOnly checks the read-only values that wanted elements state, and
// gives the elements without them. An element that moves takes its values
// along, so they are looked for in all current elements that it may be.
func (c *comparison) withoutReadOnly(p place, have, want []any) []any {
	if !p.touches(readOnly) {
		return want
	}
	rest := make([]any, len(want))
	for j, wanted := range want {
		at := p.element(j)
		if rest[j] = wanted; !at.holds(readOnly, wanted) {
			continue
		}
		rest[j], _ = at.strip(readOnly, wanted)
		if !c.foundIn(at, have, wanted, rest[j]) {
			at.each(readOnly, wanted, func(inner place, _ any) { c.refuse(&c.readOnly, inner) })
		}
	}
	return rest
}

// foundIn reports whether the read-only values of a wanted element are those of
// a current one: of the one that it equals, or, if it has changed, of any.
func (c *comparison) foundIn(p place, have []any, wanted, rest any) bool {
	known, equals := false, false
	for _, element := range have {
		agrees, same := c.agrees(p, element, wanted), c.sameElement(p, element, rest)
		if agrees && same {
			return true
		}
		known, equals = known || agrees, equals || same
	}
	return known && !equals
}

// agrees compares only the read-only values that are stated.
func (c *comparison) agrees(p place, have, want any) bool {
	switch {
	case !p.touches(readOnly):
		return true
	case p.is(readOnly):
		return p.gone(have) && p.gone(want) ||
			!isAbsent(have) && c.same(p.unmarked(readOnly, writeOnly, createOnly), have, want)
	}
	switch want := want.(type) {
	case map[string]any:
		object, _ := have.(map[string]any)
		for name, wanted := range want {
			if !c.agrees(p.child(name), member(object, name), wanted) {
				return false
			}
		}
	case []any:
		array, _ := have.([]any)
		for j, wanted := range want {
			if at := p.element(j); at.holds(readOnly, wanted) && !c.agreesWithAny(at, array, wanted) {
				return false
			}
		}
	}
	return true
}

func (c *comparison) agreesWithAny(p place, have []any, wanted any) bool {
	for _, element := range have {
		if c.agrees(p, element, wanted) {
			return true
		}
	}
	return false
}
