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
		if links < 70 {
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
		{"<Tabs\n", 7}, {"</Tabs>", 7}, {"<TabItem ", 2 + 4 + 2 + 2 + 1 + 2 + 5}, {"</TabItem>", 18}, {"```sql\n", 4 + 2 + 2 + 1 + 1}, {"```yaml\n", 1}, {"```json\n", 5},
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

// TestHostileTextsStayTexts has a page whose texts are markup of every kind. What
// is left of it outside of code must be escaped, line for line.
func TestHostileTextsStayTexts(t *testing.T) {
	t.Parallel()
	harm := "{alert(1)} <script>alert(2)</script> [x](javascript:alert(3)) ![i](j) https://evil.example/ `a` {/* */} | $x$ ~~s~~"
	p := &docgen.Page{
		Type: "AWS::Harm::Thing", FullName: "awscc.harm.things", Service: "harm", Table: "things", Singular: "thing",
		Description: "export const x = 1\n\nimport y from 'z'\n\n" + harm, AWSLink: "https://docs.aws.amazon.com/x",
		Fields: []docgen.Field{{
			ID: "a", Name: harm, Property: harm + "p", Type: "string", Description: harm, Also: []string{harm},
			Constraints: []docgen.Constraint{{What: "values", Values: []string{harm}}, {What: "pattern", Text: harm, Code: true}, {What: "length", Text: harm}},
			Children:    []docgen.Field{{ID: "a.b", Name: "b", Type: "object", Description: "# no heading\n\n" + harm, Like: harm}},
		}},
		Groups:      []docgen.Group{{ID: "select", Title: "SELECT", Examples: []docgen.Example{{ID: "get", Label: "get", About: "All.", SQL: "SELECT '" + harm + "```'"}}, Missing: []string{harm}}},
		Permissions: []docgen.Permission{{Handler: "read", Actions: []string{harm}, Policy: "{}"}},
		Parents:     []docgen.Parent{{Column: harm, About: harm, Partial: harm}},
	}
	fence := ""
	for _, dialect := range []Dialect{{}, {MDX: true}} {
		text := dialect.Page(p)
		if dialect.MDX {
			text = strings.SplitN(text, "---\n", 3)[2]
		}
		for _, line := range strings.Split(text, "\n") {
			trimmed := strings.TrimSpace(line)
			switch {
			case fence == "" && strings.HasPrefix(trimmed, "```"):
				fence = trimmed[:len(trimmed)-len(strings.TrimLeft(trimmed, "`"))]
				continue
			case fence != "":
				if trimmed == fence {
					fence = ""
				}
				continue
			case trimmed == "import Tabs from '@theme/Tabs';", trimmed == "import TabItem from '@theme/TabItem';":
				continue
			case strings.HasPrefix(line, "<Tab"), strings.HasPrefix(line, "</Tab"), strings.HasPrefix(line, "    ]}"), line == "    values={[", line == ">":
				continue
			case strings.HasPrefix(line, "        { label: 'get"), strings.HasPrefix(line, "        { label: 'Read'"), strings.HasPrefix(line, "        { label: '"):
				continue
			}
			outside := outsideCode(t, line)
			for _, free := range []string{"import", "export"} {
				if strings.HasPrefix(outside, free) {
					t.Errorf("%v: a line begins with %s: %s", dialect.MDX, free, line)
				}
			}
			for _, harmful := range []string{"{alert", "<script", "](javascript", "![", "evil.example"} {
				if at := strings.Index(outside, harmful); at == 0 || at > 0 && outside[at-1] != '\\' {
					t.Errorf("%v: %s is free in %s", dialect.MDX, harmful, line)
				}
			}
		}
		if fence != "" {
			t.Error("a block of code does not end")
		}
	}
}
