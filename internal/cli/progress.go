package cli

import (
	"fmt"
	"io"
	"strconv"
	"sync/atomic"

	"skyql/internal/cloudcontrol/retry"
	"skyql/internal/engine"
	"skyql/internal/fetch"
	"skyql/internal/output"
	"skyql/internal/resource"
)

// progressMeter counts what a statement fetches and shows it on a terminal.
type progressMeter struct {
	app                     *app
	line                    atomic.Pointer[output.Progress]
	listed, read, throttled atomic.Int64
	changes                 atomic.Pointer[engine.WriteProgress]
	onRetry                 func(retry.Attempt) // nil, or told of each call that is made again
}

func newProgressMeter(a *app) *progressMeter {
	return &progressMeter{app: a}
}

// start shows the counts of one statement until stop is called.
func (p *progressMeter) start() (stop func()) {
	p.listed.Store(0)
	p.read.Store(0)
	p.throttled.Store(0)
	p.changes.Store(nil)
	line := p.app.progress()
	p.line.Store(line)
	return func() {
		p.line.Store(nil)
		line.Stop()
	}
}

func (p *progressMeter) fetched(event fetch.Progress) {
	p.listed.Add(event.Listed)
	p.read.Add(event.Read)
	p.show()
}

func (p *progressMeter) retried(attempt retry.Attempt) {
	if attempt.Code == resource.Throttling {
		p.throttled.Add(1)
	}
	if p.onRetry != nil {
		p.onRetry(attempt)
	}
	p.show()
}

func (p *progressMeter) changed(progress engine.WriteProgress) {
	p.changes.Store(&progress)
	p.show()
}

func (p *progressMeter) show() {
	line := p.line.Load()
	if line == nil {
		return
	}
	text := fmt.Sprintf("%s listed, %s read", number(&p.listed), number(&p.read))
	if changes := p.changes.Load(); changes != nil {
		text = fmt.Sprintf("%s: %d of %d done, %d under way", changes.Operation, changes.Done, changes.Total, changes.Running)
		if changes.Failed > 0 {
			text += fmt.Sprintf(", %d failed", changes.Failed)
		}
	}
	if p.throttled.Load() > 0 {
		text += fmt.Sprintf(", throttled %s times", number(&p.throttled))
	}
	line.Update(text)
}

// number writes a count with commas between thousands.
func number(counter *atomic.Int64) string {
	digits := strconv.FormatInt(counter.Load(), 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// wrap lets a writer to the same terminal write without being written over.
func (p *progressMeter) wrap(w io.Writer) io.Writer {
	if line := p.line.Load(); line != nil {
		return line.Wrap(w)
	}
	return w
}
