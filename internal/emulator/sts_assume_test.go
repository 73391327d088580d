package emulator

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	cc "github.com/aws/aws-sdk-go-v2/service/cloudcontrol"
	awssts "github.com/aws/aws-sdk-go-v2/service/sts"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/clienttest"
	"skyql/internal/emulator/identity"
	"skyql/internal/emulator/protocol"
	"skyql/internal/emulator/signature/signaturetest"
	"skyql/internal/emulator/store"
	"skyql/internal/emulator/sts"
	"skyql/internal/resource"
)

const (
	reader  = "arn:aws:iam::210000000002:role/Reader"
	goodFor = "Action=AssumeRole&Version=2011-06-15&RoleSessionName=me&RoleArn="
)

func TestAssumeRole(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 65)
	detected := func(n, shown, member, rule string) string {
		return "<Code>ValidationError</Code><Message>" + n + " detected: Value " + shown + " at '" + member + "' failed to satisfy constraint: Member must " + rule
	}
	tests := map[string]struct {
		key, form string
		status    int
		want      string
	}{
		"arn":          {"x", goodFor + reader, 200, "<Arn>arn:aws:sts::210000000002:assumed-role/Reader/me</Arn>"},
		"path":         {"x", goodFor + "arn:aws:iam::210000000002:role/a/b/Reader", 200, "assumed-role/Reader/me</Arn>"},
		"own account":  {"x", goodFor + "arn:aws:iam::123456789012:role/Reader", 200, "arn:aws:sts::123456789012:assumed-role/Reader/me"},
		"upwards":      {"210000000003", goodFor + "arn:aws:iam::123456789012:role/Reader", 200, "arn:aws:sts::123456789012:assumed-role/Reader/me"},
		"identity":     {"x", goodFor + reader + "&SourceIdentity=Ada", 200, "<SourceIdentity>Ada</SourceIdentity>"},
		"all the rest": {"x", goodFor + reader + "&ExternalId=a:b/c&Policy={}&Tags.member.1.Key=a&Tags.member.1.Value=b&DurationSeconds=43200", 200, "<SessionToken>"},
		"outside": {"x", goodFor + "arn:aws:iam::210000000004:role/Reader", 403, "<Code>AccessDenied</Code><Message>User: arn:aws:iam::123456789012:user/emulator " +
			"is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::210000000004:role/Reader</Message>"},
		"from outside":       {"999999999999", goodFor + reader, 403, "<Code>AccessDenied</Code><Message>User: arn:aws:iam::999999999999:user/emulator is not"},
		"a user":             {"x", goodFor + "arn:aws:iam::210000000002:user/Reader", 400, "<Message>arn:aws:iam::210000000002:user/Reader is invalid</Message>"},
		"another partition":  {"x", goodFor + "arn:aws-cn:iam::210000000002:role/Reader", 400, "<Message>arn:aws-cn:iam::210000000002:role/Reader is invalid</Message>"},
		"no role name":       {"x", goodFor + "arn:aws:iam::210000000002:role/", 400, " is invalid</Message>"},
		"slash behind":       {"x", goodFor + "arn:aws:iam::210000000002:role/Reader/", 400, " is invalid</Message>"},
		"short ARN":          {"x", goodFor + "Reader", 400, detected("1 validation error", "'Reader'", "roleArn", "have length greater than or equal to 20")},
		"long ARN":           {"x", goodFor + strings.Repeat(long, 40), 400, "Member must have length less than or equal to 2048"},
		"bad ARN":            {"x", goodFor + reader + "%01", 400, "Member must satisfy regular expression pattern: ["},
		"nothing":            {"x", "Action=AssumeRole", 400, detected("2 validation errors", "null", "roleArn", "not be null; Value null at 'roleSessionName' failed to satisfy constraint: Member must not be null")},
		"session name":       {"x", "Action=AssumeRole&RoleArn=" + reader + "&RoleSessionName=a%3Ab", 400, detected("1 validation error", "'a:b'", "roleSessionName", `satisfy regular expression pattern: [\w+=,.@-]*`)},
		"short session name": {"x", "Action=AssumeRole&RoleArn=" + reader + "&RoleSessionName=a", 400, detected("1 validation error", "'a'", "roleSessionName", "have length greater than or equal to 2")},
		"long session name":  {"x", "Action=AssumeRole&RoleArn=" + reader + "&RoleSessionName=" + long, 400, detected("1 validation error", "'"+long+"'", "roleSessionName", "have length less than or equal to 64")},
		"short duration":     {"x", goodFor + reader + "&DurationSeconds=899", 400, detected("1 validation error", "'899'", "durationSeconds", "have value greater than or equal to 900")},
		"long duration":      {"x", goodFor + reader + "&DurationSeconds=43201", 400, detected("1 validation error", "'43201'", "durationSeconds", "have value less than or equal to 43200")},
		"no duration":        {"x", goodFor + reader + "&DurationSeconds=1h", 400, detected("1 validation error", "'1h'", "durationSeconds", "be a number")},
		"external id":        {"x", goodFor + reader + "&ExternalId=%21%21", 400, detected("1 validation error", "'!!'", "externalId", `satisfy regular expression pattern: [\w+=,.@:\/-]*`)},
		"source identity":    {"x", goodFor + reader + "&SourceIdentity=a", 400, detected("1 validation error", "'a'", "sourceIdentity", "have length greater than or equal to 2")},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := New(store.New(store.Options{}), Options{Accounts: 3})
			status, body := read(t, exchange{authorization: signedBy(test.key, "eu-west-1"), contentType: protocol.Form, body: test.form}.do(t, s))
			if text := strings.ReplaceAll(body, "&#39;", "'"); status != test.status || !strings.Contains(text, test.want) {
				t.Errorf("want %d with %s, have %d: %s", test.status, test.want, status, body)
			}
		})
	}
}

// assumed makes a call of AssumeRole that is signed, and gives the credentials.
func assumed(t *testing.T, s *Server, as signaturetest.Call, parameters string) sts.AssumedRole {
	t.Helper()
	as.Body = "Action=AssumeRole&Version=2011-06-15&RoleSessionName=me&RoleArn=" + url.QueryEscape(reader) + parameters
	status, body := serve(t, s, as.Request(t))
	var out sts.AssumedRole
	if err := xml.Unmarshal([]byte(body), &out); err != nil || status != http.StatusOK {
		t.Fatalf("%v, %d: %s", err, status, body)
	}
	return out
}

// with signs with temporary credentials.
func with(c signaturetest.Call, a sts.AssumedRole) signaturetest.Call {
	c.Key, c.Secret, c.Token = a.AccessKey, a.Secret, a.SessionToken
	return c
}

func TestTemporaryCredentialsUntilTheyExpire(t *testing.T) {
	t.Parallel()
	for name, verifies := range map[string]bool{"verified": true, "any signature": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server := func() *Server {
					if verifies {
						return verifying(t)
					}
					return New(store.New(store.Options{}), Options{Accounts: 3})
				}
				s := server()
				role := assumed(t, s, whoAmI(time.Now()), "&DurationSeconds=900")
				if want := time.Now().Add(15 * time.Minute).UTC().Format("2006-01-02T15:04:05Z"); role.Expiration != want {
					t.Errorf("want it to expire at %s, have %s", want, role.Expiration)
				}
				wantAnswer(t, s, with(whoAmI(time.Now()), role), 200, "<Arn>arn:aws:sts::210000000002:assumed-role/Reader/me</Arn><UserId>"+role.UserID+"</UserId><Account>210000000002</Account>")
				wantAnswer(t, s, with(presignedWhoAmI(time.Now()), role), 200, "<Account>210000000002</Account>")
				time.Sleep(899 * time.Second)
				wantAnswer(t, server(), with(listBuckets(time.Now()), role), 200, `"ResourceDescriptions"`) // after a restart as well
				time.Sleep(time.Second)
				wantAnswer(t, s, with(whoAmI(time.Now()), role), 403, "<Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message>")
				wantAnswer(t, s, with(listBuckets(time.Now()), role), 400,
					`{"__type":"com.amazon.coral.service#ExpiredTokenException","Message":"The security token included in the request is expired"}`)
				tags := with(listBuckets(time.Now()), role)
				tags.Target, tags.Service = taggingPrefix+"GetTagKeys", taggingService
				wantAnswer(t, s, tags, 400, `{"__type":"ExpiredTokenException"`)
			})
		})
	}
}

func wantAnswer(t *testing.T, s *Server, c signaturetest.Call, status int, want string) {
	t.Helper()
	if have, body := serve(t, s, c.Request(t)); have != status || !strings.Contains(body, want) {
		t.Errorf("want %d with %s, have %d: %s", status, want, have, body)
	}
}

func TestTemporaryCredentialsThatAreRefused(t *testing.T) {
	t.Parallel()
	const (
		invalid  = "<Code>InvalidClientTokenId</Code><Message>The security token included in the request is invalid.</Message>"
		mismatch = "<Code>SignatureDoesNotMatch</Code>"
		accepted = "<Account>123456789012</Account>"
	)
	tests := map[string]struct {
		change            func(c *signaturetest.Call, other sts.AssumedRole)
		lenient, verified string
	}{
		"no token":         {func(c *signaturetest.Call, _ sts.AssumedRole) { c.Token = "" }, invalid, invalid},
		"nonsense":         {func(c *signaturetest.Call, _ sts.AssumedRole) { c.Token = "nonsense" }, invalid, invalid},
		"cut off":          {func(c *signaturetest.Call, _ sts.AssumedRole) { c.Token = c.Token[:len(c.Token)-4] }, invalid, invalid},
		"that of another":  {func(c *signaturetest.Call, other sts.AssumedRole) { c.Token = other.SessionToken }, invalid, invalid},
		"with another key": {func(c *signaturetest.Call, other sts.AssumedRole) { c.Key = other.AccessKey }, invalid, invalid},
		"with a lasting key": {func(c *signaturetest.Call, _ sts.AssumedRole) {
			c.Key, c.Secret = signaturetest.ExampleKey, signaturetest.ExampleSecret
		}, invalid, invalid},
		"other secret": {func(c *signaturetest.Call, other sts.AssumedRole) { c.Secret = other.Secret }, "<Account>210000000002</Account>", mismatch},
		"those of AWS": {func(c *signaturetest.Call, _ sts.AssumedRole) {
			c.Key, c.Token = "ASIAIOSFODNN7EXAMPLE", "IQoJb3JpZ2luX2Vj"
		}, accepted, invalid},
		"AWS's lasting": {func(c *signaturetest.Call, _ sts.AssumedRole) { c.Key, c.Token = "AKIAIOSFODNN7EXAMPLE", "" }, accepted, invalid},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for s, want := range map[*Server]string{
				New(store.New(store.Options{}), Options{Accounts: 3}): test.lenient, verifying(t): test.verified,
			} {
				first, second := assumed(t, s, whoAmI(time.Now()), ""), assumed(t, s, whoAmI(time.Now()), "")
				c := with(whoAmI(time.Now()), first)
				test.change(&c, second)
				if _, body := serve(t, s, c.Request(t)); !strings.Contains(body, want) {
					t.Errorf("want %s, have %s", want, body)
				}
			}
		})
	}
}

// A token that another emulator has made, of more accounts or with other key
// pairs, is none of this one's.
func TestTemporaryCredentialsOfAnotherEmulator(t *testing.T) {
	t.Parallel()
	one, many := New(store.New(store.Options{}), Options{}), New(store.New(store.Options{}), Options{Accounts: 2})
	role := assumed(t, many, whoAmI(time.Now()), "")
	wantAnswer(t, many, with(whoAmI(time.Now()), role), 200, "<Account>210000000002</Account>")
	wantAnswer(t, one, with(whoAmI(time.Now()), role), 403, "<Code>InvalidClientTokenId</Code>")
	wantAnswer(t, verifying(t), with(whoAmI(time.Now()), role), 403, "<Code>InvalidClientTokenId</Code>")
}

func TestChainedRoles(t *testing.T) {
	t.Parallel()
	s := verifying(t)
	first := assumed(t, s, whoAmI(time.Now()), "")
	second := assumed(t, s, with(whoAmI(time.Now()), first), "&DurationSeconds=3600")
	if second.ARN != first.ARN || second.UserID != first.UserID || second.AccessKey == first.AccessKey {
		t.Errorf("want the same role with another key, have %s, %s, %s", second.ARN, second.UserID, second.AccessKey)
	}
	c := with(whoAmI(time.Now()), first)
	c.Body = goodFor + reader + "&DurationSeconds=3601"
	wantAnswer(t, s, c, 400, "<Message>The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining</Message>")
}

// elsewhere gives a client's configuration for an emulator, with the SDK's own
// way to assume a role.
func elsewhere(t *testing.T, s *Server, key, secret, roleARN string) aws.Config {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	config := aws.Config{
		Region: "eu-west-1", BaseEndpoint: aws.String(s.URL()), HTTPClient: &http.Client{Transport: transport},
		Credentials: credentials.NewStaticCredentialsProvider(key, secret, ""),
	}
	if roleARN != "" {
		config.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(awssts.NewFromConfig(config), roleARN))
	}
	return config
}

func TestAccountsThroughTheSDK(t *testing.T) {
	t.Parallel()
	s := verifying(t)
	s.opts.Listen = "127.0.0.1:0"
	sdkClient(t, s) // starts it
	for name, roleARN := range map[string]string{"management": "", "member": reader, "other": "arn:aws:iam::210000000003:role/Reader"} {
		config := elsewhere(t, s, signaturetest.ExampleKey, signaturetest.ExampleSecret, roleARN)
		in := &cc.CreateResourceInput{TypeName: aws.String("AWS::S3::Bucket"), DesiredState: aws.String(`{"BucketName":"` + name + `"}`)}
		if _, err := cc.NewFromConfig(config).CreateResource(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	for name, roleARN := range map[string]string{"management": "", "member": reader} {
		config := elsewhere(t, s, signaturetest.ExampleKey, signaturetest.ExampleSecret, roleARN)
		page, err := cc.NewFromConfig(config).ListResources(t.Context(), &cc.ListResourcesInput{TypeName: aws.String("AWS::S3::Bucket")})
		if err != nil || len(page.ResourceDescriptions) != 1 || *page.ResourceDescriptions[0].Identifier != name {
			t.Errorf("want the bucket %s only, have %+v, %v", name, page, err)
		}
	}
	config := elsewhere(t, s, signaturetest.ExampleKey, "wrong", "")
	_, err := awssts.NewFromConfig(config).GetCallerIdentity(t.Context(), &awssts.GetCallerIdentityInput{})
	if err == nil || !strings.Contains(err.Error(), "SignatureDoesNotMatch") {
		t.Errorf("want SignatureDoesNotMatch, have %v", err)
	}
}

// TestConformanceOfSignedCalls runs the suite with every signature verified.
func TestConformanceOfSignedCalls(t *testing.T) {
	t.Parallel()
	clienttest.Run(t, func(t *testing.T) cloudcontrol.Client {
		pair, err := identity.ParseKeyPair("test:test") // which TestMain has put into the environment
		if err != nil {
			t.Fatal(err)
		}
		return sdkClient(t, New(store.New(store.Options{PageSize: 3}), Options{Listen: "127.0.0.1:0", Keys: []identity.KeyPair{pair}}))
	})
	t.Run("other secret", func(t *testing.T) {
		t.Parallel()
		pair, err := identity.ParseKeyPair("test:other")
		if err != nil {
			t.Fatal(err)
		}
		client := sdkClient(t, New(store.New(store.Options{}), Options{Listen: "127.0.0.1:0", Keys: []identity.KeyPair{pair}}))
		_, err = client.List(t.Context(), cloudcontrol.ListInput{Call: bucketCall()})
		if code := resource.CodeOf(err); err == nil || code == resource.NotFound || !strings.Contains(err.Error(), "signature") {
			t.Errorf("want the signature refused, have %v", err)
		}
	})
}
