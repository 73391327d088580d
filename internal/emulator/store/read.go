package store

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
	"skyql/internal/schema"
)

// Get implements cloudcontrol.Reader.
func (s *Store) Get(ctx context.Context, in cloudcontrol.GetInput) (cloudcontrol.Description, error) {
	var wrong violations
	wrong.required("identifier", in.Identifier, identifierPattern)
	v, err := s.enter(ctx, cloudcontrol.GetResource, schema.Read, in.Call, wrong)
	if err != nil {
		return cloudcontrol.Description{}, err
	}
	identifier, err := v.shelf.find(in.Identifier)
	if err != nil {
		return cloudcontrol.Description{}, v.invalid(in.Identifier, "%s", err)
	}
	it, ok := v.shelf.get(identifier)
	if !ok {
		return cloudcontrol.Description{}, v.absent(v.target(identifier))
	}
	return cloudcontrol.Description{
		Identifier: it.identifier, Properties: json.RawMessage(it.model.visible),
	}, nil
}

// List implements cloudcontrol.Reader. Resources come in the order of their
// creation. A page goes on behind the last resource of the one before, whatever
// was created or deleted in between.
func (s *Store) List(ctx context.Context, in cloudcontrol.ListInput) (cloudcontrol.Page, error) {
	var wrong violations
	wrong.optional("nextToken", in.NextToken, listTokenPattern)
	wrong.pageSize(in.MaxResults)
	if in.ResourceModel != nil {
		wrong.document("resourceModel", in.ResourceModel)
	}
	v, err := s.enter(ctx, cloudcontrol.ListResources, schema.List, in.Call, wrong)
	if err != nil {
		return cloudcontrol.Page{}, err
	}
	given, err := v.listModel(in.ResourceModel)
	if err != nil {
		return cloudcontrol.Page{}, err
	}
	f := v.kind.filterOf(given)
	about := strings.Join([]string{string(in.Type), f.key()}, "\x00")
	after := uint64(0)
	if in.NextToken != "" {
		ok := false
		if after, ok = decodePosition(in.NextToken, about); !ok {
			return cloudcontrol.Page{}, v.invalid("", "NextToken is not valid for this request")
		}
	}
	size := s.knobs.Load().pageSize
	if in.MaxResults > 0 {
		size = min(size, in.MaxResults)
	}
	items, more := v.shelf.page(f, after, size)
	page := cloudcontrol.Page{Resources: make([]cloudcontrol.Description, len(items))}
	for i, it := range items {
		page.Resources[i] = cloudcontrol.Description{Identifier: it.identifier, Properties: v.kind.row(it, f)}
	}
	if more {
		page.NextToken = encodePosition(items[len(items)-1].number, about)
	}
	return page, nil
}

// listModel reads and checks what the list handler is given.
func (v *visit) listModel(source json.RawMessage) (map[string]any, error) {
	given := map[string]any{}
	if source != nil {
		var err error
		if given, err = decodeObject(source); err != nil {
			return nil, v.invalid("", "ResourceModel is not valid: %s", err)
		}
	}
	if lacks := v.kind.missingInput(given); lacks != "" {
		return nil, v.refuse(resource.InvalidRequest, "", "Missing or invalid ResourceModel property in "+
			string(v.kind.Name)+" list handler request input.Required property:  ("+lacks+")")
	}
	if fault := v.kind.unfitInput(given); fault != "" {
		return nil, v.refuse(resource.InvalidRequest, "", "Missing or invalid ResourceModel property in "+
			string(v.kind.Name)+" list handler request input. Invalid property: "+fault)
	}
	if missing, absent := v.store.absentParent(v.world, v.kind, given); absent {
		return nil, v.absent(missing)
	}
	return given, nil
}

// row gives the properties of a resource that the list handler returns: for
// most types only those that identify it, and those that it was asked by.
func (k *kind) row(it item, f filter) json.RawMessage {
	if k.wholeRows {
		return json.RawMessage(it.model.visible)
	}
	parts, fits := resource.SplitIdentifier(it.identifier, len(k.PrimaryIdentifier))
	if !k.plain || !fits || !subset(f.paths, k.PrimaryIdentifier) {
		return json.RawMessage(encode(k.part(it, f)))
	}
	row, separator := make([]byte, 0, 2*len(it.identifier)+32), byte('{')
	for i, path := range k.PrimaryIdentifier {
		row = append(row, separator)
		separator = ','
		row = appendText(row, path[0])
		row = append(row, ':')
		row = appendText(row, parts[i])
	}
	return append(row, '}')
}

func subset(paths, all []schema.Path) bool {
	return !slices.ContainsFunc(paths, func(path schema.Path) bool { return !containsPath(all, path) })
}

// part takes the identifier's properties and the filter's out of the model.
func (k *kind) part(it item, f filter) map[string]any {
	state, row := decodeKept(it.model.visible), map[string]any{}
	for _, paths := range [][]schema.Path{k.PrimaryIdentifier, f.paths} {
		for _, path := range paths {
			if value, ok := path.Value(state); ok {
				put(row, path, value)
			}
		}
	}
	return row
}

// put sets the value at a path and makes the objects on the way to it.
func put(members map[string]any, path schema.Path, value any) {
	for _, segment := range path[:len(path)-1] {
		inner, ok := members[segment].(map[string]any)
		if !ok {
			inner = map[string]any{}
			members[segment] = inner
		}
		members = inner
	}
	members[path[len(path)-1]] = value
}
