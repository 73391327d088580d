package docgen_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/catalog"
	"skyql/internal/docgen"
	"skyql/internal/schema"
)

// pageVariable names a documentation page of the provider, that of the user pool
// clients. Our page must have all of its facts.
const pageVariable = "SKYQL_TEST_PAGE"

// theirs reads the page, or skips the test.
func theirs(t *testing.T) string {
	t.Helper()
	path := os.Getenv(pageVariable)
	if path == "" {
		t.Skipf("skipped: %s names no page", pageVariable)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func userPoolClients(t *testing.T) *docgen.Page {
	t.Helper()
	page, err := docgen.New(catalog.Starter()).Page("AWS::Cognito::UserPoolClient")
	if err != nil {
		t.Fatal(err)
	}
	return page
}

var fieldLine = regexp.MustCompile(`(?m)^(\s+)"name": "(\w+)",\n\s+"type": "(\w+)"`)

// fieldsOf lists "name type" of the fields that a table on the page has, nested
// ones with a dash for each level.
func fieldsOf(table string) []string {
	var fields []string
	for _, m := range fieldLine.FindAllStringSubmatch(table, -1) {
		fields = append(fields, strings.Repeat("-", (len(m[1])-4)/4)+m[2]+" "+m[3])
	}
	return fields
}

func flat(fields []docgen.Field, dashes string) []string {
	var names []string
	for _, f := range fields {
		names = append(names, dashes+f.Name+" "+f.Type)
		names = append(names, flat(f.Children, dashes+"-")...)
	}
	return names
}

func TestPageHasTheFieldsOfTheirs(t *testing.T) {
	t.Parallel()
	tables := strings.Split(theirs(t), "<SchemaTable")[1:]
	if len(tables) != 2 {
		t.Fatalf("want the tables get and list, have %d", len(tables))
	}
	page := userPoolClients(t)
	get := fieldsOf(tables[0])
	if len(get) != 37 {
		t.Fatalf("read %d fields of their page", len(get))
	}
	if diff := cmp.Diff(get, flat(page.Fields, "")); diff != "" {
		t.Errorf("get: -theirs +ours\n%s", diff)
	}
	if diff := cmp.Diff(fieldsOf(tables[1]), flat(page.ListFields, "")); diff != "" {
		t.Errorf("list: -theirs +ours\n%s", diff)
	}
}

func TestPageHasTheMethodsOfTheirs(t *testing.T) {
	t.Parallel()
	row := regexp.MustCompile(`(?s)<td><CopyableCode code="(\w+)" /></td>\s*<td><code>(\w+)</code></td>\s*<td><code>(\w+)</code></td>\s*<td><CopyableCode code="([^"]+)" /></td>`)
	var want, have [][]string
	for _, m := range row.FindAllStringSubmatch(theirs(t), -1) {
		params := m[4]
		if m[1] == "list_resources" {
			params = "user_pool_id, " + params // which their page leaves out
		}
		want = append(want, []string{m[1], "awscc.cognito." + m[2], m[3], params})
	}
	for _, m := range userPoolClients(t).Methods {
		have = append(have, []string{m.Name, m.Table, m.Verb, strings.Join(m.Required, ", ")})
	}
	if diff := cmp.Diff(want, have); diff != "" || len(have) != 5 {
		t.Errorf("-theirs +ours\n%s", diff)
	}
}

// statements gives the statements of their page: get, list, the two INSERTs, the
// UPDATE and the DELETE.
func statements(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, m := range regexp.MustCompile("(?s)```sql\n(.*?)```").FindAllStringSubmatch(theirs(t), -1) {
		all = append(all, m[1])
	}
	if len(all) != 6 {
		t.Fatalf("%d statements", len(all))
	}
	return all
}

// between gives the words between two, without commas.
func between(text, begin, end string) []string {
	_, text, _ = strings.Cut(text, begin)
	text, _, _ = strings.Cut(text, end)
	return strings.Fields(strings.ReplaceAll(text, ",", " "))
}

func exampleSQL(t *testing.T, page *docgen.Page, group, id string) string {
	t.Helper()
	for _, g := range page.Groups {
		for _, e := range g.Examples {
			if g.ID == group && e.ID == id {
				return e.SQL
			}
		}
	}
	t.Fatalf("no example %s %s", group, id)
	return ""
}

var patchKey = regexp.MustCompile(`"(\w+)": \w`)

func TestPageHasTheExamplesOfTheirs(t *testing.T) {
	t.Parallel()
	their, page := statements(t), userPoolClients(t)
	for i, example := range []struct{ group, id, begin, end string }{
		{"select", "get", "SELECT", "FROM"}, {"select", "list", "SELECT", "FROM"},
		{"insert", "required", "(", ")"}, {"insert", "all", "(", ")"},
	} {
		want := between(their[i], example.begin, example.end)
		have := between(exampleSQL(t, page, example.group, example.id), example.begin, example.end)
		if diff := cmp.Diff(want, have); diff != "" || len(have) < 2 {
			t.Errorf("%s %s: -theirs +ours\n%s", example.group, example.id, diff)
		}
	}
	var want, patched, set, written []string
	for _, m := range patchKey.FindAllStringSubmatch(their[4], -1) {
		want = append(want, m[1])
	}
	for _, m := range regexp.MustCompile(`"path": "/(\w+)"`).FindAllStringSubmatch(exampleSQL(t, page, "update", "patch"), -1) {
		patched = append(patched, m[1])
	}
	_, update, _ := strings.Cut(page.Stack.Query, "/*+ update */")
	update, _, _ = strings.Cut(update, "/*+")
	for _, m := range patchKey.FindAllStringSubmatch(update, -1) {
		written = append(written, m[1])
	}
	for _, m := range regexp.MustCompile(`(?m)^  (\w+) = `).FindAllStringSubmatch(exampleSQL(t, page, "update", "column"), -1) {
		for _, f := range page.Fields {
			if f.Name == m[1] {
				set = append(set, f.Property)
			}
		}
	}
	for what, have := range map[string][]string{"by patch": patched, "by column": set, "in the stack": written} {
		if diff := cmp.Diff(want, have); diff != "" || len(have) != 21 {
			t.Errorf("UPDATE %s: -theirs +ours\n%s", what, diff)
		}
	}
	for _, id := range []string{"{{ user_pool_id }}|{{ client_id }}", "region = 'us-east-1'"} {
		if !strings.Contains(their[5], id) || !strings.Contains(exampleSQL(t, page, "delete", "one"), id) {
			t.Errorf("DELETE lacks %s", id)
		}
	}
}

func TestPageHasTheManifestOfTheirs(t *testing.T) {
	t.Parallel()
	_, text, _ := strings.Cut(theirs(t), "```yaml")
	text, _, _ = strings.Cut(text, "```")
	names := regexp.MustCompile(`(?m)^      - name: (\w+)$`)
	var want, have []string
	for _, m := range names.FindAllStringSubmatch(text, -1) {
		want = append(want, m[1])
	}
	for _, m := range names.FindAllStringSubmatch(userPoolClients(t).Stack.Manifest, -1) {
		have = append(have, m[1])
	}
	if diff := cmp.Diff(want, have); diff != "" || len(have) != 23 {
		t.Errorf("-theirs +ours\n%s", diff)
	}
}

func TestPageHasThePermissionsOfTheirs(t *testing.T) {
	t.Parallel()
	text := theirs(t)
	_, text, _ = strings.Cut(text, "## Permissions")
	tab := regexp.MustCompile("(?s)<TabItem value=\"(\\w+)\">\n\n```json\n(.*?)```")
	type list struct {
		Handler schema.HandlerName
		Actions []string
	}
	var want, have []list
	for _, m := range tab.FindAllStringSubmatch(text, -1) {
		want = append(want, list{schema.HandlerName(m[1]), strings.Fields(strings.ReplaceAll(m[2], ",", " "))})
	}
	for _, p := range userPoolClients(t).Permissions {
		have = append(have, list{p.Handler, p.Actions})
		for _, action := range p.Actions {
			if !strings.Contains(p.Policy, `"`+action+`"`) {
				t.Errorf("the policy of %s lacks %s", p.Handler, action)
			}
		}
	}
	if diff := cmp.Diff(want, have); diff != "" || len(have) != 5 {
		t.Errorf("-theirs +ours\n%s", diff)
	}
}

func TestPageHasTheNamesOfTheirs(t *testing.T) {
	t.Parallel()
	text, page := theirs(t), userPoolClients(t)
	link := regexp.MustCompile(`https://docs\.aws\.amazon\.com/[^"]+`).FindString(text)
	if page.AWSLink != link {
		t.Errorf("want the link %s, have %s", link, page.AWSLink)
	}
	for _, name := range []string{page.FullName, page.Table, page.Singular, string(page.Type)} {
		if !slices.Contains(regexp.MustCompile(`[\w.:]+`).FindAllString(text, -1), name) {
			t.Errorf("their page does not have %s", name)
		}
	}
}
