package cli

import (
	"testing"
	"time"

	"skyql/internal/cloudcontrol/limit"
)

// Using a rate does not make it younger: it would be kept for ever.
func TestRatesGrowOld(t *testing.T) {
	t.Parallel()
	then := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	kept := []keptRate{
		{Profile: "p", Region: "us-east-1", Class: limit.Lists, PerSecond: 9, FoundAt: then.Add(-time.Hour)},
		{Profile: "p", Region: "us-east-1", Class: limit.Reads, PerSecond: 9, FoundAt: then},
	}
	if have := (keptRate{Profile: "p", Region: "us-east-1", Class: limit.Reads, PerSecond: 12}).foundAt(kept); !have.Equal(then) {
		t.Errorf("want %v, have %v", then, have)
	}
	if have := (keptRate{Profile: "q", Region: "us-east-1", Class: limit.Reads}).foundAt(kept); time.Since(have) > time.Minute {
		t.Errorf("want it new, have %v", have)
	}
}
