package output

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"
)

// screen is a terminal as far as \r, \b and \n go.
type screen struct {
	mu     sync.Mutex
	writes int
	lines  [][]rune
	column int
}

func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writes++
	for _, r := range string(b) {
		if len(s.lines) == 0 {
			s.lines = [][]rune{nil}
		}
		line := &s.lines[len(s.lines)-1]
		switch r {
		case '\r':
			s.column = 0
		case '\b':
			s.column--
		case '\n':
			s.lines, s.column = append(s.lines, nil), 0
		default:
			for n := range text.RuneWidth(r) {
				if s.column == len(*line) {
					*line = append(*line, 0)
				}
				if (*line)[s.column] = r; n > 0 {
					(*line)[s.column] = 0 // second half
				}
				s.column++
			}
		}
	}
	return len(b), nil
}

// String gives what is to be seen.
func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var lines []string
	for _, line := range s.lines {
		lines = append(lines, strings.TrimRight(strings.ReplaceAll(string(line), "\x00", ""), " "))
	}
	return strings.Join(lines, "\n")
}

func (s *screen) expect(t *testing.T, when, want string) {
	t.Helper()
	synctest.Wait()
	if got := s.String(); got != want {
		t.Errorf("%s: want %q, got %q", when, want, got)
	}
}

func TestProgress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s screen
		p := NewProgress(&s, ProgressOptions{Enabled: true, Width: 40})
		p.Update("1 of 10 buckets")
		time.Sleep(999 * time.Millisecond)
		s.expect(t, "before the delay", "")
		time.Sleep(time.Millisecond)
		s.expect(t, "after the delay", "1 of 10 buckets")
		p.Update("10 roles")
		time.Sleep(redrawEvery)
		s.expect(t, "a shorter line", "10 roles")
		p.Update("a line that is longer than the terminal is wide")
		time.Sleep(redrawEvery)
		s.expect(t, "a long line", "a line that is longer than the termi...")
		p.Update("evil \x1b[31m\n日本")
		time.Sleep(redrawEvery)
		s.expect(t, "control characters", `evil \x1b[31m\n日本`)
		writes := s.writes
		time.Sleep(time.Minute)
		s.expect(t, "nothing new", `evil \x1b[31m\n日本`)
		if s.writes != writes {
			t.Errorf("drawn %d times without need", s.writes-writes)
		}
		p.Stop()
		s.expect(t, "after Stop", "")
		p.Update("late")
		p.Stop()
		time.Sleep(time.Minute)
		s.expect(t, "after a second Stop", "")
	})
}

func TestProgressThatIsNotSeen(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		opts ProgressOptions
		work time.Duration
		text bool
	}{
		{"not enabled", ProgressOptions{}, time.Hour, true},
		{"quick work", ProgressOptions{Enabled: true}, 900 * time.Millisecond, true},
		{"longer delay", ProgressOptions{Enabled: true, Delay: time.Minute}, 59 * time.Second, true},
		{"no update", ProgressOptions{Enabled: true}, time.Hour, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var s screen
				p := NewProgress(&s, test.opts)
				if test.text {
					p.Update("text")
				}
				time.Sleep(test.work)
				p.Stop()
				if s.writes != 0 {
					t.Errorf("written %d times: %q", s.writes, s.String())
				}
			})
		})
	}
}

func TestProgressManyUpdates(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s screen
		p := NewProgress(&s, ProgressOptions{Enabled: true})
		var group sync.WaitGroup
		for worker := range 50 {
			group.Go(func() {
				for n := range 300 {
					p.Update(fmt.Sprintf("worker %d at %d", worker, n))
					time.Sleep(10 * time.Millisecond)
				}
			})
		}
		group.Wait()
		p.Stop()
		if s.writes < 15 || s.writes > 22 {
			t.Errorf("want about 10 redraws a second for two seconds, got %d", s.writes)
		}
	})
}

func TestProgressMakesRoom(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var s screen
		p := NewProgress(&s, ProgressOptions{Enabled: true})
		defer p.Stop()
		w := p.Wrap(&s)
		p.Update("working")
		time.Sleep(time.Second)
		s.expect(t, "nothing else", "working")
		fmt.Fprintln(w, "row 1")
		s.expect(t, "a row", "row 1\n")
		time.Sleep(redrawEvery)
		s.expect(t, "back again", "row 1\nworking")
		fmt.Fprint(w, "half a ")
		time.Sleep(time.Second)
		s.expect(t, "half a line", "row 1\nhalf a")
		fmt.Fprintln(w, "row")
		time.Sleep(redrawEvery)
		s.expect(t, "back after it", "row 1\nhalf a row\nworking")
	})
}

func TestProgressStartStop(t *testing.T) {
	t.Parallel()
	var group sync.WaitGroup
	for range 100 {
		p := NewProgress(io.Discard, ProgressOptions{Enabled: true, Delay: time.Nanosecond})
		for range 3 {
			group.Go(func() { p.Update("working"); p.Stop() })
		}
	}
	group.Wait()
}
