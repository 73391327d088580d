package emulator

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"slices"
	"strings"

	"skyql/internal/resource"
	"skyql/internal/schema"
)

// masked stands for what a record must not have.
const masked = "***"

// masker takes secrets out of one call and its answer.
type masker struct {
	types   func(resource.TypeName) (*schema.ResourceType, error)
	secrets []string // texts that were masked in the request
}

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

// document masks within JSON that is written into a text.
func (m *masker) document(value any, name resource.TypeName, mask func(*schema.ResourceType, any) any) any {
	if value == nil {
		return nil
	}
	text, ok := value.(string)
	t := m.typeOf(name)
	if !ok || t == nil {
		return masked
	}
	document := decodeAny([]byte(text))
	if document == nil {
		return masked
	}
	return string(encodeAny(mask(t, document)))
}

func (m *masker) typeOf(name resource.TypeName) *schema.ResourceType {
	if m.types == nil || name == "" {
		return nil
	}
	t, err := m.types(name)
	if err != nil {
		return nil
	}
	return t
}

// model masks the properties of a model that are write-only, or none of the
// type's.
func (m *masker) model(t *schema.ResourceType, model any) any {
	members, ok := model.(map[string]any)
	if !ok {
		return m.mask(model)
	}
	for name := range members {
		if t.Property(name) == nil {
			members[name] = m.mask(members[name])
		}
	}
	for _, path := range t.WriteOnly {
		model = m.hide(model, path)
	}
	return model
}

// patch masks the values of a patch document in the same way.
func (m *masker) patch(t *schema.ResourceType, document any) any {
	operations, ok := document.([]any)
	if !ok {
		return m.mask(document)
	}
	for i, item := range operations {
		operation, ok := item.(map[string]any)
		if !ok {
			operations[i] = m.mask(item)
			continue
		}
		place, _ := operation["path"].(string)
		for name, value := range operation {
			switch name {
			case "op", "path", "from":
			case "value":
				operation[name] = m.valueAt(t, place, value)
			default:
				operation[name] = m.mask(value)
			}
		}
	}
	return operations
}

// valueAt masks what a patch puts at a place: all of it if that is in a write-only
// property, else such properties in it.
func (m *masker) valueAt(t *schema.ResourceType, place string, value any) any {
	if strings.Trim(place, "/") == "" {
		return m.model(t, value)
	}
	segments := schema.ParsePath(place)
	if t.Property(segments[0]) == nil {
		return m.mask(value)
	}
	for _, path := range t.WriteOnly {
		for _, rest := range below(path, segments) {
			value = m.hide(value, rest)
		}
	}
	return value
}

// below gives what is left of a schema's path beneath a place. There may be several
// ways, since the path need not mention the elements of an array.
func below(path schema.Path, place []string) []schema.Path {
	if len(place) == 0 || len(path) == 0 {
		return []schema.Path{path}
	}
	var all []schema.Path
	if path[0] == "*" || strings.EqualFold(path[0], place[0]) {
		all = below(path[1:], place[1:])
	}
	if path[0] != "*" && strings.Trim(place[0], "0123456789-") == "" {
		all = append(all, below(path, place[1:])...)
	}
	return all
}

// hide masks what the path leads to. A value of another shape than the path is for
// is masked as well: it may be the secret in a wrong place.
func (m *masker) hide(value any, path schema.Path) any {
	if len(path) == 0 {
		return m.mask(value)
	}
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			if path[0] == "*" || strings.EqualFold(path[0], name) {
				value[name] = m.hide(member, path[1:])
			}
		}
		return value
	case []any:
		rest := path
		if path[0] == "*" {
			rest = path[1:]
		}
		for i, element := range value {
			value[i] = m.hide(element, rest)
		}
		return value
	case nil:
		return nil
	}
	return m.mask(value)
}

// mask gives what stands for a value, and remembers the texts in it: errors may
// quote them.
func (m *masker) mask(value any) any {
	switch value := value.(type) {
	case string:
		if value != "" && value != masked {
			m.secrets = append(m.secrets, value)
		}
	case json.Number:
		if len(value) > 2 { // shorter ones are in every text
			m.secrets = append(m.secrets, value.String())
		}
	case map[string]any:
		for _, member := range value {
			m.mask(member)
		}
	case []any:
		for _, element := range value {
			m.mask(element)
		}
	}
	return masked
}

// answer gives the body of an answer in JSON, and the name of the error that it is.
func (m *masker) answer(out reply, name resource.TypeName) (body json.RawMessage, failed string) {
	if out.status == 0 {
		return nil, ""
	}
	document := decodeAny(out.body)
	if out.status >= http.StatusBadRequest {
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
	form, err := queryForm(r, body)
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
func (m *masker) xmlAnswer(operation string, out reply) (body json.RawMessage, failed string) {
	switch {
	case out.status == 0:
		return nil, ""
	case out.status >= http.StatusBadRequest:
		var document queryFailure
		if xml.Unmarshal(out.body, &document) != nil {
			return encodeAny(masked), ""
		}
		document.Message, _ = m.unquote(document.Message).(string)
		return encodeAny(string(xmlReply(out.status, out.requestID, document).body)), document.Code
	case operation != getCallerIdentity && operation != getAccessKeyInfo:
		return encodeAny(masked), ""
	}
	return encodeAny(string(out.body)), ""
}

// decodeAny reads JSON, numbers as they are written; nil if it is none.
func decodeAny(source []byte) any {
	var value any
	decoder := json.NewDecoder(bytes.NewReader(source))
	decoder.UseNumber()
	if !json.Valid(source) || decoder.Decode(&value) != nil {
		return nil
	}
	return value
}

// encodeAny writes what decodeAny has read.
func encodeAny(value any) json.RawMessage {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err) // it came from JSON
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
