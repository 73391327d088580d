package docgen_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"skyql/internal/catalog"
	"skyql/internal/docgen"
	"skyql/internal/engine/enginetest"
	"skyql/internal/resource"
	"skyql/internal/template"
)

// TestEveryStarterExampleRuns carries out all examples of the types inside the
// program, as they are printed: two resources are created, found in each way,
// changed in each way, and deleted.
func TestEveryStarterExampleRuns(t *testing.T) {
	t.Parallel()
	library := docgen.New(catalog.Starter())
	for _, name := range library.Types() {
		t.Run(string(name), func(t *testing.T) {
			t.Parallel()
			page, err := library.Page(name)
			if err != nil {
				t.Fatal(err)
			}
			r := &runner{t: t, page: page, world: enginetest.New(t, enginetest.Options{}), values: map[string]any{}}
			r.examples()
		})
	}
}

// runner carries out the examples of one page.
type runner struct {
	t      *testing.T
	page   *docgen.Page
	world  *enginetest.World
	values map[string]any // of variables that only the service knows
}

func (r *runner) example(group, id string) (docgen.Example, bool) {
	for _, g := range r.page.Groups {
		for _, e := range g.Examples {
			if g.ID == group && e.ID == id {
				return e, true
			}
		}
	}
	return docgen.Example{}, false
}

// run carries out an example, which the page must have, and gives its rows.
func (r *runner) run(group, id, more string) [][]any {
	r.t.Helper()
	example, ok := r.example(group, id)
	if !ok {
		r.t.Fatalf("no example %s %s", group, id)
	}
	sql, err := filled(r.t, example, r.values)
	if err != nil {
		r.t.Fatal(err)
	}
	rows, err := r.world.Try(r.t.Context(), strings.TrimSuffix(sql, ";")+more)
	if err != nil {
		r.t.Fatalf("%s: %v", sql, err)
	}
	return rows
}

func (r *runner) examples() {
	place(r.t, r.world, r.page.Type)
	first := r.run("insert", "required", " RETURNING Identifier")[0][0].(string)
	second := r.run("insert", "all", " RETURNING Identifier")[0][0].(string)
	if first == second {
		r.t.Errorf("both INSERTs name %s", first)
	}
	parts, ok := resource.SplitIdentifier(second, len(r.page.Identifier))
	if !ok {
		r.t.Fatalf("identifier %q", second)
	}
	for i, column := range r.page.Identifier {
		r.values[column] = parts[i]
	}
	if rows := r.run("select", "get", ""); len(rows) != 1 {
		r.t.Errorf("get: %d rows", len(rows))
	}
	for _, id := range []string{"list", "below", "join"} {
		if _, ok := r.example("select", id); !ok {
			if len(r.group("select").Missing) == 0 {
				r.t.Errorf("no example %s and no word why", id)
			}
			continue
		}
		if rows := r.run("select", id, ""); len(rows) < 1 {
			r.t.Errorf("%s: %d rows", id, len(rows))
		}
	}
	if _, ok := r.example("update", "column"); ok {
		for _, id := range []string{"column", "patch"} {
			if rows := r.run("update", id, " RETURNING OperationStatus"); len(rows) != 1 || rows[0][0] != "SUCCESS" && rows[0][0] != nil {
				r.t.Errorf("update %s: %v", id, rows)
			}
		}
	} else if len(r.group("update").Missing) == 0 {
		r.t.Error("no UPDATE and no word why")
	}
	if rows := r.run("delete", "one", " RETURNING OperationStatus"); len(rows) != 1 || rows[0][0] != "SUCCESS" {
		r.t.Errorf("delete: %v", rows)
	}
	if rows := r.run("select", "get", ""); len(rows) != 0 {
		r.t.Errorf("after the delete: %v", rows)
	}
}

func (r *runner) group(id string) docgen.Group {
	for _, g := range r.page.Groups {
		if g.ID == id {
			return g
		}
	}
	r.t.Fatalf("no examples of %s", id)
	return docgen.Group{}
}

// TestEveryStarterStackRuns carries out the statements of every stack, in the
// order in which a deployment asks for them, with the values of the manifest.
func TestEveryStarterStackRuns(t *testing.T) {
	t.Parallel()
	library := docgen.New(catalog.Starter())
	for _, name := range library.Types() {
		t.Run(string(name), func(t *testing.T) {
			t.Parallel()
			page, err := library.Page(name)
			if err != nil {
				t.Fatal(err)
			}
			if page.Stack.Missing != "" {
				t.Fatal(page.Stack.Missing)
			}
			s := newStackRunner(t, page)
			s.world = enginetest.New(t, enginetest.Options{})
			place(t, s.world, name)
			s.deploy()
		})
	}
}

// stackRunner stands in for a deployment.
type stackRunner struct {
	t       *testing.T
	world   *enginetest.World
	anchors map[string]string
	values  map[string]any
	exports []string
}

// rendered gives the statement of an anchor with its values filled in.
func (s *stackRunner) rendered(anchor string) (string, error) {
	sql, err := template.Render(s.anchors[anchor], template.Options{
		Variables: s.values,
		Convert: func(table, property string, value any) (any, error) {
			return s.world.ConvertProperty(s.t.Context(), table, property, value)
		},
	})
	if err != nil {
		return "", fmt.Errorf("%s: %w\n%s", anchor, err, s.anchors[anchor])
	}
	return strings.TrimSuffix(strings.TrimSpace(sql), ";"), nil
}

func (s *stackRunner) run(anchor string) [][]any {
	s.t.Helper()
	sql, err := s.rendered(anchor)
	if err != nil {
		s.t.Fatal(err)
	}
	rows, err := s.world.Try(s.t.Context(), sql)
	if err != nil {
		s.t.Fatalf("%s: %v\n%s", anchor, err, sql)
	}
	return rows
}

// exists captures what the anchor finds, and tells whether it found anything.
func (s *stackRunner) exists() bool {
	rows := s.run("exists")
	switch {
	case len(rows) == 0:
		return false
	case len(rows) > 1:
		s.t.Fatalf("exists finds %d resources", len(rows))
	case strings.Contains(s.anchors["exists"], "COUNT(*)"):
		return rows[0][0] == int64(1)
	}
	names, _, _ := strings.Cut(strings.TrimPrefix(s.anchors["exists"], "SELECT "), "\n")
	for i, name := range strings.Split(names, ", ") {
		s.values["this"].(map[string]any)[name] = rows[0][i]
	}
	return true
}

func (s *stackRunner) deploy() {
	if s.exists() {
		s.t.Error("it exists beforehand")
	}
	s.run("create")
	if !s.exists() {
		s.t.Fatal("it does not exist after create")
	}
	if rows := s.run("statecheck"); fmt.Sprint(rows) != "[[1]]" {
		s.t.Errorf("statecheck: %v\n%s", rows, s.anchors["statecheck"])
	}
	if s.anchors["update"] != "" {
		s.run("update")
	}
	rows := s.run("exports")
	if len(rows) != 1 || len(rows[0]) != len(s.exports) {
		s.t.Errorf("exports %v: %v", s.exports, rows)
	}
	s.run("delete")
	if s.exists() {
		s.t.Error("it exists after delete")
	}
}

// TestSecretsArriveAsTheyAre fills secrets in that have every kind of quote: at
// the top of a statement, inside of JSON, and in a patch document.
func TestSecretsArriveAsTheyAre(t *testing.T) {
	t.Parallel()
	const secret = `it's "123\ {{ not a template }}`
	p := page(t, catalog.Starter(), "AWS::IAM::User")
	for _, id := range [][2]string{{"insert", "all"}, {"update", "column"}, {"update", "patch"}} {
		found := false
		for _, g := range p.Groups {
			for _, e := range g.Examples {
				if g.ID != id[0] || e.ID != id[1] {
					continue
				}
				sql, err := filled(t, e, map[string]any{"password": secret})
				if err != nil {
					t.Fatal(err)
				}
				_, after, _ := strings.Cut(strings.ReplaceAll(sql, "''", "'"), `"Password": `)
				var arrived string
				if err := json.NewDecoder(strings.NewReader(after)).Decode(&arrived); err != nil {
					t.Errorf("%v: %v: %.80s", id, err, after)
				}
				found = arrived == secret
			}
		}
		if !found {
			t.Errorf("%v lacks the password as JSON inside of SQL", id)
		}
	}
	w := enginetest.New(t, enginetest.Options{})
	place(t, w, p.Type)
	r := &runner{t: t, page: p, world: w, values: map[string]any{"password": secret}}
	if rows := r.run("insert", "all", " RETURNING OperationStatus"); rows[0][0] != "SUCCESS" {
		t.Errorf("have %v", rows)
	}
}
