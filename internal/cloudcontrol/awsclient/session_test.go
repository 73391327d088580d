package awsclient_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"skyql/internal/cloudcontrol/awsclient"
	"skyql/internal/resource"
)

func TestUnknownProfile(t *testing.T) {
	t.Parallel()
	client := awsclient.New(awsclient.Options{Endpoint: "http://127.0.0.1:1", Profile: "nobody"})
	_, err := client.Get(t.Context(), bucket())
	if !errors.Is(err, resource.MissingCredentials) || !strings.Contains(err.Error(), `profile "nobody"`) {
		t.Errorf("want MissingCredentials of profile nobody, got %v", err)
	}
	if _, err := client.DefaultRegion(t.Context()); !errors.Is(err, resource.MissingCredentials) {
		t.Errorf("want MissingCredentials, got %v", err)
	}
}

func TestEndpointThatIsNoURL(t *testing.T) {
	t.Parallel()
	for _, endpoint := range []string{"localhost:4566", "ftp://x", "http://", "::", "nonsense"} {
		_, err := awsclient.New(awsclient.Options{Endpoint: endpoint}).Get(t.Context(), bucket())
		if !errors.Is(err, resource.Validation) || !strings.Contains(err.Error(), endpoint) {
			t.Errorf("%q: want Validation that names it, got %v", endpoint, err)
		}
	}
}

func TestEndpointsOfTheEnvironment(t *testing.T) {
	for _, variable := range []string{"AWS_ENDPOINT_URL_CLOUDCONTROL", "AWS_ENDPOINT_URL"} {
		t.Run(variable, func(t *testing.T) {
			server := newAPI(t, ok(`{"ResourceDescription":{"Identifier":"photos"}}`))
			t.Setenv(variable, server.server.URL)
			if _, err := awsclient.New(awsclient.Options{}).Get(t.Context(), bucket()); err != nil {
				t.Fatal(err)
			}
			if key := accessKey(server.seen()[0].header); key != "emulator" {
				t.Errorf("want the key emulator, got %q", key)
			}
		})
	}
}

func TestDefaultRegion(t *testing.T) {
	tests := []struct {
		name, variable, config string
		want                   resource.Region
	}{
		{"none", "AWS_UNRELATED", "", ""},
		{"environment", "AWS_REGION", "[default]\nregion = eu-north-1\n", "ap-south-1"},
		{"environment, old name", "AWS_DEFAULT_REGION", "", "ap-south-1"},
		{"profile", "AWS_UNRELATED", "[default]\nregion = eu-north-1\n", "eu-north-1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			writeConfig(t, test.config)
			t.Setenv(test.variable, "ap-south-1")
			t.Setenv("AWS_DEFAULTS_MODE", "auto") // would ask the metadata service
			got, err := awsclient.New(awsclient.Options{}).DefaultRegion(t.Context())
			if err != nil || got != test.want {
				t.Errorf("want %q, got %q, %v", test.want, got, err)
			}
		})
	}
}

func TestLoadingIsTriedAgainAfterCancel(t *testing.T) {
	t.Parallel()
	client := newAPI(t, ok(`{"ResourceDescription":{"Identifier":"photos"}}`)).client(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := client.DefaultRegion(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("want context.Canceled, got %v", err)
	}
	if _, err := client.Get(t.Context(), bucket()); err != nil {
		t.Errorf("want success, got %v", err)
	}
}
