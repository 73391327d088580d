package emulator

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"skyql/internal/emulator/protocol"
	"skyql/internal/emulator/store"
	"skyql/internal/resource"
)

// Whatever comes in, an answer of the protocol goes out: no crash, and a body that
// is JSON (or XML, for the Query protocol).
func FuzzRequest(f *testing.F) {
	for _, seed := range [][2]string{
		{"CloudApiService.GetResource", `{"TypeName":"AWS::S3::Bucket","Identifier":"files"}`},
		{"CloudApiService.ListResources", `{"TypeName":"AWS::Cognito::UserPoolClient","ResourceModel":"{\"UserPoolId\":\"x\"}","MaxResults":5}`},
		{"CloudApiService.CreateResource", `{"TypeName":"AWS::S3::Bucket","DesiredState":"{\"BucketName\":\"other\"}","ClientToken":"t"}`},
		{"CloudApiService.UpdateResource", `{"TypeName":"AWS::S3::Bucket","Identifier":"files","PatchDocument":"[{\"op\":\"add\",\"path\":\"/Tags/-\",\"value\":{\"Key\":\"a\",\"Value\":\"b\"}}]"}`},
		{"CloudApiService.UpdateResource", `{"TypeName":"AWS::S3::Bucket","Identifier":"{\"BucketName\":\"files\"}","PatchDocument":"[{\"op\":\"move\",\"from\":\"/Tags/0\",\"path\":\"Tags\"},{\"op\":\"test\",\"path\":\"\",\"value\":null}]"}`},
		{"CloudApiService.DeleteResource", `{"TypeName":"AWS::S3::Bucket","Identifier":"files|x"}`},
		{"CloudApiService.ListResourceRequests", `{"ResourceRequestStatusFilter":{"Operations":["CREATE"],"OperationStatuses":["FAILED"]},"NextToken":"abc"}`},
		{"CloudApiService.GetResourceRequestStatus", `{"RequestToken":"x"}`},
		{"CloudApiService.CancelResourceRequest", `{"RequestToken":1}`},
		{"ResourceGroupsTaggingAPI_20170126.GetResources", `{"TagFilters":[{"Key":"team","Values":["red"]}],"ResourcesPerPage":10}`},
		{"ResourceGroupsTaggingAPI_20170126.TagResources", `{"ResourceARNList":["arn:aws:s3:::files"],"Tags":{"a":"b"}}`},
		{"AWSOrganizationsV20161128.ListAccounts", `{"MaxResults":3}`},
		{"", `Action=AssumeRole&RoleArn=arn:aws:iam::123456789012:role/x&RoleSessionName=me&Version=2011-06-15`},
		{"CloudApiService.", `{`},
		{"CloudApiService.GetResource", "\xff\x00[[[[[[[[{\"a\":1e999}"},
	} {
		f.Add(seed[0], seed[1])
	}
	s := store.New(store.Options{})
	if err := s.Put(resource.Scope{Region: "us-east-1"}, "AWS::S3::Bucket", json.RawMessage(`{"BucketName":"files","Tags":[{"Key":"team","Value":"red"}]}`)); err != nil {
		f.Fatal(err)
	}
	server := New(s, Options{})
	f.Fuzz(func(t *testing.T, target, body string) {
		if strings.ContainsAny(target, "\r\n\x00") {
			t.Skip("no client can send that header")
		}
		e := exchange{target: target, contentType: protocol.JSON10, body: body}
		if target == "" {
			e.contentType = "application/x-www-form-urlencoded"
		}
		w := httptest.NewRecorder()
		server.ServeHTTP(w, e.request(t.Context()))
		if w.Code < 200 || w.Code > 599 || w.Code/100 == 3 {
			t.Errorf("status %d", w.Code)
		}
		if text := w.Body.Bytes(); target != "" && len(text) > 0 && !json.Valid(text) {
			t.Errorf("the answer is no JSON: %q", text)
		}
	})
}
