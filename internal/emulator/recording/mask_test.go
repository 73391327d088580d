package recording

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"skyql/internal/catalog"
	"skyql/internal/emulator/protocol"
	"skyql/internal/resource"
	"skyql/internal/schema"
)

// secretive is a type with secrets in all kinds of places.
var secretive = &schema.ResourceType{
	Name: "Our::Test::Thing",
	Properties: []schema.Property{
		{Name: "Name"}, {Name: "Password"}, {Name: "Login"}, {Name: "Users"}, {Name: "Keys"}, {Name: "Rules"}, {Name: "A/B"},
	},
	WriteOnly: []schema.Path{
		{"Password"}, {"Login", "Secret"}, {"Users", "*", "Token"}, {"Keys", "*"}, {"Rules", "Pin"}, {"A/B"},
	},
}

func secretMasker() *masker {
	return &masker{types: func(name resource.TypeName) (*schema.ResourceType, error) {
		if name == secretive.Name {
			return secretive, nil
		}
		return catalog.Starter().Type(name)
	}}
}

func TestMaskedModels(t *testing.T) {
	t.Parallel()
	for model, want := range map[string]string{
		`{"Name":"n"}`:                                     `{"Name":"n"}`,
		`{"Name":"<&>","Password":"x"}`:                    `{"Name":"<&>","Password":"***"}`,
		`{"Password":{"deep":["x"]}}`:                      `{"Password":"***"}`,
		`{"Password":null}`:                                `{"Password":"***"}`,
		`{"Login":{"User":"u","Secret":"x"}}`:              `{"Login":{"Secret":"***","User":"u"}}`,
		`{"Login":{"User":1.50,"secret":"x"}}`:             `{"Login":{"User":1.50,"secret":"***"}}`,
		`{"Login":"x"}`:                                    `{"Login":"***"}`, // in a wrong place
		`{"Login":null}`:                                   `{"Login":null}`,
		`{"Users":[{"Token":"x","Id":1},{"Token":"y"}]}`:   `{"Users":[{"Id":1,"Token":"***"},{"Token":"***"}]}`,
		`{"Users":{"a":{"Token":"x"}}}`:                    `{"Users":{"a":{"Token":"***"}}}`,
		`{"Keys":["x","y"]}`:                               `{"Keys":["***","***"]}`,
		`{"Keys":{"a":"x"}}`:                               `{"Keys":{"a":"***"}}`,
		`{"Rules":[{"Pin":1234,"Id":1},{"Id":2}]}`:         `{"Rules":[{"Id":1,"Pin":"***"},{"Id":2}]}`,
		`{"Pasword":"x","Name":"n"}`:                       `{"Name":"n","Pasword":"***"}`,
		`{"password":"x"}`:                                 `{"password":"***"}`,
		`{"Password":"first","Name":"n","Password":"two"}`: `{"Name":"n","Password":"***"}`,
		`["x"]`:                       `"***"`,
		`"x"`:                         `"***"`,
		`{"Password":"x"`:             `***`,
		``:                            `***`,
		`{"Name":"n"} {"Password":1}`: `***`,
	} {
		m := secretMasker()
		if have := m.document(model, secretive.Name, m.model); have != want {
			t.Errorf("%s: want %s, have %s", model, want, have)
		}
	}
}

func TestMaskedPatches(t *testing.T) {
	t.Parallel()
	for patch, want := range map[string]string{
		`[{"op":"add","path":"/Name","value":"n"}]`:                                  `[{"op":"add","path":"/Name","value":"n"}]`,
		`[{"op":"add","path":"/Password","value":"x"}]`:                              `[{"op":"add","path":"/Password","value":"***"}]`,
		`[{"op":"test","path":"Password","value":["x"]}]`:                            `[{"op":"test","path":"Password","value":"***"}]`,
		`[{"op":"add","path":"/Password/deep/er","value":"x"}]`:                      `[{"op":"add","path":"/Password/deep/er","value":"***"}]`,
		`[{"op":"add","path":"/Login","value":{"User":"u","Secret":"x"}}]`:           `[{"op":"add","path":"/Login","value":{"Secret":"***","User":"u"}}]`,
		`[{"op":"add","path":"/Login/Secret","value":"x"}]`:                          `[{"op":"add","path":"/Login/Secret","value":"***"}]`,
		`[{"op":"add","path":"/login/secret","value":"x"}]`:                          `[{"op":"add","path":"/login/secret","value":"***"}]`,
		`[{"op":"add","path":"/Login/User","value":"u"}]`:                            `[{"op":"add","path":"/Login/User","value":"u"}]`,
		`[{"op":"add","path":"/Users/-","value":{"Id":1,"Token":"x"}}]`:              `[{"op":"add","path":"/Users/-","value":{"Id":1,"Token":"***"}}]`,
		`[{"op":"add","path":"/Users/0/Token","value":"x"}]`:                         `[{"op":"add","path":"/Users/0/Token","value":"***"}]`,
		`[{"op":"add","path":"/Users","value":[{"Token":"x"}]}]`:                     `[{"op":"add","path":"/Users","value":[{"Token":"***"}]}]`,
		`[{"op":"add","path":"/Keys/3","value":"x"}]`:                                `[{"op":"add","path":"/Keys/3","value":"***"}]`,
		`[{"op":"add","path":"/Rules/0","value":{"Pin":1,"Id":2}}]`:                  `[{"op":"add","path":"/Rules/0","value":{"Id":2,"Pin":"***"}}]`,
		`[{"op":"add","path":"/Rules/0/Pin","value":1}]`:                             `[{"op":"add","path":"/Rules/0/Pin","value":"***"}]`,
		`[{"op":"add","path":"/A~1B","value":"x"}]`:                                  `[{"op":"add","path":"/A~1B","value":"***"}]`,
		`[{"op":"add","path":"/properties/Password","value":"x"}]`:                   `[{"op":"add","path":"/properties/Password","value":"***"}]`,
		`[{"op":"add","path":"","value":{"Name":"n","Password":"x"}}]`:               `[{"op":"add","path":"","value":{"Name":"n","Password":"***"}}]`,
		`[{"op":"add","path":"/Pasword","value":"x"}]`:                               `[{"op":"add","path":"/Pasword","value":"***"}]`,
		`[{"op":"add","path":5,"value":{"Password":"x"}}]`:                           `[{"op":"add","path":5,"value":{"Password":"***"}}]`,
		`[{"op":"add","path":5,"value":"x"}]`:                                        `[{"op":"add","path":5,"value":"***"}]`,
		`[{"op":"remove","path":"/Password"},{"op":"move","from":"/A","path":"/B"}]`: `[{"op":"remove","path":"/Password"},{"from":"/A","op":"move","path":"/B"}]`,
		`[{"op":"add","path":"/Name","Value":"x","value":"n"}]`:                      `[{"Value":"***","op":"add","path":"/Name","value":"n"}]`,
		`["x"]`:                           `["***"]`,
		`{"op":"add","path":"/Password"}`: `"***"`,
		`not JSON`:                        `***`,
	} {
		m := secretMasker()
		if have := m.document(patch, secretive.Name, m.patch); have != want {
			t.Errorf("%s:\nwant %s,\nhave %s", patch, want, have)
		}
	}
}

func TestMaskedRequests(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		``:          ``,
		`{}`:        `{}`,
		`{"Cut":"x`: `"***"`,
		`["x"]`:     `"***"`,
		`{"TypeName":"Our::Test::Thing","DesiredState":"{\"Password\":\"x\"}"}`:                    `{"DesiredState":"{\"Password\":\"***\"}","TypeName":"Our::Test::Thing"}`,
		`{"TypeName":"Our::Test::Thing","desiredstate":"{\"Password\":\"x\"}"}`:                    `{"TypeName":"Our::Test::Thing","desiredstate":"{\"Password\":\"***\"}"}`,
		`{"TypeName":"Our::Test::Thing","DesiredState":{"Password":"x"}}`:                          `{"DesiredState":"***","TypeName":"Our::Test::Thing"}`,
		`{"TypeName":"Our::Test::Thing","ResourceModel":"{\"Name\":\"n\",\"Password\":\"x\"}"}`:    `{"ResourceModel":"{\"Name\":\"n\",\"Password\":\"***\"}","TypeName":"Our::Test::Thing"}`,
		`{"TypeName":"Our::Test::Thing","ResourceModel":null}`:                                     `{"ResourceModel":null,"TypeName":"Our::Test::Thing"}`,
		`{"TypeName":"No::Such::Type","DesiredState":"{\"Password\":\"x\"}"}`:                      `{"DesiredState":"***","TypeName":"No::Such::Type"}`,
		`{"DesiredState":"{\"Name\":\"x\"}"}`:                                                      `{"DesiredState":"***"}`,
		`{"TypeName":"Our::Test::Thing","PatchDocument":"[{\"path\":\"/Password\",\"value\":1}]"}`: `{"PatchDocument":"[{\"path\":\"/Password\",\"value\":\"***\"}]","TypeName":"Our::Test::Thing"}`,
	} {
		if have := secretMasker().request([]byte(body), typeIn([]byte(body))); string(have) != want {
			t.Errorf("%s:\nwant %s,\nhave %s", body, want, have)
		}
	}
}

func TestMaskedAnswers(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"ProgressEvent":{"TypeName":"Our::Test::Thing","ResourceModel":"{\"Name\":\"n\",\"Password\":\"x\"}"}}`:                  `{"ProgressEvent":{"ResourceModel":"{\"Name\":\"n\",\"Password\":\"***\"}","TypeName":"Our::Test::Thing"}}`,
		`{"ResourceDescriptions":[{"Identifier":"i","Properties":"{\"Password\":\"x\"}"}],"TypeName":"Our::Test::Thing"}`:          `{"ResourceDescriptions":[{"Identifier":"i","Properties":"{\"Password\":\"***\"}"}],"TypeName":"Our::Test::Thing"}`,
		`{"ResourceRequestStatusSummaries":[{"TypeName":"AWS::S3::Bucket","ResourceModel":"{\"BucketName\":\"b\"}"}],"Number":10}`: `{"Number":10,"ResourceRequestStatusSummaries":[{"ResourceModel":"{\"BucketName\":\"b\"}","TypeName":"AWS::S3::Bucket"}]}`,
	} {
		have, failed := secretMasker().answer(protocol.Reply{Status: 200, Body: []byte(body)}, "")
		if string(have) != want || failed != "" {
			t.Errorf("%s:\nwant %s,\nhave %s, %s", body, want, have, failed)
		}
	}
}

// Errors quote what they object to.
func TestErrorsDoNotQuoteSecrets(t *testing.T) {
	t.Parallel()
	m := secretMasker()
	m.request([]byte(`{"TypeName":"Our::Test::Thing","DesiredState":"{\"Name\":\"odd\",\"Password\":\"sesame\",\"Rules\":[{\"Pin\":4711}]}"}`), secretive.Name)
	have, name := m.answer(protocol.Failure(400, protocol.ValidateNamespace+"ValidationException",
		"#/Name: odd is not valid; #/Password: sesame is not valid; #/Rules/0/Pin: 4711 is not less than 4000"), secretive.Name)
	if want := `{"Message":"#/Name: odd is not valid; #/Password: *** is not valid; #/Rules/0/Pin: *** is not less than 4000",` +
		`"__type":"com.amazon.coral.validate#ValidationException"}`; string(have) != want || name != "ValidationException" {
		t.Errorf("want %s, have %s, %s", want, have, name)
	}
	m = secretMasker()
	m.mask(map[string]any{"a": "abc", "b": []any{"abcd"}})
	if have := m.unquote("abcd, abc"); have != "***, ***" {
		t.Errorf("want both masked, have %v", have)
	}
}

func TestMaskedForms(t *testing.T) {
	t.Parallel()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", nil)
	m := secretMasker()
	have := m.form(request, []byte("Action=AssumeRole&RoleArn=arn&RoleSessionName=me&ExternalId=sesame"))
	if want := `{"Action":"AssumeRole","ExternalId":"***","RoleArn":"arn","RoleSessionName":"me"}`; string(have) != want {
		t.Errorf("want %s, have %s", want, have)
	}
	refused := protocol.QueryError(400, "ValidationError", "Value 'sesame' at 'externalId'")
	if have, name := m.xmlAnswer("AssumeRole", refused); name != "ValidationError" || strings.Contains(string(have), "sesame") || !strings.Contains(string(have), "externalId") {
		t.Errorf("want the value masked, have %s, %s", have, name)
	}
	if have, _ := m.xmlAnswer("AssumeRole", protocol.Reply{Status: 200, Body: []byte("<SecretAccessKey>")}); string(have) != `"***"` {
		t.Errorf("want credentials masked, have %s", have)
	}
}
