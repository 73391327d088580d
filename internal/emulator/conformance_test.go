package emulator

import (
	"context"
	"net/http"
	"testing"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/awsclient"
	"skyql/internal/cloudcontrol/clienttest"
	"skyql/internal/emulator/store"
)

// TestConformance runs the suite through the AWS SDK and a socket.
func TestConformance(t *testing.T) {
	t.Parallel()
	clienttest.Run(t, func(t *testing.T) cloudcontrol.Client {
		s := New(store.New(store.Options{PageSize: 3}), Options{Listen: "127.0.0.1:0"})
		if err := s.Start(context.Background()); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Stop)
		transport := &http.Transport{}
		t.Cleanup(transport.CloseIdleConnections)
		return awsclient.New(awsclient.Options{Endpoint: s.URL(), HTTPClient: &http.Client{Transport: transport}})
	})
}
