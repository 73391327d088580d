package template

import (
	"fmt"
	"maps"
	"math"
	"strconv"
	"strings"
)

// allFilters gives the filters by name. Those that Jinja and Tera spell in two
// ways take the arguments of both.
func allFilters() map[string]filter {
	all := map[string]filter{
		"default": {"value/default_value? boolean?", defaulted},
		"d":       {"value/default_value? boolean?", defaulted},
		"int":     {"default? base?", toInt},
		"float":   {"default?", toFloat},
		"round":   {"precision? method?", round},
		"abs":     {"", abs},
		"length":  {"", length},
		"count":   {"", length},
	}
	for _, more := range []map[string]filter{textFilters, listFilters, jsonFilters, awsFilters} {
		maps.Copy(all, more)
	}
	return all
}

// defaulted gives the default for what is not there; with boolean=true also for
// what counts as false.
func defaulted(in any, a arguments) (any, error) {
	_, missing := in.(undefined)
	if missing || truthy(a.values["boolean"]) && !truthy(in) {
		if !a.has("value") {
			return "", nil
		}
		return a.values["value"], nil
	}
	return in, nil
}

// toInt gives 0, or the default, for what is no number, as Jinja and Tera do.
func toInt(in any, a arguments) (any, error) {
	base, err := a.int("base", 10)
	if err != nil {
		return nil, err
	}
	if base != 0 && (base < 2 || base > 36) {
		return nil, fmt.Errorf("base is 2 to 36, not %d", base)
	}
	switch v := in.(type) {
	case int:
		return v, nil
	case bool:
		return map[bool]int{true: 1}[v], nil
	case string:
		text := strings.TrimSpace(v)
		if i, err := strconv.ParseInt(text, base, strconv.IntSize); err == nil {
			return int(i), nil
		}
		if f, err := strconv.ParseFloat(text, 64); err == nil && base == 10 {
			in = f
		}
	}
	if f, ok := float(in); ok && math.Abs(f) < 1<<63 {
		return int(f), nil
	}
	if a.has("default") {
		return a.values["default"], nil
	}
	return 0, nil
}

func toFloat(in any, a arguments) (any, error) {
	if text, ok := in.(string); ok {
		if f, err := strconv.ParseFloat(strings.TrimSpace(text), 64); err == nil && !math.IsNaN(f) && !math.IsInf(f, 0) {
			return f, nil
		}
	}
	if f, ok := float(in); ok {
		return f, nil
	}
	if a.has("default") {
		return a.values["default"], nil
	}
	return 0.0, nil
}

// round takes Jinja's order of arguments; common rounds half away from zero.
func round(in any, a arguments) (any, error) {
	f, ok := float(in)
	if !ok {
		return nil, fmt.Errorf("it wants a number, not %s", kind(in))
	}
	precision, err := a.int("precision", 0)
	if err != nil {
		return nil, err
	}
	if precision < -300 || precision > 300 {
		return nil, fmt.Errorf("precision is -300 to 300, not %d", precision)
	}
	method, err := a.text("method", "common")
	if err != nil {
		return nil, err
	}
	by := map[string]func(float64) float64{"common": math.Round, "ceil": math.Ceil, "floor": math.Floor}[method]
	if by == nil {
		return nil, fmt.Errorf("method is common, ceil or floor")
	}
	scale := math.Pow(10, float64(precision))
	scaled := by(f*scale) / scale
	if math.IsInf(scaled, 0) || math.IsNaN(scaled) {
		return f, nil // there are no such digits
	}
	if _, whole := in.(int); whole {
		return int(scaled), nil
	}
	return scaled, nil
}

func abs(in any, _ arguments) (any, error) {
	switch v := in.(type) {
	case int:
		if v < 0 {
			return -v, nil
		}
		return v, nil
	case float64:
		return math.Abs(v), nil
	}
	return nil, fmt.Errorf("it wants a number, not %s", kind(in))
}

func length(in any, _ arguments) (any, error) {
	switch v := in.(type) {
	case string:
		return len([]rune(v)), nil
	case []any:
		return len(v), nil
	case *dict:
		return len(v.keys), nil
	case nil:
		return 0, nil
	}
	return nil, fmt.Errorf("%s has no length", kind(in))
}
