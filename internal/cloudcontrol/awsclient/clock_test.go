package awsclient_test

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"
)

func TestWrongClockIsCorrectedOnce(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	server := newAPI(t, func(w http.ResponseWriter) {
		w.Header().Set("Date", time.Now().Add(2*time.Hour).UTC().Format(http.TimeFormat))
		if calls.Add(1) == 1 {
			refuse(403, "InvalidSignatureException", "Signature expired")(w)
			return
		}
		ok(`{"ResourceDescription":{"Identifier":"photos"}}`)(w)
	})
	client := server.client(t)
	if _, err := client.Get(t.Context(), bucket()); err != nil {
		t.Fatal(err)
	}
	if n := len(server.seen()); n != 2 {
		t.Errorf("want 2 requests, got %d", n)
	}
}

func TestNothingElseIsRepeated(t *testing.T) {
	t.Parallel()
	for _, answer := range []func(http.ResponseWriter){
		refuse(400, "ThrottlingException", "Rate exceeded"), refuse(500, "ServiceInternalErrorException", "oh"),
		refuse(403, "InvalidSignatureException", "wrong key"), ok(""),
	} {
		server := newAPI(t, answer)
		server.client(t).Get(t.Context(), bucket())
		if n := len(server.seen()); n != 1 {
			t.Errorf("want 1 request, got %d", n)
		}
	}
}
