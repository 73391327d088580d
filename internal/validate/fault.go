package validate

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Fault is one thing that is wrong with a model.
type Fault struct {
	Path    string // JSON pointer into the model, "" for the top
	Keyword string // of the schema, such as "required"
	Message string // in the service's words; without the value where it is write-only
}

// String gives "#/BucketName: expected type: String, found: Boolean".
func (f Fault) String() string { return "#" + f.Path + ": " + f.Message }

// Text words the faults as the API does in a ValidationException.
func Text(faults []Fault) string {
	lines := make([]string, len(faults))
	for i, fault := range faults {
		lines[i] = fault.String()
	}
	return "Model validation failed (" + strings.Join(lines, "\n") + ")"
}

// sorted puts the faults in order of place, those of a choice before what is
// wrong with its branches, and drops the ones that several branches share.
func sorted(faults []Fault) []Fault {
	slices.SortFunc(faults, func(a, b Fault) int {
		return cmp.Or(
			comparePaths(a.Path, b.Path),
			cmp.Compare(rank(a.Keyword), rank(b.Keyword)),
			cmp.Compare(a.Message, b.Message),
		)
	})
	return slices.Compact(faults)
}

func rank(keyword string) int {
	switch keyword {
	case "oneOf", "anyOf":
		return 0
	case "required":
		return 1
	}
	return 2
}

// comparePaths orders elements of arrays by their numbers.
func comparePaths(a, b string) int {
	return slices.CompareFunc(strings.Split(a, "/"), strings.Split(b, "/"), func(a, b string) int {
		m, errA := strconv.Atoi(a)
		n, errB := strconv.Atoi(b)
		if errA == nil && errB == nil {
			return cmp.Or(cmp.Compare(m, n), cmp.Compare(a, b))
		}
		return cmp.Compare(a, b)
	})
}

// pointer writes a place in a model as a JSON pointer (RFC 6901).
func pointer(location []string) string {
	var b strings.Builder
	for _, segment := range location {
		b.WriteByte('/')
		b.WriteString(strings.ReplaceAll(strings.ReplaceAll(segment, "~", "~0"), "/", "~1"))
	}
	return b.String()
}
