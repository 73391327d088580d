package validate

import (
	"errors"
	"fmt"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"skyql/internal/schema"
)

// Validator checks models of one resource type. Its methods may be called from
// many goroutines.
type Validator struct {
	compiled *jsonschema.Schema
	secret   []schema.Path // write-only: values there are not repeated
}

// New prepares the validator of a type. Of the schema it takes what describes
// the values: a pattern that cannot be understood matches everything, and
// "format" and unknown keywords say nothing.
func New(t *schema.ResourceType) (*Validator, error) {
	doc, err := assertions(t.Source)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", t.Name, err)
	}
	const address = "cfn:///schema" // nothing is loaded from it
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft7)
	compiler.UseRegexpEngine(newPattern)
	if err := compiler.AddResource(address, doc); err != nil {
		return nil, fmt.Errorf("%s: %w", t.Name, err)
	}
	compiled, err := compiler.Compile(address)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", t.Name, err)
	}
	return &Validator{compiled: compiled, secret: t.WriteOnly}, nil
}

// Check gives all faults of a model in a stable order, and nil for a valid one.
// The model is decoded JSON whose numbers are float64 or json.Number; see
// Decode.
func (v *Validator) Check(model any) []Fault {
	if faults := unfit(model, nil); faults != nil {
		return faults // the library would panic on a number that it cannot read
	}
	err := v.compiled.Validate(model)
	if err == nil {
		return nil
	}
	c := collector{model: model, secret: v.secret}
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return []Fault{{Keyword: "schema", Message: err.Error()}}
	}
	c.collect(invalid)
	return sorted(c.faults)
}
