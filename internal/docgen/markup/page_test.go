package markup

import (
	"errors"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"skyql/internal/catalog"
	"skyql/internal/docgen"
)

func newTree(t *testing.T, dialect Dialect) *Tree {
	t.Helper()
	library := docgen.New(catalog.Starter())
	tree, err := NewTree(library, library.Types(), dialect)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

var linked = regexp.MustCompile(`\]\(([^)]+)\)`)

func TestLinksLeadToFiles(t *testing.T) {
	t.Parallel()
	for _, dialect := range []Dialect{{}, {MDX: true}} {
		tree := newTree(t, dialect)
		known := map[string]bool{}
		for _, name := range tree.Paths() {
			known[name] = true
		}
		links := 0
		for name := range known {
			content, err := tree.File(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range linked.FindAllStringSubmatch(string(content), -1) {
				links++
				if !strings.HasPrefix(m[1], "https://docs.aws.amazon.com/") && !known[path.Join(path.Dir(name), m[1])] {
					t.Errorf("%s leads to %s, which is not there", name, m[1])
				}
			}
		}
		if links < 100 {
			t.Errorf("only %d links", links)
		}
		for _, name := range []string{"", "s3", "s3/nosuch.md", "index.html"} {
			if _, err := tree.File(name); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%q: want fs.ErrNotExist, have %v", name, err)
			}
		}
	}
}

func TestMDX(t *testing.T) {
	t.Parallel()
	content, err := newTree(t, Dialect{MDX: true}).File("cognito/user_pool_clients.mdx")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(content), "---\n")
	front, body, ok := strings.Cut(rest, "---\n")
	if !ok {
		t.Fatal("no front matter")
	}
	var matter struct {
		Title       string
		Keywords    []string
		Description string
	}
	if err := yaml.Unmarshal([]byte(front), &matter); err != nil || matter.Title != "user_pool_clients" || len(matter.Keywords) < 4 {
		t.Errorf("front matter %+v, %v", matter, err)
	}
	if !strings.HasPrefix(body, "\nimport Tabs from '@theme/Tabs';\nimport TabItem from '@theme/TabItem';\n\n# awscc.cognito.user_pool_clients\n") {
		t.Errorf("it begins %.200s", body)
	}
	for _, count := range []struct {
		text string
		want int
	}{
		{"<Tabs\n", 6}, {"</Tabs>", 6}, {"<TabItem ", 2 + 4 + 2 + 2 + 1 + 2 + 5 - 1}, {"</TabItem>", 17}, {"```sql\n", 4 + 2 + 2 + 1 + 1}, {"```yaml\n", 1}, {"```json\n", 5},
	} {
		if have := strings.Count(body, count.text); have != count.want {
			t.Errorf("%q: want %d, have %d", count.text, count.want, have)
		}
	}
}

func TestMarkdown(t *testing.T) {
	t.Parallel()
	content, err := newTree(t, Dialect{}).File("cognito/user_pool_clients.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(content)
	if strings.Contains(text, "<") && strings.Contains(text, "<Tab") || strings.HasPrefix(text, "---") {
		t.Error("plain Markdown has neither tabs nor front matter")
	}
	for _, want := range []string{
		"# awscc.cognito.user_pool_clients\n", "## Fields\n", "### get (all properties)\n", "### list (identifiers only)\n",
		"- `user_pool_id` string, **identifier**, **required**, **create-only** (`UserPoolId`)\n",
		"- `token_validity_units` object (`TokenValidityUnits`)\n  - `access_token` string (`AccessToken`)\n",
		"\n  length: 1 to 128\n",
		"| `list_resources` | `awscc.cognito.user_pool_clients_list_only` | `SELECT` | `user_pool_id, region` |\n",
		"## `INSERT` examples\n", "- parent: [`awscc.cognito.user_pools`](../cognito/user_pools.md)\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("it lacks %s", want)
		}
	}
}
