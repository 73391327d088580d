package listing_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"skyql/internal/listing"
	"skyql/internal/resource"
)

const (
	region   = resource.Region("eu-west-1")
	typeName = resource.TypeName("AWS::Test::Thing")
)

// teach shows a row that many times, in two lists in turn.
func teach(s *listing.Store, times int, listed, read string) {
	for i := range times {
		s.Learn(fmt.Sprint("list ", i%2), region, typeName, json.RawMessage(listed), json.RawMessage(read))
	}
}

func TestGiven(t *testing.T) {
	t.Parallel()
	type row struct {
		times        int
		listed, read string
	}
	for _, test := range []struct {
		name            string
		rows            []row
		present, absent bool
	}{
		{name: "nothing is known"},
		{name: "one row says nothing", rows: []row{{1, `{"Tags": [1]}`, `{"Tags": [1]}`}}},
		{name: "too few rows", rows: []row{{19, `{"Tags": [1]}`, `{"Tags": [1]}`}}},
		{name: "enough rows", rows: []row{{20, `{"Tags": [1]}`, `{"Tags": [1]}`}}, present: true},
		{name: "the order of members is nothing", rows: []row{{20, `{"Tags": {"a": 1, "b": 2}}`, `{"Tags": {"b": 2, "a": 1}}`}}, present: true},
		{name: "the order of elements is", rows: []row{{20, `{"Tags": [1, 2]}`, `{"Tags": [2, 1]}`}}},
		{name: "large numbers are not rounded", rows: []row{{20, `{"Tags": [9007199254740993]}`, `{"Tags": [9007199254740992]}`}}},
		{name: "missing once", rows: []row{{1, `{}`, `{"Tags": [1]}`}, {50, `{"Tags": [1]}`, `{"Tags": [1]}`}}},
		{name: "different once", rows: []row{{1, `{"Tags": [2]}`, `{"Tags": [1]}`}, {50, `{"Tags": [1]}`, `{"Tags": [1]}`}}},
		{name: "in the list only, once", rows: []row{{1, `{"Tags": [2]}`, `{}`}, {50, `{"Tags": [1]}`, `{"Tags": [1]}`}}},
		{name: "lacking in both says nothing of values", rows: []row{{50, `{"Id": "a"}`, `{"Id": "a"}`}}},
		{name: "lacking in both, too seldom", rows: []row{{20, `{"Tags": [1]}`, `{"Tags": [1]}`}, {19, `{}`, `{}`}}, present: true},
		{name: "lacking in both, often", rows: []row{{20, `{"Tags": [1]}`, `{"Tags": [1]}`}, {20, `{}`, `{}`}}, present: true, absent: true},
		{name: "null is lacking", rows: []row{{20, `{"Tags": [1]}`, `{"Tags": [1]}`}, {20, `{"Tags": null}`, `{}`}}, present: true, absent: true},
		{name: "lacking in both, but values are too few", rows: []row{{19, `{"Tags": [1]}`, `{"Tags": [1]}`}, {50, `{}`, `{}`}}},
		{name: "no model at all", rows: []row{{30, ``, `{"Tags": [1]}`}}},
		{name: "what is no JSON is not looked at", rows: []row{{20, `{"Tags": [1]}`, `{"Tags": [1]}`}, {5, `[`, `{"Tags": [1]}`}, {5, `{}`, `x`}}, present: true},
		{name: "contradicted", rows: []row{{20, `{"Tags": [1]}`, `{"Tags": [1]}`}, {1, `{}`, `{"Tags": [1]}`}}},
		{name: "contradicted, and right again", rows: []row{{20, `{"Tags": [1]}`, `{"Tags": [1]}`}, {1, `{"Tags": [1]}`, `{}`}, {50, `{"Tags": [1]}`, `{"Tags": [1]}`}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := listing.New(listing.Options{})
			for _, row := range test.rows {
				teach(s, row.times, row.listed, row.read)
			}
			if present, absent := s.Given(region, typeName, "Tags"); present != test.present || absent != test.absent {
				t.Errorf("want present %v and absent %v, have %v and %v", test.present, test.absent, present, absent)
			}
		})
	}
}

func TestOneListIsNotEnough(t *testing.T) {
	t.Parallel()
	s := listing.New(listing.Options{})
	model := json.RawMessage(`{"Tags": [1]}`)
	for range 100 {
		s.Learn("the only list", region, typeName, model, model)
	}
	if present, _ := s.Given(region, typeName, "Tags"); present {
		t.Error("one list was enough")
	}
	s.Learn("another", region, typeName, model, model)
	if present, _ := s.Given(region, typeName, "Tags"); !present {
		t.Error("two lists were not enough")
	}
}

func TestPartitionsAndTypesAreApart(t *testing.T) {
	t.Parallel()
	s := listing.New(listing.Options{})
	teach(s, 20, `{"Tags": [1]}`, `{"Tags": [1]}`)
	for _, test := range []struct {
		region resource.Region
		name   resource.TypeName
		want   bool
	}{
		{region, typeName, true},
		{"us-east-1", typeName, true},
		{"cn-north-1", typeName, false},
		{region, "AWS::Test::Other", false},
	} {
		if present, _ := s.Given(test.region, test.name, "Tags"); present != test.want {
			t.Errorf("%s in %s: want %v", test.name, test.region, test.want)
		}
	}
}

// A contradiction forgets a type for a week; what is learned lasts a month.
func TestTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := listing.New(listing.Options{})
		given := func() bool { present, _ := s.Given(region, typeName, "Tags"); return present }
		right := func() { teach(s, 20, `{"Tags": [1]}`, `{"Tags": [1]}`) }
		right()
		teach(s, 1, `{"Tags": [2]}`, `{"Tags": [1]}`)
		time.Sleep(7*24*time.Hour - time.Second)
		if right(); given() {
			t.Error("trusted within the week")
		}
		time.Sleep(time.Second)
		if right(); !given() {
			t.Error("not trusted after the week")
		}
		time.Sleep(30 * 24 * time.Hour)
		if teach(s, 1, `{"Tags": [1]}`, `{"Tags": [1]}`); given() {
			t.Error("trusted after a month")
		}
	})
}

func TestFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "cache", "lists.json")
	open := func(host string) *listing.Store { return listing.New(listing.Options{Path: path, Host: host}) }
	given := func(s *listing.Store) [2]bool {
		present, absent := s.Given(region, typeName, "Tags")
		return [2]bool{present, absent}
	}
	save := func(s *listing.Store) {
		t.Helper()
		if err := s.Save(); err != nil {
			t.Fatal(err)
		}
	}
	unused := open("aws")
	given(unused)
	save(unused)
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("a run that learned nothing wrote a file (%v)", err)
	}
	first := open("aws")
	teach(first, 12, `{"Tags": [1]}`, `{"Tags": [1]}`)
	teach(first, 12, `{}`, `{}`)
	save(first)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("want a file for its owner only, have %v (%v)", info.Mode(), err)
	}
	again := open("aws")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	save(first)
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("nothing was learned since, but the file was written again (%v)", err)
	}
	teach(again, 12, `{"Tags": [1]}`, `{"Tags": [1]}`)
	teach(again, 12, `{}`, `{}`)
	save(again)
	emulator := open("127.0.0.1:4577")
	teach(emulator, 1, `{}`, `{"Tags": [1]}`)
	save(emulator)
	second := open("aws")
	teach(second, 12, `{"Tags": [1]}`, `{"Tags": [1]}`)
	teach(second, 12, `{}`, `{}`)
	save(second)
	if got := given(open("aws")); got != [2]bool{true, true} {
		t.Errorf("what two runs saw is not added up: %v", got)
	}
	if got := given(open("127.0.0.1:4577")); got != [2]bool{} {
		t.Errorf("another host is trusted: %v", got)
	}
	late := open("aws")
	teach(late, 1, `{"Tags": [1]}`, `{"Tags": [1]}`)
	doubting := open("aws")
	teach(doubting, 1, `{}`, `{"Tags": [1]}`)
	save(doubting)
	save(late)
	if got := given(open("aws")); got != [2]bool{} {
		t.Errorf("a run that ended later brought trust back: %v", got)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("want the file alone, have %v (%v)", entries, err)
	}
}

func TestBrokenFile(t *testing.T) {
	t.Parallel()
	const sound = `{"aws": {"aws AWS::Test::Thing": {"since": %q, "seen": %q, "properties": {"Tags": {"equal": %d, "equal_lists": 2}}}}}`
	now := time.Now().UTC()
	file := func(since time.Time, equal int) string {
		return fmt.Sprintf(sound, since.Format(time.RFC3339), since.Format(time.RFC3339), equal)
	}
	for _, test := range []struct {
		name, text string
		want       bool
	}{
		{"whole", file(now.Add(-time.Hour), 20), true},
		{"cut off", file(now.Add(-time.Hour), 20)[:60], false},
		{"empty", "", false},
		{"something else", `[1]`, false},
		{"no record", `{"aws": {"aws AWS::Test::Thing": null}}`, false},
		{"no evidence", `{"aws": {"aws AWS::Test::Thing": {"properties": {"Tags": null}}}}`, false},
		{"a negative number", file(now.Add(-time.Hour), -20), false},
		{"too old", file(now.Add(-31*24*time.Hour), 20), false},
		{"of tomorrow", file(now.Add(24*time.Hour), 20), false},
		{"too large", file(now.Add(-time.Hour), 20) + string(make([]byte, 9<<20)), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "lists.json")
			if err := os.WriteFile(path, []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
			s := listing.New(listing.Options{Path: path, Host: "aws"})
			if present, _ := s.Given(region, typeName, "Tags"); present != test.want {
				t.Errorf("want %v, have %v", test.want, present)
			}
			teach(s, 20, `{"Tags": [1]}`, `{"Tags": [1]}`)
			if err := s.Save(); err != nil {
				t.Fatal(err)
			}
			if present, _ := listing.New(listing.Options{Path: path, Host: "aws"}).Given(region, typeName, "Tags"); !present {
				t.Error("the file was not replaced by a sound one")
			}
		})
	}
}

func TestFileIsBounded(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lists.json")
	clock := time.Now()
	s := listing.New(listing.Options{Path: path, Host: "aws", Now: func() time.Time { clock = clock.Add(time.Millisecond); return clock }})
	for i := range 2100 {
		s.Learn("list", region, resource.TypeName(fmt.Sprintf("AWS::Test::Thing%d", i)), nil, json.RawMessage(`{"Id": 1}`))
	}
	if err := s.Save(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var kept map[string]map[string]any
	if err := json.Unmarshal(text, &kept); err != nil {
		t.Fatal(err)
	}
	_, oldest := kept["aws"]["aws AWS::Test::Thing0"]
	_, newest := kept["aws"]["aws AWS::Test::Thing2099"]
	if len(kept["aws"]) != 2000 || oldest || !newest {
		t.Errorf("want the 2,000 types seen last, have %d, the oldest %v, the newest %v", len(kept["aws"]), oldest, newest)
	}
}

// What has been settled is not written again and again.
func TestNothingNews(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lists.json")
	clock := time.Now()
	now := func() time.Time { return clock }
	learn := func() {
		s := listing.New(listing.Options{Path: path, Host: "aws", Now: now})
		teach(s, 30, `{"Id": "a", "Tags": [1]}`, `{"Id": "a", "Tags": [1], "More": 1}`)
		teach(s, 30, `{"Id": "a"}`, `{"Id": "a", "More": 1}`)
		if err := s.Save(); err != nil {
			t.Fatal(err)
		}
	}
	learn()
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		later time.Duration
		want  os.FileMode
	}{{time.Hour, 0o640}, {24 * time.Hour, 0o600}} {
		clock = clock.Add(test.later)
		learn()
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != test.want {
			t.Errorf("after %v: want the mode %o, have %v (%v)", test.later, test.want, info.Mode(), err)
		}
	}
}

func TestSaveFails(t *testing.T) {
	t.Parallel()
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := listing.New(listing.Options{Path: filepath.Join(blocked, "lists.json"), Host: "aws"})
	teach(s, 1, `{"Tags": [1]}`, `{"Tags": [1]}`)
	if err := s.Save(); err == nil {
		t.Error("want an error: the folder is a file")
	}
}
