package engine_test

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/awsclient"
	"skyql/internal/cloudcontrol/retry"
	"skyql/internal/engine/enginetest"
	"skyql/internal/resource"
)

// deadRegion sends the lists of one region to an address where nobody listens.
type deadRegion struct {
	cloudcontrol.Client
	region resource.Region
	dead   cloudcontrol.Client
}

func (d *deadRegion) List(ctx context.Context, in cloudcontrol.ListInput) (cloudcontrol.Page, error) {
	if in.Scope.Region == d.region {
		return d.dead.List(ctx, in)
	}
	return d.Client.List(ctx, in)
}

// A region whose connections are refused: the others are there, a warning names
// it, and it is given up after three attempts, with at most 0.5 and 1 s between.
func TestRefusedConnectionOfOneRegion(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := "http://" + listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		const dead = resource.Region("eu-west-1")
		w := enginetest.New(t, enginetest.Options{
			Regions: []resource.Region{"us-east-1", dead, "us-west-2"},
			Wrap: func(alive cloudcontrol.Client) cloudcontrol.Client {
				client := awsclient.New(awsclient.Options{Endpoint: nobody, Emulator: true, HTTPClient: &http.Client{}})
				return retry.New(&deadRegion{Client: alive, region: dead, dead: client}, retry.Options{})
			},
		})
		for _, region := range []resource.Region{"us-east-1", dead, "us-west-2"} {
			w.Populate(t, region, "AWS::S3::Bucket", 50)
		}
		start := time.Now()
		rows := w.Rows(t, `SELECT region, count(arn) FROM awscc.s3.buckets GROUP BY region`)
		if took := time.Since(start); took > 1500*time.Millisecond {
			t.Errorf("the dead region was waited for for %s", took)
		}
		if len(rows) != 2 || rows[0][1] != int64(50) || rows[1][1] != int64(50) {
			t.Errorf("want 50 buckets of each of two regions, have %v", rows)
		}
		problems := w.Problems()
		if len(problems) != 1 || problems[0].Scope.Region != dead || !strings.Contains(problems[0].Err.Error(), "connection refused") {
			t.Errorf("want one refused connection in %s, have %v", dead, problems)
		}
	})
}
