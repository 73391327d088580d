package protocol

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"skyql/internal/emulator/store"
)

// The content types of the protocols.
const (
	JSON10  = "application/x-amz-json-1.0"
	JSON11  = "application/x-amz-json-1.1"
	Form    = "application/x-www-form-urlencoded"
	xmlType = "text/xml"
)

// Reply is the answer to an API call.
type Reply struct {
	Status      int
	ContentType string
	RequestID   string // made up when empty
	Body        []byte
}

// Answer replies with a JSON document.
func Answer(status int, document any) Reply {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(document); err != nil {
		panic(err) // the documents are structs of ours
	}
	return Reply{Status: status, ContentType: JSON10, Body: bytes.TrimSuffix(b.Bytes(), []byte("\n"))}
}

// Write sends the reply.
func (r Reply) Write(w http.ResponseWriter) {
	r.WriteHead(w)
	_, _ = w.Write(r.Body) // a caller that has gone needs no answer
}

// WriteHead sends all of it but the body.
func (r Reply) WriteHead(w http.ResponseWriter) {
	if r.RequestID == "" {
		r.RequestID = store.NewToken()
	}
	w.Header().Set("X-Amzn-Requestid", r.RequestID)
	w.Header().Set("Content-Type", r.ContentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(r.Body)))
	w.WriteHeader(r.Status)
}

// Seconds is a time as the protocol has it: a number of seconds since 1970.
type Seconds struct{ time.Time }

// MarshalJSON gives milliseconds as a fraction.
func (s Seconds) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, float64(s.UnixMilli())/1000, 'f', 3, 64), nil
}
