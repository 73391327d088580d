package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"skyql/internal/catalog"
	"skyql/internal/output"
	"skyql/internal/resource"
)

func newCatalogCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "catalog",
		Short: "Get and show the resource types that skyql knows",
		Long: `Get and show the resource types that skyql knows.

The program has everyday types inside. AWS publishes the schemas of all its types; they are fetched
into the user's cache folder when a statement needs one of them, or with ` + "`skyql catalog pull`.",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage("no command %q; there is `skyql catalog pull` and `skyql catalog info`", args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newPullCommand(a), newInfoCommand(a))
	return cmd
}

func newPullCommand(a *app) *cobra.Command {
	var opts connectOptions
	var region, from string
	cmd := &cobra.Command{
		Use:   "pull [flags]",
		Short: "Fetch AWS's resource types",
		Long: `Fetch AWS's resource types. The old catalog stays until the new one is complete.

  skyql catalog pull
  skyql catalog pull --from CloudformationSchema.zip

SKYQL_CATALOG_URL names a mirror to use instead of AWS's address.
` + exitCodesHelp,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			source, err := bundleSource(&opts, region, from)
			if err != nil {
				return err
			}
			path := opts.catalog
			if path == "" {
				if path, err = catalog.DefaultPath(); err != nil {
					return fmt.Errorf("no cache folder: %w; name a file with --catalog", err)
				}
			}
			info, err := a.pullCatalog(cmd.Context(), source, path)
			if err != nil {
				return err
			}
			a.note("%d types of %d services are in %s", info.Types, info.Services, path)
			return nil
		},
	}
	cmd.Flags().StringVar(&region, "region", "us-east-1", "`REGION` whose types to fetch")
	cmd.Flags().StringVar(&from, "from", "", "`FILE|DIR|URL` to read instead of AWS's address")
	opts.addCatalogFlags(cmd.Flags())
	return cmd
}

func bundleSource(opts *connectOptions, region, from string) (string, error) {
	if from != "" {
		return from, nil
	}
	if opts.offline {
		return "", usage("--offline forbids fetching from AWS; name a file with --from")
	}
	if !resource.KnownRegion(resource.Region(region)) {
		return "", usageError{&resource.UnknownRegionError{Region: resource.Region(region)}}
	}
	return bundleURL(resource.Region(region)), nil
}

// bundleURL is AWS's public address, or a mirror of it that the environment
// names for machines that cannot reach AWS.
func bundleURL(region resource.Region) string {
	if mirror := os.Getenv("SKYQL_CATALOG_URL"); mirror != "" {
		return mirror
	}
	return catalog.BundleURL(region)
}

// pullCatalog pulls with progress on a terminal.
func (a *app) pullCatalog(ctx context.Context, from, path string) (catalog.Info, error) {
	line := a.progress()
	defer line.Stop()
	return catalog.Pull(ctx, catalog.PullOptions{
		From: from, Path: path, Now: time.Now(),
		Progress: func(stage string, done, total int64) { line.Update(pullProgress(stage, done, total)) },
	})
}

func pullProgress(stage string, done, total int64) string {
	switch {
	case stage == "download" && total > 0:
		return fmt.Sprintf("resource types: %.1f of %.1f MB", float64(done)/1e6, float64(total)/1e6)
	case stage == "download":
		return fmt.Sprintf("resource types: %.1f MB", float64(done)/1e6)
	}
	return fmt.Sprintf("resource types: %s %d of %d", stage, done, total)
}

func newInfoCommand(a *app) *cobra.Command {
	var opts connectOptions
	var format string
	cmd := &cobra.Command{
		Use:   "info [flags]",
		Short: "Tell what the catalog holds and where it came from",
		Long:  "Tell what the catalog holds and where it came from.\n" + exitCodesHelp,
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			types, err := openTypes(a, &opts)
			if err != nil {
				return err
			}
			defer types.close()
			return a.writeInfo(types.Catalog().Info(), format)
		},
	}
	cmd.Flags().StringVarP(&format, "output", "o", "table", "`FORMAT`: table or json")
	opts.addCatalogFlags(cmd.Flags())
	return cmd
}

func (a *app) writeInfo(info catalog.Info, format string) error {
	chosen, err := output.ParseFormat(format)
	if err != nil {
		return usageError{err}
	}
	switch chosen {
	case output.JSON:
		encoder := json.NewEncoder(a.streams.Out)
		encoder.SetIndent("", "  ")
		return encoder.Encode(info)
	case output.Table:
	default:
		return usage("catalog info is written as table or json, not %s", format)
	}
	fmt.Fprintf(a.streams.Out, "types      %d\nservices   %d\nsource     %s\n", info.Types, info.Services, info.Source)
	if !info.PulledAt.IsZero() {
		fmt.Fprintf(a.streams.Out, "pulled at  %s\n", info.PulledAt.Format(time.RFC3339))
	}
	if info.Path != "" {
		fmt.Fprintf(a.streams.Out, "file       %s\n", info.Path)
	}
	return nil
}
