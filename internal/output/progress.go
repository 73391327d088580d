package output

import (
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"
)

const redrawEvery = 100 * time.Millisecond

// Progress is a line at the bottom of a terminal that tells how far the work
// is. It replaces itself and leaves nothing behind.
//
// Libraries for progress bars were considered. What they bring is bars, their
// layout and a way of counting; what is needed here is one line of text that
// comes late, gives way to other output, and needs no escape sequences.
type Progress struct {
	w     io.Writer
	width int

	next atomic.Pointer[string] // text to show
	stop func()                 // ends the drawing goroutine

	mu    sync.Mutex // guards the terminal and what follows
	text  string     // on the screen now, without padding
	shown int        // its width
	open  bool       // what was written past the line has not ended its own yet
}

// ProgressOptions say when and how wide. The zero value shows nothing.
type ProgressOptions struct {
	Enabled bool          // the writer is a terminal, and the user did not ask for quiet
	Delay   time.Duration // nothing is shown before; zero is one second
	Width   int           // of the terminal; zero is 80
}

// NewProgress starts a progress line on w. Stop must be called.
func NewProgress(w io.Writer, opts ProgressOptions) *Progress {
	p := &Progress{w: w, width: opts.Width, stop: func() {}}
	if !opts.Enabled {
		return p
	}
	if p.width <= 0 {
		p.width = 80
	}
	p.width = max(p.width, leastWidth)
	if opts.Delay == 0 {
		opts.Delay = time.Second
	}
	quit, done := make(chan struct{}), make(chan struct{})
	p.stop = sync.OnceFunc(func() {
		close(quit)
		<-done
		p.mu.Lock()
		defer p.mu.Unlock()
		p.erase()
	})
	go func() {
		defer close(done)
		p.run(opts.Delay, quit)
	}()
	return p
}

// Update says what to show from now on. It only leaves a note and may be called
// from any goroutine, as often as liked, also after Stop.
func (p *Progress) Update(line string) { p.next.Store(&line) }

// Stop takes the line off the screen and ends the progress. It may be called
// twice.
func (p *Progress) Stop() { p.stop() }

// Wrap gives a writer to the same terminal as w: the line makes room for what
// is written there, and comes back below it after a line feed.
func (p *Progress) Wrap(w io.Writer) io.Writer { return wrapped{p, w} }

type wrapped struct {
	progress *Progress
	w        io.Writer
}

func (w wrapped) Write(b []byte) (int, error) {
	w.progress.mu.Lock()
	defer w.progress.mu.Unlock()
	w.progress.erase()
	if len(b) > 0 {
		w.progress.open = b[len(b)-1] != '\n'
	}
	return w.w.Write(b)
}

// run draws until quit is closed.
func (p *Progress) run(delay time.Duration, quit <-chan struct{}) {
	timer := time.NewTimer(delay)
	defer timer.Stop()
	for {
		select {
		case <-quit:
			return
		case <-timer.C:
			p.draw()
			timer.Reset(redrawEvery)
		}
	}
}

// draw puts the latest text on the screen if it is not there yet. A terminal
// that cannot be written to is no reason to fail, so errors are dropped.
func (p *Progress) draw() {
	next := p.next.Load()
	if next == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	// The last place stays free: a line that fills it wraps on some terminals.
	line := text.Snip(visible(*next, false), p.width-1, "...")
	if line == p.text || p.open {
		return
	}
	width := text.StringWidthWithoutEscSequences(line)
	// Spaces cover what is left of the line before.
	padding := max(0, p.shown-width)
	_, _ = io.WriteString(p.w, "\r"+line+strings.Repeat(" ", padding)+strings.Repeat("\b", padding))
	p.text, p.shown = line, width
}

// erase takes the line off the screen. The caller holds mu.
func (p *Progress) erase() {
	if p.shown > 0 {
		_, _ = io.WriteString(p.w, "\r"+strings.Repeat(" ", p.shown)+"\r")
	}
	p.text, p.shown = "", 0
}
