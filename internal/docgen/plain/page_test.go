package plain

import (
	"regexp"
	"strings"
	"testing"
	"unicode"

	"skyql/internal/catalog"
	"skyql/internal/docgen"
)

func page(t *testing.T) *docgen.Page {
	t.Helper()
	p, err := docgen.New(catalog.Starter()).Page("AWS::Cognito::UserPoolClient")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPageIsWrappedAndComplete(t *testing.T) {
	t.Parallel()
	p := page(t)
	p.Description = strings.Repeat("many words ", 40)
	text := Page(p, Options{Width: 60})
	if strings.Contains(text, "\x1b") {
		t.Error("styles, though none are wanted")
	}
	for _, line := range strings.Split(text, "\n") {
		if len(line) > 60 && strings.HasPrefix(line, "many") {
			t.Errorf("a line of %d letters: %s", len(line), line)
		}
	}
	for _, want := range []string{
		"awscc.cognito.user_pool_clients\nAWS::Cognito::UserPoolClient\n", "\nFields\n", "user_pool_id  string  identifier  required  create-only\n",
		"    access_token  string\n", "create_resource  INSERT  UserPoolId, region\n", "\nSELECT examples\n", "    FROM awscc.cognito.user_pool_clients\n",
		"  --var client_id=…", "stackql_manifest.yml", "/*+ statecheck */", "  cognito-idp:ListUserPoolClients\n", "parent    awscc.cognito.user_pools\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("it lacks %q", want)
		}
	}
}

func TestStylesAreAllThereIs(t *testing.T) {
	t.Parallel()
	p := page(t)
	p.Description = "\x1b]0;title\x07 and \u202e"
	p.Fields[0].Name = "name\x1b[2J\r"
	styled := Page(p, Options{Width: 100, Style: true})
	if !strings.Contains(styled, "\x1b[1mexplicit_auth_flows\x1b[0m") {
		t.Error("no style")
	}
	bare := regexp.MustCompile("\x1b\\[[0-9;]*m").ReplaceAllString(styled, "")
	for _, r := range bare {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
			t.Errorf("%q is left", r)
		}
	}
}
