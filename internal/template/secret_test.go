package template_test

import (
	"slices"
	"strings"
	"testing"

	"skyql/internal/template"
)

// What is printed of a secret is told of, whatever became of it on the way.
func TestOnSecret(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ in, want string }{
		{"{{ password }}", "a/b c"},
		{"{{ region }} {{ 'x' ~ region | upper }}", ""},
		{"{{ password | urlencode }}|{{ password | upper | replace('/', '-') }}", "a/b%20c|A-B C"},
		{"{{ ('user:' ~ password) | base64_encode }}", "dXNlcjphL2IgYw=="},
		{"{% set p = password | upper %}{{ region }}{{ p | lower }}", "a/b c"},
		{"{% set p %}<{{ password }}>{% endset %}{{ p | upper }}", "a/b c|<A/B C>"},
		{"{% for part in [password, region] %}{{ part | upper }},{% endfor %}", "A/B C|R"},
		{"{{ db.password | upper }}{{ db.name }}", "P"},
		{"{{ region if password else 'none' }}{{ password if region else 'none' }}", "a/b c"},
		{"{{ {'Password': password} | tojson }}", `{"Password": "a/b c"}`},
	} {
		var told []string
		_, err := template.Render(test.in, template.Options{
			Variables: map[string]any{"password": "a/b c", "region": "r", "db": map[string]any{"password": "p", "name": "n"}},
			Secret:    func(name string) bool { return strings.HasSuffix(name, "password") },
			OnSecret:  func(text string) { told = append(told, text) },
		})
		if have := strings.Join(slices.Compact(told), "|"); err != nil || have != test.want {
			t.Errorf("%s: want %s, have %s, %v", test.in, test.want, have, err)
		}
	}
}
