package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/term"

	"skyql/internal/engine"
	"skyql/internal/output"
)

// Streams are where a command reads and writes.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// Version is set by the linker in a release.
var Version = "dev"

// Main runs the program with the arguments behind its name and returns its exit
// code. An interrupt ends it with ExitInterrupted: at once, but for what a command
// has to say or undo. A second one does not wait for that.
func Main(args []string, streams Streams) int {
	// Whoever reads the output may leave. Go would end the program then, with what
	// it has to say of changes unsaid.
	signal.Ignore(syscall.SIGPIPE)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-interrupts
		signal.Stop(interrupts) // first, so that a second one ends the program however soon it comes
		cancel()
	}()
	return Run(ctx, args, streams)
}

// Run is Main without signals.
func Run(ctx context.Context, args []string, streams Streams) int {
	a := &app{streams: streams}
	root := newRootCommand(a)
	root.SetArgs(statementLast(args))
	root.SetIn(streams.In)
	root.SetOut(streams.Out)
	root.SetErr(streams.Err)
	err := root.ExecuteContext(ctx)
	var changes *engine.WriteError
	if ctx.Err() != nil && err != nil && !errors.As(err, &changes) {
		err = ctx.Err()
	}
	return a.exit(err)
}

// statementLast keeps a statement that begins with a comment from being taken
// for a flag.
func statementLast(args []string) []string {
	for i, arg := range args {
		if arg == "--" {
			break
		}
		if strings.HasPrefix(arg, "--") && len(arg) > 2 && strings.ContainsAny(arg[2:3], " \t\r\n") {
			others := slices.Delete(slices.Clone(args), i, i+1)
			return append(others, "--", arg)
		}
	}
	return args
}

// app is what the commands share.
type app struct {
	streams Streams
	partial bool                     // a result was not complete
	mask    func(text string) string // nil, or what hides secrets in all that is said
}

// width is the number of columns of the terminal behind the writer, 0 if it is
// none.
func width(w io.Writer) int {
	file, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return 0
	}
	columns, _, err := term.GetSize(int(file.Fd()))
	if err != nil || columns <= 0 {
		return 80
	}
	return columns
}

// exit says what went wrong, if anything did, and gives the exit code.
func (a *app) exit(err error) int {
	if err == nil {
		if a.partial {
			return ExitPartial
		}
		return ExitDone
	}
	text, code := explain(err)
	if text != "" {
		a.note("%s", text)
	}
	return code
}

// warn writes a line that begins with "warning:".
func (a *app) warn(format string, args ...any) {
	a.note("warning: "+format, args...)
}

// note writes a line for people, which scripts need not read.
func (a *app) note(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if a.mask != nil {
		text = a.mask(text)
	}
	fmt.Fprintln(a.streams.Err, text)
}

// progress shows a line on a terminal while something takes long.
func (a *app) progress() *output.Progress {
	columns := width(a.streams.Err)
	return output.NewProgress(a.streams.Err, output.ProgressOptions{Enabled: columns > 0, Width: columns})
}

// usageError is a mistake in the command line.
type usageError struct{ error }

// Unwrap gives the mistake.
func (e usageError) Unwrap() error { return e.error }

func usage(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

func isUsage(err error) bool {
	var u usageError
	return errors.As(err, &u)
}
