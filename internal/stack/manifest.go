package stack

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// loader reads one stack directory.
type loader struct {
	stack *Stack
	all   faults
	files map[string]map[string]*Query // of .iql files, by their paths
	// contents are those of files that file(…) names, by their true paths.
	contents map[string]*node
}

func (l *loader) fault(line int, remedy, format string, args ...any) {
	l.all.add(ManifestName, line, remedy, format, args...)
}

func (l *loader) warn(file string, line int, format string, args ...any) {
	l.stack.Warnings = append(l.stack.Warnings, fmt.Sprintf("%s:%d: ", file, line)+fmt.Sprintf(format, args...))
}

// manifest reads the top level.
func (l *loader) manifest(root *node) {
	if root.kind != mapKind {
		l.fault(root.line, "begin it with name, providers and resources", "the manifest is %s, not a map", root.kind)
		return
	}
	s := l.stack
	l.keys("the manifest", root, "version", "name", "description", "providers", "globals", "resources", "exports")
	s.Name = l.text(root, "name", "the manifest")
	s.Description = l.text(root, "description", "the manifest")
	if s.Name == "" {
		if abs, err := filepath.Abs(s.Dir); err == nil {
			s.Name = filepath.Base(abs)
		}
		l.warn(ManifestName, root.line, "the stack has no name and is called %s, like its directory; add name", s.Name)
	}
	for _, n := range l.list(root, "providers", "the manifest") {
		l.provider(n)
	}
	if len(s.Providers) == 0 && root.get("providers").empty() {
		l.fault(root.line, "add providers: [awscc]", "the manifest names no providers")
	}
	for _, n := range l.list(root, "globals", "the manifest") {
		l.global(n)
	}
	for i, n := range l.list(root, "resources", "the manifest") {
		l.resource(n, i)
	}
	s.exportLines = map[string]int{}
	for _, n := range l.list(root, "exports", "the manifest") {
		if n.kind != textKind {
			l.fault(n.line, "list the names of variables", "an entry of the stack's exports is %s, not a name", n.kind)
			continue
		}
		s.Exports = append(s.Exports, n.text)
		s.exportLines[n.text] = n.line
	}
}

// known are the providers that skyql is. The older aws has the same resources.
var known = []string{"awscc", "aws"}

func (l *loader) provider(n *node) {
	if n.kind != textKind || n.text == "" {
		l.fault(n.line, "write awscc, or awscc::v26.03.00379", "an entry of providers is %s, not a name", n.kind)
		return
	}
	name, version, versioned := strings.Cut(n.text, "::")
	if !slices.Contains(known, name) {
		l.fault(n.line, "skyql knows AWS alone, as awscc or aws; move what needs "+name+" to a stack of its own and run it with another tool",
			"there is no provider %s", name)
		return
	}
	if versioned && version == "" {
		l.fault(n.line, "write a version behind ::, or leave it out", "provider %s has no version behind ::", name)
	}
	l.stack.Providers = append(l.stack.Providers, Provider{name, version, n.line})
}

func (l *loader) global(n *node) {
	name, ok := l.named(n, "global")
	if !ok {
		return
	}
	what := "global " + name
	l.keys(what, n, "name", "value", "description")
	value := n.get("value")
	if value.empty() {
		l.fault(n.line, "add value", "%s has no value", what)
		return
	}
	for _, before := range l.stack.Globals {
		if before.Name == name {
			l.warn(ManifestName, n.line, "%s is set twice; from here on this value counts", what)
		}
	}
	value = l.included(value)
	l.template(value, what)
	l.stack.Globals = append(l.stack.Globals, Global{name, l.text(n, "description", what), n.line, value})
}

// empty reports whether a value is absent or null.
func (n *node) empty() bool { return n == nil || n.kind == nullKind }

// named gives the name of an entry.
func (l *loader) named(n *node, what string) (string, bool) {
	if n.kind != mapKind {
		l.fault(n.line, "write it as - name: …", "a %s is %s, not a map", what, n.kind)
		return "", false
	}
	name := l.text(n, "name", "a "+what)
	if name == "" {
		l.fault(n.line, "add name", "a %s has no name", what)
	}
	return name, name != ""
}

// text gives a member that must be text; numbers and bools are as good. It is ""
// if it is not there.
func (l *loader) text(n *node, key, what string) string {
	value := n.get(key)
	if value.empty() {
		return ""
	}
	if value.kind == listKind || value.kind == mapKind {
		l.fault(value.line, "write text", "%s of %s is %s, not text", key, what, value.kind)
		return ""
	}
	return value.text
}

func (l *loader) flag(n *node, key, what string) bool {
	value := n.get(key)
	if value.empty() {
		return false
	}
	switch {
	case value.kind == boolKind:
		return value.text == "true"
	case value.kind == textKind && strings.EqualFold(value.text, "true"):
		return true
	case value.kind == textKind && strings.EqualFold(value.text, "false"):
		return false
	}
	l.fault(value.line, "write true or false", "%s of %s is neither true nor false", key, what)
	return false
}

// list gives the items of a member that must be a list.
func (l *loader) list(n *node, key, what string) []*node {
	value := n.get(key)
	if value.empty() {
		return nil
	}
	if value.kind != listKind {
		l.fault(value.line, "begin each entry with -", "%s of %s is %s, not a list", key, what, value.kind)
		return nil
	}
	return value.items
}

// keys warns of keys that look like one that is known, but are not. Others are
// left alone: they are for other tools.
func (l *loader) keys(what string, n *node, known ...string) {
	for _, p := range n.pairs {
		if slices.Contains(known, p.key) {
			continue
		}
		for _, key := range known {
			if nearMiss(p.key, key) {
				l.warn(ManifestName, p.line, "%s of %s is not known and is ignored; is it %s?", p.key, what, key)
				break
			}
		}
	}
}

// nearMiss reports whether somebody may have meant the key: two letters are other
// ones, or one in a short key, and case and dashes do not count.
func nearMiss(written, key string) bool {
	limit := 2
	if len(key) < 6 {
		limit = 1
	}
	flat := strings.NewReplacer("-", "", "_", "", " ", "")
	a, b := strings.ToLower(flat.Replace(written)), strings.ToLower(flat.Replace(key))
	if len(a) > 100 {
		return false
	}
	return distance(a, b) <= limit
}

// distance counts the letters that make one word another; two that changed places
// count once.
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range len(b) + 1 {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			least := rows[i-1][j-1]
			if a[i-1] != b[j-1] {
				least++
			}
			least = min(least, rows[i-1][j]+1, rows[i][j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				least = min(least, rows[i-2][j-2]+1)
			}
			rows[i][j] = least
		}
	}
	return rows[len(a)][len(b)]
}
