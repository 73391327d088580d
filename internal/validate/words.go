package validate

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// words gives the message of a simple assertion, "" if the service has none of
// its own, and whether it tells the value.
func words(what jsonschema.ErrorKind, value string) (message string, tells bool) {
	switch what := what.(type) {
	case *kind.Enum:
		return value + " is not a valid enum value", true
	case *kind.Pattern:
		return "string [" + value + "] does not match pattern " + what.Want, true
	case *kind.Minimum:
		return value + " is not greater or equal to " + number(what.Want), true
	case *kind.Maximum:
		return value + " is not less or equal to " + number(what.Want), true
	case *kind.ExclusiveMinimum:
		return value + " is not greater than " + number(what.Want), true
	case *kind.ExclusiveMaximum:
		return value + " is not less than " + number(what.Want), true
	case *kind.MultipleOf:
		return value + " is not a multiple of " + number(what.Want), true
	case *kind.MinLength:
		return fmt.Sprintf("expected minLength: %d, actual: %d", what.Want, what.Got), false
	case *kind.MaxLength:
		return fmt.Sprintf("expected maxLength: %d, actual: %d", what.Want, what.Got), false
	case *kind.MinItems:
		return fmt.Sprintf("expected minimum item count: %d, found: %d", what.Want, what.Got), false
	case *kind.MaxItems:
		return fmt.Sprintf("expected maximum item count: %d, found: %d", what.Want, what.Got), false
	case *kind.MinProperties:
		return fmt.Sprintf("minimum size: [%d], found: [%d]", what.Want, what.Got), false
	case *kind.MaxProperties:
		return fmt.Sprintf("maximum size: [%d], found: [%d]", what.Want, what.Got), false
	case *kind.UniqueItems:
		return "array items are not unique", false
	}
	return "", false
}

// typeTitle gives the service's name of a JSON type.
func typeTitle(name string) string {
	switch name {
	case "string":
		return "String"
	case "boolean":
		return "Boolean"
	case "integer":
		return "Integer"
	case "number":
		return "Number"
	case "object":
		return "JSONObject"
	case "array":
		return "JSONArray"
	}
	return "Null"
}

// typeName gives the service's name of a value's type.
func typeName(value any) string {
	switch value.(type) {
	case nil:
		return "Null"
	case string:
		return "String"
	case bool:
		return "Boolean"
	case map[string]any:
		return "JSONObject"
	case []any:
		return "JSONArray"
	default:
		if n, ok := rational(value); ok && n.IsInt() {
			return "Integer"
		}
		return "Number"
	}
}

// scalarText gives a value as a message shows it. Objects and arrays have no
// short text.
func scalarText(value any) (text string, ok bool) {
	switch value := value.(type) {
	case string:
		return value, true
	case bool:
		return strconv.FormatBool(value), true
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64), true
	case json.Number:
		return string(value), true
	}
	return "", false
}

// number writes a bound of the schema.
func number(n *big.Rat) string {
	if n.IsInt() {
		return n.Num().String()
	}
	f, _ := n.Float64()
	return strconv.FormatFloat(f, 'g', -1, 64)
}
