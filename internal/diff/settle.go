package diff

// settle gives what shall be at the place after the update, and whether that is
// a change. What stays is the very value that is there. The wanted value is
// stated: nil says that there shall be none, where null is no value.
func (c *comparison) settle(p place, have, want any) (target any, changed bool) {
	if c.probing && c.differs {
		return have, true // the answer is known
	}
	switch {
	case p.is(readOnly):
		return c.settleReadOnly(p, have, want), false
	case p.is(writeOnly):
		return c.settleWriteOnly(p, have, want)
	case p.is(createOnly):
		return c.settleCreateOnly(p, have, want), false
	case p.gone(want):
		return c.remove(p, have)
	}
	return c.settleValue(p, have, want)
}

func (c *comparison) settleReadOnly(p place, have, want any) any {
	agree := p.gone(have) && p.gone(want)
	if !agree && !isAbsent(have) {
		agree = c.same(p.unmarked(readOnly, writeOnly, createOnly), have, want)
	}
	if !agree {
		c.refuse(&c.readOnly, p)
	}
	return have
}

// settleWriteOnly sends what is stated, as no one knows what is there. Stating
// that there shall be none needs nothing: a patched model has none.
func (c *comparison) settleWriteOnly(p place, have, want any) (any, bool) {
	if p.is(createOnly) {
		c.refuse(&c.unknown, p)
		return have, false
	}
	if p.gone(want) {
		return have, false
	}
	if c.lenient {
		return have, false
	}
	target, left := c.fresh(p, want)
	if !left {
		return have, false
	}
	c.record(p, Add, absent, target, NoReplacement)
	return target, true
}

// settleCreateOnly keeps what is there. A default that is stated is what a
// service leaves out of its answers, and no reason to replace a resource.
func (c *comparison) settleCreateOnly(p place, have, want any) any {
	want = c.setUnknownAside(p, want)
	switch {
	case p.gone(have) && (p.gone(want) || p.isDefault(want)):
	case p.gone(have):
		c.mustReplace(p, Add, have, want)
	case p.gone(want):
		if !p.isDefault(have) {
			c.mustReplace(p, Remove, have, absent)
		}
	case !c.same(p.unmarked(writeOnly, createOnly), have, want):
		c.mustReplace(p, Replace, have, want)
	}
	return have
}

// setUnknownAside refuses the write-only parts of a create-only value and gives
// the others.
func (c *comparison) setUnknownAside(p place, want any) any {
	if !p.holds(writeOnly, want) {
		return want
	}
	p.each(writeOnly, want, func(at place, _ any) { c.refuse(&c.unknown, at) })
	rest, _ := p.strip(writeOnly, want)
	if object, ok := rest.(map[string]any); ok && len(object) == 0 {
		return absent
	}
	return rest
}

func (c *comparison) mustReplace(p place, kind Kind, have, want any) {
	c.refuse(&c.fixed, p)
	c.record(p, kind, have, want, MustReplace)
}

// remove takes away what the wanted model says shall not be there.
func (c *comparison) remove(p place, have any) (any, bool) {
	switch {
	case p.gone(have) || p.isDefault(have):
		return have, false
	case p.onlyReadOnly(have):
		c.refuse(&c.readOnly, p)
		return have, false
	case p.holds(createOnly, have):
		p.each(createOnly, have, func(at place, value any) { c.mustReplace(at, Remove, value, absent) })
		return have, false
	}
	c.record(p, Remove, have, absent, NoReplacement)
	return absent, true
}

// drop takes away what the wanted model leaves out. It says nothing of what
// cannot go, so that stays.
func (c *comparison) drop(p place, have any) (any, bool) {
	if p.is(readOnly) || p.is(writeOnly) || p.gone(have) || p.isDefault(have) || p.onlyReadOnly(have) {
		return have, false
	}
	rest := p.fixedPart(have)
	switch {
	case isAbsent(rest):
		c.record(p, Remove, have, absent, NoReplacement)
		return absent, true
	case identical(rest, have):
		return have, false
	}
	c.record(p, Replace, have, rest, NoReplacement)
	return rest, true
}

// fixedPart gives what of a value is create-only, with the objects around it
// and the read-only parts beside it. The elements of arrays come and go.
func (p place) fixedPart(value any) any {
	object, isObject := value.(map[string]any)
	switch {
	case p.is(createOnly):
		return value
	case !isObject || !p.touches(createOnly):
		return absent
	}
	kept, readable := map[string]any{}, map[string]any{}
	for name, part := range object {
		child := p.child(name)
		if child.is(readOnly) {
			readable[name] = part
		} else if rest := child.fixedPart(part); !isAbsent(rest) {
			kept[name] = rest
		}
	}
	if len(kept) == 0 {
		return absent
	}
	for name, part := range readable {
		kept[name] = part
	}
	return kept
}

func (c *comparison) settleValue(p place, have, want any) (any, bool) {
	switch want := want.(type) {
	case map[string]any:
		if have, ok := have.(map[string]any); ok {
			return c.settleObject(p, have, want)
		}
	case []any:
		if have, ok := have.([]any); ok {
			return c.settleArray(p, have, want)
		}
	}
	if !isAbsent(have) && c.sameScalar(p, have, want) {
		return have, false
	}
	kind := Replace
	if isAbsent(have) {
		kind = Add
	}
	if p.holds(createOnly, have) { // an object that gives way to something else
		p.each(createOnly, have, func(at place, value any) { c.mustReplace(at, Remove, value, absent) })
		return have, false
	}
	target, left := c.fresh(p, want)
	if !left {
		return have, false
	}
	c.record(p, kind, have, target, NoReplacement)
	return target, true
}

func (c *comparison) settleObject(p place, have, want map[string]any) (any, bool) {
	target, changed := make(map[string]any, len(have)), false
	for _, name := range p.order(have, want) {
		child, was := p.child(name), member(have, name)
		value, differs := was, false
		if wanted, stated := want[name]; stated {
			value, differs = c.settle(child, was, wanted)
		} else if !c.stated {
			value, differs = c.drop(child, was)
		}
		if !isAbsent(value) {
			target[name] = value
		}
		changed = changed || differs
	}
	if !changed {
		return have, false
	}
	return target, true
}

// fresh gives a value that has no counterpart in the current model, without
// what may not be stated. It is false if that leaves nothing of it.
func (c *comparison) fresh(p place, want any) (value any, left bool) {
	switch {
	case p.is(readOnly):
		if !p.gone(want) {
			c.refuse(&c.readOnly, p)
		}
		return absent, false
	case p.is(createOnly) && p.is(writeOnly):
		c.refuse(&c.unknown, p)
		return absent, false
	case p.is(createOnly) && !p.inArray: // an element that is new may have any value
		if !p.gone(want) && !p.isDefault(want) {
			c.mustReplace(p, Add, absent, want)
		}
		return absent, false
	}
	switch want := want.(type) {
	case map[string]any:
		return c.freshObject(p, want)
	case []any:
		elements := make([]any, 0, len(want))
		for i, wanted := range want {
			if element, left := c.fresh(p.element(i), wanted); left {
				elements = append(elements, element)
			}
		}
		return elements, true
	}
	return want, true
}

func (c *comparison) freshObject(p place, want map[string]any) (any, bool) {
	object, aside := make(map[string]any, len(want)), false
	for _, name := range p.order(want, nil) {
		child := p.child(name)
		if child.gone(want[name]) {
			continue
		}
		value, left := c.fresh(child, want[name])
		if left && !child.gone(value) {
			object[name] = value
		}
		aside = aside || !left
	}
	return object, len(object) > 0 || !aside
}
