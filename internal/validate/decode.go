package validate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strconv"
)

// Decode reads one JSON document and keeps its numbers as json.Number, so that
// large ones stay exact.
func Decode(source []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(source))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("more than one JSON value, the second at byte %d", decoder.InputOffset())
	}
	return value, nil
}

// unfit gives the faults of numbers that cannot be computed with, because their
// exponents are absurd or they are none.
func unfit(value any, location []string) []Fault {
	var faults []Fault
	switch value := value.(type) {
	case map[string]any:
		for name, child := range value {
			faults = append(faults, unfit(child, append(location, name))...)
		}
	case []any:
		for i, child := range value {
			faults = append(faults, unfit(child, append(location, strconv.Itoa(i)))...)
		}
	case json.Number, float64:
		if _, ok := rational(value); !ok {
			return []Fault{{Path: pointer(location), Keyword: "type", Message: "the number cannot be represented"}}
		}
	}
	return sorted(faults)
}

// rational reads a number in one of its forms.
func rational(value any) (n *big.Rat, ok bool) {
	switch value := value.(type) {
	case float64:
		n = new(big.Rat).SetFloat64(value)
		return n, n != nil
	case json.Number:
		return new(big.Rat).SetString(string(value))
	}
	return nil, false
}
