//go:build unix

package acceptance

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/awsclient"
	"skyql/internal/emulator/durable"
	"skyql/internal/emulator/store"
	"skyql/internal/resource"
)

// killsVariable asks for that many kills over a large file, instead of a few over
// a small one.
const killsVariable = "SKYQL_TEST_KILLS"

// An emulator with --data is killed while eight callers change resources, again
// and again. Whatever a caller was told is true of the next one.
func TestKilledEmulatorKeepsWhatItSaid(t *testing.T) {
	t.Parallel()
	kills, buckets := 3, 1000
	if text := os.Getenv(killsVariable); text != "" {
		var err error
		if kills, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
		buckets = 100_000
	} else {
		t.Logf("%d kills over %d resources; set %s=20 for that many over 100,000", kills, buckets, killsVariable)
	}
	path := filepath.Join(t.TempDir(), "world.db")
	populate(t, path, buckets)
	callers := make([]*caller, 8)
	for i := range callers {
		callers[i] = &caller{name: fmt.Sprintf("caller-%d", i), t: t, last: -1}
	}
	for range kills {
		url, b := durableEmulator(t, path)
		api := awsclient.New(awsclient.Options{Endpoint: url, Emulator: true})
		checkWorld(t, api, buckets, callers)
		var running sync.WaitGroup
		for _, c := range callers {
			running.Go(func() { c.run(api) })
		}
		time.Sleep(time.Duration(100+rand.IntN(900)) * time.Millisecond) // the test is about a moment that nobody chose
		b.stop(syscall.SIGKILL)
		running.Wait()
	}
	url, b := durableEmulator(t, path)
	checkWorld(t, awsclient.New(awsclient.Options{Endpoint: url, Emulator: true}), buckets, callers)
	b.stop(os.Interrupt)
	total := 0
	for _, c := range callers {
		total += c.acknowledged
	}
	t.Logf("%d kills, %d acknowledged changes", kills, total)
	if total < kills {
		t.Error("hardly anything was acknowledged: the test says nothing")
	}
}

// populate makes a file with so many buckets.
func populate(t *testing.T, path string, buckets int) {
	t.Helper()
	file, err := durable.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	s := store.New(store.Options{Journal: file})
	if err := s.Populate(resource.Scope{Region: "us-east-1"}, "AWS::S3::Bucket", buckets); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}

func durableEmulator(t *testing.T, path string) (url string, b *background) {
	t.Helper()
	b, line, err := start(command(t, "emulator", "--listen", "127.0.0.1:0", "--data", path, "--page-size", "10000"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.stop(syscall.SIGKILL) })
	url, ok := strings.CutPrefix(line, "listening on ")
	if !ok {
		b.stop(os.Interrupt)
		t.Fatalf("the emulator says %q\n%s", line, b.stderr)
	}
	return url, b
}

// caller makes log groups, one after the other, changes each and deletes every
// second one. It knows what it was told and what it was not told any more.
type caller struct {
	name string
	t    *testing.T
	last int // number of the newest group

	known        map[string]group
	open         string          // the group whose last change was not answered
	tokens       map[string]bool // of requests that were answered
	acknowledged int
}

// group is a log group: whether it is there, and its retention.
type group struct {
	exists bool
	days   int
}

const logGroup resource.TypeName = "AWS::Logs::LogGroup"

var inHome = cloudcontrol.Call{Scope: resource.Scope{Region: "us-east-1"}, Type: logGroup}

// run makes changes until one is not answered.
func (c *caller) run(api cloudcontrol.Client) {
	if c.known == nil {
		c.known, c.tokens = map[string]group{}, map[string]bool{}
	}
	for {
		c.last++
		name := fmt.Sprintf("%s-%d", c.name, c.last)
		in := cloudcontrol.CreateInput{Call: inHome, DesiredState: json.RawMessage(fmt.Sprintf(`{"LogGroupName":%q,"RetentionInDays":1}`, name))}
		if !c.told(name, group{true, 1})(api.Create(c.t.Context(), in)) {
			return
		}
		update := cloudcontrol.UpdateInput{Call: inHome, Identifier: name,
			PatchDocument: json.RawMessage(`[{"op":"replace","path":"/RetentionInDays","value":7}]`)}
		if !c.told(name, group{true, 7})(api.Update(c.t.Context(), update)) {
			return
		}
		if c.last%2 == 0 {
			continue
		}
		if !c.told(name, group{})(api.Delete(c.t.Context(), cloudcontrol.DeleteInput{Call: inHome, Identifier: name})) {
			return
		}
	}
}

// told notes what an answer says, or that there was none.
func (c *caller) told(name string, now group) func(cloudcontrol.ProgressEvent, error) bool {
	return func(event cloudcontrol.ProgressEvent, err error) bool {
		if c.open = name; err == nil {
			c.open, c.known[name] = "", now
			c.tokens[event.RequestToken] = true
			c.acknowledged++
		}
		return err == nil
	}
}

// checkWorld compares an emulator with what the callers were told.
func checkWorld(t *testing.T, api cloudcontrol.Client, buckets int, callers []*caller) {
	t.Helper()
	if n := len(list(t, api, "AWS::S3::Bucket")); n != buckets {
		t.Errorf("want %d buckets, have %d", buckets, n)
	}
	found := list(t, api, logGroup)
	for _, c := range callers {
		for name, want := range c.known {
			properties, exists := found[name]
			have := group{exists: exists}
			if exists {
				var model struct{ RetentionInDays int }
				if err := json.Unmarshal(properties, &model); err != nil {
					t.Fatal(err)
				}
				have.days = model.RetentionInDays
			}
			if name == c.open { // the change may have been made or not
				c.known[name], c.open = have, ""
			} else if have != want {
				t.Errorf("%s: told %+v, found %+v", name, want, have)
			}
		}
		c.checkTokens(api)
	}
}

func (c *caller) checkTokens(api cloudcontrol.Client) {
	for token := range c.tokens {
		status, err := api.RequestStatus(c.t.Context(), cloudcontrol.RequestInput{Scope: inHome.Scope, RequestToken: token})
		if err != nil || status.Event.Status != cloudcontrol.Success {
			c.t.Errorf("request %s: %+v, %v", token, status.Event, err)
		}
	}
	clear(c.tokens) // those of the next round
}

func list(t *testing.T, api cloudcontrol.Client, name resource.TypeName) map[string]json.RawMessage {
	t.Helper()
	all := map[string]json.RawMessage{}
	for in := (cloudcontrol.ListInput{Call: cloudcontrol.Call{Scope: inHome.Scope, Type: name}}); ; {
		page, err := api.List(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		for _, listed := range page.Resources {
			all[listed.Identifier] = listed.Properties
		}
		if in.NextToken = page.NextToken; in.NextToken == "" {
			return all
		}
	}
}
