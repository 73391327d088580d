package apply

import (
	"encoding/json"
	"strings"
)

// repeatable reports whether applying a patch document a second time surely
// leaves what the first time did. Operations that move things, or that refuse
// what they find done, do not; nor does adding to an array, whose elements
// move. A member whose name is a number passes for an element.
//
// https://www.rfc-editor.org/rfc/rfc6902#section-4
func repeatable(patch json.RawMessage) bool {
	var operations []struct{ Op, Path string }
	if json.Unmarshal(patch, &operations) != nil {
		return false
	}
	for _, operation := range operations {
		last := operation.Path[strings.LastIndex(operation.Path, "/")+1:]
		switch {
		case operation.Op == "replace":
		case operation.Op == "add" && last != "-" && strings.Trim(last, "0123456789") != "":
		default:
			return false
		}
	}
	return true
}
