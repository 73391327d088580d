package deploy

import (
	"encoding/base64"
	"strings"
	"testing"
)

func TestMask(t *testing.T) {
	t.Parallel()
	s := NewSecrets()
	s.add(`it's "quite" secret`)
	s.add("tell-nobody")
	s.add("short")
	encode := func(e *base64.Encoding, text string) string { return e.EncodeToString([]byte(text)) }
	script := "#!/bin/sh\nexport PASSWORD=tell-nobody\nexec ./server --port 80\n"
	for _, test := range []struct{ name, text, want string }{
		{"as it is", "a tell-nobody b", "a ******** b"},
		{"in SQL", `SELECT 'it''s "quite" secret'`, "SELECT '********'"},
		{"in JSON", `{"Password":"it's \"quite\" secret"}`, `{"Password":"********"}`},
		{"in JSON in JSON", `{"Body":"{\"Password\":\"it's \\\"quite\\\" secret\"}"}`, `{"Body":"{\"Password\":\"********\"}"}`},
		{"in base64", "x='" + encode(base64.StdEncoding, "tell-nobody") + "'", "x='********'"},
		{"in base64 of more", encode(base64.StdEncoding, script) + " end", "******** end"},
		{"in base64 of URLs", "?t=" + encode(base64.URLEncoding, "~~~tell-nobody~~~"), "?t=********"},
		{"other base64 stays", encode(base64.StdEncoding, "nothing of the kind"), encode(base64.StdEncoding, "nothing of the kind")},
		{"what is short is part of words", "shortest", "shortest"},
	} {
		if have := s.Mask(test.text); have != test.want {
			t.Errorf("%s: want %s, have %s", test.name, test.want, have)
		}
		if strings.Contains(s.Mask(test.text), "nobody") {
			t.Errorf("%s: the secret is there", test.name)
		}
	}
}

// Environments have names and values side by side; what only says where a secret is
// stays to be seen.
func TestSecretsInJSON(t *testing.T) {
	t.Parallel()
	s := NewSecrets()
	text := `{"Environment":[{"Name":"DB_PASSWORD","Value":"literal-pass"},{"Name":"MODE","Value":"verbose"}],` +
		`"Secrets":[{"Name":"API_KEY","ValueFrom":"arn:aws:ssm:x"}],"Token":"abcdefgh"}`
	s.addNamed("container", text, func(string) bool { return false })
	want := `{"Environment":[{"Name":"DB_PASSWORD","Value":"********"},{"Name":"MODE","Value":"verbose"}],` +
		`"Secrets":[{"Name":"API_KEY","ValueFrom":"arn:aws:ssm:x"}],"Token":"********"}`
	if have := s.Mask(text); have != want {
		t.Errorf("want %s\nhave %s", want, have)
	}
}
