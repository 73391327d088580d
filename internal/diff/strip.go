package diff

// strip gives the value without the parts that have the mark, and false if
// nothing is left of it. Write-only parts leave their empty objects behind:
// those are there, and something can be added to them.
func (p place) strip(m mark, value any) (rest any, left bool) {
	if p.marked(m) {
		return absent, false
	}
	if !p.touches(m) {
		return value, true
	}
	switch value := value.(type) {
	case map[string]any:
		kept := make(map[string]any, len(value))
		for name, part := range value {
			if rest, left := p.child(name).strip(m, part); left {
				kept[name] = rest
			}
		}
		return kept, m == writeOnly || len(kept) > 0 || len(value) == 0
	case []any:
		kept := make([]any, len(value))
		for i, part := range value {
			kept[i], _ = p.element(i).strip(m, part)
		}
		return kept, true
	}
	return value, true
}

// marked is the mark of the place itself. What is read-only too is returned by
// reads, whatever else the schema says.
func (p place) marked(m mark) bool { return p.is(m) && (m != writeOnly || !p.is(readOnly)) }

// holds reports whether there is a value with the mark.
func (p place) holds(m mark, value any) bool {
	found := false
	p.each(m, value, func(place, any) { found = true })
	return found
}

// each visits the values with the mark.
func (p place) each(m mark, value any, visit func(place, any)) {
	switch {
	case !p.touches(m) || isAbsent(value):
		return
	case p.marked(m):
		visit(p, value)
		return
	}
	switch value := value.(type) {
	case map[string]any:
		for _, name := range p.order(value, nil) {
			p.child(name).each(m, value[name], visit)
		}
	case []any:
		for i, part := range value {
			p.element(i).each(m, part, visit)
		}
	}
}

// sent gives the value as it goes into a patch.
func (p place) sent(value any) any {
	rest, _ := p.strip(readOnly, value)
	return rest
}

// shown gives the value as people may see it.
func (p place) shown(value any) any {
	for _, m := range []mark{readOnly, writeOnly} {
		if isAbsent(value) {
			return nil
		}
		value, _ = p.strip(m, value)
	}
	if isAbsent(value) {
		return nil
	}
	return value
}

// onlyReadOnly reports whether there is nothing in the value but what the
// service set, so that no one can have stated or can remove it.
func (p place) onlyReadOnly(value any) bool {
	if !p.touches(readOnly) {
		return false
	}
	_, left := p.strip(readOnly, value)
	return !left
}
