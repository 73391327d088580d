package output

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"skyql/internal/resource"
)

func TestWrongRows(t *testing.T) {
	t.Parallel()
	for _, format := range Formats() {
		t.Run(string(format), func(t *testing.T) {
			t.Parallel()
			w := New(format, io.Discard, Options{})
			if err := w.Begin([]Column{{"a", resource.Any}}); err != nil {
				t.Fatal(err)
			}
			if err := w.Row([]any{"x", "y"}); err == nil || err.Error() != "a row of 2 values for 1 columns" {
				t.Errorf("too many values: %v", err)
			}
			want := `column "a": cannot write a value of Go type int`
			if err := w.Row([]any{1}); err == nil || err.Error() != want {
				t.Errorf("want %s, got %v", want, err)
			}
		})
	}
}

// failing fails each write with err, after the first good ones.
type failing struct {
	good int
	err  error
}

func (f *failing) Write(b []byte) (int, error) {
	if f.good--; f.good < 0 {
		return 0, f.err
	}
	return len(b), nil
}

func TestWriteErrorsComeBackAsTheyAre(t *testing.T) {
	t.Parallel()
	for _, format := range Formats() {
		for good := range 3 {
			t.Run(fmt.Sprintf("%s after %d writes", format, good), func(t *testing.T) {
				t.Parallel()
				w := New(format, &failing{good, syscall.EPIPE}, Options{})
				err := w.Begin([]Column{{"a", resource.Text}})
				for range 10_000 {
					if err == nil {
						err = w.Row([]any{"some text that fills the buffer"})
					}
				}
				err = errors.Join(err, w.End())
				if !errors.Is(err, syscall.EPIPE) || !strings.HasPrefix(err.Error(), syscall.EPIPE.Error()) {
					t.Errorf("want %v as it is, got %v", syscall.EPIPE, err)
				}
			})
		}
	}
}

func TestFlushEach(t *testing.T) {
	t.Parallel()
	for _, format := range []Format{JSON, JSONLines, CSV} {
		t.Run(string(format), func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			w := New(format, &out, Options{FlushEach: true})
			if err := errors.Join(w.Begin([]Column{{"a", resource.Text}}), w.Row([]any{"hello"})); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(out.String(), "hello") {
				t.Errorf("the row is held back, out is %q", out.String())
			}
		})
	}
}

// Rows that come in slowly are handed on although nobody asks for each.
func TestSlowRowsAreHandedOn(t *testing.T) {
	t.Parallel()
	for _, format := range []Format{JSON, JSONLines, CSV} {
		synctest.Test(t, func(t *testing.T) {
			var out bytes.Buffer
			w := New(format, &out, Options{})
			if err := errors.Join(w.Begin([]Column{{"a", resource.Text}}), w.Row([]any{"first"}), w.Row([]any{"second"})); err != nil {
				t.Fatal(err)
			}
			if have := out.String(); !strings.Contains(have, "first") || strings.Contains(have, "second") {
				t.Errorf("%s: want the first row only, have %q", format, have)
			}
			time.Sleep(time.Second) // of the test's own clock
			if err := w.Row([]any{"third"}); err != nil || !strings.Contains(out.String(), "third") {
				t.Errorf("%s: have %q, %v", format, out.String(), err)
			}
		})
	}
}
