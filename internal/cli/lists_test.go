package cli

import (
	"os"
	"path/filepath"
	"testing"
)

// Not parallel: it is about the environment.
func TestEndpointHost(t *testing.T) {
	for _, test := range []struct {
		name, flag, config string
		environment        map[string]string
		want               string
	}{
		{name: "AWS", want: "aws"},
		{name: "AWS by a profile", config: "[default]\nregion = eu-west-1\n", want: "aws"},
		{name: "the flag's", flag: "http://127.0.0.1:4577", want: "127.0.0.1:4577"},
		{name: "the flag's before the environment's", flag: "http://127.0.0.1:4577", want: "127.0.0.1:4577",
			environment: map[string]string{"AWS_ENDPOINT_URL": "http://localhost:1"}},
		{name: "the environment's", environment: map[string]string{"AWS_ENDPOINT_URL": "http://localhost:4566"}, want: "localhost:4566"},
		{name: "the environment's for the service", want: "localhost:2",
			environment: map[string]string{"AWS_ENDPOINT_URL": "http://localhost:1", "AWS_ENDPOINT_URL_CLOUDCONTROL": "http://localhost:2"}},
		{name: "perhaps a profile's", config: "[profile local]\nendpoint_url = http://localhost:4566\n", want: ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			folder := t.TempDir()
			for _, name := range []string{"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_CLOUDCONTROL"} {
				t.Setenv(name, test.environment[name])
			}
			t.Setenv("AWS_CONFIG_FILE", filepath.Join(folder, "config"))
			t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(folder, "credentials"))
			if test.config != "" {
				if err := os.WriteFile(filepath.Join(folder, "config"), []byte(test.config), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if got := endpointHost(test.flag); got != test.want {
				t.Errorf("want %q, have %q", test.want, got)
			}
		})
	}
}
