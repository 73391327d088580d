package stack

import "strings"

// secretWords are what names of secrets are made with. Words as short as key are
// only taken together with what makes them secret: key_name is none.
var secretWords = []string{
	"password", "passwd", "passphrase", "secret", "token", "credential", "private_key", "privatekey", "access_key",
	"accesskey", "api_key", "apikey", "auth_key", "authkey", "encryption_key", "signing_key", "connection_string", "pwd",
}

// harmless are names with such a word that are shown all the same: ARNs and names
// lead to a secret, and an idempotency token opens nothing.
var harmless = []string{
	"arn", "name", "id", "version", "length", "policy", "rotation", "count", "enabled", "validity", "units", "minutes", "seconds",
	"type", "url", "expiration", "lifetime", "region", "store", "issuer", "endpoint", "table", "path", "prefix", "provider", "kms_key", "second", "minute", "hour", "hours", "days",
	"limit", "size", "rate", "quota", "ttl", "from",
}

// SecretName reports whether a variable, column or property is called like
// something that must not be shown.
func SecretName(name string) bool {
	words := snake(name)
	switch words[strings.LastIndexByte(words, '.')+1:] {
	case "idempotency_token", "request_token", "client_token", "next_token":
		return false
	}
	for _, word := range secretWords {
		at := strings.Index(words, word)
		if at < 0 {
			continue
		}
		rest := strings.Trim(words[at+len(word):], "_")
		for _, end := range harmless {
			if rest == end || strings.HasSuffix(rest, "_"+end) {
				return false
			}
		}
		return true
	}
	return false
}

// snake writes MasterUserPassword and master-user-password as
// master_user_password.
func snake(name string) string {
	var b strings.Builder
	for i, r := range name {
		switch {
		case r >= 'A' && r <= 'Z':
			if i > 0 && isLower(name[i-1]) {
				b.WriteByte('_')
			}
			b.WriteRune(r + 'a' - 'A')
		case r == '-' || r == ' ' || r == '/':
			b.WriteByte('_')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func isLower(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }
