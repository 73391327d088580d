package emulator

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"

	"skyql/internal/emulator/store"
)

const (
	jsonType    = "application/x-amz-json-1.0"
	taggingType = "application/x-amz-json-1.1"
	formType    = "application/x-www-form-urlencoded"
	xmlType     = "text/xml"
)

// reply is the answer to an API call.
type reply struct {
	status      int
	contentType string
	requestID   string // made up when empty
	body        []byte
}

// answer replies with a JSON document.
func answer(status int, document any) reply {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(document); err != nil {
		panic(err) // the documents are structs of this package
	}
	return reply{status: status, contentType: jsonType, body: bytes.TrimSuffix(b.Bytes(), []byte("\n"))}
}

func (r reply) write(w http.ResponseWriter) {
	r.writeHead(w)
	_, _ = w.Write(r.body) // a caller that has gone needs no answer
}

func (r reply) writeHead(w http.ResponseWriter) {
	if r.requestID == "" {
		r.requestID = store.NewToken()
	}
	w.Header().Set("X-Amzn-Requestid", r.requestID)
	w.Header().Set("Content-Type", r.contentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(r.body)))
	w.WriteHeader(r.status)
}
