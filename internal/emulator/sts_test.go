package emulator

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"skyql/internal/cloudcontrol/awsclient"
	"skyql/internal/emulator/identity"
	"skyql/internal/emulator/protocol"
	"skyql/internal/emulator/store"
)

// signedBy gives the header of a signature that is not computed.
func signedBy(key, region string) string {
	return "AWS4-HMAC-SHA256 Credential=" + key + "/20300101/" + region + "/sts/aws4_request, SignedHeaders=host, Signature=00"
}

func TestQueryProtocol(t *testing.T) {
	t.Parallel()
	const form = "Action=GetCallerIdentity&Version=2011-06-15"
	const info = "Action=GetAccessKeyInfo&Version=2011-06-15&AccessKeyId="
	tests := map[string]struct {
		exchange exchange
		status   int
		want     string
	}{
		"account":       {exchange{authorization: signedBy("AKID", "us-east-1"), body: form}, 200, "<Account>123456789012</Account>"},
		"arn":           {exchange{authorization: signedBy("AKID", "cn-north-1"), body: form}, 200, "<Arn>arn:aws-cn:iam::123456789012:user/emulator</Arn>"},
		"other account": {exchange{authorization: signedBy("999999999999", "us-east-1"), body: form}, 200, "<Account>999999999999</Account>"},
		"in the URL":    {exchange{method: http.MethodGet, path: "/?" + form, contentType: "-"}, 200, "<Account>123456789012</Account>"},
		"presigned": {exchange{
			method: http.MethodGet, authorization: "-", contentType: "-",
			path: "/?" + form + "&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=210000000002%2F20300101%2Feu-west-1%2Fsts%2Faws4_request",
		}, 200, "<Account>210000000002</Account>"},
		"key":           {exchange{body: info + "AKIAIOSFODNN7EXAMPLE"}, 200, "<GetAccessKeyInfoResult><Account>123456789012</Account></GetAccessKeyInfoResult>"},
		"temporary key": {exchange{body: info + identity.NewAccessKey("210000000002")}, 200, "<Account>210000000002</Account>"},
		"foreign key":   {exchange{body: info + identity.NewAccessKey("999999999999")}, 200, "<Account>123456789012</Account>"},
		"number as key": {exchange{body: info + "999999999999"}, 200, "<Account>999999999999</Account>"},
		"no key":        {exchange{body: "Action=GetAccessKeyInfo"}, 400, "<Message>1 validation error detected: Value null at &#39;accessKeyId&#39;"},
		"other action":  {exchange{authorization: signedBy("AKID", "us-east-1"), body: "Action=GetSessionToken&Version=2011-06-15"}, 400, "<Code>InvalidAction</Code>"},
		"no signature":  {exchange{authorization: "-", body: form}, 403, "<Code>MissingAuthenticationToken</Code>"},
		"no credential": {exchange{authorization: "AWS4-HMAC-SHA256 x", body: form}, 400, "<Code>IncompleteSignature</Code>"},
		"no form":       {exchange{body: "%zz"}, 400, "<Code>MalformedQueryString</Code>"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.exchange.contentType == "" {
				test.exchange.contentType = protocol.Form + "; charset=utf-8"
			}
			response := test.exchange.do(t, New(store.New(store.Options{}), Options{Accounts: 2}))
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
