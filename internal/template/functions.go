package template

import (
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"
)

// functions are filters of nothing. Those that do not apply have arguments that
// run.function reads.
var functions = map[string]filter{
	"range":     {},
	"uuid":      {"", func(_ any, a arguments) (any, error) { return a.run.oneUUID(), nil }},
	"now":       {"timestamp? utc?", now},
	"dict":      {},
	"namespace": {},
}

// numbers is range(end), range(start, end, step) and range(start=, end=,
// step_by=).
func numbers(positional []any, named map[string]any) (any, error) {
	sig := signature("start end/stop step_by/step?")
	if _, ok := named["start"]; len(positional) == 1 || len(positional) == 0 && !ok {
		sig = "end/stop start? step_by/step?"
	}
	a, err := sig.bind(positional, named)
	if err != nil {
		return nil, err
	}
	var bounds [3]int
	for i, name := range []string{"start", "end", "step_by"} {
		if bounds[i], err = a.int(name, i/2); err != nil {
			return nil, fmt.Errorf("%w; text becomes a number with int", err)
		}
	}
	start, end, step := bounds[0], bounds[1], bounds[2]
	if step == 0 {
		return nil, errors.New("step_by cannot be 0")
	}
	list := []any{}
	for i := start; step > 0 && i < end || step < 0 && i > end; i += step {
		if len(list) == maxItems {
			return nil, fmt.Errorf("more than %d numbers", maxItems)
		}
		list = append(list, i)
		if next := i + step; (next > i) != (step > 0) {
			break // beyond the largest number
		}
	}
	return list, nil
}

// oneUUID is the same for all of one text, so that its statements agree.
func (r *run) oneUUID() string {
	if r.opts.Later != nil {
		return r.opts.Later("uuid")
	}
	if r.uuid == "" {
		var b [16]byte
		_, _ = rand.Read(b[:]) // never fails
		b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
		r.uuid = fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
	}
	return r.uuid
}

// now is one moment for all of one text.
func now(_ any, a arguments) (any, error) {
	if a.run.now.IsZero() {
		a.run.now = time.Now().UTC()
	}
	if truthy(a.values["timestamp"]) {
		return int(a.run.now.Unix()), nil
	}
	if a.run.opts.Later != nil {
		return a.run.opts.Later("now"), nil
	}
	return a.run.now.Format(time.RFC3339), nil
}

// method finds what a value can do behind a dot.
func method(receiver any, name string) (filter, bool) {
	switch receiver.(type) {
	case string:
		f, ok := textMethods[name]
		return f, ok
	case *dict, *namespace:
		f, ok := dictMethods[name]
		return f, ok
	case *loopInfo:
		f, ok := loopMethods[name]
		return f, ok
	}
	return filter{}, false
}

// onText makes a method of a function of text.
func onText(f func(string) any) filter {
	return filter{"", func(in any, _ arguments) (any, error) { return f(in.(string)), nil }}
}

var textMethods = map[string]filter{
	"upper":      onText(func(s string) any { return strings.ToUpper(s) }),
	"lower":      onText(func(s string) any { return strings.ToLower(s) }),
	"strip":      {"chars?", trim},
	"title":      onText(func(s string) any { return title(s) }),
	"capitalize": onText(func(s string) any { return capitalize(s) }),
	"replace":    {"old new count?", replace},
	"split":      {"sep?", split},
	"startswith": {"prefix", affix(strings.HasPrefix)},
	"endswith":   {"prefix", affix(strings.HasSuffix)},
	"join": {"items", func(in any, a arguments) (any, error) {
		return join(a.values["items"], arguments{run: a.run, values: map[string]any{"sep": in}})
	}},
}

func affix(has func(text, affix string) bool) func(any, arguments) (any, error) {
	return func(in any, a arguments) (any, error) {
		text, err := a.text("prefix", "")
		return has(in.(string), text), err
	}
}

// onDict makes a method of a function of maps.
func onDict(f func(*dict) any) filter {
	return filter{"", func(in any, _ arguments) (any, error) { return f(asDict(in)), nil }}
}

func asDict(v any) *dict {
	if space, ok := v.(*namespace); ok {
		return space.dict
	}
	d, _ := v.(*dict)
	return d
}

var dictMethods = map[string]filter{
	"items":  onDict(func(d *dict) any { return d.pairs() }),
	"values": onDict(func(d *dict) any { return d.list() }),
	"keys": onDict(func(d *dict) any {
		keys, _ := elements(d) // a map always has keys
		return keys
	}),
	"get": {"key default?", func(in any, a arguments) (any, error) {
		if v, ok := asDict(in).member(a.values["key"]); ok {
			return v, nil
		}
		return a.values["default"], nil
	}},
}

var loopMethods = map[string]filter{
	"cycle": {"…", func(in any, a arguments) (any, error) {
		if len(a.rest) == 0 {
			return nil, errors.New("it wants values to choose from")
		}
		return a.rest[in.(*loopInfo).index0%len(a.rest)], nil
	}},
	"changed": {"value", func(in any, a arguments) (any, error) {
		loop := in.(*loopInfo)
		same, err := a.run.equal(loop.changed, a.values["value"])
		same = same && loop.asked
		loop.changed, loop.asked = a.values["value"], true
		return !same, err
	}},
}
