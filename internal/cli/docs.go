package cli

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"skyql/internal/docgen"
	"skyql/internal/docgen/folder"
	"skyql/internal/docgen/markup"
	"skyql/internal/docgen/site"
	"skyql/internal/resource"
)

func newDocsCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "docs",
		Short: "Show, serve and write the documentation of all tables",
		Long: `Show, serve and write the documentation of all tables: fields, methods, examples, stacks and permissions.

The pages are made from the resource types in use: those inside the program, or those that
` + "`skyql catalog pull`" + ` has fetched, which have AWS's descriptions.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage("no command %q; there is `skyql docs show`, `skyql docs serve` and `skyql docs generate`", args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newDocsShowCommand(a), newDocsServeCommand(a), newDocsGenerateCommand(a))
	return cmd
}

// docsOptions are the flags of docs generate.
type docsOptions struct {
	connectOptions
	out, format     string
	types, services []string
}

func newDocsGenerateCommand(a *app) *cobra.Command {
	opts := &docsOptions{}
	cmd := &cobra.Command{
		Use:   "generate [flags]",
		Short: "Write the documentation into a folder",
		Long: `Write the documentation into a folder. Run again, it brings the folder up to date.

  skyql docs generate --out site
  skyql docs generate --out docs --format mdx --service cognito --service s3

The HTML site works from the folder as well as from any web server; its first page is index.html.
MDX is for Docusaurus.
` + exitCodesHelp,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runDocsGenerate(cmd, a, opts) },
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.out, "out", "", "`DIR` to write into")
	flags.StringVar(&opts.format, "format", "html", "`FORMAT`: html, mdx or markdown")
	flags.StringArrayVar(&opts.types, "type", nil, "`TYPE` or table to write the page of, as AWS::S3::Bucket; may be repeated")
	flags.StringArrayVar(&opts.services, "service", nil, "`SERVICE` to write the pages of, as s3; may be repeated")
	opts.addCatalogFlags(flags)
	return cmd
}

func runDocsGenerate(cmd *cobra.Command, a *app, opts *docsOptions) error {
	switch {
	case opts.out == "":
		return usage("--out is missing: name the folder to write into")
	case len(opts.types) > 0 && len(opts.services) > 0:
		return usage("--type and --service exclude each other")
	case !slices.Contains([]string{"html", "mdx", "markdown"}, opts.format):
		return usage("the documentation is written as html, mdx or markdown, not %s", opts.format)
	}
	types, err := openTypes(a, &opts.connectOptions)
	if err != nil {
		return err
	}
	defer types.close()
	library := docgen.New(types.Catalog())
	wanted, err := opts.wanted(types, library)
	if err != nil {
		return err
	}
	files, err := opts.files(library, wanted)
	if err != nil {
		return err
	}
	line := a.progress()
	defer line.Stop()
	result, err := folder.Write(cmd.Context(), opts.out, files, func(done, total int) {
		line.Update(fmt.Sprintf("documentation: %d of %d files", done, total))
	})
	line.Stop()
	if err != nil {
		return err
	}
	a.note("%d tables, %.1f MB in %s: %d files written, %d as before, %d removed",
		len(wanted), float64(result.Bytes)/1e6, opts.out, result.Written, result.Unchanged, result.Removed)
	return nil
}

// wanted gives the types to write pages of: all, unless the flags name some.
func (o *docsOptions) wanted(types *types, library *docgen.Library) ([]resource.TypeName, error) {
	if len(o.types)+len(o.services) == 0 {
		return library.Types(), nil
	}
	var wanted []resource.TypeName
	for _, name := range o.types {
		found, err := library.Lookup(name)
		if err != nil {
			return nil, err
		}
		wanted = append(wanted, found)
	}
	for _, service := range o.services {
		found := types.Catalog().InService(service)
		if len(found) == 0 {
			if _, _, err := types.Catalog().Lookup(service, ""); err != nil {
				return nil, err
			}
		}
		wanted = append(wanted, found...)
	}
	slices.Sort(wanted)
	return slices.Compact(wanted), nil
}

func (o *docsOptions) files(library *docgen.Library, wanted []resource.TypeName) (folder.Files, error) {
	if o.format == "html" {
		return site.New(library, wanted)
	}
	return markup.NewTree(library, wanted, markup.Dialect{MDX: o.format == "mdx"})
}
