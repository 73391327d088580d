package emulator

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestWhoMayUseTheKnobs(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		host    string
		header  map[string]string
		remote  bool // other machines are welcome
		refused string
	}{
		"address":               {host: "127.0.0.1:4577"},
		"other loopback":        {host: "127.9.9.9"},
		"version 6":             {host: "[::1]:4577"},
		"version 6 alone":       {host: "[::1]"},
		"name":                  {host: "localhost:4577"},
		"name alone":            {host: "localhost"},
		"rebound name":          {host: "attacker.example:4577", refused: `host \"attacker.example:4577\" is not this machine; call the emulator by`},
		"name like an address":  {host: "127.0.0.1.attacker.example", refused: "is not this machine"},
		"name that ends so":     {host: "attacker.localhost:80", refused: "is not this machine"},
		"other machine":         {host: "192.0.2.1:4577", refused: "is not this machine"},
		"no host":               {host: "", refused: "is not this machine"},
		"remote, by address":    {host: "192.0.2.1:4577", remote: true},
		"remote, by name":       {host: "attacker.example:4577", remote: true, refused: "is not this machine"},
		"same origin":           {host: "localhost:4577", header: map[string]string{"Origin": "http://localhost:4577", "Sec-Fetch-Site": "same-origin"}},
		"typed in":              {host: "localhost:4577", header: map[string]string{"Sec-Fetch-Site": "none"}},
		"other origin":          {host: "localhost:4577", header: map[string]string{"Origin": "http://attacker.example"}, refused: "web pages of other origins"},
		"other port":            {host: "localhost:4577", header: map[string]string{"Origin": "http://localhost:3000"}, refused: "web pages of other origins"},
		"origin that is hidden": {host: "localhost:4577", header: map[string]string{"Origin": "null"}, refused: "web pages of other origins"},
		"image of other origin": {host: "localhost:4577", header: map[string]string{"Sec-Fetch-Site": "cross-site"}, refused: "web pages of other origins"},
		"same site only":        {host: "localhost:4577", header: map[string]string{"Sec-Fetch-Site": "same-site"}, refused: "web pages of other origins"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := withBucket(t, Options{AllowRemote: test.remote})
			for method, path := range map[string]string{
				http.MethodGet: "stats", http.MethodPatch: "settings", http.MethodPost: "reset-stats",
			} {
				request := httptest.NewRequestWithContext(t.Context(), method, "/_emulator/"+path, strings.NewReader(`{"page_size":3}`))
				request.Host = test.host
				for name, value := range test.header {
					request.Header.Set(name, value)
				}
				recorder := httptest.NewRecorder()
				s.ServeHTTP(recorder, request)
				status, body := recorder.Code, recorder.Body.String()
				if test.refused == "" && status >= 300 || test.refused != "" && (status != http.StatusForbidden || !strings.Contains(body, test.refused)) {
					t.Errorf("%s %s: have %d: %s", method, path, status, body)
				}
			}
			if changed := s.Settings().PageSize == 3; changed != (test.refused == "") {
				t.Errorf("want the settings changed: %v, have %v", test.refused == "", changed)
			}
		})
	}
}
