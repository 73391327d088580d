package docgen_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"skyql/internal/docgen"
	"skyql/internal/template"
)

// manifest is what the tests look at of a stack's manifest.
type manifest struct {
	Version   int
	Name      string
	Providers []string
	Globals   []struct {
		Name, Value string
	}
	Resources []struct {
		Name  string
		Props []struct {
			Name  string
			Value any
		}
		Exports []string
	}
}

var anchorLine = regexp.MustCompile(`(?m)^/\*\+ (\w+) \*/\n`)

// anchorsOf cuts the file of a resource.
func anchorsOf(t *testing.T, text string) map[string]string {
	t.Helper()
	found := map[string]string{}
	places := anchorLine.FindAllStringSubmatchIndex(text, -1)
	for i, place := range places {
		end := len(text)
		if i+1 < len(places) {
			end = places[i+1][0]
		}
		found[text[place[2]:place[3]]] = text[place[1]:end]
	}
	for _, name := range []string{"exists", "create", "statecheck", "exports"} {
		if found[name] == "" {
			t.Errorf("no anchor %s in\n%s", name, text)
		}
	}
	return found
}

func newStackRunner(t *testing.T, page *docgen.Page) *stackRunner {
	t.Helper()
	var m manifest
	if err := yaml.Unmarshal([]byte(page.Stack.Manifest), &m); err != nil {
		t.Fatalf("%s: %v\n%s", page.Type, err, page.Stack.Manifest)
	}
	if len(m.Resources) != 1 || len(m.Providers) != 1 || m.Providers[0] != "awscc" {
		t.Fatalf("manifest: %+v", m)
	}
	values := map[string]any{"this": map[string]any{}}
	given := map[string]any{}
	for _, secret := range page.Stack.Secrets {
		given[strings.ToUpper(secret.Name)] = secret.Try
	}
	for _, global := range m.Globals {
		values[global.Name] = rendered(t, global.Value, given)
	}
	for _, prop := range m.Resources[0].Props {
		values[prop.Name] = rendered(t, prop.Value, values)
	}
	return &stackRunner{
		t: t, anchors: anchorsOf(t, page.Stack.Query), values: values,
		exports: m.Resources[0].Exports,
	}
}

// rendered fills in the templates in the texts of a value.
func rendered(t *testing.T, value any, variables map[string]any) any {
	t.Helper()
	switch value := value.(type) {
	case string:
		text, err := template.Render(value, template.Options{Variables: variables, Plain: true})
		if err != nil {
			t.Errorf("%s: %v", value, err)
		}
		return text
	case map[string]any:
		for name, member := range value {
			value[name] = rendered(t, member, variables)
		}
	case []any:
		for i, element := range value {
			value[i] = rendered(t, element, variables)
		}
	}
	return value
}
