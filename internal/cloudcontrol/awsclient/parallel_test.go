package awsclient_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"skyql/internal/cloudcontrol/awsclient"
	"skyql/internal/resource"
)

func TestParallelCallsKeepTheirConnections(t *testing.T) {
	t.Parallel()
	const parallel = 64
	var connections atomic.Int32
	var arrived atomic.Pointer[sync.WaitGroup] // holds every answer back until all calls of a round are there
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		round := arrived.Load()
		round.Done()
		round.Wait()
		ok(`{"ResourceDescription":{"Identifier":"photos"}}`)(w)
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	client := awsclient.New(awsclient.Options{Endpoint: server.URL, MaxConnections: parallel})
	for range 3 {
		round := new(sync.WaitGroup)
		round.Add(parallel)
		arrived.Store(round)
		var calls sync.WaitGroup
		for i := range parallel {
			in := bucket()
			in.Scope.Region = []resource.Region{"eu-west-1", "us-east-1"}[i%2]
			calls.Go(func() {
				if _, err := client.Get(t.Context(), in); err != nil {
					t.Error(err)
				}
			})
		}
		calls.Wait()
	}
	// A connection may be given back a moment after its call has returned.
	if n := connections.Load(); n > parallel+parallel/4 {
		t.Errorf("want about %d connections for 3 rounds, got %d", parallel, n)
	}
}
