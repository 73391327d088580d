package engine

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"skyql/internal/change"
	"skyql/internal/cloudcontrol"
	"skyql/internal/diff"
	"skyql/internal/resource"
	"skyql/internal/schema"
	"skyql/internal/sqltext"
	"skyql/internal/tagging"
)

// preview shows what a write would do: for each resource a row for each property
// that changes and one for the document that would be sent, and at the end a row
// for each IAM permission that the statement needs.
func (w *write) preview() *Result {
	var rows [][]any
	changing := 0
	for _, c := range w.changes {
		if !c.Unchanged() {
			changing++
		}
		rows = append(rows, w.previewOf(c)...)
	}
	for _, permission := range w.permissions() {
		rows = append(rows, []any{"permission", nil, nil, nil, nil, permission})
	}
	result := fixed([]Column{
		text("action"), text("region"), text("Identifier"), text("property"), document("before"), document("after"),
	}, rows)
	result.Notes = []string{fmt.Sprintf("nothing was done; %d %s of %s would be %s",
		changing, w.things(changing), w.name, w.done())}
	return result
}

// previewOf gives the rows of one resource.
func (w *write) previewOf(c change.Change) [][]any {
	row := func(action string, property, before, after any) []any {
		return []any{action, string(c.Scope.Region), orNull(c.Identifier), property, before, after}
	}
	switch {
	case c.Unchanged():
		return [][]any{row("none", nil, nil, nil)}
	case c.Operation == cloudcontrol.Delete:
		return [][]any{row("delete", nil, nil, nil)}
	case c.Operation == cloudcontrol.Create:
		var rows [][]any
		t := w.schemaOf(c.Type)
		if t == nil { // of an unknown type nobody knows what is secret
			return [][]any{row("create", nil, nil, nil)}
		}
		state := change.Masked(t, c.Document, notShown)
		var members map[string]any
		_ = json.Unmarshal(state, &members) // it was encoded here
		for _, property := range t.Properties {
			if value, ok := members[property.Name]; ok {
				rows = append(rows, row("create", property.Name, nil, shownValue(value)))
			}
		}
		return append(rows, row("document", "DesiredState", nil, state))
	}
	if c.Type == "" {
		return [][]any{row(strings.ToLower(w.done()), nil, nil, c.Document)}
	}
	t := w.schemaOf(c.Type)
	if t == nil {
		return [][]any{row("update", nil, nil, nil)}
	}
	var rows [][]any
	for _, d := range c.Differences {
		before, after := shownValue(d.Before), shownValue(d.After)
		if d.WriteOnly {
			before, after = nil, notShown
		}
		action := "update"
		if d.Replacement == diff.MayReplace {
			action = "update, which may need replacement"
		}
		rows = append(rows, row(action, d.Path.String(), before, after))
	}
	return append(rows, row("document", "PatchDocument", nil, change.MaskedPatch(t, c.Document, notShown)))
}

// shownValue is a value of a model as a cell.
func shownValue(value any) any {
	switch v := value.(type) {
	case nil, string, bool, float64:
		return v
	case json.Number:
		return json.RawMessage(v)
	}
	return json.RawMessage(encoded(value))
}

// notShown stands for a write-only value.
const notShown = "(write-only, not shown)"

// permissions are the IAM actions that the statement needs: those of the API and
// those of the handlers that it runs.
func (w *write) permissions() []string {
	names := map[string]bool{}
	add := func(list ...string) {
		for _, name := range list {
			names[name] = true
		}
	}
	for used := range w.used {
		add(apiAction(used.Name))
		if t := w.schemaOf(used.Type); t != nil {
			add(t.Handlers[handlerOf[used.Name]].Permissions...)
		}
	}
	switch w.to.(type) {
	case tagWrites:
		add("tag:" + map[bool]string{true: "UntagResources", false: "TagResources"}[w.cut.Verb == sqltext.Delete])
	case requestWrites:
		add("cloudformation:CancelResourceRequest")
	default:
		handler := handlers[w.cut.Verb]
		add(apiPermission[handler], "cloudformation:GetResourceRequestStatus")
		reads := w.wantsModel || handler == schema.Update
		if reads {
			add(apiPermission[schema.Read])
		}
		for _, t := range w.types() {
			add(t.Handlers[handler].Permissions...)
			if reads {
				add(t.Handlers[schema.Read].Permissions...)
			}
		}
	}
	return sortedActions(names)
}

// apiAction is the IAM action of an operation of the API itself.
func apiAction(operation string) string {
	if name, tags := strings.CutPrefix(operation, tagging.Prefix); tags {
		return "tag:" + name
	}
	return "cloudformation:" + operation
}

// sortedActions lists IAM actions, which know no case, each once.
func sortedActions(names map[string]bool) []string {
	sorted := slices.SortedFunc(maps.Keys(names), func(a, b string) int {
		return cmp.Or(strings.Compare(strings.ToLower(a), strings.ToLower(b)), strings.Compare(a, b))
	})
	return slices.CompactFunc(sorted, strings.EqualFold)
}

var handlerOf = map[string]schema.HandlerName{
	cloudcontrol.ListResources: schema.List, cloudcontrol.GetResource: schema.Read,
}

var apiPermission = map[schema.HandlerName]string{
	schema.Create: "cloudformation:CreateResource", schema.Read: "cloudformation:GetResource",
	schema.Update: "cloudformation:UpdateResource", schema.Delete: "cloudformation:DeleteResource",
}

// types are the resource types that the statement changes.
func (w *write) types() []*schema.ResourceType {
	if typed, ok := w.to.(typedWrites); ok {
		return []*schema.ResourceType{typed.Type}
	}
	var types []*schema.ResourceType
	seen := map[resource.TypeName]bool{}
	for _, c := range w.changes {
		if t := w.schemaOf(c.Type); t != nil && !seen[c.Type] {
			seen[c.Type] = true
			types = append(types, t)
		}
	}
	return types
}
