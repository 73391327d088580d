//go:build unix

package acceptance

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// pageVariable names a documentation page of the provider, that of the user pool
// clients. Its statements must run here as they stand.
const pageVariable = "SKYQL_TEST_PAGE"

var fence = regexp.MustCompile("(?s)```sql\n(.*?)```")

// clientValues are values for the page's placeholders.
var clientValues = map[string]string{
	"region": "us-east-1", "client_name": "it's a web app", "explicit_auth_flows": `["ALLOW_USER_SRP_AUTH","ALLOW_REFRESH_TOKEN_AUTH"]`,
	"generate_secret": "true", "read_attributes": `["email"]`, "auth_session_validity": "5", "refresh_token_validity": "30",
	"access_token_validity": "60", "id_token_validity": "60",
	"token_validity_units":   `{"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "days"}`,
	"refresh_token_rotation": `{"Feature": "ENABLED", "RetryGracePeriodSeconds": "10"}`,
	"write_attributes":       `["email"]`, "allowed_oauth_flows": `["code"]`, "allowed_oauth_flows_user_pool_client": "true",
	"allowed_oauth_scopes": `["openid"]`, "callback_urls": `["https://shop.example/in"]`, "default_redirect_uri": "https://shop.example/in",
	"logout_urls": `["https://shop.example/out"]`, "supported_identity_providers": `["COGNITO"]`,
	"analytics_configuration":       `{"ApplicationId": "a1", "UserDataShared": "false"}`,
	"prevent_user_existence_errors": "ENABLED", "enable_token_revocation": "true",
	"enable_propagate_additional_user_context_data": "false",
}

// page runs the statements of the page against an emulator.
type page struct {
	t      *testing.T
	url    string
	values map[string]string
}

// run runs a statement with the values filled in, and gives the rows.
func (p *page) run(sql string) []map[string]any {
	p.t.Helper()
	file := filepath.Join(p.t.TempDir(), "statement.iql")
	if err := os.WriteFile(file, []byte(sql), 0o600); err != nil {
		p.t.Fatal(err)
	}
	args := []string{"--endpoint", p.url, "-o", "json", "-i", file}
	for name, value := range p.values {
		args = append(args, "--var", name+"="+value)
	}
	cmd := command(p.t, args...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		p.t.Fatalf("%s\n%v\n%s", sql, err, stderr.String())
	}
	var rows []map[string]any
	if len(out) > 0 {
		if err := json.Unmarshal(out, &rows); err != nil {
			p.t.Fatalf("%s\n%v\n%s", sql, err, out)
		}
	}
	return rows
}

func TestStatementsOfADocumentationPage(t *testing.T) {
	t.Parallel()
	path := os.Getenv(pageVariable)
	if path == "" {
		t.Skipf("skipped: %s names no page", pageVariable)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var statements []string
	for _, match := range fence.FindAllStringSubmatch(string(text), -1) {
		statements = append(statements, match[1])
	}
	if len(statements) != 6 {
		t.Fatalf("want two SELECTs, two INSERTs, an UPDATE and a DELETE, have %d statements", len(statements))
	}
	get, list, insertRequired, insertAll, update, remove := statements[0], statements[1], statements[2], statements[3], statements[4], statements[5]
	b, line, err := start(command(t, "emulator", "--listen", "127.0.0.1:0"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.stop(syscall.SIGKILL) })
	p := &page{t: t, url: strings.TrimPrefix(line, "listening on "), values: maps.Clone(clientValues)}
	pool := p.run("INSERT INTO awscc.cognito.user_pools (user_pool_name, region) VALUES ('p', 'us-east-1') RETURNING Identifier")
	p.values["user_pool_id"] = pool[0]["Identifier"].(string)

	p.run(insertRequired)
	p.run(insertAll)
	listed := p.run(list)
	if len(listed) != 2 || listed[0]["user_pool_id"] != p.values["user_pool_id"] {
		t.Fatalf("listed: %v", listed)
	}
	var whole map[string]any
	for _, row := range listed {
		p.values["client_id"] = row["client_id"].(string)
		if found := p.run(get); len(found) == 1 && found[0]["client_name"] != nil {
			whole = found[0]
			break
		}
	}
	for name, want := range map[string]any{
		"client_name": "it's a web app", "auth_session_validity": 5.0, "allowed_oauth_flows_user_pool_client": true,
		"prevent_user_existence_errors": "ENABLED",
	} {
		if whole[name] != want {
			t.Errorf("%s: want %v, have %v", name, want, whole[name])
		}
	}
	if units, _ := json.Marshal(whole["token_validity_units"]); string(units) != `{"AccessToken":"minutes","IdToken":"minutes","RefreshToken":"days"}` {
		t.Errorf("token_validity_units: %s", units)
	}
	if rotation, _ := json.Marshal(whole["refresh_token_rotation"]); string(rotation) != `{"Feature":"ENABLED","RetryGracePeriodSeconds":10}` {
		t.Errorf("refresh_token_rotation: %s", rotation)
	}

	p.values["client_name"], p.values["callback_urls"] = "12345", `["https://shop.example/in", "https://shop.example/2"]`
	p.run(update)
	changed := p.run(get)[0]
	if urls, _ := json.Marshal(changed["callback_urls"]); changed["client_name"] != "12345" ||
		string(urls) != `["https://shop.example/in","https://shop.example/2"]` {
		t.Errorf("changed: %v", changed)
	}

	p.run(remove)
	if left := p.run(list); len(left) != 1 {
		t.Errorf("left: %v", left)
	}
	if gone := p.run(get); len(gone) != 0 {
		t.Errorf("still there: %v", gone)
	}
}
