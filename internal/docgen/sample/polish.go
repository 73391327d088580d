package sample

import (
	"strconv"
	"strings"

	"skyql/internal/schema"
)

// everyday are words for properties whose names do not tell what goes there, by
// the name in lower case.
var everyday = map[string]string{
	"explicitauthflows": "ALLOW_REFRESH_TOKEN_AUTH", "allowedoauthflows": "code", "allowedoauthscopes": "openid",
	"supportedidentityproviders": "COGNITO", "preventuserexistenceerrors": "ENABLED", "readattributes": "email",
	"writeattributes": "email",
}

// polisher makes texts likely that only repeat the name of their property, where
// the schema leaves the text free.
type polisher struct {
	t      *schema.ResourceType
	number int
}

// value changes a value in place and gives it back. The name is that of the
// property that it belongs to, around the name of the object with the property.
func (p polisher) value(n *schema.Node, value any, name, around string) any {
	n = p.t.Resolve(n)
	switch value := value.(type) {
	case map[string]any:
		for key, inner := range value {
			value[key] = p.value(Member(p.t, n, key), inner, key, name)
		}
	case []any:
		for i, element := range value {
			value[i] = p.value(Items(p.t, n), element, name, around)
		}
	case string:
		if n != nil && free(n) && !strings.ContainsAny(value, ":/") {
			return p.text(value, strings.ToLower(name), strings.ToLower(around))
		}
	}
	return value
}

func (p polisher) text(value, name, around string) string {
	word, known := everyday[name]
	switch address := strings.TrimSuffix(name, "s"); {
	case known:
		return word
	case unit(around):
		return "hours"
	case strings.HasSuffix(address, "url"), strings.HasSuffix(address, "uri"):
		return "https://example.com/" + strconv.Itoa(p.number)
	}
	return value
}

// unit reports whether an object of that name has units of measurement.
func unit(name string) bool { return strings.HasSuffix(strings.ToLower(name), "units") }

func free(n *schema.Node) bool {
	return n.Pattern == "" && len(n.Enum) == 0 && n.Const == nil && n.Format == "" && (n.MaxLength == nil || *n.MaxLength >= 24)
}
