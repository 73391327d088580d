package docgen

import (
	"encoding/json"
	"slices"
	"strings"

	"skyql/internal/schema"
)

// apiActions are what calling the Cloud Control API needs besides the handler's
// permissions.
//
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html
var apiActions = map[schema.HandlerName][]string{
	schema.Create: {"cloudformation:CreateResource", "cloudformation:GetResourceRequestStatus"},
	schema.Read:   {"cloudformation:GetResource"},
	schema.Update: {"cloudformation:UpdateResource", "cloudformation:GetResourceRequestStatus"},
	schema.Delete: {"cloudformation:DeleteResource", "cloudformation:GetResourceRequestStatus"},
	schema.List:   {"cloudformation:ListResources"},
}

// permissions lists what each handler needs, in the order of the schema.
func (m *maker) permissions() []Permission {
	var all []Permission
	for _, handler := range m.t.Order {
		actions := m.t.Handlers[handler].Permissions
		if len(actions) == 0 {
			continue
		}
		cleaned := make([]string, len(actions))
		for i, action := range actions {
			cleaned[i] = Clean(action)
		}
		all = append(all, Permission{Handler: handler, Actions: cleaned, Policy: Policy(cleaned, apiActions[handler])})
	}
	return all
}

// Policy is an IAM policy document that allows the actions on every resource.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
func Policy(actions ...[]string) string {
	sorted := slices.Concat(actions...)
	slices.SortFunc(sorted, func(a, b string) int { return strings.Compare(strings.ToLower(a)+a, strings.ToLower(b)+b) })
	type statement struct {
		Effect   string
		Action   []string
		Resource string
	}
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(struct {
		Version   string
		Statement []statement
	}{"2012-10-17", []statement{{"Allow", slices.CompactFunc(sorted, strings.EqualFold), "*"}}}); err != nil {
		panic(err) // strings have a JSON form
	}
	return strings.TrimSuffix(b.String(), "\n")
}
