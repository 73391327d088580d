package signature

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	// signatureDate is the form of dates in signatures, ISO 8601's basic one.
	signatureDate = "20060102T150405Z"
	// skew is how far a caller's clock may be from this one.
	skew = 5 * time.Minute
	// longestPresigned is how long a presigned request may be good for.
	longestPresigned = 7 * 24 * time.Hour
)

// Verify computes the signature of a request anew and compares. It refuses what
// AWS refuses, in AWS's words; no refusal has a secret, or a signature, in it.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
func Verify(r *http.Request, body []byte, signer Credential, service, secret string, now time.Time) *Refusal {
	signed := signer.signature
	date, refused := signed.complete(r)
	if refused != nil {
		return refused
	}
	at, err := time.Parse(signatureDate, date)
	if err != nil {
		return &Refusal{"IncompleteSignature",
			"Date must be in ISO-8601 'basic format'. Got '" + date + "'. See http://en.wikipedia.org/wiki/ISO_8601"}
	}
	names := strings.Split(signed.headers, ";")
	refused = cmp.Or(signer.checkScope(service, at), checkHeaders(r, names, signed.presigned), signed.checkAge(r, at, now))
	if refused != nil {
		return refused
	}
	request := canonicalRequest(r, names, body)
	if !hmac.Equal([]byte(sign(signer, secret, date, request)), []byte(signed.value)) {
		return &Refusal{"InvalidSignature", "The request signature we calculated does not match the signature you provided. " +
			"Check your AWS Secret Access Key and signing method. Consult the service documentation for details."}
	}
	return nil
}

// sign gives the signature of a canonical request. A secret leaves this function
// only as the key of a sum.
func sign(signer Credential, secret, date, request string) string {
	day, region := signer.signature.day, string(signer.Region)
	sum := sha256.Sum256([]byte(request))
	text := strings.Join([]string{
		algorithm, date, strings.Join([]string{day, region, signer.service, terminator}, "/"), hex.EncodeToString(sum[:]),
	}, "\n")
	key := []byte("AWS4" + secret)
	for _, part := range []string{day, region, signer.service, terminator, text} {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(part))
		key = mac.Sum(nil)
	}
	return hex.EncodeToString(key)
}

// complete refuses a signature that lacks a parameter, and gives its date.
func (s signature4) complete(r *http.Request) (date string, refused *Refusal) {
	date = signingDate(r, s.presigned)
	where, suffix := "Authorization header requires ", ". "
	if s.presigned {
		where = "AWS query-string parameters must include "
	}
	var message string
	for _, parameter := range []struct{ value, text string }{
		{s.value, "'Signature' parameter"}, {s.headers, "'SignedHeaders' parameter"},
		{date, "existence of either a 'X-Amz-Date' or a 'Date' header"},
	} {
		if parameter.value == "" {
			message += where + parameter.text + suffix
		}
	}
	if message != "" {
		return "", &Refusal{"IncompleteSignature", strings.TrimSpace(message)}
	}
	return date, nil
}

// signingDate gives when the request was signed, as signatures have it.
func signingDate(r *http.Request, presigned bool) string {
	if presigned {
		return r.URL.Query().Get("X-Amz-Date")
	}
	if date := r.Header.Get("X-Amz-Date"); date != "" {
		return date
	}
	date := r.Header.Get("Date")
	if at, err := http.ParseTime(date); err == nil {
		return at.UTC().Format(signatureDate)
	}
	return date
}

// checkScope refuses a credential scope that is not of this call.
func (c Credential) checkScope(service string, at time.Time) *Refusal {
	if c.service != service {
		return &Refusal{"InvalidSignature", "Credential should be scoped to correct service: '" + service + "'."}
	}
	if day := at.Format(time.DateOnly); strings.ReplaceAll(day, "-", "") != c.signature.day {
		return &Refusal{"InvalidSignature", "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '" +
			c.signature.day + "' != '" + strings.ReplaceAll(day, "-", "") + "', from '" + at.Format(signatureDate) + "'."}
	}
	return nil
}

// checkHeaders refuses a signature that leaves out what decides about the call,
// or that names what is not there.
func checkHeaders(r *http.Request, names []string, presigned bool) *Refusal {
	for i, name := range names[1:] {
		if names[i] >= name { // as no client signs; each name twice could make the text to sign as long as one likes
			return &Refusal{"IncompleteSignature", "SignedHeaders must be sorted, with each header once."}
		}
	}
	if !slices.Contains(names, "host") {
		return &Refusal{"InvalidSignature", "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."}
	}
	for name := range r.Header {
		lower := strings.ToLower(name)
		decides := strings.HasPrefix(lower, "x-amz-") || lower == "date" && !presigned && r.Header.Get("X-Amz-Date") == ""
		if decides && !slices.Contains(names, lower) {
			return &Refusal{"InvalidSignature", "'" + lower + "' must be a 'SignedHeader' in the AWS Authorization."}
		}
	}
	for _, name := range names {
		if _, ok := headerOf(r, name); !ok {
			return &Refusal{"IncompleteSignature", "'" + name + "' is named as a SignedHeader, but it does not exist in the HTTP request."}
		}
	}
	return nil
}

// checkAge refuses a signature that is too old or not valid yet.
func (s signature4) checkAge(r *http.Request, at, now time.Time) *Refusal {
	now = now.UTC()
	valid := skew
	if s.presigned {
		seconds, err := strconv.Atoi(r.URL.Query().Get("X-Amz-Expires"))
		if err != nil || seconds < 1 || seconds > int(longestPresigned.Seconds()) {
			return &Refusal{"IncompleteSignature", "X-Amz-Expires must be a number of seconds from 1 to " +
				strconv.Itoa(int(longestPresigned.Seconds())) + "."}
		}
		valid = time.Duration(seconds) * time.Second
	}
	if oldest := now.Add(-valid); at.Before(oldest.Truncate(time.Second)) {
		return &Refusal{"InvalidSignature", "Signature expired: " + at.Format(signatureDate) + " is now earlier than " +
			oldest.Format(signatureDate) + " (" + now.Format(signatureDate) + " - " + minutes(valid) + " min.)"}
	}
	if latest := now.Add(skew); at.After(latest) {
		return &Refusal{"InvalidSignature", "Signature not yet current: " + at.Format(signatureDate) + " is still later than " +
			latest.Format(signatureDate) + " (" + now.Format(signatureDate) + " + " + minutes(skew) + " min.)"}
	}
	return nil
}

func minutes(d time.Duration) string { return strconv.FormatFloat(d.Minutes(), 'g', 4, 64) }
