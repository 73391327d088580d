package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"skyql/internal/output"
)

// demoSteps are the statements of the demo, each with what it shows.
var demoSteps = []struct{ say, sql string }{
	{"One resource, by its identifier: a single read.", `
SELECT region, bucket_name, arn
FROM awscc.s3.buckets
WHERE region = 'eu-west-1' AND Identifier = 'harbor-newsletter-eu'`},
	{"A list. The region and the name come with it, so nothing is read.", `
SELECT region, log_group_name
FROM awscc.logs.log_groups
ORDER BY region, log_group_name`},
	{"Clients are listed below their user pools. The pools are found, and all is read in parallel.", `
SELECT p.region, p.user_pool_name, c.client_name, c.generate_secret
FROM awscc.cognito.user_pools p
JOIN awscc.cognito.user_pool_clients c ON c.user_pool_id = p.user_pool_id AND c.region = p.region
ORDER BY 1, 2, 3`},
	{"An inventory over regions.", `
SELECT region, 'bucket' AS kind, count(*) AS resources FROM awscc.s3.buckets GROUP BY region
UNION ALL SELECT region, 'function', count(*) FROM awscc.lambda.functions GROUP BY region
UNION ALL SELECT region, 'instance', count(*) FROM awscc.ec2.instances GROUP BY region
UNION ALL SELECT region, 'log group', count(*) FROM awscc.logs.log_groups GROUP BY region
ORDER BY region, kind`},
	{"A question of security: which groups are open to the world, and on which port?", `
SELECT g.region, g.group_name, json_extract(rule.value, '$.FromPort') AS port
FROM awscc.ec2.security_groups g, json_each(g.security_group_ingress) AS rule
WHERE json_extract(rule.value, '$.CidrIp') = '0.0.0.0/0'
ORDER BY 1, 2`},
	{"What tables are there?", `SHOW RESOURCES IN awscc.cognito`},
	{"And what is in one?", `DESCRIBE awscc.cognito.user_pool_domains`},
}

const demoNext = `
That was the emulator inside skyql, with a made-up estate in three regions. Next:

  skyql --emulator "SELECT * FROM awscc.sqs.queues"      ask it something yourself
  skyql catalog pull                                     get all of AWS's resource types
  skyql --region eu-west-1 "SELECT bucket_name FROM awscc.s3.buckets"
                                                         the same on your own account
`

func newDemoCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "See what skyql does, without an account",
		Long:  "Run a handful of telling statements against the emulator inside this program.\nNeeds no account and no network.\n" + exitCodesHelp,
		Args:  noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return runDemo(cmd.Context(), a) },
	}
}

func runDemo(ctx context.Context, a *app) error {
	opts := &connectOptions{emulator: true, starter: true, offline: true, concurrency: 64, maxChanges: 100, regions: "us-east-1,eu-west-1,ap-southeast-2"}
	c, err := a.connect(ctx, opts)
	if err != nil {
		return err
	}
	defer c.Close()
	for _, step := range demoSteps {
		sql := strings.TrimSpace(step.sql)
		fmt.Fprintf(a.streams.Out, "\n-- %s\nskyql> %s;\n\n", step.say, strings.ReplaceAll(sql, "\n", "\n       "))
		before := c.calls.Counts()
		if err := a.runStatement(ctx, c, sql, output.Table); err != nil {
			return err
		}
		fmt.Fprintln(a.streams.Out, callSummary(before, c.calls.Counts()))
	}
	fmt.Fprint(a.streams.Out, demoNext)
	return nil
}

// callSummary tells which API calls were made between two counts.
func callSummary(before, after map[string]int64) string {
	var parts []string
	total := int64(0)
	for _, operation := range slices.Sorted(maps.Keys(after)) {
		if n := after[operation] - before[operation]; n > 0 {
			total += n
			parts = append(parts, fmt.Sprintf("%d %s", n, operation))
		}
	}
	switch total {
	case 0:
		return "no API call"
	case 1:
		return "1 API call: " + parts[0]
	}
	return fmt.Sprintf("%d API calls: %s", total, strings.Join(parts, ", "))
}
