package stack

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/joho/godotenv"
)

// ReadExternal gives the external variables: those of an env file, which need not
// be there, and those given as NAME=value, which count more. The environment of
// the process is not looked at: what a run does must not depend on the shell.
func ReadExternal(envFile string, pairs []string) (map[string]string, error) {
	all := map[string]string{}
	if envFile != "" {
		data, err := os.ReadFile(envFile)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("env file %s cannot be read: %s; correct it, or name another one with --env-file", envFile, reason(err))
		}
		if all, err = godotenv.UnmarshalBytes(withoutMark(data)); err != nil {
			// The library's error quotes the line, which may hold a secret.
			return nil, fmt.Errorf("env file %s%s is not NAME=value; write each variable like this, with quotes around text that has blanks", envFile, badLine(string(data)))
		}
	}
	for i, pair := range pairs {
		name, value, ok := strings.Cut(pair, "=")
		if name = strings.TrimSpace(name); !ok || name == "" {
			return nil, fmt.Errorf("variable %d on the command line is not NAME=value; write -e NAME=value", i+1)
		}
		all[name] = value
	}
	return all, nil
}

// badLine names the line where what can be read ends. Text in quotes may have
// several lines, so the longest beginning that can be read counts.
func badLine(text string) string {
	lines := strings.SplitAfter(text, "\n")
	if len(lines) > 1000 {
		return "" // not worth the time
	}
	for good := len(lines) - 1; good >= 0; good-- {
		if _, err := godotenv.Unmarshal(strings.Join(lines[:good], "")); err == nil {
			return fmt.Sprintf(", line %d,", good+1)
		}
	}
	return ""
}
