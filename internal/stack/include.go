package stack

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// fileDirective is text that stands for what is in a file.
var fileDirective = regexp.MustCompile(`^\s*file\(\s*([^\s].*?)\s*\)\s*$`)

// included puts the content of files where file(…) stands, at any depth. Paths
// start at resources, and do not lead out of the stack directory.
func (l *loader) included(n *node) *node {
	made, err := l.include(n, n.line, nil)
	if err != nil {
		l.all = append(l.all, err)
		return &node{line: n.line, size: 1}
	}
	if made == n {
		return n
	}
	return placed(made, n.line)
}

// include does so; line is the place in the manifest, open are the files that led
// here.
func (l *loader) include(n *node, line int, open []string) (*node, *Fault) {
	if n.line > 0 {
		line = n.line
	}
	if n.kind == textKind {
		if match := fileDirective.FindStringSubmatch(n.text); match != nil {
			return l.includeFile(match[1], line, open)
		}
		return n, nil
	}
	if len(n.items) == 0 && len(n.pairs) == 0 {
		return n, nil
	}
	out := &node{kind: n.kind, line: n.line}
	for _, item := range n.items {
		made, err := l.include(item, line, open)
		if err != nil {
			return nil, err
		}
		out.items = append(out.items, made)
	}
	for _, p := range n.pairs {
		made, err := l.include(p.value, line, open)
		if err != nil {
			return nil, err
		}
		out.pairs = append(out.pairs, pair{p.key, p.line, made})
	}
	if out.weigh().size > maxNodes {
		return nil, &Fault{File: ManifestName, Line: line, What: fmt.Sprintf("files make more than %d values of it", maxNodes),
			Remedy: "include less"}
	}
	return out, nil
}

// includeFile reads a file once, however often it is named.
func (l *loader) includeFile(path string, line int, open []string) (*node, *Fault) {
	what := "file(" + path + ")"
	target, err := l.confined(path)
	if err != nil {
		return nil, &Fault{File: ManifestName, Line: line, What: what + " " + err.Error(), Err: err,
			Remedy: "name a file below the stack directory, by its path from resources"}
	}
	if made := l.contents[target]; made != nil {
		return made, nil
	}
	if slices.Contains(open, target) {
		return nil, &Fault{File: ManifestName, Line: line, What: what + " includes itself, by way of other files or not",
			Remedy: "take one of the file(…) out of the circle"}
	}
	data, err := os.ReadFile(target)
	if err != nil {
		return nil, &Fault{File: ManifestName, Line: line, What: what + " cannot be read: " + reason(err), Err: err,
			Remedy: "correct the path or the file"}
	}
	content, fault := l.parseIncluded(path, data)
	if fault != nil {
		return nil, fault
	}
	made, fault := l.include(unplaced(content), line, append(slices.Clone(open), target))
	if fault == nil {
		l.contents[target] = made
	}
	return made, fault
}

// confined gives the true path of an included file.
func (l *loader) confined(path string) (string, error) {
	root, err := filepath.EvalSymlinks(l.stack.Dir)
	if err != nil {
		return "", fmt.Errorf("cannot be found: %s", reason(err))
	}
	joined := filepath.Join(root, "resources", filepath.FromSlash(path))
	if filepath.IsAbs(path) || !below(root, joined) {
		return "", errors.New("lies outside of the stack directory")
	}
	target, err := filepath.EvalSymlinks(joined)
	if err != nil {
		return "", fmt.Errorf("cannot be found: %s", reason(err))
	}
	if !below(root, target) {
		return "", errors.New("leads, by a link, out of the stack directory")
	}
	if info, err := os.Stat(target); err != nil || !info.Mode().IsRegular() {
		return "", errors.New("is not a file")
	}
	return target, nil
}

func below(root, path string) bool {
	relative, err := filepath.Rel(root, path)
	return err == nil && filepath.IsLocal(relative)
}

// parseIncluded reads JSON or YAML; without an extension that says which, what is
// not JSON is YAML.
func (l *loader) parseIncluded(path string, data []byte) (*node, *Fault) {
	name := filepath.ToSlash(filepath.Join("resources", path))
	extension := strings.ToLower(filepath.Ext(path))
	data = withoutMark(data)
	if extension != ".yml" && extension != ".yaml" {
		v, err := decodeJSON(string(data))
		if err == nil {
			return nodeOf(v), nil
		}
		if extension == ".json" {
			return nil, &Fault{File: name, Line: jsonLine(data, err), What: "bad JSON: " + err.Error(), Remedy: "correct the file", Err: err}
		}
	}
	n, err := parseYAML(name, data, func(line int, format string, args ...any) { l.warn(name, line, format, args...) })
	if err != nil {
		return nil, Faults(err)[0]
	}
	return n, nil
}

// jsonLine is where JSON ends to be any, or 0.
func jsonLine(data []byte, err error) int {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) || syntax.Offset > int64(len(data)) {
		return 0
	}
	return 1 + strings.Count(string(data[:syntax.Offset]), "\n")
}

// nodeOf makes a node of decoded JSON.
func nodeOf(v any) *node {
	switch v := v.(type) {
	case string:
		return textNode(v, 0)
	case bool:
		return &node{kind: boolKind, text: fmt.Sprint(v), size: 1}
	case json.Number:
		n, _ := scalar(v.String())
		if n.kind != numberKind { // too large to be computed with
			n = &node{kind: numberKind, text: v.String(), size: 1}
		}
		return n
	case []any:
		list := &node{kind: listKind}
		for _, item := range v {
			list.items = append(list.items, nodeOf(item))
		}
		return list.weigh()
	case map[string]any:
		object := &node{kind: mapKind}
		for _, key := range sortedKeys(v) {
			object.pairs = append(object.pairs, pair{key, 0, nodeOf(v[key])})
		}
		return object.weigh()
	}
	return &node{size: 1}
}

// unplaced takes the lines from what a file holds: faults name the manifest.
func unplaced(n *node) *node {
	out := *n
	out.line, out.items, out.pairs = 0, nil, nil
	for _, item := range n.items {
		out.items = append(out.items, unplaced(item))
	}
	for _, p := range n.pairs {
		out.pairs = append(out.pairs, pair{p.key, 0, unplaced(p.value)})
	}
	return &out
}

// placed gives what has no line that of what includes it.
func placed(n *node, line int) *node {
	out := *n
	if out.line == 0 {
		out.line = line
	}
	out.items, out.pairs = nil, nil
	for _, item := range n.items {
		out.items = append(out.items, placed(item, out.line))
	}
	for _, p := range n.pairs {
		out.pairs = append(out.pairs, pair{p.key, out.line, placed(p.value, out.line)})
	}
	return &out
}

// withoutMark cuts off the byte order mark that some editors write.
func withoutMark(data []byte) []byte {
	return []byte(strings.TrimPrefix(string(data), "\ufeff"))
}

// isUTF16 reports whether a file begins with the byte order mark of UTF-16.
func isUTF16(data []byte) bool {
	return bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff})
}

// reason is what is wrong with a file, without its path: the fault has the place.
func reason(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}
