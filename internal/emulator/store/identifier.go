package store

import (
	"fmt"
	"slices"
	"strings"

	"skyql/internal/resource"
	"skyql/internal/schema"
)

// find turns an identifier as a caller gives it into the string form. A JSON
// object of additional identifiers is looked up; when nothing has them, the
// object itself is what identifies no resource.
//
// https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/resource-identifier.html
func (s *shelf) find(identifier string) (string, error) {
	if strings.HasPrefix(identifier, "{") {
		if members, err := decodeObject([]byte(identifier)); err == nil {
			return s.findMembers(identifier, members)
		}
	}
	if resource.CheckIdentifier(identifier, s.kind.IdentifierNames()) != nil {
		return "", misfit(identifier, s.kind.PrimaryIdentifier)
	}
	return identifier, nil
}

func (s *shelf) findMembers(identifier string, given map[string]any) (string, error) {
	members := make(map[string]any, len(given))
	for name, value := range given {
		members[schema.ParsePath(name).String()] = value
	}
	if values, ok := valuesOf(members, s.kind.PrimaryIdentifier); ok {
		return resource.JoinIdentifier(values...), nil
	}
	for _, paths := range s.kind.AdditionalIdentifiers {
		values, ok := valuesOf(members, paths)
		if !ok {
			continue
		}
		if items, _ := s.page(filter{slices.Clone(paths), values}, 0, 1); len(items) > 0 {
			return items[0].identifier, nil
		}
		return identifier, nil
	}
	return "", misfit(identifier, s.kind.PrimaryIdentifier)
}

// valuesOf gives the members' values in the order of the paths, if the members
// are those and no others.
func valuesOf(members map[string]any, paths []schema.Path) ([]string, bool) {
	if len(members) != len(paths) {
		return nil, false
	}
	values := make([]string, len(paths))
	for i, path := range paths {
		value, ok := members[path.String()]
		if !ok {
			return nil, false
		}
		values[i] = schema.KeyText(value)
	}
	return values, true
}

func misfit(identifier string, paths []schema.Path) error {
	//lint:ignore ST1005 these are the service's own words, which clients may look for
	return fmt.Errorf("Identifier %s is not valid for identifier %s", identifier, pointers(paths))
}

// pointers lists paths as the service prints them.
func pointers(paths []schema.Path) string {
	texts := make([]string, len(paths))
	for i, path := range paths {
		texts[i] = path.Pointer()
	}
	return bracketed(texts)
}
