package schema

// HandlerName is one of the five handlers of a resource type.
type HandlerName string

// The handlers.
const (
	Create HandlerName = "create"
	Read   HandlerName = "read"
	Update HandlerName = "update"
	Delete HandlerName = "delete"
	List   HandlerName = "list"
)

// HandlerNames lists all handlers in the usual order.
var HandlerNames = []HandlerName{Create, Read, Update, Delete, List}

// Handler is what the schema declares for one handler.
type Handler struct {
	Permissions    []string // IAM actions that the caller needs
	TimeoutMinutes int      // 0 when not declared
	Input          Input    // of the list handler
}

// Input is what a list handler wants in its ResourceModel.
type Input struct {
	Properties []InputProperty
	Required   []string
	OneOf      [][]string // exactly one of these sets
	AnyOf      [][]string // at least one of these sets
}

// InputProperty is a property that a handler takes, and the property of the
// type that its $ref leads to, which is mostly of the same name.
type InputProperty struct {
	Name  string
	Names string // the referenced top-level property, "" if it has no $ref
}

// Demands reports whether the handler cannot run without input.
func (in Input) Demands() bool {
	return len(in.Required) > 0 || len(in.OneOf) > 0 || len(in.AnyOf) > 0
}

// Alternatives lists the sets of properties of which one set must be given.
// Nothing needed gives one empty set.
func (in Input) Alternatives() [][]string {
	choices := append(append([][]string{}, in.OneOf...), in.AnyOf...)
	if len(choices) == 0 {
		return [][]string{in.Required}
	}
	sets := make([][]string, 0, len(choices))
	for _, choice := range choices {
		sets = append(sets, append(append([]string{}, in.Required...), choice...))
	}
	return sets
}

// Has reports whether the type can do this at all. A handler key without
// permissions is a handler that AWS does not run.
func (t *ResourceType) Has(name HandlerName) bool {
	return len(t.Handlers[name].Permissions) > 0
}
