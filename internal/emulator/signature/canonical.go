package signature

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// canonicalRequest gives what a client has signed: the same text for all the
// ways in which a request can be written.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request
func canonicalRequest(r *http.Request, names []string, body []byte) string {
	var headers strings.Builder
	for _, name := range names {
		value, _ := headerOf(r, name)
		headers.WriteString(name + ":" + value + "\n")
	}
	sum := sha256.Sum256(body)
	return strings.Join([]string{
		r.Method, canonicalPath(r), canonicalQuery(r.URL.RawQuery), headers.String(), strings.Join(names, ";"),
		hex.EncodeToString(sum[:]),
	}, "\n")
}

// headerOf gives a header in the canonical form, by its name in lower case. Go
// takes some headers out of the map.
func headerOf(r *http.Request, name string) (value string, ok bool) {
	switch name {
	case "host":
		return strings.TrimSpace(r.Host), r.Host != ""
	case "content-length":
		return strconv.FormatInt(max(0, r.ContentLength), 10), true
	}
	values, ok := r.Header[http.CanonicalHeaderKey(name)]
	canonical := make([]string, len(values))
	for i, value := range values {
		canonical[i] = singleSpaces(strings.TrimSpace(value))
	}
	return strings.Join(canonical, ","), ok
}

func singleSpaces(text string) string {
	for strings.Contains(text, "  ") {
		text = strings.ReplaceAll(text, "  ", " ")
	}
	return text
}

// canonicalPath gives the path as it was sent, without detours, and encoded once
// more: so all services have it but S3.
func canonicalPath(r *http.Request) string {
	path, _, _ := strings.Cut(r.RequestURI, "?")
	if !strings.HasPrefix(path, "/") { // the whole URL, as for a proxy
		path = r.URL.EscapedPath()
	}
	var parts []string
	for part := range strings.SplitSeq(path, "/") {
		switch {
		case part == "" || part == ".":
		case part == "..":
			parts = parts[:max(0, len(parts)-1)]
		default:
			parts = append(parts, encodeURI(part))
		}
	}
	if len(parts) == 0 {
		return "/"
	}
	out := "/" + strings.Join(parts, "/")
	if strings.HasSuffix(path, "/") {
		out += "/"
	}
	return out
}

// canonicalQuery sorts the parameters by name and value and encodes them in the
// one way that AWS knows. The signature itself is none of them.
func canonicalQuery(raw string) string {
	type parameter struct{ name, value string }
	var all []parameter
	for piece := range strings.SplitSeq(raw, "&") {
		name, value, _ := strings.Cut(piece, "=")
		if name = encodeURI(decodeURI(name)); piece != "" && name != "X-Amz-Signature" {
			all = append(all, parameter{name, encodeURI(decodeURI(value))})
		}
	}
	slices.SortFunc(all, func(a, b parameter) int {
		if a.name != b.name {
			return strings.Compare(a.name, b.name)
		}
		return strings.Compare(a.value, b.value)
	})
	var out strings.Builder
	for i, p := range all {
		if i > 0 {
			out.WriteByte('&')
		}
		out.WriteString(p.name + "=" + p.value)
	}
	return out.String()
}

// decodeURI decodes a part of a query. What cannot be decoded stays: no client
// can have signed that.
func decodeURI(text string) string {
	if decoded, err := url.QueryUnescape(text); err == nil {
		return decoded
	}
	return text
}

const upperHex = "0123456789ABCDEF"

// encodeURI encodes all bytes but those that RFC 3986 leaves to everybody.
//
// https://www.rfc-editor.org/rfc/rfc3986#section-2.3
func encodeURI(text string) string {
	var out strings.Builder
	for i := range len(text) {
		switch c := text[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-._~", c) >= 0:
			out.WriteByte(c)
		default:
			out.WriteByte('%')
			out.WriteByte(upperHex[c>>4])
			out.WriteByte(upperHex[c&15])
		}
	}
	return out.String()
}
