package schema_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/schema"
	"skyql/internal/schema/schematest"
)

func TestBundleDecodes(t *testing.T) {
	t.Parallel()
	types := schematest.Types(t)
	if len(types) != 1489 {
		t.Errorf("decoded %d types, want 1489", len(types))
	}
	// What the fact sheet counts in the same bundle: a decoder that loses
	// something loses it here.
	count := func(has func(*schema.ResourceType) bool) int {
		n := 0
		for _, each := range types {
			if has(each) {
				n++
			}
		}
		return n
	}
	properties, dangling := 0, 0
	for _, each := range types {
		properties += len(each.Properties)
		for _, property := range each.Properties {
			if each.Resolve(property.Node).Ref != "" {
				dangling++
			}
		}
	}
	list := func(t *schema.ResourceType) schema.Input { return t.Handlers[schema.List].Input }
	got := map[string]int{
		"properties":              properties,
		"dangling references":     dangling,
		"read-only":               count(func(t *schema.ResourceType) bool { return len(t.ReadOnly) > 0 }),
		"write-only":              count(func(t *schema.ResourceType) bool { return len(t.WriteOnly) > 0 }),
		"create-only":             count(func(t *schema.ResourceType) bool { return len(t.CreateOnly) > 0 }),
		"conditional create-only": count(func(t *schema.ResourceType) bool { return len(t.ConditionalCreateOnly) > 0 }),
		"additional identifiers":  count(func(t *schema.ResourceType) bool { return len(t.AdditionalIdentifiers) > 0 }),
		"one-part identifiers":    count(func(t *schema.ResourceType) bool { return len(t.PrimaryIdentifier) == 1 }),
		"required, not empty":     count(func(t *schema.ResourceType) bool { return len(t.Required) > 0 }),
		"cannot be listed":        count(func(t *schema.ResourceType) bool { return !t.Has(schema.List) }),
		"list demands input":      count(func(t *schema.ResourceType) bool { return list(t).Demands() }),
		"list takes one of":       count(func(t *schema.ResourceType) bool { return len(list(t).OneOf) > 0 }),
		"list takes any of":       count(func(t *schema.ResourceType) bool { return len(list(t).AnyOf) > 0 }),
	}
	want := map[string]int{
		"properties": 13980, "dangling references": 0, "read-only": 1305, "write-only": 425, "create-only": 1290,
		"conditional create-only": 45, "additional identifiers": 191, "one-part identifiers": 1201, "required, not empty": 1263,
		"cannot be listed": 85, "list demands input": 312, "list takes one of": 4, "list takes any of": 1,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("statistics of the bundle (-want +got):\n%s", diff)
	}
}
