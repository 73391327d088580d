package emulator

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"skyql/internal/emulator/settings"
	"skyql/internal/emulator/store"
)

func TestListenRefusesRemoteAddresses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		opts Options
		want string
	}{
		"loopback":            {Options{Listen: "127.0.0.1:0"}, ""},
		"other loopback":      {Options{Listen: "127.3.2.1:0"}, ""},
		"name of it":          {Options{Listen: "localhost:0"}, ""},
		"all addresses":       {Options{Listen: "0.0.0.0:0"}, "other machines could reach"},
		"no host":             {Options{Listen: ":0"}, "other machines could reach"},
		"a name":              {Options{Listen: "example.com:0"}, "other machines could reach"},
		"no port":             {Options{Listen: "127.0.0.1"}, "missing port"},
		"allowed in words":    {Options{Listen: "0.0.0.0:0", AllowRemote: true}, ""},
		"allowed but no port": {Options{Listen: "0.0.0.0", AllowRemote: true}, "missing port"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := New(store.New(store.Options{}), test.opts)
			err := s.Start(context.Background())
			defer s.Stop()
			if test.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				if url := s.URL(); !strings.HasPrefix(url, "http://127.") {
					t.Errorf("URL %q", url)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("want an error with %q, have %v", test.want, err)
			}
			if url := s.URL(); url != "" {
				t.Errorf("want no URL, have %q", url)
			}
		})
	}
}

func TestStartAndStop(t *testing.T) {
	t.Parallel()
	s := New(store.New(store.Options{}), Options{Listen: "127.0.0.1:0"})
	s.Stop() // before Start
	for range 20 {
		if err := s.Start(context.Background()); err != nil {
			t.Fatal(err)
		}
		if err := s.Start(context.Background()); err == nil {
			t.Error("want the second Start refused")
		}
		url := s.URL()
		if err := askForStats(url); err != nil {
			t.Fatal(err)
		}
		var stops sync.WaitGroup
		for range 3 {
			stops.Go(s.Stop)
		}
		stops.Wait()
		if err := askForStats(url); err == nil {
			t.Error("want nothing served after Stop")
		}
	}
}

func askForStats(url string) error {
	response, err := http.Get(url + "/_emulator/stats")
	if err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, response.Body)
	response.Body.Close()
	http.DefaultClient.CloseIdleConnections()
	return nil
}

func TestStopEndsCallsThatWait(t *testing.T) {
	t.Parallel()
	s := withBucket(t, Options{Listen: "127.0.0.1:0", Settings: settings.Settings{Latency: latency(time.Hour)}})
	if err := s.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	answered := make(chan error, 1)
	request := exchange{target: targetPrefix + "GetResource", body: readBucket}.request(context.Background())
	request.RequestURI = "" // it is a client's now
	request.URL.Scheme, request.URL.Host = "http", strings.TrimPrefix(s.URL(), "http://")
	go func() {
		response, err := http.DefaultClient.Do(request)
		if err == nil {
			response.Body.Close()
		}
		answered <- err
	}()
	for tick := time.NewTicker(time.Millisecond); s.Stats().MaxInFlight == 0; {
		<-tick.C
	}
	s.Stop()
	if err := <-answered; err == nil {
		t.Error("want no answer from a call that was cut off")
	}
	http.DefaultClient.CloseIdleConnections()
}

func TestTheEndOfTheContextStops(t *testing.T) {
	t.Parallel()
	s := New(store.New(store.Options{}), Options{Listen: "127.0.0.1:0"})
	ctx, cancel := context.WithCancel(context.Background())
	if err := s.Start(ctx); err != nil {
		t.Fatal(err)
	}
	url := s.URL()
	cancel()
	s.Stop()
	if err := askForStats(url); err == nil {
		t.Error("want nothing served after the end of the context")
	}
	if err := s.Start(context.Background()); err != nil {
		t.Errorf("want it to start again, have %v", err)
	}
	s.Stop()
}
