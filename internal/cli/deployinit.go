package cli

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

//go:embed all:starter
var starterStack embed.FS

func newInitCommand(a *app) *cobra.Command {
	provider := ""
	cmd := &cobra.Command{
		Use:   "init [flags] NAME",
		Short: "Make a small stack that works",
		Long: `Make the directory of a small stack that works: a bucket and a queue, named after the stack and the environment.

  skyql deploy init my-stack
  skyql deploy build my-stack dev --emulator
` + deployExitCodesHelp,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 || strings.Trim(args[0], " ./\\") == "" {
				return usage("init wants the name of a directory to make, as in skyql deploy init my-stack")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if provider != "aws" && provider != "awscc" {
				return usage("--provider %q is not known: this program deploys to aws", provider)
			}
			return initStack(a, args[0])
		},
	}
	cmd.Flags().StringVarP(&provider, "provider", "p", "aws", "`NAME` of the provider; there is aws")
	return cmd
}

func initStack(a *app, name string) error {
	dir := filepath.Join(filepath.Dir(name), strings.ReplaceAll(strings.ToLower(filepath.Base(name)), "_", "-"))
	if _, err := os.Stat(dir); err == nil {
		return fmt.Errorf("%s exists already: give another name", dir)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	err := fs.WalkDir(starterStack, "starter", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		to := filepath.Join(dir, strings.TrimPrefix(path, "starter"))
		if entry.IsDir() {
			return os.MkdirAll(to, 0o755)
		}
		text, err := starterStack.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(to, []byte(strings.ReplaceAll(string(text), "STACK_NAME", filepath.Base(dir))), 0o644)
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(a.streams.Out, "made %s; next:\n\n  skyql deploy plan %s dev --emulator\n  skyql deploy build %s dev --emulator\n", dir, dir, dir)
	return nil
}
