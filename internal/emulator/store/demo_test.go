package store

import (
	"encoding/json"
	"testing"

	"skyql/internal/resource"
)

func TestDemo(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Options{})
	if err := f.LoadDemo(); err != nil {
		t.Fatal(err)
	}
	regions, types, tagged := map[resource.Region]int{}, map[resource.TypeName]int{}, 0
	for _, seed := range Demo() {
		regions[seed.Region]++
		types[seed.Type]++
		for _, name := range []string{"Tags", "UserPoolTags"} {
			if _, ok := decodeKept(string(seed.Properties))[name]; ok {
				tagged++
			}
		}
	}
	if len(regions) != 3 || len(types) < 15 || len(Demo()) < 100 || tagged < len(Demo())/2 {
		t.Errorf("want a hundred resources of 15 types in 3 regions, most of them with tags; have %d (%d with tags), %v, %v",
			len(Demo()), tagged, types, regions)
	}
}

func TestDemoNamesItsResources(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Options{})
	for _, seed := range Demo() {
		k, err := f.kind(seed.Type)
		if err != nil {
			t.Fatal(err)
		}
		var state map[string]any
		if err := json.Unmarshal(seed.Properties, &state); err != nil {
			t.Fatal(err)
		}
		if _, ok := k.Identify(state); !ok {
			t.Errorf("%s has no identifier of its own: %s", seed.Type, seed.Properties)
		}
	}
}
