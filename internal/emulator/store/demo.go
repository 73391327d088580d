package store

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
)

//go:embed demo.jsonl
var demo []byte

// Demo gives the resources of a small company in three regions, of types that
// the starter catalog has. Some of them are not as they should be, so that
// questions about them have answers.
func Demo() []Seed {
	var seeds []Seed
	for line := range bytes.Lines(demo) {
		var seed Seed
		if err := json.Unmarshal(line, &seed); err != nil {
			panic(fmt.Sprintf("store: demo.jsonl: %v", err)) // the file is part of the program
		}
		seeds = append(seeds, seed)
	}
	return seeds
}

// LoadDemo adds the resources of Demo.
func (s *Store) LoadDemo() error { return s.LoadSeed(bytes.NewReader(demo)) }
