package store

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"skyql/internal/resource"
	"skyql/internal/validate"
)

// Seed is a resource that is there from the start: one line of a seed file.
type Seed struct {
	Account    string            `json:"account,omitempty"` // default DefaultAccount
	Region     resource.Region   `json:"region"`
	Type       resource.TypeName `json:"type"`
	Properties json.RawMessage   `json:"properties"`
}

// maxSeedLine bounds a line of a seed file: a model and what is around it.
const maxSeedLine = 4 << 20

// Put adds a resource as it is, without a request. Properties may hold
// read-only values; those that are missing are filled in. What the schema
// requires may be missing, since a read handler does not return all of it. A
// resource that exists is refused.
func (s *Store) Put(scope resource.Scope, name resource.TypeName, properties json.RawMessage) error {
	k, err := s.kind(name)
	if err != nil {
		return err
	}
	state, err := decodeObject(properties)
	if err != nil {
		return fmt.Errorf("properties of %s: %w", name, err)
	}
	if faults := slices.DeleteFunc(k.validator.Check(state), forgivable); len(faults) > 0 {
		return fmt.Errorf("%s: %s", name, validate.Text(faults))
	}
	w := s.world(scope)
	v := &visit{store: s, kind: k, world: w, shelf: w.shelf(k)}
	_, given := k.Identify(state)
	for range seedsToTry {
		identifier, ok := v.add(clone(state).(map[string]any), v.shelf.nextSeed(), s.now())
		switch {
		case ok:
			return nil
		case identifier == "":
			return fmt.Errorf("%s: the resource has no identifier", name)
		case given:
			return fmt.Errorf("%s %q is there already", name, identifier)
		}
	}
	return fmt.Errorf("%s: no free identifier was found", name)
}

// forgivable picks the faults that a model has when a read handler left out
// what is write-only.
func forgivable(fault validate.Fault) bool {
	return fault.Keyword == "required" || fault.Keyword == "oneOf" || fault.Keyword == "anyOf"
}

// LoadSeed adds the resources of a seed file: one Seed as JSON on each line.
// Empty lines count but say nothing. An error names the line; the lines before
// it stay.
func (s *Store) LoadSeed(r io.Reader) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxSeedLine)
	number := 0
	for lines.Scan() {
		number++
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		if err := s.putLine(line); err != nil {
			return fmt.Errorf("line %d: %w", number, err)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("line %d: %w", number+1, err)
	}
	return nil
}

func (s *Store) putLine(line []byte) error {
	var seed Seed
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&seed); err != nil {
		return fmt.Errorf("not a resource as JSON: %w", err)
	}
	switch {
	case trailing(decoder):
		return errors.New("more than one JSON value")
	case seed.Region == "":
		return errors.New(`"region" is missing`)
	case !resource.KnownRegion(seed.Region):
		return &resource.UnknownRegionError{Region: seed.Region}
	case seed.Type == "":
		return errors.New(`"type" is missing`)
	case seed.Properties == nil:
		return errors.New(`"properties" is missing`)
	}
	return s.Put(resource.Scope{Account: seed.Account, Region: seed.Region}, seed.Type, seed.Properties)
}

func trailing(decoder *json.Decoder) bool {
	_, err := decoder.Token()
	return err != io.EOF
}
