package settings

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"skyql/internal/emulator/opname"
	"skyql/internal/resource"
)

// Where says which calls a rule is for. The zero value is all. Its text is
// OPERATION, @REGION or OPERATION@REGION.
type Where struct {
	// Operation is an operation as statistics name it, or a class of them: read,
	// write, request or tagging.
	Operation string
	Region    resource.Region
}

// parseWhere reads the text of a Where that is not all. A region may also stand
// alone, since no operation is called as a region is.
func parseWhere(text string) (Where, error) {
	operation, region, placed := strings.Cut(text, "@")
	if !placed && resource.KnownRegion(resource.Region(text)) {
		return Where{Region: resource.Region(text)}, nil
	}
	if operation == "" && !placed || placed && region == "" {
		return Where{}, fmt.Errorf("%q is not OPERATION, @REGION or OPERATION@REGION", text)
	}
	w := Where{operation, resource.Region(region)}
	return w, w.check()
}

// check tells what is wrong with names in it.
func (w Where) check() error {
	if w.Region != "" && !resource.KnownRegion(w.Region) {
		return &resource.UnknownRegionError{Region: w.Region}
	}
	if _, class := opname.Classes[w.Operation]; w.Operation == "" || class || slices.Contains(opname.All[:], w.Operation) {
		return nil
	}
	return fmt.Errorf("%q is no operation; operations are %s; all of a kind are %s", w.Operation,
		strings.Join(opname.All[:], ", "), strings.Join(slices.Sorted(maps.Keys(opname.Classes)), ", "))
}

// fit tells how closely the rule is for such calls: 0 and more if it is, less if
// it is not. An operation counts more than a class, and that more than a region.
func (w Where) fit(operation string, region resource.Region) int {
	closeness := 0
	if w.Region != "" {
		if w.Region != region {
			return -1
		}
		closeness++
	}
	switch {
	case w.Operation == "":
		return closeness
	case w.Operation == operation:
		return closeness + 4
	case slices.Contains(opname.Classes[w.Operation], operation):
		return closeness + 2
	}
	return -1
}

func (w Where) where() Where { return w }

// prefix is how a rule with this place begins.
func (w Where) prefix() string {
	if w == (Where{}) {
		return ""
	}
	return w.String() + "="
}

// String gives the text that parseWhere reads, and "" for all.
func (w Where) String() string {
	if w.Region == "" {
		return w.Operation
	}
	return w.Operation + "@" + string(w.Region)
}

// Pick gives the place of the rule that is most closely for such calls, the last
// of several, or -1.
func Pick[R interface{ where() Where }](rules []R, operation string, region resource.Region) int {
	best, closest := -1, 0
	for i := range rules {
		if closeness := rules[i].where().fit(operation, region); closeness >= closest {
			best, closest = i, closeness
		}
	}
	return best
}
