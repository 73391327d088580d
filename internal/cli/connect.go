package cli

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strconv"

	"github.com/spf13/pflag"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/awsclient"
	"skyql/internal/cloudcontrol/cache"
	"skyql/internal/cloudcontrol/record"
	"skyql/internal/cloudcontrol/retry"
	"skyql/internal/emulator"
	"skyql/internal/emulator/store"
	"skyql/internal/engine"
	"skyql/internal/fetch"
	"skyql/internal/resource"
)

// connectOptions says which AWS to speak to, and as whom.
type connectOptions struct {
	region, regions string
	profile         string
	endpoint        string
	emulator        bool
	seeds           []string
	catalog         string
	offline         bool
	starter         bool // use the starter catalog, whatever was pulled
	concurrency     int
	maxRate         float64
	strict          bool
	database        string
	dryRun, noWait  bool
	maxChanges      int
	legacy          bool // statements may name the provider aws
}

func (o *connectOptions) addFlags(flags *pflag.FlagSet) {
	o.addConnectionFlags(flags)
	flags.BoolVar(&o.strict, "strict", false, "end at the first failure instead of giving a partial result")
	flags.StringVar(&o.database, "db", "", "`FILE` to keep local tables and views in")
	flags.BoolVar(&o.dryRun, "dry-run", false, "show what INSERT, UPDATE and DELETE of AWS's resources would do, and do nothing")
	flags.BoolVar(&o.noWait, "no-wait", false, "do not wait until AWS has finished a change; give the request tokens")
	flags.IntVar(&o.maxChanges, "max-changes", engine.DefaultMaxChanges, "`NUMBER` of resources that one statement may change, at most")
}

// addConnectionFlags adds those that say which AWS to speak to.
func (o *connectOptions) addConnectionFlags(flags *pflag.FlagSet) {
	flags.StringVar(&o.region, "region", "", "`REGION` to ask where a statement names none (default: AWS_REGION or the profile's)")
	flags.StringVar(&o.regions, "regions", "", "several `REGIONS`, with commas between")
	flags.StringVar(&o.profile, "profile", "", "`PROFILE` of the AWS config and credentials files")
	flags.StringVar(&o.endpoint, "endpoint", "", "`URL` to use instead of AWS's, as that of skyql emulator")
	flags.BoolVar(&o.emulator, "emulator", false, "ask an emulator inside this program; needs no account")
	flags.StringArrayVar(&o.seeds, "seed", nil, "`demo|FILE`: resources of the emulator, the demo's (default) or of a JSON Lines file; may be repeated")
	flags.IntVar(&o.concurrency, "concurrency", 64, "`NUMBER` of API calls at a time in each account and region, at most")
	flags.Float64Var(&o.maxRate, "max-rate", 0, "`NUMBER` of API calls per second in each account and region, at most; 0 is as AWS allows")
	o.addCatalogFlags(flags)
}

func (o *connectOptions) addCatalogFlags(flags *pflag.FlagSet) {
	flags.StringVar(&o.catalog, "catalog", os.Getenv("SKYQL_CATALOG"), "`FILE` with resource types (default: the one that skyql catalog pull wrote)")
	offline, _ := strconv.ParseBool(os.Getenv("SKYQL_OFFLINE"))
	flags.BoolVar(&o.offline, "offline", offline, "never fetch resource types from AWS")
}

// connection is a session with all that is below it.
type connection struct {
	*engine.Session
	types    *types
	options  engine.Options      // of the session
	api      cloudcontrol.Client // with all layers but the cache
	calls    *record.Recorder    // counts attempts
	log      record.Log          // has the calls themselves
	progress *progressMeter
	slow     []keptRate // rates that were found before, and make calls wait
	stop     []func()
}

// Close ends the session and stops the emulator, if there is one.
func (c *connection) Close() error {
	var err error
	if c.Session != nil {
		err = c.Session.Close()
	}
	for _, stop := range slices.Backward(c.stop) {
		stop()
	}
	return err
}

// connect builds the layers, the API's outermost last: SDK, record, limit,
// retry, record, cache. Nothing is sent before a statement needs it.
func (a *app) connect(ctx context.Context, o *connectOptions) (*connection, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	c := &connection{calls: &record.Recorder{}}
	if err := c.open(ctx, a, o); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

func (c *connection) open(ctx context.Context, a *app, o *connectOptions) (err error) {
	if c.types, err = openTypes(a, o); err != nil {
		return err
	}
	c.stop = append(c.stop, c.types.close)
	endpoint, populated := o.endpoint, []resource.Region(nil)
	if o.emulator {
		if endpoint, populated, err = c.startEmulator(ctx, o); err != nil {
			return err
		}
	}
	client := awsclient.New(awsclient.Options{
		Profile: o.profile, Endpoint: endpoint, Emulator: o.emulator, MaxConnections: o.concurrency,
	})
	regions, err := o.defaultRegions(ctx, client, populated)
	if err != nil {
		return err
	}
	c.types.region = regions
	c.progress = newProgressMeter(a)
	limiter, retries := c.limiter(o, endpoint), retry.Options{OnRetry: c.progress.retried}
	outer, answers := &record.Recorder{OnCall: c.log.Add}, cache.New()
	c.api = outer.Wrap(retry.New(limiter.Wrap(c.calls.Wrap(client)), retries))
	c.options = engine.Options{
		Types:   c.types,
		Client:  answers.Wrap(c.api),
		Cache:   answers,
		Tagging: outer.WrapTagging(retry.NewTagging(limiter.WrapTagging(c.calls.WrapTagging(client)), retries)),
		Calls:   &c.log,
		Fetch: fetch.Options{
			Concurrency: o.concurrency, Strict: o.strict, OnProgress: c.progress.fetched,
			Lists: c.lists(o, endpoint), Sizes: c.sizes(o, endpoint),
		},
		Write: engine.WriteOptions{
			MaxChanges: o.maxChanges, DryRun: o.dryRun, NoWait: o.noWait, OnProgress: c.progress.changed,
		},
		Accounts: homeAccount{client, limiter}, Regions: regions, Database: o.database, Legacy: o.legacy,
	}
	c.Session, err = engine.Open(c.options)
	return err
}

func (o *connectOptions) check() error {
	switch {
	case o.emulator && o.endpoint != "":
		return usage("--emulator and --endpoint exclude each other")
	case o.emulator && o.profile != "":
		return usage("--emulator and --profile exclude each other: the emulator needs no credentials")
	case len(o.seeds) > 0 && !o.emulator:
		return usage("--seed is for --emulator")
	case o.region != "" && o.regions != "":
		return usage("--region and --regions exclude each other")
	case o.endpoint != "" && !isURL(o.endpoint):
		return usage("--endpoint %q is not a URL such as http://127.0.0.1:4577", o.endpoint)
	case o.maxChanges < 1:
		return usage("--max-changes must be at least 1, not %d", o.maxChanges)
	case o.maxRate < 0:
		return usage("--max-rate must not be negative")
	case o.concurrency < 1:
		return usage("--concurrency must be at least 1, not %d", o.concurrency)
	}
	return nil
}

func isURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// defaultRegions are the regions to ask where a statement names none: those of
// the flags; else, with the emulator, those that have resources; else that of the
// environment or the profile.
func (o *connectOptions) defaultRegions(
	ctx context.Context, client *awsclient.Client, populated []resource.Region,
) ([]resource.Region, error) {
	if list := o.region + o.regions; list != "" {
		regions, err := engine.ParseRegions(list)
		if err != nil {
			return nil, usageError{err}
		}
		return regions, nil
	}
	if o.emulator {
		return populated, nil
	}
	region, err := client.DefaultRegion(ctx)
	switch {
	case err != nil || region == "":
		return nil, err
	case !resource.KnownRegion(region):
		return nil, fmt.Errorf("the environment or profile names a region that does not exist: %w",
			&resource.UnknownRegionError{Region: region})
	}
	return []resource.Region{region}, nil
}

// startEmulator starts an emulator on a free port of this machine.
func (c *connection) startEmulator(ctx context.Context, o *connectOptions) (string, []resource.Region, error) {
	seeds := o.seeds
	if len(seeds) == 0 {
		seeds = []string{"demo"}
	}
	s := store.New(store.Options{Catalog: c.types.Catalog()})
	c.types.changed = s.Use
	if err := seedStore(s, seeds); err != nil {
		return "", nil, err
	}
	server := emulator.New(s, emulator.Options{Listen: "127.0.0.1:0"})
	if err := server.Start(ctx); err != nil {
		return "", nil, err
	}
	c.stop = append(c.stop, server.Stop)
	regions := s.Regions()
	if len(regions) == 0 {
		regions = []resource.Region{"us-east-1"}
	}
	return server.URL(), regions, nil
}

// seedStore fills a store from files of resources and from the demo estate.
func seedStore(s *store.Store, seeds []string) error {
	for _, seed := range seeds {
		if err := seedOne(s, seed); err != nil {
			return fmt.Errorf("seed %s: %w", seed, err)
		}
	}
	return nil
}

func seedOne(s *store.Store, seed string) error {
	if seed == "demo" {
		return s.LoadDemo()
	}
	file, err := os.Open(seed)
	if err != nil {
		return err
	}
	defer file.Close()
	return s.LoadSeed(file)
}

// denied adds the permissions that an AWS refusal is about.
func (c *connection) denied(err error) error {
	var refused *resource.Error
	if !errors.As(err, &refused) || refused.Code != resource.AccessDenied {
		return err
	}
	handler, ok := handlerOf[refused.Operation]
	var several *engine.WriteError
	if !ok || errors.As(err, &several) && several.Total > 1 {
		return err
	}
	out := deniedError{refused: refused, handler: string(handler)}
	if t, err := c.types.Catalog().Type(refused.Type); err == nil {
		out.permissions = t.Handlers[handler].Permissions
	}
	return out
}

var _ engine.Types = (*types)(nil)
