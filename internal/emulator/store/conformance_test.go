package store

import (
	"testing"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/clienttest"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	clienttest.Run(t, func(*testing.T) cloudcontrol.Client { return New(Options{}) })
}

func TestConformanceWhileRequestsTakeTheirTime(t *testing.T) {
	t.Parallel()
	clienttest.Run(t, func(*testing.T) cloudcontrol.Client {
		return New(Options{Stabilize: 2 * time.Millisecond, PageSize: 2})
	})
}
