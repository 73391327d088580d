package awsclient

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go/logging"
)

const (
	dialTimeout           = 5 * time.Second
	tlsTimeout            = 10 * time.Second
	responseHeaderTimeout = 60 * time.Second // a read or list handler takes up to 30 s
	stalledBodyTimeout    = 60 * time.Second // without a single byte
)

// httpClient is what the SDK makes its requests with. It is the SDK's own kind,
// because only that one takes AWS_CA_BUNDLE into account.
func (c *Client) httpClient() aws.HTTPClient {
	if c.opts.HTTPClient != nil {
		return c.opts.HTTPClient
	}
	return awshttp.NewBuildableClient().
		WithReadTimeout(stalledBodyTimeout).
		WithDialerOptions(func(d *net.Dialer) { d.Timeout = dialTimeout }).
		WithTransportOptions(func(t *http.Transport) {
			t.TLSHandshakeTimeout = tlsTimeout
			t.ResponseHeaderTimeout = responseHeaderTimeout
			t.MaxIdleConnsPerHost = c.opts.MaxConnections
			// Each region is a host of its own. Four full pools keep a walk over
			// all regions from using up the process's file descriptors.
			t.MaxIdleConns = 4 * c.opts.MaxConnections
		})
}

// freeze makes all regions share one pool of connections: the SDK's clients
// would each build their own.
func freeze(client aws.HTTPClient) aws.HTTPClient {
	if buildable, ok := client.(*awshttp.BuildableClient); ok {
		client = buildable.Freeze()
	}
	return plainBody{client}
}

// plainBody hides the WriteTo of request bodies. The SDK closes a body as soon
// as the answer begins, and its WriteTo then gives an error where Read gives the
// end. If the answer is quicker than the last look that net/http takes at the
// body, that error would close the connection under the answer.
type plainBody struct{ aws.HTTPClient }

// Do makes the request.
func (c plainBody) Do(request *http.Request) (*http.Response, error) {
	if request.Body != nil && request.Body != http.NoBody {
		request.Body = struct{ io.ReadCloser }{request.Body}
	}
	return c.HTTPClient.Do(request)
}

// isLoopback reports whether the URL's host is this machine by its name alone;
// nothing is looked up.
func isLoopback(endpoint string) bool {
	u, err := url.Parse(endpoint)
	if err != nil {
		return false
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if ip := net.ParseIP(host); ip != nil {
		return ip.IsLoopback()
	}
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// sdkLogger keeps the SDK from writing to standard error.
func sdkLogger(logger *slog.Logger) logging.Logger {
	return logging.LoggerFunc(func(class logging.Classification, format string, args ...any) {
		if logger.Enabled(context.Background(), slog.LevelDebug) {
			logger.Debug("AWS SDK", "class", string(class), "message", fmt.Sprintf(format, args...))
		}
	})
}
