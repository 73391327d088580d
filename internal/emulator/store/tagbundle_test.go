package store

import (
	"strings"
	"testing"

	"skyql/internal/resource"
	"skyql/internal/schema/schematest"
	"skyql/internal/tagging"
)

// arnInsideOfNothing has its ARN in an object of nothing but read-only
// properties, which no resource is generated with.
const arnInsideOfNothing = "AWS::RedshiftServerless::Workgroup"

// TestTagsOfEveryType generates a resource of each type that can be tagged, and
// goes there and back by its ARN.
func TestTagsOfEveryType(t *testing.T) {
	t.Parallel()
	types := pulled(t, schematest.Path(t))
	f := newFixture(t, Options{Catalog: types})
	w := f.world(home)
	tried := 0
	for _, name := range types.Types() {
		k, err := f.kind(name)
		if err != nil {
			t.Fatal(err)
		}
		if k.tags == nil || name == arnInsideOfNothing {
			continue
		}
		tried++
		if err := f.Populate(home, name, 1); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		items, _ := w.shelf(k).page(filter{}, 0, 1)
		arn := k.tags.arns.in(w.scope).arnOf(items[0].model)
		if !strings.HasPrefix(arn, "arn:aws:") {
			t.Errorf("%s %s: have the ARN %q of %s", name, items[0].identifier, arn, items[0].model.visible)
			continue
		}
		// Of global services the API sees the resources in their home only.
		f.wantTaggable(w.owner(k).scope, name, arn)
	}
	if tried < 900 {
		t.Errorf("want most types tried, have %d", tried)
	}
}

func (f fixture) wantTaggable(scope resource.Scope, name resource.TypeName, arn string) {
	f.t.Helper()
	failures, err := f.TagResources(f.t.Context(), tagging.TagInput{
		Scope: scope, ARNs: []string{arn}, Tags: map[string]string{"skyql": string(name)}})
	if err != nil || len(failures) > 0 {
		f.t.Errorf("%s: %v, %v", name, failures, err)
		return
	}
	page, err := f.TaggedResources(f.t.Context(), tagging.ResourcesInput{Scope: scope, ARNs: []string{arn}})
	if err != nil || len(page.Resources) != 1 {
		f.t.Errorf("%s: want %s once, have %v, %v", name, arn, page.Resources, err)
	}
}
