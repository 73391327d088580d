package deploy

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"skyql/internal/stack"
)

// script runs the shell text of the manifest in the stack's directory. If
// exports are listed, it prints a JSON object of texts with all of them.
func (w *worker) script(ctx context.Context) error {
	text, err := w.scope.Render(w.r.Run)
	if err != nil {
		return err
	}
	w.d.tell(Event{Kind: Acting, Resource: w.r.Name, Action: Run, Message: text})
	var out, problems bytes.Buffer
	cmd := exec.CommandContext(ctx, "sh", "-c", text)
	cmd.WaitDelay = 2 * time.Second // what the shell started may hold its output open
	endWithChildren(cmd)
	cmd.Dir, cmd.Stdout, cmd.Stderr = w.d.stack.Dir, &out, &problems
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			killWithChildren(cmd) // some may not have minded
			return ctx.Err()
		}
		return fmt.Errorf("the script failed: %w\n%s", err, w.d.secrets.Mask(strings.TrimSpace(out.String()+problems.String())))
	}
	if len(w.r.Exports) == 0 {
		return nil
	}
	var values map[string]*string
	if err := json.Unmarshal(out.Bytes(), &values); err != nil {
		return fmt.Errorf("exports: the script must print one JSON object of texts: %w", err)
	}
	output := row{}
	for name, value := range values {
		if value == nil {
			return fmt.Errorf("exports: the script must print one JSON object of texts: %s is null", name)
		}
		output[name] = *value
	}
	if err := w.publish(output); err != nil {
		return err
	}
	for name, value := range output { // all of it is exported, listed or not
		w.d.publish(w.r, stack.Export{Column: name, Alias: name}, value)
	}
	return nil
}
