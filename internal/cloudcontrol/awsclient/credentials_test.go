package awsclient_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"skyql/internal/cloudcontrol/awsclient"
	"skyql/internal/resource"
)

// elsewhere is an endpoint that is not on this machine; answers come from
// httpClient.
const elsewhere = "https://cloudcontrol.example"

// httpClient answers requests for elsewhere by itself and remembers the access
// keys; all others go to their server.
func httpClient(keys *sync.Map) *http.Client {
	return &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		if r.URL.Host != "cloudcontrol.example" {
			return http.DefaultTransport.RoundTrip(r)
		}
		keys.Store(accessKey(r.Header), true)
		recorder := httptest.NewRecorder()
		ok(`{"ResourceDescription":{"Identifier":"photos"}}`)(recorder)
		return recorder.Result(), nil
	})}
}

// accessKey returns the key that a request is signed with.
func accessKey(header http.Header) string {
	_, rest, _ := strings.Cut(header.Get("Authorization"), "Credential=")
	key, _, _ := strings.Cut(rest, "/")
	return key
}

// writeConfig makes text the shared config file.
func writeConfig(t *testing.T, text string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_CONFIG_FILE", path)
}

func TestMissingCredentialsAreFoundOutQuickly(t *testing.T) {
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer silent.Close()
	for name, metadata := range map[string]string{
		"nobody at the metadata address": "http://" + closedPort(), "a metadata service that never answers": silent.URL,
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata)
			start := time.Now()
			_, err := awsclient.New(awsclient.Options{Endpoint: elsewhere}).Get(t.Context(), bucket())
			if took := time.Since(start); took > 3*time.Second {
				t.Errorf("want an error within 3 s, took %s", took)
			}
			if !errors.Is(err, resource.MissingCredentials) {
				t.Fatalf("want MissingCredentials, got %v", err)
			}
			for _, place := range []string{
				"AWS_ACCESS_KEY_ID", `profile "default"`, "~/.aws/config", "~/.aws/credentials",
				"web identity", "container", "EC2 instance role",
			} {
				if !strings.Contains(err.Error(), place) {
					t.Errorf("want %q in %v", place, err)
				}
			}
		})
	}
}

func TestCredentialsOfTheEnvironment(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIAENVIRONMENT")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	server := newAPI(t, ok(`{"ResourceDescription":{"Identifier":"photos"}}`))
	if _, err := server.client(t).Get(t.Context(), bucket()); err != nil {
		t.Fatal(err)
	}
	if key := accessKey(server.seen()[0].header); key != "AKIAENVIRONMENT" {
		t.Errorf("want the key of the environment, got %q", key)
	}
}

func TestCredentialsOfAnInstanceRole(t *testing.T) {
	metadata := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodPut:
			w.Header().Set("X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "300")
			fmt.Fprint(w, "token")
		case strings.HasSuffix(r.URL.Path, "/security-credentials/"):
			fmt.Fprint(w, "role")
		default:
			fmt.Fprintf(w, `{"Code":"Success","AccessKeyId":"ASIAROLE","SecretAccessKey":"s","Token":"t","Expiration":%q}`,
				time.Now().Add(time.Hour).UTC().Format(time.RFC3339))
		}
	}))
	defer metadata.Close()
	t.Setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.URL)
	var keys sync.Map
	client := awsclient.New(awsclient.Options{Endpoint: elsewhere, HTTPClient: httpClient(&keys)})
	if _, err := client.Get(t.Context(), bucket()); err != nil {
		t.Fatal(err)
	}
	if _, used := keys.Load("ASIAROLE"); !used {
		t.Error("want the call signed with the key of the role")
	}
}

func TestAnEmulatorNeedsNoCredentials(t *testing.T) {
	var asked atomic.Int32
	metadata := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer metadata.Close()
	t.Setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.URL)
	server := newAPI(t, ok(`{"ResourceDescription":{"Identifier":"photos"}}`))
	if _, err := server.client(t).Get(t.Context(), bucket()); err != nil {
		t.Fatal(err)
	}
	if key := accessKey(server.seen()[0].header); key != "emulator" {
		t.Errorf("want the key emulator, got %q", key)
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("want no call of the metadata service, got %d", n)
	}
}

func TestAProviderThatFailsIsNotReplaced(t *testing.T) {
	writeConfig(t, "[profile broken]\ncredential_process = false\n")
	server := newAPI(t, ok(`{}`))
	_, err := awsclient.New(awsclient.Options{Endpoint: server.server.URL, Profile: "broken"}).Get(t.Context(), bucket())
	if !errors.Is(err, resource.MissingCredentials) || !strings.Contains(err.Error(), `"broken"`) {
		t.Errorf("want MissingCredentials of profile broken, got %v", err)
	}
	if n := len(server.seen()); n != 0 {
		t.Errorf("want nothing sent, got %d requests", n)
	}
}

func TestExpiredSignInNamesItsCommand(t *testing.T) {
	writeConfig(t, "[profile dev]\nsso_session = x\nsso_account_id = 123456789012\nsso_role_name = r\n"+
		"[sso-session x]\nsso_region = us-east-1\nsso_start_url = https://x.example/start\n")
	_, err := awsclient.New(awsclient.Options{Endpoint: elsewhere, Profile: "dev"}).Get(t.Context(), bucket())
	if want := "aws sso login --profile dev"; !errors.Is(err, resource.MissingCredentials) ||
		!strings.Contains(err.Error(), want) {
		t.Errorf("want MissingCredentials with %q, got %v", want, err)
	}
}

func TestUnreachableProvider(t *testing.T) {
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte("jwt"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_WEB_IDENTITY_TOKEN_FILE", token)
	t.Setenv("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/reader")
	t.Setenv("AWS_MAX_ATTEMPTS", "1") // of STS
	nobody := &http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
		return nil, syscall.ECONNREFUSED
	})}
	_, err := awsclient.New(awsclient.Options{Endpoint: elsewhere, HTTPClient: nobody}).Get(t.Context(), bucket())
	// The region of STS is not that of the call, and none is configured here.
	want := "getting credentials: sts.us-east-1.amazonaws.com: connection refused"
	if !errors.Is(err, resource.Unreachable) || !strings.Contains(err.Error(), want) {
		t.Errorf("want Unreachable with %q, got %v", want, err)
	}
}

func TestProfileWithMFA(t *testing.T) {
	writeConfig(t, "[profile base]\naws_access_key_id = AKIABASE\naws_secret_access_key = s\n"+
		"[profile admin]\nrole_arn = arn:aws:iam::123456789012:role/admin\nsource_profile = base\n"+
		"mfa_serial = arn:aws:iam::123456789012:mfa/me\n")
	_, err := awsclient.New(awsclient.Options{Endpoint: elsewhere, Profile: "admin"}).Get(t.Context(), bucket())
	if !errors.Is(err, resource.MissingCredentials) || !strings.Contains(err.Error(), "MFA") {
		t.Errorf("want MissingCredentials about MFA, got %v", err)
	}
	asked := errors.New("asked")
	_, err = awsclient.New(awsclient.Options{
		Endpoint: elsewhere, Profile: "admin", MFAToken: func() (string, error) { return "", asked },
	}).Get(t.Context(), bucket())
	if !errors.Is(err, resource.MissingCredentials) || !strings.Contains(err.Error(), "asked") {
		t.Errorf("want the code to be asked for, got %v", err)
	}
}
