package cli

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"skyql/internal/catalog"
	"skyql/internal/emulator"
	"skyql/internal/emulator/durable"
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
	latency  time.Duration
	settle   time.Duration // how long a change is in progress
	pageSize int
	rate     float64
	burst    int
	faults   []string
	seed     uint64 // of the faults
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

Any credentials are accepted. Regions are separate worlds, but for global services such as IAM. It ends with Ctrl-C.
` + exitCodesHelp,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runEmulator(cmd, a, opts) },
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.listen, "listen", "127.0.0.1:4577", "`ADDRESS` to listen on; port 0 picks a free one")
	flags.StringVar(&opts.data, "data", "", "`FILE` that keeps resources and requests, and brings them back")
	flags.StringArrayVar(&opts.seeds, "seed", nil, "`demo|FILE`: resources from the start, the demo's or of a JSON Lines file; may be repeated")
	flags.StringArrayVar(&opts.populate, "populate", nil, "make up N resources, as `TYPE=N[@REGION]`; may be repeated")
	flags.DurationVar(&opts.latency, "latency", 0, "`TIME` that each API call takes at least, as 50ms")
	flags.DurationVar(&opts.settle, "stabilize", 0, "`TIME` that a change is in progress, as 2s")
	flags.IntVar(&opts.pageSize, "page-size", 100, "`NUMBER` of resources in a page of a list")
	flags.Float64Var(&opts.rate, "rate", 0, "`CALLS` per second and region, more are throttled; 0 is no limit")
	flags.IntVar(&opts.burst, "burst", 0, "`CALLS` that --rate lets pass at once; 0 is a quarter of a second's, but at least 5")
	flags.StringArrayVar(&opts.faults, "fault", nil, "let calls go wrong, as `KIND=PROBABILITY[:OPERATION]`; KIND is throttle, error, lost or late-throttle; may be repeated")
	flags.Uint64Var(&opts.seed, "fault-seed", 0, "`NUMBER` that makes faults repeatable (default: a random one)")
	opts.addCatalogFlags(flags)
	return cmd
}

// server reads and checks what the flags say of the server.
func (o *emulatorOptions) server() (emulator.Options, error) {
	if o.pageSize < 1 || o.rate < 0 || o.burst < 0 || o.latency < 0 || o.settle < 0 {
		return emulator.Options{}, usage("--page-size must be at least 1; --rate, --burst, --latency and --stabilize not negative")
	}
	if o.seed != 0 && len(o.faults) == 0 {
		return emulator.Options{}, usage("--fault-seed is for --fault")
	}
	faults, err := parseFaults(o.faults)
	options := emulator.Options{
		Listen: o.listen, Latency: o.latency, Rate: o.rate, Burst: o.burst, Faults: faults, FaultSeed: o.seed,
	}
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
	s, data, err := opts.store(a, types.Catalog(), population)
	if err != nil {
		return err
	}
	if data != nil {
		defer func() { err = errors.Join(err, data.Close()) }()
		options.Sync = data.Sync
	}
	server := emulator.New(s, options)
	if err := server.Start(cmd.Context()); err != nil {
		return err
	}
	defer server.Stop()
	if len(options.Faults) > 0 {
		a.note("calls will go wrong on purpose; --fault-seed %d repeats it", server.FaultSeed())
	}
	fmt.Fprintf(a.streams.Out, "listening on %s\n", server.URL())
	<-cmd.Context().Done()
	return nil
}

// store makes the store, with what it has from the start: that of the file, if it
// has any, else what the flags say.
func (o *emulatorOptions) store(a *app, types *catalog.Catalog, population []population) (*store.Store, *durable.File, error) {
	options := store.Options{Catalog: types, PageSize: o.pageSize, Stabilize: o.settle}
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
	found, err := data.Restore(s, time.Now())
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

// parseFaults reads every --fault.
func parseFaults(list []string) ([]emulator.Fault, error) {
	all := make([]emulator.Fault, len(list))
	for i, item := range list {
		fault, err := emulator.ParseFault(item)
		if err != nil {
			return nil, fmt.Errorf("--fault: %w", err)
		}
		all[i] = fault
	}
	return all, nil
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
