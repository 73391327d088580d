// Package skyql_test checks rules that hold for the whole module.
package skyql_test

import (
	"encoding/json"
	"errors"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// layers lists, ground floor first, which of our packages each package may
// import. docs/architecture.md explains the cut. A package imports only what
// stands above it; a new line here is a decision about the architecture.
var layers = []struct{ name, imports string }{
	{"resource", ""},
	{"jsonpatch", ""},
	{"sqltext", ""},
	{"wholefile", ""},
	{"template", "sqltext"},
	{"stack", "template"},
	{"schema", "resource"},
	{"output", "resource"},
	{"cloudcontrol", "resource"},
	{"naming", "resource schema"},
	{"tagging", "resource"},
	{"validate", "schema"},
	{"diff", "jsonpatch resource schema"},
	{"cloudcontrol/awsclient", "cloudcontrol resource tagging"},
	{"cloudcontrol/retry", "cloudcontrol resource tagging"},
	{"cloudcontrol/limit", "cloudcontrol resource tagging"},
	{"cloudcontrol/record", "cloudcontrol resource tagging"},
	{"cloudcontrol/await", "cloudcontrol resource"},
	{"cloudcontrol/apply", "cloudcontrol cloudcontrol/await resource"},
	{"cloudcontrol/cache", "cloudcontrol resource"},
	{"native", "cloudcontrol resource tagging"},
	{"table", "naming resource schema"},
	{"change", "cloudcontrol diff jsonpatch naming resource schema table validate"},
	{"catalog", "naming resource schema wholefile"},
	{"pushdown", "resource schema table"},
	{"fetch", "catalog cloudcontrol pushdown resource schema table"},
	{"vtable", "pushdown resource table"},
	{"emulator/generate/rex", ""},
	{"emulator/generate", "emulator/generate/rex resource schema"},
	{"emulator/store", "catalog cloudcontrol emulator/generate jsonpatch resource schema tagging validate"},
	{"emulator/durable", "emulator/store resource"},
	{"emulator/signature", "resource"},
	{"emulator/identity", "emulator/signature emulator/store resource"},
	{"emulator/opname", "cloudcontrol tagging"},
	{"emulator/settings", "cloudcontrol emulator/opname emulator/store resource schema"},
	{"emulator/protocol", "emulator/store resource"},
	{"emulator/recording", "emulator/opname emulator/protocol emulator/settings resource schema"},
	{"emulator/sts", "emulator/identity emulator/opname emulator/protocol resource"},
	{"emulator/organizations", "emulator/identity emulator/opname emulator/protocol emulator/store resource"},
	{"emulator", "cloudcontrol emulator/identity emulator/opname emulator/organizations emulator/protocol emulator/recording emulator/settings " +
		"emulator/signature emulator/store emulator/sts resource schema tagging"},
	{"engine", "catalog change cloudcontrol cloudcontrol/apply cloudcontrol/await cloudcontrol/cache cloudcontrol/record diff fetch naming native pushdown resource " +
		"schema sqltext table tagging validate vtable"},
	{"listing", "resource wholefile"},
	{"docgen/sample", "emulator/generate naming resource schema validate"},
	{"docgen", "catalog docgen/sample naming resource schema table"},
	{"docgen/plain", "docgen"},
	{"docgen/markup", "docgen resource"},
	{"docgen/site", "docgen resource"},
	{"docgen/folder", "wholefile"},
	{"deploy/journal", "cloudcontrol resource"},
	{"deploy", "change cloudcontrol cloudcontrol/apply cloudcontrol/await deploy/journal diff engine fetch jsonpatch resource schema sqltext stack template"},
	{"deploy/show", "deploy"},
	{"cli", "catalog cloudcontrol cloudcontrol/awsclient cloudcontrol/cache cloudcontrol/limit cloudcontrol/record cloudcontrol/retry " +
		"deploy deploy/journal deploy/show docgen docgen/folder docgen/markup docgen/plain docgen/site emulator " +
		"emulator/durable emulator/identity emulator/recording emulator/settings emulator/store engine fetch listing output resource schema sqltext stack tagging template wholefile"},
}

// forTests are packages that only tests import; they may import anything.
var forTests = []string{"cloudcontrol/clienttest", "emulator/signature/signaturetest", "engine/enginetest", "schema/schematest"}

// goPackage is what go list tells of a package.
type goPackage struct {
	ImportPath, Dir string
	Imports         []string
	GoFiles         []string
}

func packages(t *testing.T) []goPackage {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Dir,Imports,GoFiles", "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []goPackage
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

const internal = "skyql/internal/"

func TestImportDirection(t *testing.T) {
	t.Parallel()
	allowed := map[string][]string{}
	for i, layer := range layers {
		for _, name := range strings.Fields(layer.imports) {
			allowed[layer.name] = append(allowed[layer.name], name)
			if !slices.ContainsFunc(layers[:i], func(above struct{ name, imports string }) bool { return above.name == name }) {
				t.Errorf("the list lets %s import %s, which does not stand above it", layer.name, name)
			}
		}
	}
	for _, p := range packages(t) {
		name, ours := strings.CutPrefix(p.ImportPath, internal)
		if !ours || slices.Contains(forTests, name) {
			continue
		}
		if !slices.ContainsFunc(layers, func(l struct{ name, imports string }) bool { return l.name == name }) {
			t.Errorf("%s is not in the list of layers", name)
		}
		for _, path := range p.Imports {
			imported, ours := strings.CutPrefix(path, internal)
			switch {
			case ours && !slices.Contains(allowed[name], imported):
				t.Errorf("%s must not import %s", name, imported)
			case strings.HasPrefix(path, "github.com/aws/") && name != "cloudcontrol/awsclient":
				t.Errorf("%s imports the AWS SDK; only cloudcontrol/awsclient may", name)
			case path == "testing":
				t.Errorf("%s imports testing outside of tests", name)
			}
		}
	}
}

func TestPackageComments(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		if len(p.GoFiles) > 0 && !hasPackageComment(t, p) {
			t.Errorf("%s has no package comment", p.ImportPath)
		}
	}
}

func hasPackageComment(t *testing.T, p goPackage) bool {
	t.Helper()
	for _, name := range p.GoFiles {
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, parser.PackageClauseOnly|parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		if file.Doc != nil && len(strings.TrimSpace(file.Doc.Text())) > 40 {
			return true
		}
	}
	return false
}
