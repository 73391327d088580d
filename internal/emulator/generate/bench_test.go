package generate

import (
	"strconv"
	"testing"
	"time"

	"skyql/internal/resource"
)

func BenchmarkPopulate(b *testing.B) {
	scope := resource.Scope{Account: "111122223333", Region: "eu-central-1"}
	now := time.Unix(1_800_000_000, 0)
	for _, name := range []string{"AWS::S3::Bucket", "AWS::SQS::Queue", "AWS::EC2::Instance", "AWS::Cognito::UserPoolClient"} {
		for _, opts := range []Options{{}, {Rich: true}} {
			b.Run(name+"/rich="+strconv.FormatBool(opts.Rich), func(b *testing.B) {
				g := New(builtinType(b, name))
				b.ReportAllocs()
				for n := 0; b.Loop(); n++ {
					model, err := g.Desired(n, opts)
					if err != nil {
						b.Fatal(err)
					}
					g.ReadOnly(model, scope, strconv.Itoa(n), now)
				}
			})
		}
	}
}

func BenchmarkPlan(b *testing.B) {
	for _, name := range []string{"AWS::S3::Bucket", "AWS::EC2::Instance"} {
		resourceType := builtinType(b, name)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				g := New(resourceType)
				model, err := g.Desired(0, Options{})
				if err != nil {
					b.Fatal(err)
				}
				g.ReadOnly(model, resource.Scope{}, "", time.Time{})
			}
		})
	}
}
