package acceptance

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// identity is a set of credentials as the environment has them.
type identity struct{ AccessKeyId, SecretAccessKey, SessionToken string }

// as runs aws with those credentials and decodes what it writes.
func as[T any](t *testing.T, a *awsCLI, who identity, args ...string) (answer T) {
	t.Helper()
	stdout, stderr, err := a.runAs(who, args...)
	if err != nil {
		t.Fatalf("aws %s: %v\n%s", strings.Join(args, " "), err, stderr)
	}
	if err := json.Unmarshal([]byte(stdout), &answer); err != nil {
		t.Fatalf("aws %s: %v\n%s", strings.Join(args, " "), err, stdout)
	}
	return answer
}

func (a *awsCLI) runAs(who identity, args ...string) (stdout, stderr string, err error) {
	var out, failed strings.Builder
	cmd := exec.Command(a.path, append(args, "--endpoint-url", a.url, "--region", "us-east-1", "--output", "json")...)
	cmd.Env = append(clientEnvironment(a.home), "AWS_PAGER=", "AWS_ACCESS_KEY_ID="+who.AccessKeyId, "AWS_SECRET_ACCESS_KEY="+who.SecretAccessKey)
	if who.SessionToken != "" {
		cmd.Env = append(cmd.Env, "AWS_SESSION_TOKEN="+who.SessionToken)
	}
	cmd.Stdout, cmd.Stderr = &out, &failed
	err = cmd.Run()
	return out.String(), failed.String(), err
}

// refusedAs wants an error of AWS.
func refusedAs(t *testing.T, a *awsCLI, who identity, want string, args ...string) {
	t.Helper()
	stdout, stderr, err := a.runAs(who, args...)
	if err == nil || !strings.Contains(stderr, "An error occurred ("+want+")") {
		t.Errorf("aws %s: want %s, got %v\n%s%s", strings.Join(args, " "), want, err, stdout, stderr)
	}
}

// assume takes on a role of an account.
func assume(t *testing.T, a *awsCLI, who identity, account string) identity {
	t.Helper()
	return as[struct{ Credentials identity }](t, a, who, "sts", "assume-role",
		"--role-arn", "arn:aws:iam::"+account+":role/Reader", "--role-session-name", "acceptance").Credentials
}

func TestAWSCLIGoesToOtherAccounts(t *testing.T) {
	t.Parallel()
	anybody := identity{"any", "any", ""}
	a := newAWSCLI(t, "--accounts", "45", "--populate", "AWS::S3::Bucket=3")
	accounts := as[struct {
		Accounts []struct{ Id, Name, Status string }
	}](t, a, anybody, "organizations", "list-accounts").Accounts
	if len(accounts) != 45 || accounts[0].Id != "123456789012" || accounts[44].Id != "210000000045" || accounts[44].Status != "ACTIVE" {
		t.Fatalf("want 45 accounts from three pages, got %+v", accounts)
	}
	organization := as[struct {
		Organization struct{ MasterAccountId string }
	}](t, a, anybody, "organizations", "describe-organization").Organization
	if organization.MasterAccountId != "123456789012" {
		t.Errorf("want the account 123456789012 to manage it, got %+v", organization)
	}
	member := assume(t, a, anybody, accounts[44].Id)
	create := []string{"cloudcontrol", "create-resource", "--type-name", "AWS::S3::Bucket", "--desired-state", `{"BucketName":"members"}`}
	as[progress](t, a, member, create...)
	if have := bucketsOf(t, a, member); !slices.Equal(have, []string{"members"}) {
		t.Errorf("want the member's own bucket only, got %v", have)
	}
	if have := bucketsOf(t, a, anybody); len(have) != 3 || slices.Contains(have, "members") {
		t.Errorf("want the three buckets of the management account, got %v", have)
	}
	caller := as[struct{ Account, Arn string }](t, a, member, "sts", "get-caller-identity")
	if caller.Account != "210000000045" || caller.Arn != "arn:aws:sts::210000000045:assumed-role/Reader/acceptance" {
		t.Errorf("want the role in the member, got %+v", caller)
	}
	refusedAs(t, a, member, "AccessDeniedException", "organizations", "list-accounts")
	refusedAs(t, a, anybody, "AccountNotFoundException", "organizations", "describe-account", "--account-id", "210000000046")
	refusedAs(t, a, anybody, "AccessDenied", "sts", "assume-role", "--role-arn", "arn:aws:iam::210000000046:role/Reader", "--role-session-name", "me")
	member.SessionToken = "nonsense"
	refusedAs(t, a, member, "InvalidClientTokenId", "sts", "get-caller-identity")
	refusedAs(t, a, member, "UnrecognizedClientException", "cloudcontrol", "list-resources", "--type-name", "AWS::S3::Bucket")
}

// bucketsOf lists the buckets that a caller sees.
func bucketsOf(t *testing.T, a *awsCLI, who identity) (names []string) {
	t.Helper()
	list := as[struct{ ResourceDescriptions []struct{ Identifier string } }](t, a, who,
		"cloudcontrol", "list-resources", "--type-name", "AWS::S3::Bucket")
	for _, found := range list.ResourceDescriptions {
		names = append(names, found.Identifier)
	}
	return names
}

func TestAWSCLISignaturesAreVerified(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "keys")
	if err := os.WriteFile(file, []byte("# key pairs\nAKIDEXAMPLE:wJalr/K7M+DENG\n210000000002:of:member\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	a := newAWSCLI(t, "--accounts", "2", "--verify-signatures", "@"+file, "--verify-signatures", "other:secret")
	for account, who := range map[string]identity{
		"123456789012": {"AKIDEXAMPLE", "wJalr/K7M+DENG", ""}, "210000000002": {"210000000002", "of:member", ""},
	} {
		if have := as[struct{ Account string }](t, a, who, "sts", "get-caller-identity").Account; have != account {
			t.Errorf("want the account %s, got %s", account, have)
		}
		if have := bucketsOf(t, a, assume(t, a, who, "210000000002")); len(have) > 0 {
			t.Errorf("want no buckets, got %v", have)
		}
	}
	list := []string{"cloudcontrol", "list-resources", "--type-name", "AWS::S3::Bucket"}
	as[struct{}](t, a, identity{"other", "secret", ""}, list...)
	refusedAs(t, a, identity{"other", "wrong", ""}, "InvalidSignatureException", list...)
	refusedAs(t, a, identity{"any", "any", ""}, "UnrecognizedClientException", list...)
	refusedAs(t, a, identity{"other", "wrong", ""}, "SignatureDoesNotMatch", "sts", "get-caller-identity")
	refusedAs(t, a, identity{"any", "any", ""}, "InvalidClientTokenId", "sts", "get-caller-identity")
}

// What is wrong with the flags is told at once, and without the secret.
func TestFlagsOfIdentities(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	file := filepath.Join(folder, "keys")
	if err := os.WriteFile(file, []byte("AKID:x\nhunter2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, flags := range map[string][]string{
		"from 1 to 1000": {"--accounts", "0"},
		"an organization has from 1 to 1000 accounts": {"--accounts", "1001"},
		"a key pair is ACCESSKEY:SECRET":              {"--verify-signatures", "hunter2"},
		"keys: line 2: a key pair is":                 {"--verify-signatures", "@" + file},
		"no such file":                                {"--verify-signatures", "@" + filepath.Join(folder, "none")},
		"two key pairs have the access key AKID":      {"--verify-signatures", "AKID:hunter2", "--verify-signatures", "AKID:y"},
	} {
		cmd := exec.Command("skyql", append([]string{"emulator", "--listen", "127.0.0.1:0"}, flags...)...)
		cmd.Env = []string{"HOME=" + folder, "SKYQL_OFFLINE=1"}
		output, err := cmd.CombinedOutput()
		if code := cmd.ProcessState.ExitCode(); err == nil || code != 2 || !strings.Contains(string(output), want) || strings.Contains(string(output), "hunter2") {
			t.Errorf("%v: want exit code 2 and %q, got %v\n%s", flags[:1], want, err, output)
		}
	}
}
