package engine

import (
	"strings"

	"skyql/internal/naming"
	"skyql/internal/native"
	"skyql/internal/sqltext"
	"skyql/internal/tagging"
)

// nativeTable finds the table that a SHOW or DESCRIBE names, nil if that shows
// resources of one type. Service and table come without the provider.
func nativeTable(parts []string) (*native.Table, error) {
	if len(parts) == 3 && strings.EqualFold(parts[0], naming.Provider) {
		parts = parts[1:]
	}
	if len(parts) != 2 {
		return nil, nil
	}
	return native.Find(strings.ToLower(parts[0]), strings.ToLower(parts[1]))
}

// nativeTables gives the tables of a service.
func nativeTables(service string) []*native.Table {
	var tables []*native.Table
	for _, t := range native.Tables() {
		if t.Service == service {
			tables = append(tables, t)
		}
	}
	return tables
}

// describeNative tells which columns are inputs of the API's call.
func describeNative(c sqltext.ShowCommand, t *native.Table) *Result {
	l := newListing(c, text("name"), text("type"), boolean("input"), boolean("required"))
	for _, column := range t.Columns {
		if !column.Hidden || column.Input || c.Extended {
			l.add(column.Name, column.Kind.String(), column.Input, column.Required)
		}
	}
	return l.result()
}

// methodsOf lists what can be done with the table.
func methodsOf(c sqltext.ShowCommand, t *native.Table, columns []Column) *Result {
	l := newListing(c, columns...)
	row := func(name, verb, params, permissions string) {
		values := []any{name, t.FullName(), verb, params}
		if c.Extended {
			values = append(values, permissions, nil)
		}
		l.add(values...)
	}
	var required []string
	for _, column := range t.Columns {
		if column.Required {
			required = append(required, column.Name)
		}
	}
	required = append(required, "region")
	for _, operation := range t.Operations {
		row(naming.Column(strings.TrimPrefix(operation, tagging.Prefix)), "SELECT", strings.Join(required, ", "), apiAction(operation))
	}
	switch t {
	case native.Resources:
		row("create_resource", "INSERT", "TypeName, DesiredState, region", "cloudformation:CreateResource")
		row("update_resource", "UPDATE", "TypeName, Identifier, PatchDocument, region", "cloudformation:UpdateResource")
		row("delete_resource", "DELETE", "TypeName, Identifier, region", "cloudformation:DeleteResource")
	case native.Requests:
		row("cancel_resource_request", "DELETE", "RequestToken, region", "cloudformation:CancelResourceRequest")
	case native.TaggedResources:
		row("tag_resources", "INSERT", "ResourceARN, Tags, region", "tag:TagResources")
		row("tag_resources", "UPDATE", "Tags, region", "tag:TagResources")
		row("untag_resources", "DELETE", "ResourceARN, TagKeys, region", "tag:UntagResources")
	}
	return l.result()
}
