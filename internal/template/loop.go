package template

import "fmt"

// loopInfo is the loop in the body of a for.
type loopInfo struct {
	index0, length int
	depth0         int
	items          []any
	changed        any
	asked          bool // changed holds a value
}

func (l *loopInfo) attribute(name string) (any, bool) {
	switch name {
	case "index":
		return l.index0 + 1, true
	case "index0":
		return l.index0, true
	case "revindex":
		return l.length - l.index0, true
	case "revindex0":
		return l.length - l.index0 - 1, true
	case "first":
		return l.index0 == 0, true
	case "last":
		return l.index0 == l.length-1, true
	case "length":
		return l.length, true
	case "depth":
		return l.depth0 + 1, true
	case "depth0":
		return l.depth0, true
	case "previtem":
		if l.index0 > 0 {
			return l.items[l.index0-1], true
		}
	case "nextitem":
		if l.index0+1 < l.length {
			return l.items[l.index0+1], true
		}
	}
	return nil, false
}

func (r *run) loop(n *forNode, s *scope) error {
	items, err := r.loopItems(n, s)
	if mark := r.opaque(n.items); mark != "" {
		if err != nil || len(items) == 0 {
			items, err = []any{mark}, nil
		}
		for _, name := range n.names {
			r.keepMark(name, mark)
		}
	}
	if err != nil {
		return err
	}
	if len(items) == 0 {
		if n.empty != nil {
			return r.nodes(n.empty.Nodes, s)
		}
		return nil
	}
	if r.secret(n.items) {
		for _, name := range n.names {
			r.taint(name)
		}
	}
	info := &loopInfo{length: len(items), items: items}
	if outer, ok := s.get("loop"); ok {
		if outer, ok := outer.(*loopInfo); ok {
			info.depth0 = outer.depth0 + 1
		}
	}
	for i, item := range items {
		if err := r.work(3); err != nil { // a scope costs more than an expression
			return err
		}
		info.index0 = i
		round := s.inner()
		if err := bindItem(n, round, item); err != nil {
			return err
		}
		round.names["loop"] = info
		switch err := r.nodes(n.body.Nodes, round); {
		case err == errBreak:
			return nil
		case err != nil && err != errContinue:
			return err
		}
	}
	return nil
}

// loopItems gives what the loop walks over: the values, or, for two names and a
// map, pairs.
func (r *run) loopItems(n *forNode, s *scope) ([]any, error) {
	v, err := r.value(n.items, s)
	if err == nil {
		err = r.weigh(v)
	}
	if err != nil {
		return nil, err
	}
	var items []any
	if d, ok := v.(*dict); ok && len(n.names) == 2 {
		items = d.pairs()
	} else if items, err = elements(v); err != nil {
		return nil, fmt.Errorf("for: %w", err)
	}
	if n.choose == nil {
		return items, nil
	}
	var chosen []any
	for _, item := range items {
		round := s.inner()
		if err := bindItem(n, round, item); err != nil {
			return nil, err
		}
		yes, err := r.truth(n.choose, round)
		if err != nil {
			return nil, err
		}
		if yes {
			chosen = append(chosen, item)
		}
	}
	return chosen, nil
}

// bindItem gives the item, or its parts, the names of the loop.
func bindItem(n *forNode, s *scope, item any) error {
	if len(n.names) == 1 {
		s.names[n.names[0]] = item
		return nil
	}
	parts, ok := item.([]any)
	if !ok || len(parts) != len(n.names) {
		return fmt.Errorf("for: an item does not have %d parts, one for each name", len(n.names))
	}
	for i, name := range n.names {
		s.names[name] = parts[i]
	}
	return nil
}
