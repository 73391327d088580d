package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"skyql/internal/catalog"
	"skyql/internal/docgen"
	"skyql/internal/docgen/markup"
	"skyql/internal/docgen/plain"
)

func newDocsShowCommand(a *app) *cobra.Command {
	var opts connectOptions
	var format string
	var noPager bool
	cmd := &cobra.Command{
		Use:   "show [flags] TABLE",
		Short: "Print the page of a table",
		Long: `Print the page of a table. On a terminal it is shown with the program that PAGER names, less if none is;
with NO_COLOR set it has no colours.

  skyql docs show awscc.cognito.user_pool_clients
  skyql docs show AWS::S3::Bucket --format markdown > buckets.md
` + exitCodesHelp,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("docs show wants one table, as in `skyql docs show awscc.s3.buckets`")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if format != "text" && format != "markdown" && format != "mdx" {
				return usage("a page is printed as text, markdown or mdx, not %s", format)
			}
			page, err := findPage(cmd.Context(), a, &opts, args[0])
			if err != nil {
				return err
			}
			return a.showPage(cmd.Context(), page, format, noPager)
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "`FORMAT`: text, markdown or mdx")
	cmd.Flags().BoolVar(&noPager, "no-pager", false, "print the page at once, also on a terminal")
	opts.addCatalogFlags(cmd.Flags())
	return cmd
}

// findPage makes the page of a table. A type that the starter catalog lacks is
// looked for in AWS's bundle, as statements do it.
func findPage(ctx context.Context, a *app, opts *connectOptions, name string) (*docgen.Page, error) {
	types, err := openTypes(a, opts)
	if err != nil {
		return nil, err
	}
	defer types.close()
	library := docgen.New(types.Catalog())
	found, err := library.Lookup(name)
	var unknown *catalog.UnknownError
	if errors.As(err, &unknown) {
		if service, table, ok := docgen.SplitName(name); ok {
			if _, _, err := types.Find(ctx, service, table); err != nil {
				return nil, err
			}
			library = docgen.New(types.Catalog())
			found, err = library.Lookup(name)
		}
	}
	if err != nil {
		if unknown == nil {
			err = usageError{err}
		}
		return nil, err
	}
	return library.Page(found)
}

// showPage prints a page, on a terminal with a pager.
func (a *app) showPage(ctx context.Context, page *docgen.Page, format string, noPager bool) error {
	columns := width(a.streams.Out)
	text := ""
	switch format {
	case "text":
		text = plain.Page(page, plain.Options{Width: min(columns, 110), Style: columns > 0 && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"})
	default:
		nowhere := func(docgen.Related) bool { return false }
		text = markup.Dialect{MDX: format == "mdx", Has: nowhere}.Page(page)
	}
	if columns == 0 || noPager {
		_, err := io.WriteString(a.streams.Out, text)
		return err
	}
	return a.pageThrough(ctx, text)
}

// pageThrough shows a text with the user's pager. Where there is none, it is
// printed.
func (a *app) pageThrough(ctx context.Context, text string) error {
	words := strings.Fields(os.Getenv("PAGER"))
	if len(words) == 0 {
		words = []string{"less", "-FRX"}
	}
	program, err := exec.LookPath(words[0])
	if err != nil {
		if os.Getenv("PAGER") != "" {
			a.warn("the pager %s cannot be run: %v", words[0], err)
		}
		_, err := io.WriteString(a.streams.Out, text)
		return err
	}
	pager := exec.CommandContext(ctx, program, words[1:]...)
	pager.Stdin, pager.Stdout, pager.Stderr = strings.NewReader(text), a.streams.Out, a.streams.Err
	if os.Getenv("LESS") == "" {
		pager.Env = append(os.Environ(), "LESS=FRX")
	}
	if err := pager.Run(); err != nil && !errors.Is(err, syscall.EPIPE) { // one that was left early
		return err
	}
	return nil
}
