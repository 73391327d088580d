package engine_test

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain looks for goroutines that a statement left behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
