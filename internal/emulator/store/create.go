package store

import (
	"encoding/json"
	"strconv"
	"time"

	"skyql/internal/resource"
	"skyql/internal/schema"
	"skyql/internal/validate"
)

// seedsToTry bounds how often a new identifier is made up when one is taken.
const seedsToTry = 100

// desired reads and checks a desired state.
func (v *visit) desired(source json.RawMessage) (map[string]any, error) {
	state, err := decodeObject(source)
	if err != nil {
		return nil, v.invalid("", "DesiredState is not valid: %s", err)
	}
	if faults := v.kind.validator.Check(state); len(faults) > 0 {
		return nil, v.invalid("", "%s", validate.Text(faults))
	}
	return state, nil
}

// create is the create handler: it refuses what only the service may set and what
// has no parent, makes up what was left out, and adds the resource.
func (v *visit) create(source json.RawMessage, now time.Time) outcome {
	missing, release := v.belowParents(source)
	defer release()
	if missing != "" {
		return outcome{code: resource.NotFound, message: missing}
	}
	last := ""
	for range seedsToTry {
		state := decodeKept(string(source))
		identifier, given := v.kind.Identify(state)
		if set := v.kind.readOnlyIn(state); len(set) > 0 {
			return outcome{
				identifier: identifier, code: resource.InvalidRequest,
				message: "Invalid create request: readOnlyProperties " + pointers(set) + " cannot be set",
			}
		}
		identifier, ok := v.add(state, v.shelf.nextSeed(), now)
		switch {
		case identifier == "":
			return outcome{code: resource.InternalFailure, message: "The resource has no identifier."}
		case ok:
			return outcome{identifier: identifier}
		case given || identifier == last: // what the service makes of the rest of the state is taken
			return outcome{
				identifier: identifier, code: resource.AlreadyExists, message: alreadyExistsText(v.target(identifier)),
			}
		}
		last = identifier
	}
	return outcome{code: resource.InternalFailure, message: "No free identifier was found."}
}

// fill adds what the service would. The seed makes it differ from that of
// others.
func (v *visit) fill(state map[string]any, seed uint64, now time.Time) {
	v.kind.applyDefaults(state)
	if _, given := state[zone]; !given && v.kind.zoned {
		state[zone] = string(v.world.scope.Region) + "a"
	}
	v.inherit(state)
	v.kind.generator.ReadOnly(state, v.world.scope, strconv.FormatUint(seed, 10), now)
}

// add fills a state and puts the resource on its shelf, unless its identifier
// is taken or could not be told.
func (v *visit) add(state map[string]any, seed uint64, now time.Time) (identifier string, ok bool) {
	v.fill(state, seed, now)
	identifier, ok = v.kind.Identify(state)
	if !ok {
		return "", false
	}
	return identifier, v.shelf.insert(identifier, v.kind.newModel(state), v.request)
}

// readOnlyIn lists the read-only properties that a desired state sets. A
// property that is also create-only is one that the schema contradicts itself
// about; callers may set it.
func (k *kind) readOnlyIn(state map[string]any) []schema.Path {
	var set []schema.Path
	for _, path := range k.ReadOnly {
		if path.Holds(state) && !containsPath(k.CreateOnly, path) {
			set = append(set, path)
		}
	}
	return set
}
