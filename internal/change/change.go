package change

import (
	"encoding/json"

	"skyql/internal/cloudcontrol"
	"skyql/internal/diff"
	"skyql/internal/resource"
)

// Change is one resource to create, update or delete.
type Change struct {
	Operation  cloudcontrol.Operation
	Scope      resource.Scope
	Type       resource.TypeName
	Identifier string // of a create what its desired state implies, "" if the service makes it up
	// RequestToken names the request that is to be cancelled, instead of a change.
	RequestToken string
	// Document is the desired state of a create, the patch document of an update.
	Document json.RawMessage
	// Differences tells people what an update changes; nil where a patch document
	// was given.
	Differences []diff.Change
	// Model is what an update or delete found, nil if nothing was read.
	Model json.RawMessage
	Call
}

// Call is what a statement may say of a call besides what it changes.
type Call struct{ ClientToken, RoleARN, TypeVersionID string }

// Unchanged reports whether there is nothing to do: the resource is as it should
// be.
func (c Change) Unchanged() bool {
	return c.Operation == cloudcontrol.Update && string(c.Document) == "[]"
}
