package cli

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"skyql/internal/catalog"
	"skyql/internal/emulator"
	"skyql/internal/emulator/durable"
	"skyql/internal/emulator/identity"
	"skyql/internal/emulator/recording"
	"skyql/internal/emulator/store"
	"skyql/internal/engine"
	"skyql/internal/resource"
)

type emulatorOptions struct {
	connectOptions
	listen   string
	data     string // file that keeps the resources
	seeds    []string
	populate []string
	knobs    emulatorKnobs
	record   string // file of all calls
	accounts int
	keys     []string // key pairs, and files of them
}

func newEmulatorCommand(a *app) *cobra.Command {
	opts := &emulatorOptions{}
	cmd := &cobra.Command{
		Use:   "emulator [flags]",
		Short: "Serve an emulated Cloud Control API on this machine",
		Long: `Serve an emulated Cloud Control API on this machine, for any resource type of the catalog.

  skyql emulator --populate AWS::S3::Bucket=1000
  skyql --endpoint http://127.0.0.1:4577 --region us-east-1 "SELECT count(*) FROM awscc.s3.buckets"
  AWS_ENDPOINT_URL_CLOUDCONTROL=http://127.0.0.1:4577 aws cloudcontrol list-resources --type-name AWS::S3::Bucket

Any credentials are accepted unless --verify-signatures names some. Regions are separate worlds, but for global services such as IAM. It ends with Ctrl-C.
` + exitCodesHelp,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runEmulator(cmd, a, opts) },
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.listen, "listen", "127.0.0.1:4577", "`ADDRESS` to listen on; port 0 picks a free one")
	flags.StringVar(&opts.data, "data", "", "`FILE` that keeps resources and requests, and brings them back")
	flags.StringArrayVar(&opts.seeds, "seed", nil, "`demo|FILE`: resources from the start, the demo's or of a JSON Lines file; may be repeated")
	flags.StringArrayVar(&opts.populate, "populate", nil, "make up N resources, as `TYPE=N[@REGION]`; may be repeated")
	opts.knobs.addFlags(flags)
	flags.StringVar(&opts.record, "record", "", "`FILE` to append all calls and answers to, as JSON Lines, without secrets")
	flags.IntVar(&opts.accounts, "accounts", 1, "`NUMBER` of accounts that AWS Organizations lists and AssumeRole goes to")
	flags.StringArrayVar(&opts.keys, "verify-signatures", nil, "accept only calls signed with `ACCESSKEY:SECRET|@FILE`, or with what AssumeRole gave; "+
		"the file has a pair on each line, which keeps secrets from the list of processes; may be repeated")
	opts.addCatalogFlags(flags)
	return cmd
}

// server reads and checks what the flags say of the server.
func (o *emulatorOptions) server() (emulator.Options, error) {
	if o.accounts < 1 {
		return emulator.Options{}, usage("--accounts must be from 1 to %d", identity.MaxAccounts)
	}
	keys, err := readKeyPairs(o.keys)
	if err != nil {
		return emulator.Options{}, usageError{err}
	}
	settings, err := o.knobs.settings()
	options := emulator.Options{Listen: o.listen, Settings: settings, Accounts: o.accounts, Keys: keys}
	if err := cmp.Or(err, options.Check()); err != nil {
		return options, usageError{err}
	}
	return options, nil
}

func runEmulator(cmd *cobra.Command, a *app, opts *emulatorOptions) (err error) {
	options, err := opts.server()
	if err != nil {
		return err
	}
	population, err := parsePopulation(opts.populate)
	if err != nil {
		return usageError{err}
	}
	types, err := openTypes(a, &opts.connectOptions)
	if err != nil {
		return err
	}
	defer types.close()
	s, data, err := opts.store(a, types.Catalog(), population, options.Settings.Clock.Now)
	if err != nil {
		return err
	}
	if data != nil {
		defer func() { err = errors.Join(err, data.Close()) }()
		options.Sync = data.Sync
	}
	options.Types = types.Catalog().Type
	options.Refill = func() error { return opts.fill(s, population) }
	if opts.record != "" {
		if options.Recorder, err = recording.Open(opts.record, options.Types); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, options.Recorder.Close()) }()
	}
	server := emulator.New(s, options)
	if err := server.Start(cmd.Context()); err != nil {
		return err
	}
	defer server.Stop()
	if len(options.Settings.Faults) > 0 {
		a.note("calls will go wrong on purpose; --fault-seed %d repeats it", server.FaultSeed())
	}
	fmt.Fprintf(a.streams.Out, "listening on %s\n", server.URL())
	<-cmd.Context().Done()
	return nil
}

// store makes the store, with what it has from the start: that of the file, if it
// has any, else what the flags say.
func (o *emulatorOptions) store(
	a *app, types *catalog.Catalog, population []population, now func() time.Time,
) (*store.Store, *durable.File, error) {
	options := store.Options{Catalog: types, Now: now}
	if o.data == "" {
		s := store.New(options)
		return s, nil, o.fill(s, population)
	}
	data, err := durable.Open(o.data)
	if err != nil {
		return nil, nil, err
	}
	options.Journal = data
	s := store.New(options)
	found, err := data.Restore(s, now())
	switch {
	case err != nil:
	case found == 0:
		err = o.fill(s, population)
	case len(o.seeds)+len(population) > 0:
		a.note("%s has %d resources: --seed and --populate are left out", o.data, found)
	}
	if err != nil {
		return nil, nil, errors.Join(err, data.Close())
	}
	return s, data, nil
}

// fill adds what the flags name.
func (o *emulatorOptions) fill(s *store.Store, population []population) error {
	if err := seedStore(s, o.seeds); err != nil {
		return err
	}
	for _, p := range population {
		if err := s.Populate(p.scope, p.name, p.count); err != nil {
			return fmt.Errorf("populate %s: %w", p.name, err)
		}
	}
	return nil
}

// readKeyPairs reads every --verify-signatures: a key pair, or a file of them.
// No error shows what may be a secret.
func readKeyPairs(list []string) ([]identity.KeyPair, error) {
	var all []identity.KeyPair
	for _, item := range list {
		pairs, err := readKeyPair(item)
		if err != nil {
			return nil, fmt.Errorf("--verify-signatures: %w", err)
		}
		all = append(all, pairs...)
	}
	return all, nil
}

func readKeyPair(item string) ([]identity.KeyPair, error) {
	path, isFile := strings.CutPrefix(item, "@")
	if !isFile {
		pair, err := identity.ParseKeyPair(item)
		return []identity.KeyPair{pair}, err
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	pairs, err := identity.ReadKeyPairs(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return pairs, nil
}

// population is one --populate.
type population struct {
	name  resource.TypeName
	scope resource.Scope
	count int
}

// parsePopulation reads TYPE=N[@REGION].
func parsePopulation(list []string) ([]population, error) {
	all := make([]population, 0, len(list))
	for _, item := range list {
		name, rest, ok := strings.Cut(item, "=")
		number, region, placed := strings.Cut(rest, "@")
		count, err := strconv.Atoi(number)
		if !ok || err != nil || count < 0 {
			return nil, fmt.Errorf("--populate wants TYPE=N or TYPE=N@REGION, as AWS::S3::Bucket=1000, not %q", item)
		}
		typeName, err := resource.ParseTypeName(name)
		if err != nil {
			return nil, err
		}
		p := population{name: typeName, scope: resource.Scope{Region: "us-east-1"}, count: count}
		if placed {
			regions, err := engine.ParseRegions(region)
			if err != nil {
				return nil, err
			}
			p.scope.Region = regions[0]
		}
		all = append(all, p)
	}
	return all, nil
}
