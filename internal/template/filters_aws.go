package template

import (
	"errors"
	"fmt"
	"strings"
)

// awsFilters are those that stack files know besides Jinja's.
var awsFilters = map[string]filter{
	"sql_escape":              {"", sqlEscape},
	"sql_list":                {"", sqlList},
	"merge_lists":             {"other? …", mergeLists},
	"merge_objects":           {"other? …", mergeObjects},
	"to_aws_tag_filters":      {"", tagFilters},
	"generate_patch_document": {"", patchDocument},
}

func sqlEscape(in any, a arguments) (any, error) {
	if in == nil {
		return nil, nil
	}
	text, err := a.run.text(in)
	return escapeQuotes(text), err
}

func escapeQuotes(s string) string { return strings.ReplaceAll(s, "'", "''") }

// sqlList writes what may stand behind IN.
func sqlList(in any, a arguments) (any, error) {
	items := []any{in}
	switch v := in.(type) {
	case nil:
		items = nil
	case []any:
		items = v
	case *dict:
		return nil, errors.New("it wants a list or text, not a map")
	case string:
		if list, err := listOf(v); err == nil {
			items = list
		}
	}
	if len(items) == 0 {
		return "(NULL)", nil
	}
	texts := make([]string, len(items))
	for i, item := range items {
		text, err := a.run.text(item)
		if err != nil {
			return nil, err
		}
		if texts[i] = "'" + escapeQuotes(text) + "'"; item == nil {
			texts[i] = "NULL"
		}
	}
	return "(" + strings.Join(texts, ",") + ")", nil
}

// listOf gives a list, or that of which the JSON is given.
func listOf(v any) ([]any, error) {
	if text, ok := v.(string); ok {
		decoded, err := decodeJSON(text)
		if err != nil {
			return nil, fmt.Errorf("it wants lists, not this text: %w", err)
		}
		v = decoded
	}
	if list, ok := v.([]any); ok {
		return list, nil
	}
	return nil, fmt.Errorf("it wants lists, not %s", kind(v))
}

// objectOf gives a map, or that of which the JSON is given.
func objectOf(v any) (*dict, error) {
	if text, ok := v.(string); ok {
		decoded, err := decodeJSON(text)
		if err != nil {
			return nil, fmt.Errorf("it wants maps, not this text: %w", err)
		}
		v = decoded
	}
	if d := asDict(v); d != nil {
		return d, nil
	}
	return nil, fmt.Errorf("it wants maps, not %s", kind(v))
}

// other gives the one argument that merge filters have, whatever its name.
func (a arguments) other() (any, error) {
	all := a.rest
	if a.has("other") {
		all = append([]any{a.values["other"]}, all...)
	}
	if len(all) != 1 {
		return nil, fmt.Errorf("it wants one argument, not %d", len(all))
	}
	return all[0], nil
}

// mergeLists keeps the order, and the first of items whose JSON is the same.
func mergeLists(in any, a arguments) (any, error) {
	other, err := a.other()
	if err != nil {
		return nil, err
	}
	merged := []any{}
	for _, v := range []any{in, other} {
		list, err := listOf(v)
		if err != nil {
			return nil, err
		}
		merged = append(merged, list...)
	}
	return unique(merged, arguments{run: a.run, values: map[string]any{"case_sensitive": true}})
}

// mergeObjects lets the right side win; members keep their places.
func mergeObjects(in any, a arguments) (any, error) {
	other, err := a.other()
	if err != nil {
		return nil, err
	}
	merged := newDict()
	for _, v := range []any{in, other} {
		object, err := objectOf(v)
		if err != nil {
			return nil, err
		}
		for _, key := range object.keys {
			merged.set(key, object.values[key])
		}
	}
	return merged, nil
}

// tagFilters makes the filters of the tagging API of a list of tags. Entries that
// lack a key or a value of text are left out.
//
// https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_TagFilter.html
func tagFilters(in any, a arguments) (any, error) {
	tags, err := listOf(in)
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, tag := range tags {
		key, hasKey := member(tag, "Key")
		value, hasValue := member(tag, "Value")
		_, keyIsText := key.(string)
		_, valueIsText := value.(string)
		if hasKey && hasValue && keyIsText && valueIsText {
			d := newDict()
			d.set("Key", key)
			d.set("Values", []any{value})
			out = append(out, d)
		}
	}
	text, err := a.run.json(out, jsonStyle{})
	return strings.ReplaceAll(text, "'", `\u0027`), err
}
