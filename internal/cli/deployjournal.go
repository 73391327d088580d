package cli

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/deploy"
	"skyql/internal/deploy/journal"
)

// openJournal opens the journal, and tells what a run before left unfinished. The
// emulator inside the program is gone after the run, and so is what would be in
// its journal.
func (d *deployment) openJournal(o *deployOptions, dir, env string) (*journal.Journal, error) {
	path := o.journalPath(dir, env)
	if o.emulator && o.journal == "" {
		folder, err := os.MkdirTemp("", "skyql-journal")
		if err != nil {
			return nil, err
		}
		d.stop = append(d.stop, func() error { return os.RemoveAll(folder) })
		path = filepath.Join(folder, "journal")
	}
	j, err := journal.Open(path, journal.Options{Stack: d.journalName(env)})
	if err != nil {
		return nil, err
	}
	d.stop = append(d.stop, j.Close)
	ofStack := slices.DeleteFunc(j.Unfinished(), func(e journal.Entry) bool { return d.stack.Resource(e.Resource) == nil }) // the run tells of the rest
	d.tellUnfinished(ofStack, map[cloudcontrol.Operation]string{
		cloudcontrol.Create: "this one goes on with it", cloudcontrol.Update: "this one waits for it", cloudcontrol.Delete: "this one waits for it",
	})
	return j, nil
}

// peekJournal tells what a run before left unfinished, where nothing is changed.
func (d *deployment) peekJournal(o *deployOptions, dir, env string) error {
	if o.emulator && o.journal == "" {
		return nil
	}
	unfinished, err := journal.Peek(o.journalPath(dir, env), d.journalName(env))
	d.tellUnfinished(unfinished, map[cloudcontrol.Operation]string{
		cloudcontrol.Create: "it may not be there yet", cloudcontrol.Update: "it may still change", cloudcontrol.Delete: "it may be gone soon",
	})
	return err
}

func (d *deployment) tellUnfinished(entries []journal.Entry, what map[cloudcontrol.Operation]string) {
	for _, e := range entries {
		d.view.Tell(deploy.Event{Time: time.Now(), Kind: deploy.Warning, Resource: e.Resource, Message: fmt.Sprintf(
			"a run before began to %s %s and did not see the end of it; %s", strings.ToLower(string(e.Operation)), e.Type, what[e.Operation])})
	}
}

// journalName tells the journals of stacks and environments apart.
func (d *deployment) journalName(env string) string { return d.stack.Name + " in " + env }

func (o *deployOptions) journalPath(dir, env string) string {
	return cmp.Or(o.journal, filepath.Join(dir, ".skyql", env+".journal"))
}
