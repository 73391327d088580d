package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"skyql/internal/cloudcontrol/awsclient"
	"skyql/internal/cloudcontrol/limit"
	"skyql/internal/resource"
	"skyql/internal/wholefile"
)

// rateMemory is how long a rate that was found is good for: who else shares it,
// and what AWS allows, changes.
const rateMemory = time.Hour

// slowRate is so slow that who waits should know why.
const slowRate = 5

// tell says what AWS took lately.
func (k keptRate) tell() string {
	return fmt.Sprintf("%s in %s are spaced: AWS throttled %s ago and took %.1f calls a second then",
		k.Class, cmp.Or(string(k.Region), "all regions"), time.Since(k.FoundAt).Round(time.Second), k.PerSecond)
}

// keptRate is a rate in the file of them.
type keptRate struct {
	Profile, Endpoint string
	Account           string
	Region            resource.Region
	Class             limit.Class
	PerSecond         float64
	FoundAt           time.Time
}

// foundAt tells when the rate was found that takes the place of one of these.
func (k keptRate) foundAt(kept []keptRate) time.Time {
	for _, former := range kept {
		former.PerSecond, k.PerSecond = 0, 0
		if k.FoundAt = former.FoundAt; k == former {
			return k.FoundAt
		}
	}
	return time.Now().UTC()
}

// limiter makes the limiter of a connection. It begins with the rates that
// earlier runs found, and keeps what it finds for the next.
func (c *connection) limiter(o *connectOptions, endpoint string) *limit.Limiter {
	options := limit.Options{Concurrency: o.concurrency, MaxRate: o.maxRate}
	path, err := ratesPath()
	if err != nil || o.emulator { // nowhere to keep them, or nothing worth keeping
		return limit.New(options)
	}
	profile := o.profile + "/" + os.Getenv("AWS_PROFILE")
	kept := readRates(path)
	for _, k := range kept {
		if k.Profile == profile && k.Endpoint == endpoint {
			options.Known = append(options.Known, limit.Rate{
				Scope: resource.Scope{Account: k.Account, Region: k.Region}, Class: k.Class, PerSecond: k.PerSecond,
			})
			if k.PerSecond < slowRate {
				c.slow = append(c.slow, k)
			}
		}
	}
	limiter := limit.New(options)
	c.stop = append(c.stop, func() {
		found := limiter.Rates()
		if len(found) == 0 && len(kept) == 0 {
			return
		}
		others := slices.DeleteFunc(readRates(path), func(k keptRate) bool { return k.Profile == profile && k.Endpoint == endpoint })
		for _, f := range found {
			k := keptRate{profile, endpoint, f.Scope.Account, f.Scope.Region, f.Class, f.PerSecond, f.FellAt.UTC()}
			if f.FellAt.IsZero() { // using a rate does not make it younger
				k.FoundAt = k.foundAt(kept)
			}
			others = append(others, k)
		}
		writeRates(path, others)
	})
	return limiter
}

func ratesPath() (string, error) {
	folder, err := os.UserCacheDir()
	return filepath.Join(folder, "skyql", "rates.json"), err
}

// readRates gives the rates that are not too old. A file that cannot be read has
// none: they are found again.
func readRates(path string) []keptRate {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	var kept []keptRate
	if json.Unmarshal(text, &kept) != nil {
		return nil
	}
	return slices.DeleteFunc(kept, func(k keptRate) bool { return time.Since(k.FoundAt) > rateMemory })
}

// writeRates replaces the file. If it cannot, the next run finds the rates again.
func writeRates(path string, kept []keptRate) {
	text, err := json.Marshal(kept)
	if err == nil {
		_ = wholefile.WriteBytes(path, wholefile.Private, text)
	}
}

// homeAccount tells the limiter the number of the account that calls are made in
// unless they say otherwise.
type homeAccount struct {
	*awsclient.Client
	limiter *limit.Limiter
}

// Account gives the number.
func (h homeAccount) Account(ctx context.Context, region resource.Region) (string, error) {
	account, err := h.Client.Account(ctx, region)
	if err == nil {
		h.limiter.SetHome(account)
	}
	return account, err
}
