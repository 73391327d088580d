package emulator

import (
	"net/http"
	"strings"

	"skyql/internal/emulator/store"
	"skyql/internal/resource"
)

// credential is what the Authorization header says, with nothing verified.
type credential struct {
	accessKey string
	service   string
	scope     resource.Scope
}

// refusal is a reason not to look at a call.
type refusal struct{ name, message string }

// parseCredential reads the credential scope of a signature of version 4.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
func parseCredential(r *http.Request) (credential, *refusal) {
	header := r.Header.Get("Authorization")
	if header == "" {
		return credential{}, &refusal{"MissingAuthenticationToken", "Missing Authentication Token"}
	}
	_, rest, _ := strings.Cut(header, "Credential=")
	text, _, _ := strings.Cut(rest, ",")
	parts := strings.Split(strings.TrimSpace(text), "/")
	if !strings.HasPrefix(header, "AWS4-HMAC-SHA256 ") || len(parts) < 5 || parts[len(parts)-1] != "aws4_request" {
		return credential{}, &refusal{
			"IncompleteSignature", "Authorization header requires 'Credential' parameter of an AWS4-HMAC-SHA256 signature.",
		}
	}
	parts = parts[len(parts)-5:] // an access key id may have slashes in front
	return credential{
		accessKey: parts[0], service: parts[3],
		scope: resource.Scope{Account: accountOf(parts[0]), Region: resource.Region(parts[2])},
	}, nil
}

// accountOf maps an access key id to an account.
func accountOf(accessKey string) string {
	if len(accessKey) == 12 && strings.Trim(accessKey, "0123456789") == "" {
		return accessKey
	}
	return store.DefaultAccount
}
