package change

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
	"skyql/internal/schema"
	"skyql/internal/table"
	"skyql/internal/validate"
)

// Insert makes the changes of one INSERT.
type Insert struct {
	table     *table.Table
	columns   []column
	validator *validate.Validator
	region    resource.Region // where a row names none, may be empty
	made      map[string]int  // rows by what identifies their resources
	rows      int
	invalid   []RowFaults
}

// NewInsert reads the columns of an INSERT. The region is for rows that name
// none; it is empty if there is no one region that the user means.
func NewInsert(t *table.Table, names []string, region resource.Region) (*Insert, error) {
	found, err := columns(t, names)
	if err != nil {
		return nil, err
	}
	for i, c := range found {
		switch {
		case c.role == patchDocument:
			return nil, &ColumnError{i, fmt.Errorf("PatchDocument is for UPDATE; an INSERT names the properties")}
		case c.role == property && readOnly(t.Type, c.path):
			return nil, &ColumnError{i, fmt.Errorf("%s is read-only: AWS sets it", c.name)}
		}
	}
	validator, err := validate.New(t.Type)
	if err != nil {
		return nil, err
	}
	return &Insert{table: t, columns: found, validator: validator, region: region, made: map[string]int{}}, nil
}

// Add takes a row and gives the change, which must not be carried out before
// Check has found nothing.
func (in *Insert) Add(values []any) Change {
	in.rows++
	c := Change{
		Operation: cloudcontrol.Create, Type: in.table.Type.Name, Scope: resource.Scope{Region: in.region},
	}
	state := map[string]any{}
	var faults []validate.Fault
	blame := func(path, format string, args ...any) {
		faults = append(faults, validate.Fault{Path: path, Message: fmt.Sprintf(format, args...)})
	}
	for i, column := range in.columns {
		if taken, err := c.take(column.role, values[i]); taken {
			if err != nil {
				blame("/"+column.name, "%s", err)
			}
			continue
		}
		switch {
		case values[i] == nil:
		case column.role == region:
			text, _ := values[i].(string)
			c.Scope.Region = resource.Region(text)
		default:
			value, err := Convert(in.table.Type, column.node, values[i])
			if err != nil {
				blame("/"+column.path.String(), "%s", err)
				continue
			}
			set(state, column.path, value)
		}
	}
	if err := CheckRegion(c.Scope.Region); err != nil {
		blame("/region", "%s", err)
	}
	faults = append(faults, in.stateFaults(state, faults)...)
	in.identify(&c, state, &faults)
	c.Document = encode(state)
	if len(c.Document) > maxDocument {
		blame("", "the desired state has %d bytes; AWS takes %d at most", len(c.Document), maxDocument)
	}
	if len(faults) > 0 {
		in.invalid = append(in.invalid, RowFaults{Row: in.rows, Faults: faults})
	}
	return c
}

// maxDocument is what the API takes for a desired state or patch document.
//
// https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/API_CreateResource.html
const maxDocument = 262144

// stateFaults checks the desired state against the schema. What was found wrong
// with a value before is not said again.
func (in *Insert) stateFaults(state map[string]any, known []validate.Fault) []validate.Fault {
	faults := readOnlyFaults(in.table.Type, state)
	for _, fault := range in.validator.Check(state) {
		if !missesOnly(fault, known) {
			faults = append(faults, hinted(in.table.Type, fault))
		}
	}
	return faults
}

// readOnlyFaults finds values that only the service sets.
func readOnlyFaults(t *schema.ResourceType, state map[string]any) []validate.Fault {
	var faults []validate.Fault
	for _, path := range t.ReadOnly {
		if !readOnly(t, path) {
			continue
		}
		path.Each(state, func(place []string, _ any) {
			faults = append(faults, validate.Fault{
				Path: "/" + strings.Join(place, "/"), Message: "is read-only: AWS sets it",
			})
		})
	}
	return faults
}

// missesOnly reports whether the fault says that a property is missing whose
// value was found wrong.
func missesOnly(fault validate.Fault, known []validate.Fault) bool {
	for _, k := range known {
		if fault.Path == "" && fault.Message == "required key ["+strings.TrimPrefix(k.Path, "/")+"] not found" {
			return true
		}
	}
	return false
}

// identify finds two rows that would make the same resource.
func (in *Insert) identify(c *Change, state map[string]any, faults *[]validate.Fault) {
	c.Identifier, _ = in.table.Type.Identify(state)
	names := append([][]schema.Path{in.table.Type.PrimaryIdentifier}, in.table.Type.AdditionalIdentifiers...)
	for _, paths := range names {
		identifier, ok := schema.Identify(state, paths)
		if !ok {
			continue
		}
		key := fmt.Sprintf("%s\x00%v\x00%s", c.Scope.Region, paths, identifier)
		if before, taken := in.made[key]; taken {
			*faults = append(*faults, validate.Fault{
				Path: "/" + paths[0].String(), Message: fmt.Sprintf("row %d creates %q in %s as well", before, identifier, c.Scope.Region),
			})
			return
		}
		in.made[key] = in.rows
	}
}

// Check gives an *InvalidError if any row is not valid.
func (in *Insert) Check() error {
	if len(in.invalid) == 0 {
		return nil
	}
	return &InvalidError{in.table.Name, "desired state", in.invalid, in.rows}
}

// CheckRegion refuses a region that is not given or does not exist.
func CheckRegion(region resource.Region) error {
	switch {
	case region == "":
		return fmt.Errorf("no region is given: add the column region, or name one with --region or SET regions")
	case !resource.KnownRegion(region):
		return &resource.UnknownRegionError{Region: region}
	}
	return nil
}

// set puts a value where a path without "*" leads.
func set(state map[string]any, path schema.Path, value any) {
	for _, segment := range path[:len(path)-1] {
		next, ok := state[segment].(map[string]any)
		if !ok {
			next = map[string]any{}
			state[segment] = next
		}
		state = next
	}
	state[path[len(path)-1]] = value
}

// encode gives compact JSON. The characters of HTML stay as they are: policies
// and templates have them.
func encode(value any) json.RawMessage {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err) // decoded JSON has a JSON form
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
