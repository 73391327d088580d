package store

import (
	"fmt"

	"skyql/internal/catalog"
	"skyql/internal/emulator/generate"
	"skyql/internal/resource"
	"skyql/internal/schema"
	"skyql/internal/validate"
)

// kind is a resource type with what is worked out from its schema once.
type kind struct {
	*schema.ResourceType
	validator *validate.Validator
	generator *generate.Generator

	homes    catalog.HomeRegions // of a global service
	defaults []fallback
	zoned    bool                 // the service chooses an availability zone where the caller does not
	inputs   map[string]listInput // of the list handler, by name
	demands  [][]string           // the sets of inputs of which the list handler wants one

	// plain is true when the identifier's parts are strings at the top of the
	// model, so that they can be told from the identifier alone.
	plain bool
	tags  *tagForm // nil when the tagging API does not see resources of the type
	// wholeRows is true when the list handler returns all that the read handler
	// does.
	wholeRows bool
}

// wholeRows names types whose list handler is known to return whole models.
//
// https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/resource-operations-list.html
var wholeRows = map[resource.TypeName]bool{
	"AWS::Logs::LogGroup": true,
}

func newKind(types *catalog.Catalog, name resource.TypeName) (*kind, error) {
	t, err := types.Type(name)
	if err != nil {
		return nil, err
	}
	validator, err := validate.New(t)
	if err != nil {
		return nil, fmt.Errorf("schema of %s: %w", name, err)
	}
	k := &kind{
		ResourceType: t, validator: validator, generator: generate.New(t),
		homes: catalog.Homes(name), plain: true, wholeRows: wholeRows[name], tags: newTagForm(t),
	}
	k.defaults, k.zoned = fallbacks(t), choosesZone(t)
	for _, path := range t.PrimaryIdentifier {
		property := t.Property(path[0])
		k.plain = k.plain && len(path) == 1 && property != nil && t.TypeOf(property.Node) == "string"
	}
	k.inputs = listInputs(types, t)
	if input := t.Handlers[schema.List].Input; input.Demands() {
		k.demands = input.Alternatives()
	}
	return k, nil
}
