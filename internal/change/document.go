package change

import (
	"encoding/json"
	"errors"
	"fmt"

	"skyql/internal/jsonpatch"
	"skyql/internal/schema"
	"skyql/internal/validate"
)

// CheckState checks a desired state that was given as a whole, and gives the
// identifier that it implies, "" if none. The type is nil if its schema is not
// known; then only its form is checked.
func CheckState(t *schema.ResourceType, state json.RawMessage) (faults []validate.Fault, identifier string) {
	members, err := decodeObject(state)
	if err != nil {
		return []validate.Fault{{Path: "/DesiredState", Message: "not a JSON object: " + err.Error()}}, ""
	}
	if t == nil {
		return nil, ""
	}
	validator, err := validate.New(t)
	if err != nil {
		return []validate.Fault{{Message: err.Error()}}, ""
	}
	identifier, _ = t.Identify(members)
	faults = readOnlyFaults(t, members)
	for _, fault := range validator.Check(members) {
		faults = append(faults, hinted(t, fault))
	}
	return faults, identifier
}

// CheckPatch reads a patch document as a user writes it, and refuses what AWS
// certainly refuses. The type is nil if its schema is not known.
func CheckPatch(t *schema.ResourceType, value any) (json.RawMessage, error) {
	var text string
	switch v := value.(type) {
	case string:
		text = v
	case json.RawMessage:
		text = string(v)
	default:
		return nil, errors.New(`a patch document is JSON text, such as '[{"op": "add", "path": "/Name", "value": "x"}]'`)
	}
	patch, err := jsonpatch.Parse([]byte(text))
	if err != nil {
		return nil, err
	}
	if len(text) > maxDocument {
		return nil, fmt.Errorf("the patch document has %d bytes; AWS takes %d at most", len(text), maxDocument)
	}
	if t == nil {
		return json.RawMessage(text), nil
	}
	for _, operation := range patch {
		for _, place := range operation.Writes() {
			for _, path := range t.ReadOnly {
				if readOnly(t, path) && path.Matches(place) {
					return nil, fmt.Errorf("%s is read-only: AWS sets it", path)
				}
			}
		}
	}
	return json.RawMessage(text), nil
}
