package stack_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/stack"
	"skyql/internal/template"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// external is what the stacks of testdata want from outside.
var external = map[string]string{"AWS_REGION": "eu-west-1", "DB_PASSWORD": "it's secret"}

// TestStacks loads each stack of testdata, walks over it as a deployment would,
// with every value that a query would give made up, and compares all of it.
func TestStacks(t *testing.T) {
	t.Parallel()
	manifests, err := filepath.Glob("testdata/*/" + stack.ManifestName)
	if err != nil || len(manifests) == 0 {
		t.Fatalf("no stacks: %v", err)
	}
	for _, manifest := range manifests {
		dir := filepath.Dir(manifest)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Parallel()
			s, err := stack.Load(dir)
			if err != nil {
				t.Fatal(err)
			}
			v, err := stack.NewVariables(s, "dev", external, stack.VariableOptions{})
			if err != nil {
				t.Fatal(err)
			}
			golden(t, dir+".golden", walk(t, s, v))
		})
	}
}

func golden(t *testing.T, file, have string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(have), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), have); diff != "" {
		t.Errorf("%s (-want +have):\n%s", file, diff)
	}
}

// walk writes what a stack is, and what becomes of it.
func walk(t *testing.T, s *stack.Stack, v *stack.Variables) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "stack %q: %s\n", s.Name, s.Description)
	for _, p := range s.Providers {
		fmt.Fprintf(&b, "provider %s %s\n", p.Name, p.Version)
	}
	for _, g := range s.Globals {
		value, known := v.Value(g.Name)
		fmt.Fprintf(&b, "global %s (line %d) = %v %v\n", g.Name, g.Line, value, known)
	}
	for _, r := range s.Resources {
		resource(t, &b, s, v, r)
	}
	for _, name := range s.Exports {
		value, _ := v.Value(name)
		fmt.Fprintf(&b, "\nstack export %s = %v, protected %v", name, value, s.Protected(name))
	}
	for _, warning := range s.Warnings {
		fmt.Fprintf(&b, "\nwarning: %s", warning)
	}
	return b.String() + "\n"
}

func resource(t *testing.T, b *strings.Builder, s *stack.Stack, v *stack.Variables, r *stack.Resource) {
	t.Helper()
	scope, err := v.Scope(r)
	if err != nil {
		t.Fatal(err)
	}
	yes, err := scope.Condition(r)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(b, "\n%s %q, line %d, file %q, if %v %v", r.Type, r.Name, r.Line, r.File, r.If, yes)
	fmt.Fprintf(b, "\n  description %q, skip %v, protect %v, replace %v, protected %v", r.Description, r.SkipValidation, r.Protect, r.AllowReplace, r.Protected)
	fmt.Fprintf(b, "\n  exports %v, return_vals %v\n  names %v\n", r.Exports, r.ReturnVals, s.Names(r))
	for _, use := range s.Uses(r) {
		fmt.Fprintf(b, "  uses %s of", use.Name)
		for _, q := range use.Exporter {
			fmt.Fprintf(b, " %s", q.Name)
		}
		b.WriteByte('\n')
	}
	for _, p := range scope.Properties() {
		fmt.Fprintf(b, "  prop %s = %s\n", p.Name, p.Text)
	}
	if r.Run != "" {
		text, err := scope.Render(r.Run)
		fmt.Fprintf(b, "  run %s %v\n", text, err)
	}
	scope.Capture(wanted(t, r))
	scope.Callback(map[string]string{"OperationStatus": "SUCCESS"})
	for _, e := range r.Exports {
		v.Export(r, e.Column, e.Alias, r.Name+"/"+e.Alias)
	}
	token, err := scope.Render("{{ idempotency_token }}")
	if err != nil {
		t.Fatal(err)
	}
	after, err := v.Scope(r) // as a deletion has it
	if err != nil {
		t.Fatal(err)
	}
	for _, anchor := range slices.Sorted(maps.Keys(r.Queries)) {
		q, with := r.Queries[anchor], scope
		if anchor == "delete" {
			with = after
		}
		text, err := with.RenderQuery(q)
		if err != nil {
			t.Error(err)
		}
		fmt.Fprintf(b, "%s, %s:%d, retries %d %v, delay %v %v, after delete %d %v %v %v, %v\n%s\n", anchor, q.File, q.Line,
			q.Retries, q.RetriesGiven, q.RetryDelay, q.RetryDelayGiven, q.PostDeleteRetries, q.PostDeleteRetriesGiven,
			q.PostDeleteRetryDelay, q.PostDeleteRetryDelayGiven, q.Strings, strings.ReplaceAll(text, token, "TOKEN"))
	}
}

// wanted makes up a value for everything that the queries ask of the resource
// itself.
func wanted(t *testing.T, r *stack.Resource) map[string]string {
	t.Helper()
	fields := map[string]string{}
	for _, q := range r.Queries {
		references, err := template.References(q.Text, template.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, ref := range references {
			root, field, dotted := strings.Cut(ref.Name, ".")
			if dotted && (root == "this" || root == r.Name) {
				fields[field] = field + "-of-" + r.Name
			}
		}
	}
	return fields
}
