package stack_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"skyql/internal/stack"
)

// TestLinks is about links that lead out of the stack directory, or round in it.
func TestLinks(t *testing.T) {
	t.Parallel()
	dir := write(t, head+`globals:
- {name: out, value: file(out.json)}
- {name: folder, value: file(folder/x.json)}
- {name: up, value: file(a/../../../x.json)}
- {name: circle, value: file(one.yml)}
-- resources/one.yml --
- file(two.yml)
-- resources/a/x --
`)
	outside := filepath.Join(t.TempDir(), "x.json")
	if err := os.WriteFile(outside, []byte(`"outside"`), 0o600); err != nil {
		t.Fatal(err)
	}
	for link, to := range map[string]string{"out.json": outside, "folder": filepath.Dir(outside), "two.yml": "one.yml"} {
		if err := os.Symlink(to, filepath.Join(dir, "resources", link)); err != nil {
			t.Skip("this system makes no links:", err)
		}
	}
	_, err := stack.Load(dir)
	have := strings.Join(messages(err), "\n")
	for _, want := range []string{
		"file(out.json) leads, by a link, out of the stack directory",
		"file(folder/x.json) leads, by a link, out of the stack directory",
		"file(a/../../../x.json) lies outside of the stack directory",
		"file(two.yml) includes itself",
	} {
		if !strings.Contains(have, want) {
			t.Errorf("%s is missing in\n%s", want, have)
		}
	}
}

// TestLinkInside is about a stack directory that is itself a link, with links
// inside that stay there.
func TestLinkInside(t *testing.T) {
	t.Parallel()
	dir := write(t, head+"globals:\n- {name: g, value: file(in.json)}\nresources:\n"+one+oneFile+"-- shared.json --\n[\"{{ stack_env }}\"]\n")
	link := filepath.Join(t.TempDir(), "stack")
	for at, to := range map[string]string{link: dir, filepath.Join(dir, "resources", "in.json"): filepath.Join(dir, "shared.json")} {
		if err := os.Symlink(to, at); err != nil {
			t.Skip("this system makes no links:", err)
		}
	}
	s, err := stack.Load(link)
	if err != nil {
		t.Fatal(err)
	}
	if g, _ := variables(t, s, nil).Value("g"); g != `["dev"]` {
		t.Errorf("g is %v", g)
	}
}

// TestManyIncludes is about files that each name the next one many times.
func TestManyIncludes(t *testing.T) {
	t.Parallel()
	archive := head + "globals:\n- {name: g, value: file(0.yml)}\n"
	for i, next := range []string{"1.yml", "2.yml", "3.yml", "4.yml", "5.yml", "6.yml"} {
		archive += "-- resources/" + string(rune('0'+i)) + ".yml --\n" + strings.Repeat("- file("+next+")\n", 12)
	}
	archive += "-- resources/6.yml --\n1\n"
	_, err := stack.Load(write(t, archive))
	if have := messages(err); len(have) != 1 || !strings.Contains(have[0], "files make more than 1000000 values of it") {
		t.Errorf("have %v", have)
	}
}

func TestNoDirectory(t *testing.T) {
	t.Parallel()
	_, err := stack.Load(filepath.Join(t.TempDir(), "nothing"))
	want := "stackql_manifest.yml: the manifest cannot be read: no such file or directory; name the directory that holds it, or make one with a stackql_manifest.yml"
	if err == nil || err.Error() != want || !os.IsNotExist(unwrapped(err)) {
		t.Errorf("have %v", err)
	}
}

func unwrapped(err error) error { return stack.Faults(err)[0].Err }

func TestNameOfDirectory(t *testing.T) {
	t.Parallel()
	dir := write(t, "providers: [awscc]\n")
	s, err := stack.Load(dir)
	if err != nil || s.Name != filepath.Base(dir) || len(s.Warnings) != 1 {
		t.Errorf("have %v, %v", s, err)
	}
}

func TestReadExternal(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, ".env")
	text := "\ufeff# comment\nA=1\nexport B = \"two words\" # x\nC='$A'\nD=\"line\nline\"\nE=a=b\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	have, err := stack.ReadExternal(file, []string{"A=over", "F=x=y=", "G="})
	want := map[string]string{"A": "over", "B": "two words", "C": "$A", "D": "line\nline", "E": "a=b", "F": "x=y=", "G": ""}
	if err != nil || len(have) != len(want) {
		t.Errorf("have %v, %v", have, err)
	}
	for name, value := range want {
		if have[name] != value {
			t.Errorf("%s: want %q, have %q", name, value, have[name])
		}
	}
	if have, err := stack.ReadExternal(filepath.Join(dir, "none"), nil); err != nil || len(have) != 0 {
		t.Errorf("have %v, %v", have, err)
	}
	for _, pairs := range [][]string{{"A=1", "secret"}, {"A=1", "=secret"}} {
		if _, err := stack.ReadExternal("", pairs); err == nil || err.Error() != "variable 2 on the command line is not NAME=value; write -e NAME=value" {
			t.Errorf("%v: %v", pairs, err)
		}
	}
	if err := os.WriteFile(file, []byte("A=1\nD=\"a\nb\"\n\nmy secret\nB=2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := stack.ReadExternal(file, nil); err == nil || strings.Contains(err.Error(), "my secret") || !strings.Contains(err.Error(), ".env, line 5, is not NAME=value") {
		t.Errorf("have %v", err)
	}
	if _, err := stack.ReadExternal(dir, nil); err == nil || !strings.Contains(err.Error(), "cannot be read: is a directory") {
		t.Errorf("have %v", err)
	}
}

func TestSecretName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"password": true, "MasterUserPassword": true, "db-password": true, "DB_PASSWORD": true, "a.secret": true, "client_secret": true,
		"SecretString": true, "auth_token": true, "AccessToken": true, "private_key": true, "PrivateKey": true, "aws_secret_access_key": true,
		"ApiKey": true, "api_key_value": true, "passphrase": true, "credentials": true, "connection_string": true, "PWD": true,
		"": false, "name": false, "key_name": false, "KmsKeyId": false, "secret_arn": false, "SecretName": false, "secretId": false,
		"password_policy": false, "idempotency_token": false, "RequestToken": false, "vpc.idempotency_token": false, "keyboard": false,
		"access_key_id": false, "MinimumPasswordLength": false, "tags": false, "password_length": false, "secret_version_id": false,
		"tokens_per_second": false, "token_limit": false, "secretValueFrom": false, "secrets": true,
	} {
		if have := stack.SecretName(name); have != want {
			t.Errorf("%s: want %v", name, want)
		}
	}
}

func TestProtected(t *testing.T) {
	t.Parallel()
	s := load(t, "resources:\n- {name: a, exports: [id, address], protected: [address]}\n"+oneFile)
	for name, want := range map[string]bool{"address": true, "a.address": true, "id": false, "a.id": false, "b.address": false, "b.password": true} {
		if have := s.Protected(name); have != want {
			t.Errorf("%s: want %v", name, want)
		}
	}
}

func TestEnvironments(t *testing.T) {
	t.Parallel()
	s := load(t, "resources:\n- {name: a, type: query, sql: x, props: [{name: p, values: {prd: {value: 1}, dev: {value: 2}}}, {name: q, value: 1, values: {sit: {value: 2}}}]}\n")
	props := s.Resources[0].Props
	if have := props[0].Environments(); !slices.Equal(have, []string{"dev", "prd"}) {
		t.Errorf("p has %v", have)
	}
	if have := props[1].Environments(); have != nil {
		t.Errorf("q has %v", have)
	}
	if have := scope(t, variables(t, s, nil), s, "a").Properties(); have[1].Text != "1" || have[0].Text != "2" {
		t.Errorf("have %v", have)
	}
}
