package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"skyql/internal/deploy"
	"skyql/internal/deploy/show"
	"skyql/internal/wholefile"
)

// exportsFile is where a stack's exports are kept for shells, in the current folder.
const exportsFile = ".stackql-deploy-exports"

// writeExports gives out what the manifest exports: as a table, as JSON if a file
// is named, and as a file for shells. Protected values are masked in all of them.
// What only a build knows, as a script's output, may be missing otherwise.
func (d *deployment) writeExports(a *app, o *deployOptions, built bool, took time.Duration) error {
	if len(d.stack.Exports) == 0 {
		return nil
	}
	document := map[string]any{
		"stack_name": d.stack.Name, "stack_env": d.vars.Environment(), "elapsed_time": fmt.Sprintf("%.2fs", took.Seconds()),
	}
	var lines []string
	for _, name := range d.stack.Exports {
		value, ok := d.vars.Value(name)
		if !ok && !built {
			a.warn("the manifest exports %s, which only a build gives a value", name)
			continue
		}
		if !ok {
			return fmt.Errorf("the manifest exports %s, which no resource gave a value", name)
		}
		text := fmt.Sprint(value)
		if d.stack.Protected(name) {
			text = deploy.Masked
		}
		document[name] = asJSON(text)
		if o.format != "json" {
			fmt.Fprintf(a.streams.Out, "%s = %s\n", name, text)
		}
		lines = append(lines, fmt.Sprintf("export STACKQL_DEPLOY__%s__%s__%s='%s'\n",
			shellName(d.stack.Name), shellName(d.vars.Environment()), shellName(name), strings.ReplaceAll(text, "'", `'\''`)))
	}
	err := wholefile.Write(exportsFile, wholefile.Private, func(w io.Writer) error {
		_, err := io.WriteString(w, strings.Join(lines, ""))
		return err
	})
	if err == nil && o.outputFile != "" {
		err = wholefile.Write(o.outputFile, wholefile.Private, func(w io.Writer) error { return show.JSON(w, document) })
	}
	return err
}

// asJSON lets lists and objects stand as such.
func asJSON(text string) any {
	if (strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[")) && json.Valid([]byte(text)) {
		return json.RawMessage(text)
	}
	return text
}

func shellName(text string) string {
	return strings.NewReplacer("-", "_", ".", "_", "/", "_", " ", "_").Replace(text)
}
