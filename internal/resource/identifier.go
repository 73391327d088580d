package resource

import (
	"fmt"
	"strings"
)

// IdentifierSeparator joins the parts of a compound primary identifier.
//
// https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/resource-identifier.html
const IdentifierSeparator = "|"

// JoinIdentifier gives the string form of a primary identifier. A part that
// itself contains the separator makes the string ambiguous; AWS offers no
// escape, so neither does this.
func JoinIdentifier(parts ...string) string {
	return strings.Join(parts, IdentifierSeparator)
}

// SplitIdentifier cuts the string form of a primary identifier into n parts.
// With n == 1 the whole string is the part, separators included. Otherwise the
// number of separators must fit exactly, and ok is false when it does not.
func SplitIdentifier(identifier string, n int) (parts []string, ok bool) {
	if n == 1 {
		return []string{identifier}, true
	}
	parts = strings.Split(identifier, IdentifierSeparator)
	return parts, len(parts) == n
}

// CheckIdentifier refuses a string that cannot identify a resource whose
// primary identifier consists of the named properties.
func CheckIdentifier(identifier string, properties []string) error {
	if identifier == "" {
		return fmt.Errorf("an empty identifier names no resource")
	}
	n := len(properties)
	if n <= 1 {
		return nil
	}
	have := strings.Count(identifier, IdentifierSeparator) + 1
	if have >= n {
		return nil // a part may contain the separator: only the service can tell
	}
	return fmt.Errorf("identifier %q has %d of %d parts: want %s", identifier, have, n,
		strings.Join(properties, IdentifierSeparator))
}
