package emulator

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/emulator/organizations"
	"skyql/internal/emulator/protocol"
	"skyql/internal/emulator/store"
)

// organizationsCall makes a call of AWS Organizations and gives status and body.
func organizationsCall(t *testing.T, handler http.Handler, key, operation, body string) (int, string) {
	t.Helper()
	response := exchange{
		target: organizationsPrefix + operation, contentType: protocol.JSON11, body: body, authorization: signedBy(key, "us-east-1"),
	}.do(t, handler)
	if have := response.Header.Get("Content-Type"); have != "application/x-amz-json-1.1" {
		t.Errorf("content type %q", have)
	}
	return read(t, response)
}

func TestListAccounts(t *testing.T) {
	t.Parallel()
	s := New(store.New(store.Options{}), Options{Accounts: 45})
	for limit, want := range map[string][]int{"": {20, 20, 5}, `"MaxResults":20,`: {20, 20, 5}, `"MaxResults":15,`: {15, 15, 15}} {
		var sizes []int
		seen := map[string]bool{}
		for token := ""; ; {
			status, body := organizationsCall(t, s, "x", "ListAccounts", "{"+limit+token+`"More":0}`)
			var page accountsPage
			if err := json.Unmarshal([]byte(body), &page); err != nil || status != http.StatusOK {
				t.Fatalf("%d, %v: %s", status, err, body)
			}
			for _, a := range page.Accounts {
				seen[a.ID] = true
			}
			if sizes = append(sizes, len(page.Accounts)); page.NextToken == "" {
				break
			}
			token = `"NextToken":"` + page.NextToken + `",`
		}
		if diff := cmp.Diff(want, sizes); diff != "" || len(seen) != 45 {
			t.Errorf("%s: want each of 45 accounts once, have %d (-want +have)\n%s", limit, len(seen), diff)
		}
	}
}

// accountsPage is what a client reads.
type accountsPage struct {
	Accounts []struct {
		ID string `json:"Id"`
	}
	NextToken string
}

func TestOrganizationsOnTheWire(t *testing.T) {
	t.Parallel()
	const (
		management = `{"Id":"123456789012","Arn":"arn:aws:organizations::123456789012:account/o-emulator01/123456789012","Email":"aws+management@example.com",` +
			`"Name":"management","Status":"ACTIVE","State":"ACTIVE","JoinedMethod":"INVITED","JoinedTimestamp":1704067200.000}`
		member = `{"Id":"210000000002","Arn":"arn:aws:organizations::123456789012:account/o-emulator01/210000000002","Email":"aws+log-archive@example.com",` +
			`"Name":"log-archive","Status":"ACTIVE","State":"ACTIVE","JoinedMethod":"CREATED","JoinedTimestamp":1704070800.000}`
		whole = `{"Organization":{"Id":"o-emulator01","Arn":"arn:aws:organizations::123456789012:organization/o-emulator01","FeatureSet":"ALL",` +
			`"MasterAccountArn":"arn:aws:organizations::123456789012:account/o-emulator01/123456789012","MasterAccountId":"123456789012",` +
			`"MasterAccountEmail":"aws+management@example.com","AvailablePolicyTypes":[]}}`
		denied   = `{"__type":"AccessDeniedException","Message":"You don't have permissions to access this resource."}`
		outside  = `{"__type":"AWSOrganizationsNotInUseException","Message":"Your account is not a member of an organization."}`
		noToken  = `{"__type":"InvalidInputException","Message":"You provided a NextToken that is not from the response to a previous call.","Reason":"INVALID_PAGINATION_TOKEN"}`
		noNumber = `{"__type":"InvalidInputException","Message":"You provided a value for AccountId that does not match the pattern ^\\d{12}$.","Reason":"INVALID_PATTERN"}`
	)
	tests := map[string]struct {
		key, operation, body string
		status               int
		want                 string
	}{
		"list":                   {"x", "ListAccounts", `{}`, 200, `{"Accounts":[` + management + "," + member + `]}`},
		"no body":                {"x", "ListAccounts", ``, 200, `{"Accounts":[` + management + "," + member + `]}`},
		"account":                {"x", "DescribeAccount", `{"AccountId":"210000000002"}`, 200, `{"Account":` + member + `}`},
		"organization":           {"x", "DescribeOrganization", `{}`, 200, whole},
		"as a member":            {"210000000002", "DescribeOrganization", `{}`, 200, whole},
		"member lists":           {"210000000002", "ListAccounts", `{}`, 400, denied},
		"member asks":            {"210000000002", "DescribeAccount", `{"AccountId":"210000000002"}`, 400, denied},
		"outside lists":          {"999999999999", "ListAccounts", `{}`, 400, outside},
		"outside asks":           {"999999999999", "DescribeOrganization", `{}`, 400, outside},
		"account of none":        {"x", "DescribeAccount", `{"AccountId":"210000000003"}`, 400, `{"__type":"AccountNotFoundException","Message":"You specified an account that doesn't exist."}`},
		"no account":             {"x", "DescribeAccount", `{}`, 400, noNumber},
		"no number":              {"x", "DescribeAccount", `{"AccountId":"21000000000x"}`, 400, noNumber},
		"too few":                {"x", "ListAccounts", `{"MaxResults":0}`, 400, `{"__type":"InvalidInputException","Message":"You specified a value for MaxResults that is less than 1.","Reason":"MIN_VALUE_EXCEEDED"}`},
		"too many":               {"x", "ListAccounts", `{"MaxResults":21}`, 400, `{"__type":"InvalidInputException","Message":"You specified a value for MaxResults that is greater than 20.","Reason":"MAX_VALUE_EXCEEDED"}`},
		"nonsense":               {"x", "ListAccounts", `{"NextToken":"nonsense"}`, 400, noToken},
		"empty token":            {"x", "ListAccounts", `{"NextToken":""}`, 400, noToken},
		"forged token":           {"x", "ListAccounts", `{"NextToken":"AAEAAAAAAAAAAAAAAAAAAAAA"}`, 400, noToken},
		"unknown operation":      {"x", "CreateAccount", `{}`, 400, `{"__type":"UnknownOperationException"}`},
		"no JSON":                {"x", "ListAccounts", `[`, 400, `{"__type":"SerializationException","Message":"The request body is not a JSON object"}`},
		"wrong type of a member": {"x", "ListAccounts", `{"MaxResults":"1"}`, 400, `{"__type":"SerializationException","Message":"The value of MaxResults cannot be a string"}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, body := organizationsCall(t, New(store.New(store.Options{}), Options{Accounts: 2}), test.key, test.operation, test.body)
			if diff := cmp.Diff(test.want, body); status != test.status || diff != "" {
				t.Errorf("want %d, have %d (-want +have)\n%s", test.status, status, diff)
			}
		})
	}
}

func TestOrganizationsWantSignatures(t *testing.T) {
	t.Parallel()
	s := verifying(t)
	c := listBuckets(time.Now())
	c.Target, c.Body, c.Service = organizationsPrefix+"ListAccounts", "{}", organizations.Service
	wantAnswer(t, s, c, 200, `"Id":"210000000003"`)
	wantAnswer(t, s, with(c, assumed(t, s, whoAmI(time.Now()), "")), 400, `"AccessDeniedException"`)
	c.Secret = "other"
	wantAnswer(t, s, c, 400, `{"__type":"InvalidSignatureException"`)
	status, body := read(t, exchange{target: c.Target, authorization: "-"}.do(t, s))
	if status != 400 || !strings.Contains(body, `{"__type":"MissingAuthenticationTokenException"`) {
		t.Errorf("want a signature asked for, have %d: %s", status, body)
	}
}

// A token for a place behind the end, from when there were more accounts, gives
// an empty last page.
func TestTokenFromALargerOrganization(t *testing.T) {
	t.Parallel()
	many, few := New(store.New(store.Options{}), Options{Accounts: 40}), New(store.New(store.Options{}), Options{Accounts: 5})
	_, body := organizationsCall(t, many, "x", "ListAccounts", "{}")
	token, err := json.Marshal(decode(t, body)["NextToken"])
	if err != nil {
		t.Fatal(err)
	}
	if _, body := organizationsCall(t, few, "x", "ListAccounts", `{"NextToken":`+string(token)+"}"); body != `{"Accounts":[]}` {
		t.Errorf("want no accounts, have %s", body)
	}
}
