package cli

import (
	"bytes"
	"cmp"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"skyql/internal/fetch"
	"skyql/internal/listing"
)

// lists gives what earlier runs found in lists of the endpoint, and keeps what
// this one finds. Those of an emulator inside this program say nothing of AWS's,
// and its reads cost nothing.
func (c *connection) lists(o *connectOptions, endpoint string) fetch.Lists {
	if o.emulator {
		return nil
	}
	options := listing.Options{}
	if folder, err := os.UserCacheDir(); err == nil {
		if host := endpointHost(endpoint); host != "" {
			options = listing.Options{Path: filepath.Join(folder, "skyql", "lists.json"), Host: host}
		}
	}
	store := listing.New(options)
	c.stop = append(c.stop, func() { _ = store.Save() }) // if it cannot, the next run learns it again
	return store
}

// sizes gives how many resources lists had in earlier runs, and keeps what they
// have in this one.
func (c *connection) sizes(o *connectOptions, endpoint string) fetch.Sizes {
	options := listing.SizesOptions{}
	if folder, err := os.UserCacheDir(); err == nil && !o.emulator {
		if host := endpointHost(endpoint); host != "" {
			options.Path = filepath.Join(folder, "skyql", "sizes.json")
			options.Owner = strings.Join([]string{o.profile, os.Getenv("AWS_PROFILE"), host}, " ")
		}
	}
	sizes := listing.NewSizes(options)
	c.stop = append(c.stop, func() { _ = sizes.Save() }) // if it cannot, the next run counts again
	return sizes
}

// endpointHost names the server that is asked, "aws" for AWS itself. It is "" if
// that is not plain: then what it does must not be taken for AWS's doing.
//
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
func endpointHost(flag string) string {
	endpoint := cmp.Or(flag, os.Getenv("AWS_ENDPOINT_URL_CLOUDCONTROL"), os.Getenv("AWS_ENDPOINT_URL"))
	if endpoint != "" {
		u, err := url.Parse(endpoint)
		if err != nil {
			return ""
		}
		return u.Host
	}
	home, _ := os.UserHomeDir() // without one there are no files in it
	for variable, name := range map[string]string{"AWS_CONFIG_FILE": "config", "AWS_SHARED_CREDENTIALS_FILE": "credentials"} {
		text, err := os.ReadFile(cmp.Or(os.Getenv(variable), filepath.Join(home, ".aws", name)))
		if err != nil && !os.IsNotExist(err) || bytes.Contains(text, []byte("endpoint_url")) {
			return ""
		}
	}
	return "aws"
}
