package stack

import (
	"os"
	"path/filepath"
)

// Load reads and checks a stack directory. Nothing is evaluated that depends on an
// environment. All faults are found and joined; Faults gives them one by one. Where the
// manifest could be read at all, the stack is given beside them, for its warnings.
func Load(dir string) (*Stack, error) {
	l := &loader{stack: &Stack{Dir: dir}, files: map[string]map[string]*Query{}, contents: map[string]*node{}}
	data, err := os.ReadFile(filepath.Join(dir, ManifestName))
	if err != nil {
		return nil, &Fault{File: ManifestName, What: "the manifest cannot be read: " + reason(err),
			Remedy: "name the directory that holds it, or make one with a " + ManifestName, Err: err}
	}
	if isUTF16(data) {
		return nil, &Fault{File: ManifestName, Line: 1, What: "the manifest is UTF-16", Remedy: "save it as UTF-8"}
	}
	root, err := parseYAML(ManifestName, withoutMark(data), func(line int, format string, args ...any) {
		l.warn(ManifestName, line, format, args...)
	})
	if err != nil {
		return nil, err
	}
	l.manifest(root)
	l.check()
	return l.stack, l.all.err()
}
