//go:build unix

package bench

import (
	"fmt"
	"testing"
	"time"
)

func BenchmarkStart(b *testing.B) {
	for _, c := range []struct{ name, sql string }{
		{"select-1", "SELECT 1"},
		{"describe", "DESCRIBE awscc.ec2.instances"},
		{"show-resources", "SHOW RESOURCES IN awscc.ec2"},
	} {
		b.Run(c.name, func(b *testing.B) { measure(b, fullCatalog(b), 0, "", c.sql) })
	}
}

func BenchmarkListAndRead(b *testing.B) {
	for _, buckets := range []int{1000, 10_000} {
		if testing.Short() && buckets > 1000 {
			continue // half a minute for each query
		}
		b.Run(fmt.Sprint(buckets), func(b *testing.B) {
			url := emulator(b, "--populate", fmt.Sprintf("AWS::S3::Bucket=%d", buckets), "--latency", latency.String())
			pages := buckets / 100
			for _, c := range []struct {
				name, sql string
				reads     int
			}{
				{"listed", `SELECT count(*) FROM awscc.s3.buckets`, 0},
				{"read", `SELECT count(arn) FROM awscc.s3.buckets`, buckets},
				{"joined", `SELECT count(b.arn) FROM awscc.s3.buckets_list_only l JOIN awscc.s3.buckets b ON b.bucket_name = l.bucket_name`, buckets},
			} {
				b.Run(c.name, func(b *testing.B) {
					measure(b, b.TempDir(), ideal(pages, c.reads, latency), fmt.Sprint(buckets), ask(url, "us-east-1", c.sql)...)
				})
			}
		})
	}
}

// Pools, the clients below each, and what is only known of a client that was
// read: 2,000 look-ups after the list of the pools.
func BenchmarkThreeDeepBelowParents(b *testing.B) {
	const pools, clients = 100, 18
	url := emulator(b, "--latency", latency.String(), "--seed", seed(b, func(put func(string, string, ...any)) {
		for i := range pools {
			put("AWS::Cognito::UserPool", `{"UserPoolId": "us-east-1_p%d", "UserPoolName": "pool %d"}`, i, i)
			for j := range clients {
				put("AWS::Cognito::UserPoolClient", `{"UserPoolId": "us-east-1_p%d", "ClientId": "c%d", "ClientName": "client %d"}`, i, j, j)
			}
		}
	}))
	const sql = `SELECT count(p.user_pool_name), count(c.client_name) FROM awscc.cognito.user_pools p
		JOIN awscc.cognito.user_pool_clients_list_only l ON l.user_pool_id = p.user_pool_id
		JOIN awscc.cognito.user_pool_clients c ON c.user_pool_id = l.user_pool_id AND c.client_id = l.client_id`
	measure(b, b.TempDir(), ideal(1, pools+pools+pools*clients, latency), "1800,1800", ask(url, "us-east-1", sql)...)
}

// Instances, the subnet of each, and the VPC of each subnet: 10 pages and 2,000
// look-ups, each of which needs the answer of the one before.
func BenchmarkThreeDeepByKey(b *testing.B) {
	const instances, subnets, vpcs = 1000, 950, 50
	url := emulator(b, "--latency", latency.String(), "--seed", seed(b, func(put func(string, string, ...any)) {
		for i := range instances {
			put("AWS::EC2::Instance", `{"InstanceId": "i-%d", "SubnetId": "subnet-%d"}`, i, i%subnets)
		}
		for i := range subnets {
			put("AWS::EC2::Subnet", `{"SubnetId": "subnet-%d", "VpcId": "vpc-%d"}`, i, i%vpcs)
		}
		for i := range vpcs {
			put("AWS::EC2::VPC", `{"VpcId": "vpc-%d", "CidrBlock": "10.%d.0.0/16"}`, i, i)
		}
	}))
	const sql = `SELECT count(v.cidr_block) FROM awscc.ec2.instances i
		JOIN awscc.ec2.subnets s ON s.subnet_id = i.subnet_id JOIN awscc.ec2.vpcs v ON v.vpc_id = s.vpc_id`
	measure(b, b.TempDir(), ideal(instances/100, instances+subnets+vpcs, latency), "1000", ask(url, "us-east-1", sql)...)
}

// Each insert is a call that creates and one that finds it created.
func BenchmarkInsert(b *testing.B) {
	url := emulator(b, "--latency", latency.String())
	const insert = `INSERT INTO awscc.s3.buckets (BucketName)
		SELECT 'b-' || lower(hex(randomblob(8))) FROM generate_series(1, 100)`
	for _, concurrency := range []int{16, 64} {
		b.Run(fmt.Sprintf("100-rows-%d-at-once", concurrency), func(b *testing.B) {
			ideal := time.Duration((200+concurrency-1)/concurrency) * latency
			measure(b, b.TempDir(), ideal, "", "--endpoint", url, "--region", "us-east-1", "--concurrency", fmt.Sprint(concurrency), insert)
		})
	}
}

func BenchmarkMillionIdentifiers(b *testing.B) {
	if testing.Short() {
		b.Skip("skipped: a million resources take a while")
	}
	const buckets = 1_000_000
	url := emulator(b, "--populate", fmt.Sprintf("AWS::S3::Bucket=%d", buckets), "--page-size", "1000")
	for _, c := range []struct{ name, sql, want string }{
		{"count", `SELECT count(*) FROM awscc.s3.buckets`, "1000000"},
		{"group-by-region", `SELECT region, count(*) FROM awscc.s3.buckets GROUP BY region`, "us-east-1,1000000"},
	} {
		b.Run(c.name, func(b *testing.B) {
			median := measure(b, b.TempDir(), 0, c.want, ask(url, "us-east-1", c.sql)...)
			b.ReportMetric(buckets/median.Seconds(), "rows/s")
		})
	}
}
