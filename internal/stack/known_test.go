package stack_test

import (
	"errors"
	"testing"

	"skyql/internal/template"
)

const knownManifest = `globals:
  - {name: place, value: everywhere}
resources:
  - {name: first, exports: [id: first_id]}
  - name: second
    file: first.iql
    if: "'{{ stack_env }}' == 'prod'"
    props:
      - {name: plain, value: yes-it-is}
      - {name: place, value: "at {{ first_id }}"}
      - {name: deeper, value: "in {{ place }}"}
    exports: [id: second_id]
-- resources/first.iql --
/*+ exists */
SELECT 1
/*+ create */
SELECT 2
/*+ exports */
SELECT 3 AS id
`

// Props that lack something have no value, not that of a global of their name; the
// others do.
func TestKnown(t *testing.T) {
	t.Parallel()
	s := load(t, knownManifest)
	v := variables(t, s, nil)
	second := s.Resource("second")
	if _, err := v.Scope(second); err == nil {
		t.Fatal("the scope lacks nothing")
	}
	c := v.Known(second)
	if text, err := c.Render("{{ plain }}"); err != nil || text != "yes-it-is" {
		t.Errorf("have %q, %v", text, err)
	}
	for _, name := range []string{"place", "deeper"} {
		var undefined *template.UndefinedError
		if text, err := c.Render("{{ " + name + " }}"); !errors.As(err, &undefined) {
			t.Errorf("%s: have %q, %v", name, text, err)
		}
	}
	if holds, err := c.Condition(second); holds || err != nil {
		t.Errorf("condition: have %v, %v", holds, err)
	}
	v.Export(s.Resource("first"), "id", "first_id", "x")
	if text, err := v.Known(second).Render("{{ deeper }}"); err != nil || text != "in at x" {
		t.Errorf("have %q, %v", text, err)
	}
}

// What a resource owns is known to it by all its names, and to nobody else.
func TestOwn(t *testing.T) {
	t.Parallel()
	s := load(t, knownManifest)
	v := variables(t, s, nil)
	c := scope(t, v, s, "first")
	c.Own("id", "first_id", "x")
	text, err := c.Render("{{ id }} {{ first_id }} {{ this.first_id }} {{ first.first_id }}")
	if err != nil || text != "x x x x" {
		t.Errorf("have %q, %v", text, err)
	}
	if _, err := v.Scope(s.Resource("second")); err == nil {
		t.Error("the second resource knows it too")
	}
}
