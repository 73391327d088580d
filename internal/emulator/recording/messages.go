package recording

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"slices"
	"strings"

	"skyql/internal/emulator/opname"
	"skyql/internal/emulator/protocol"
	"skyql/internal/resource"
)

// request gives the body of a call in JSON.
func (m *masker) request(body []byte, name resource.TypeName) json.RawMessage {
	if len(body) == 0 {
		return nil
	}
	members, ok := decodeAny(body).(map[string]any)
	if !ok {
		return encodeAny(masked)
	}
	for key, value := range members {
		switch { // as lenient about names as the API's own reader
		case strings.EqualFold(key, "PatchDocument"):
			members[key] = m.document(value, name, m.patch)
		case strings.EqualFold(key, "DesiredState"), strings.EqualFold(key, "ResourceModel"):
			members[key] = m.document(value, name, m.model)
		}
	}
	return encodeAny(members)
}

// answer gives the body of an answer in JSON, and the name of the error that it is.
func (m *masker) answer(out protocol.Reply, name resource.TypeName) (body json.RawMessage, failed string) {
	if out.Status == 0 {
		return nil, ""
	}
	document := decodeAny(out.Body)
	if out.Status >= http.StatusBadRequest {
		if members, ok := document.(map[string]any); ok {
			failed, _ = members["__type"].(string)
			failed = failed[strings.Index(failed, "#")+1:]
		}
		return encodeAny(m.unquote(document)), failed
	}
	return encodeAny(m.models(document, name)), ""
}

// models masks the models in an answer. The API leaves write-only properties out
// of them, so this is a second lock on the same door.
func (m *masker) models(value any, name resource.TypeName) any {
	switch value := value.(type) {
	case map[string]any:
		if own, ok := value["TypeName"].(string); ok {
			name = resource.TypeName(own)
		}
		for key, member := range value {
			if key == "Properties" || key == "ResourceModel" {
				value[key] = m.document(member, name, m.model)
			} else {
				value[key] = m.models(member, name)
			}
		}
	case []any:
		for i, element := range value {
			value[i] = m.models(element, name)
		}
	}
	return value
}

// unquote masks secrets of the request in the texts of an error. The longest go
// first, since one may be a part of another.
func (m *masker) unquote(value any) any {
	slices.SortFunc(m.secrets, func(a, b string) int { return len(b) - len(a) })
	switch value := value.(type) {
	case map[string]any:
		for key, member := range value {
			if key != "__type" {
				value[key] = m.unquote(member)
			}
		}
	case string:
		for _, secret := range m.secrets {
			value = strings.ReplaceAll(value, secret, masked)
		}
		return value
	}
	return value
}

// plainParameters are those of the Query protocol that are no secrets.
var plainParameters = []string{"Action", "Version", "RoleArn", "RoleSessionName", "DurationSeconds", "AccessKeyId"}

// form gives the parameters of a call of the Query protocol.
func (m *masker) form(r *http.Request, body []byte) json.RawMessage {
	form, err := protocol.QueryForm(r, body)
	if err != nil {
		return encodeAny(masked)
	}
	members := map[string]any{}
	for name := range form {
		members[name] = form.Get(name)
		if !slices.Contains(plainParameters, name) {
			members[name] = m.mask(form.Get(name))
		}
	}
	return encodeAny(members)
}

// xmlAnswer gives an answer of the Query protocol as a text, unless it may have
// credentials, and the name of the error that it is.
func (m *masker) xmlAnswer(operation string, out protocol.Reply) (body json.RawMessage, failed string) {
	switch {
	case out.Status == 0:
		return nil, ""
	case out.Status >= http.StatusBadRequest:
		var document protocol.QueryFailure
		if xml.Unmarshal(out.Body, &document) != nil {
			return encodeAny(masked), ""
		}
		document.Message, _ = m.unquote(document.Message).(string)
		return encodeAny(string(protocol.XMLReply(out.Status, out.RequestID, document).Body)), document.Code
	case operation != opname.GetCallerIdentity && operation != opname.GetAccessKeyInfo:
		return encodeAny(masked), ""
	}
	return encodeAny(string(out.Body)), ""
}
