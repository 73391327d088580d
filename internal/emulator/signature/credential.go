package signature

import (
	"net/http"
	"net/url"
	"strings"

	"skyql/internal/resource"
)

// Credential is what a request says of its caller, in the Authorization header
// or, when it is presigned, in the query. Parse verifies nothing; Verify does.
type Credential struct {
	AccessKey string
	service   string
	Region    resource.Region
	Token     string // of the session, "" for none
	signature signature4
}

// signature4 is a signature of version 4 with what it was made of, as far as the
// request names it.
type signature4 struct {
	day       string // of the credential scope
	headers   string // the names of those that are signed, between semicolons
	value     string // hexadecimal
	presigned bool
}

// Refusal is a reason not to look at a call. Its name is without "Exception".
type Refusal struct{ Name, Message string }

const (
	algorithm  = "AWS4-HMAC-SHA256"
	terminator = "aws4_request"
)

var (
	errNoSignature = &Refusal{"MissingAuthenticationToken", "Missing Authentication Token"}
	errNoScope     = &Refusal{
		"IncompleteSignature", "Authorization header requires 'Credential' parameter of an AWS4-HMAC-SHA256 signature.",
	}
)

// Parse reads the parameters of a signature of version 4.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
func Parse(r *http.Request) (Credential, *Refusal) {
	var c Credential
	var scope string
	if header := r.Header.Get("Authorization"); header != "" {
		a, ok := parseAuthorization(header)
		if !ok {
			return c, errNoScope
		}
		scope, c.Token = a.credential, r.Header.Get("X-Amz-Security-Token")
		c.signature = signature4{headers: a.signedHeaders, value: a.signature}
	} else if query := presigning(r); query != nil {
		if query.Get("X-Amz-Algorithm") != algorithm {
			return c, errNoScope
		}
		scope, c.Token = query.Get("X-Amz-Credential"), query.Get("X-Amz-Security-Token")
		c.signature = signature4{headers: query.Get("X-Amz-SignedHeaders"), value: query.Get("X-Amz-Signature"), presigned: true}
	} else {
		return c, errNoSignature
	}
	parts := strings.Split(scope, "/")
	if len(parts) < 5 || parts[len(parts)-1] != terminator {
		return c, errNoScope
	}
	parts = parts[len(parts)-5:] // an access key id may have slashes in front
	c.AccessKey, c.signature.day, c.service = parts[0], parts[1], parts[3]
	c.Region = resource.Region(parts[2])
	return c, nil
}

// presigning gives the query of a presigned request, nil if it is none.
func presigning(r *http.Request) url.Values {
	if !strings.Contains(r.URL.RawQuery, "X-Amz-") { // as nearly always
		return nil
	}
	if query := r.URL.Query(); query.Has("X-Amz-Algorithm") {
		return query
	}
	return nil
}

// authorization has the parameters of the header of that name.
type authorization struct{ credential, signedHeaders, signature string }

// parseAuthorization reads the header. Parameters that are missing stay empty; a
// header for another algorithm, or in which one stands twice, is not ok.
func parseAuthorization(header string) (a authorization, ok bool) {
	rest, ok := strings.CutPrefix(header, algorithm+" ")
	if !ok {
		return a, false
	}
	for parameter := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(parameter), "=")
		into, known := map[string]*string{
			"Credential": &a.credential, "SignedHeaders": &a.signedHeaders, "Signature": &a.signature,
		}[name]
		switch {
		case !known:
		case *into != "":
			return authorization{}, false
		default:
			*into = value
		}
	}
	return a, true
}
