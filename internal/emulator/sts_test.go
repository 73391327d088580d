package emulator

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"skyql/internal/cloudcontrol/awsclient"
	"skyql/internal/emulator/store"
)

func TestGetCallerIdentity(t *testing.T) {
	t.Parallel()
	const form = "Action=GetCallerIdentity&Version=2011-06-15"
	signed := func(key, region string) string {
		return "AWS4-HMAC-SHA256 Credential=" + key + "/20300101/" + region + "/sts/aws4_request, SignedHeaders=host, Signature=00"
	}
	tests := map[string]struct {
		exchange exchange
		status   int
		want     string
	}{
		"account":       {exchange{authorization: signed("AKID", "us-east-1"), body: form}, 200, "<Account>123456789012</Account>"},
		"arn":           {exchange{authorization: signed("AKID", "cn-north-1"), body: form}, 200, "<Arn>arn:aws-cn:iam::123456789012:user/emulator</Arn>"},
		"other account": {exchange{authorization: signed("999999999999", "us-east-1"), body: form}, 200, "<Account>999999999999</Account>"},
		"other action":  {exchange{authorization: signed("AKID", "us-east-1"), body: "Action=AssumeRole&Version=2011-06-15"}, 400, "<Code>InvalidAction</Code>"},
		"no signature":  {exchange{authorization: "-", body: form}, 403, "<Code>MissingAuthenticationToken</Code>"},
		"no form":       {exchange{body: "%zz"}, 400, "<Code>MalformedQueryString</Code>"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.exchange.contentType = formType + "; charset=utf-8"
			response := test.exchange.do(t, New(store.New(store.Options{}), Options{}))
			status, body := read(t, response)
			if status != test.status || !strings.Contains(body, test.want) {
				t.Errorf("want %d with %s, have %d: %s", test.status, test.want, status, body)
			}
			if id := response.Header.Get("x-amzn-RequestId"); !strings.Contains(body, "<RequestId>"+id+"</RequestId>") {
				t.Errorf("want request id %s in %s", id, body)
			}
		})
	}
}

func TestAccountThroughTheSDK(t *testing.T) {
	t.Parallel()
	s := New(store.New(store.Options{}), Options{Listen: "127.0.0.1:0"})
	if err := s.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	client := awsclient.New(awsclient.Options{Endpoint: s.URL(), HTTPClient: &http.Client{Transport: transport}})
	account, err := client.Account(t.Context(), "us-east-1")
	if err != nil || account != store.DefaultAccount {
		t.Errorf("want %s, have %q, %v", store.DefaultAccount, account, err)
	}
}
