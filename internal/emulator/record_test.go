package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/catalog"
	"skyql/internal/cloudcontrol"
	"skyql/internal/emulator/protocol"
	"skyql/internal/emulator/recording"
	"skyql/internal/emulator/settings"
	"skyql/internal/emulator/store"
)

// recorded gives a server with a recorder, and what that has recorded.
func recorded(t *testing.T, opts Options) (s *Server, records func() []recording.Record) {
	t.Helper()
	var out bytes.Buffer
	opts.Recorder = recording.New(&out, catalog.Starter().Type)
	return withBucket(t, opts), func() []recording.Record {
		t.Helper()
		all, err := recording.Read(bytes.NewReader(out.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
}

func TestRecords(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, records := recorded(t, Options{Settings: settings.Settings{Latency: latency(30 * time.Millisecond)}})
		start := time.Now().UTC()
		call(t, s, "GetResource", readBucket)
		call(t, s, "GetResource", readMore)
		call(t, s, "NoSuchOperation", `{}`)
		read(t, exchange{contentType: protocol.Form, body: "Action=GetCallerIdentity&Version=2011-06-15"}.do(t, s))
		callTagging(t, s, "GetTagKeys", `{}`)
		read(t, exchange{target: targetPrefix + "ListResources", authorization: "-", body: `{"TypeName":"AWS::S3::Bucket"}`}.do(t, s))
		control(t, s, "GET", "stats", "")
		have := records()
		for i := range have {
			if want := start.Add(time.Duration(i) * 30 * time.Millisecond); !have[i].Time.Equal(want) || have[i].Milliseconds != 30 {
				t.Errorf("record %d: want %s and 30 ms, have %s and %v ms", i, want, have[i].Time, have[i].Milliseconds)
			}
			have[i].Time, have[i].Milliseconds = time.Time{}, 0
		}
		told := string(have[3].Answer)
		if !strings.Contains(told, "<Account>123456789012</Account>") {
			t.Errorf("want the caller told, have %s", told)
		}
		have[3].Answer = nil
		here := recording.Record{Account: store.DefaultAccount, Region: "eu-west-1", Status: 200}
		want := []recording.Record{here, here, here, here, here, here}
		want[0].Operation, want[0].Type = "GetResource", "AWS::S3::Bucket"
		want[0].Request = json.RawMessage(`{"Identifier":"files","TypeName":"AWS::S3::Bucket"}`)
		if answer := string(have[0].Answer); !strings.HasPrefix(answer, `{"ResourceDescription":{"Identifier":"files","Properties":"{\"Arn\":\"arn:aws:s3:::files\",`) {
			t.Errorf("want the resource, have %s", answer)
		}
		have[0].Answer = nil
		want[1].Operation, want[1].Type, want[1].Status, want[1].Error = "GetResource", "AWS::S3::Bucket", 400, "ResourceNotFoundException"
		want[1].Request = json.RawMessage(`{"Identifier":"more","TypeName":"AWS::S3::Bucket"}`)
		want[1].Answer, have[1].Answer = nil, nil
		want[2] = recording.Record{Operation: "NoSuchOperation", Status: 400, Error: "UnknownOperationException", Request: json.RawMessage(`{}`)}
		want[2].Answer = json.RawMessage(`{"__type":"com.amazon.coral.service#UnknownOperationException"}`)
		want[3].Operation = "GetCallerIdentity"
		want[3].Request = json.RawMessage(`{"Action":"GetCallerIdentity","Version":"2011-06-15"}`)
		want[4].Operation, want[4].Request = "tagging:GetTagKeys", json.RawMessage(`{}`)
		want[4].Answer = json.RawMessage(`{"PaginationToken":"","TagKeys":[]}`)
		want[5] = recording.Record{
			Operation: "ListResources", Type: "AWS::S3::Bucket", Status: 400, Error: "MissingAuthenticationTokenException",
			Request: json.RawMessage(`{"TypeName":"AWS::S3::Bucket"}`),
			Answer:  json.RawMessage(`{"Message":"Missing Authentication Token","__type":"com.amazon.coral.service#MissingAuthenticationTokenException"}`),
		}
		if diff := cmp.Diff(want, have); diff != "" {
			t.Errorf("(-want +have)\n%s", diff)
		}
	})
}

// A call that is refused before anybody has read it is recorded by its whole name.
func TestRecordsOfRefusedCalls(t *testing.T) {
	t.Parallel()
	s, records := recorded(t, Options{})
	for _, prefix := range []string{taggingPrefix, organizationsPrefix, targetPrefix} {
		read(t, exchange{target: prefix + "Any", authorization: "-"}.do(t, s))
	}
	var names []string
	for _, record := range records() {
		names = append(names, record.Operation)
	}
	if diff := cmp.Diff([]string{"tagging:Any", "organizations:Any", "Any"}, names); diff != "" {
		t.Errorf("(-want +have)\n%s", diff)
	}
}

func TestRecordsOfFaults(t *testing.T) {
	t.Parallel()
	for fault, want := range map[string]struct {
		status int
		name   string
		answer bool
	}{
		"throttle":            {400, "ThrottlingException", true},
		"error":               {500, "ServiceInternalErrorException", true},
		"unavailable":         {503, "ServiceUnavailableException", true},
		"cut":                 {0, "", false},
		"lost":                {0, "", false},
		"cut-body":            {200, "", true},
		"late-throttle":       {200, "", true},
		"slow-body":           {200, "", true},
		"late-throttle, lost": {0, "", false},
	} {
		s, records := recorded(t, Options{})
		faults := strings.ReplaceAll(strings.ReplaceAll(fault, ", ", `=1","`), "slow-body", "slow-body=1,1us,")
		turnKnobs(t, s, `{"faults":["`+strings.TrimSuffix(faults, ",")+strings.Repeat("=1", 1-strings.Count(faults, "1us"))+`"]}`)
		func() {
			defer func() { _ = recover() }() // the connection may be cut
			call(t, s, "CreateResource", createBucket)
		}()
		have := records()[0]
		var kinds []string
		for _, kind := range have.Faults {
			kinds = append(kinds, string(kind))
		}
		if have.Status != want.status || have.Error != want.name || strings.Join(kinds, ", ") != fault || (have.Answer != nil) != want.answer {
			t.Errorf("%s: want %v, have %+v", fault, want, have)
		}
		if have.Type != "AWS::S3::Bucket" || !strings.Contains(string(have.Request), "more") {
			t.Errorf("%s: want the request, have %+v", fault, have)
		}
	}
}

// The real client's calls, in the file that it was asked for, without secrets.
func TestRecorderKeepsSecrets(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "calls.jsonl")
	if err := os.WriteFile(path, []byte(`{"operation":"before","status":1,"time":"2026-01-01T00:00:00Z","duration_ms":0}`+"\n"+`{"cut`), 0o644); err != nil {
		t.Fatal(err)
	}
	recorder, err := recording.Open(path, catalog.Starter().Type)
	if err != nil {
		t.Fatal(err)
	}
	client := sdkClient(t, withBucket(t, Options{Listen: "127.0.0.1:0", Recorder: recorder}))
	secret := cloudcontrol.Call{Scope: ireland, Type: "AWS::SecretsManager::Secret"}
	event, err := client.Create(t.Context(), cloudcontrol.CreateInput{Call: secret, DesiredState: []byte(`{"Name":"door","SecretString":"sesame-1"}`)})
	event = finished(t, client, event, err)
	patch := `[{"op":"add","path":"/SecretString","value":"sesame-2"},{"op":"add","path":"/Description","value":"of the door"}]`
	if _, err := client.Update(t.Context(), cloudcontrol.UpdateInput{Call: secret, Identifier: event.Identifier, PatchDocument: []byte(patch)}); err != nil {
		t.Error(err)
	}
	text, err := os.ReadFile(path) // what was answered is there before the end
	if err != nil {
		t.Fatal(err)
	}
	for _, hidden := range []string{"sesame", "AWS4-HMAC-SHA256", "Authorization"} {
		if bytes.Contains(text, []byte(hidden)) {
			t.Errorf("want no %s in the file, have %s", hidden, text)
		}
	}
	for _, shown := range []string{`\"Name\":\"door\"`, `\"SecretString\":\"***\"`, "of the door", `{\"op\":\"add\",\"path\":\"/SecretString\",\"value\":\"***\"}`} {
		if !bytes.Contains(text, []byte(shown)) {
			t.Errorf("want %s in the file, have %s", shown, text)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("want nobody else to read it, have %v, %v", info.Mode(), err)
	}
	if lines := bytes.Split(bytes.TrimSpace(text), []byte("\n")); len(lines) < 5 || string(lines[1]) != `{"cut` {
		t.Errorf("want what was there kept, have %s", text)
	}
	if _, err := recording.Read(bytes.NewReader(text)); err == nil || !strings.Contains(err.Error(), "line 2 is no record of a call") {
		t.Errorf("want the line that was cut off told, have %v", err)
	}
	if err := recorder.Close(); err != nil {
		t.Error(err)
	}
}

// broken is a file on a disk that is full.
type broken struct{ writes int }

func (b *broken) Write([]byte) (int, error) {
	b.writes++
	return 0, errors.New("no space left")
}

// A record that cannot be written is told once, and at the end; calls go on.
func TestRecorderTellsThatItFailed(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	disk := &broken{}
	recorder := recording.New(disk, nil)
	s := withBucket(t, Options{Recorder: recorder, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	for range 3 {
		if status, _ := call(t, s, "GetResource", readBucket); status != 200 {
			t.Errorf("want the call answered, have %d", status)
		}
	}
	if n := strings.Count(log.String(), "record of calls is incomplete: no space left"); n != 1 || disk.writes != 3 {
		t.Errorf("want one line, have %s, %d writes", &log, disk.writes)
	}
	if err := recorder.Close(); err == nil || !strings.Contains(err.Error(), "no space left") {
		t.Errorf("want the failure at the end, have %v", err)
	}
}

func TestRecordsOfManyAtOnce(t *testing.T) {
	t.Parallel()
	s, records := recorded(t, Options{})
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 25 {
				call(t, s, "GetResource", readBucket)
			}
		})
	}
	group.Wait()
	if have := len(records()); have != 200 {
		t.Errorf("want 200 whole lines, have %d", have)
	}
}
