package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"skyql/internal/docgen"
	"skyql/internal/docgen/site"
)

func newDocsServeCommand(a *app) *cobra.Command {
	var opts connectOptions
	var listen string
	cmd := &cobra.Command{
		Use:   "serve [flags]",
		Short: "Serve the documentation on this machine",
		Long: `Serve the documentation on this machine. Pages are made when they are asked for; no file is written.
It ends with Ctrl-C.

  skyql docs serve
  skyql docs serve --listen 127.0.0.1:0
` + exitCodesHelp,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runDocsServe(cmd.Context(), a, &opts, listen) },
	}
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:8080", "`ADDRESS` to listen on; port 0 picks a free one")
	opts.addCatalogFlags(cmd.Flags())
	return cmd
}

func runDocsServe(ctx context.Context, a *app, opts *connectOptions, listen string) error {
	if _, _, err := net.SplitHostPort(listen); err != nil {
		return usage("--listen wants an address such as 127.0.0.1:8080, not %q", listen)
	}
	types, err := openTypes(a, opts)
	if err != nil {
		return err
	}
	defer types.close()
	library := docgen.New(types.Catalog())
	pages, err := site.New(library, library.Types())
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", listen)
	if err != nil {
		return fmt.Errorf("%w; name another address with --listen", err)
	}
	server := &http.Server{
		Handler:           pages.Handler(slog.New(slog.NewTextHandler(a.streams.Err, nil))),
		ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute,
	}
	fmt.Fprintf(a.streams.Out, "listening on http://%s\n", listener.Addr())
	return serveUntil(ctx, server, listener, pages.Prepare)
}

// serveUntil serves until the context ends, and prepares in the meantime.
func serveUntil(ctx context.Context, server *http.Server, listener net.Listener, prepare func() error) error {
	var group errgroup.Group
	group.Go(prepare) // a failure is told when the page is asked for, too
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	var err error
	select {
	case err = <-served:
	case <-ctx.Done():
		err = server.Close()
		if failed := <-served; !errors.Is(failed, http.ErrServerClosed) {
			err = errors.Join(err, failed)
		}
	}
	return errors.Join(err, group.Wait())
}
