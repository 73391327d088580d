package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/engine/enginetest"
	"skyql/internal/resource"
)

// Roles are the same in every region; queues are not, and are named like the
// role that works on them.
func globalWorld(t *testing.T) *enginetest.World {
	t.Helper()
	regions := []resource.Region{"eu-west-1", "us-east-1", "us-west-2"}
	w := enginetest.New(t, enginetest.Options{Regions: regions})
	for _, role := range []string{"reader", "writer"} {
		w.Put(t, "us-west-2", "AWS::IAM::Role", fmt.Sprintf(`{"RoleName": %q, "Path": "/", "AssumeRolePolicyDocument": {},
			"Tags": [{"Key": "team", "Value": "a"}, {"Key": "cost", "Value": "b"}]}`, role))
	}
	for i, region := range regions {
		queue := []string{"reader", "reader", "writer"}[i]
		w.Put(t, region, "AWS::SQS::Queue", fmt.Sprintf(`{"QueueUrl": "https://%s/%s", "QueueName": %q}`, region, queue, queue))
	}
	return w
}

func TestGlobalServices(t *testing.T) {
	t.Parallel()
	w := globalWorld(t)
	for _, setup := range []string{
		`CREATE TABLE owners (place TEXT, role TEXT)`,
		`INSERT INTO owners VALUES ('eu-west-1', 'reader'), ('us-west-2', 'writer')`,
		`CREATE VIEW pairs AS SELECT r.region, r.role_name FROM awscc.iam.roles r CROSS JOIN awscc.sqs.queues q ON q.region = r.region AND q.queue_name = r.role_name`,
	} {
		w.Rows(t, setup)
	}
	const roles, queues = `awscc.iam.roles r`, `awscc.sqs.queues q`
	owned := []string{"eu-west-1 reader", "us-west-2 writer"}
	joined := []string{"eu-west-1 reader", "us-east-1 reader", "us-west-2 writer"}
	for _, test := range []struct {
		name, sql string
		rows      []string
		calls     string
	}{
		{"all", `SELECT region, role_name FROM ` + roles, []string{"us-east-1 reader", "us-east-1 writer"}, "ListResources=1"},
		{"count", `SELECT count(*) FROM ` + roles, []string{"2"}, "ListResources=1"},
		{"one", `SELECT region, path FROM ` + roles + ` WHERE role_name = 'reader'`, []string{"us-east-1 /"}, "GetResource=1"},
		{"region given", `SELECT region, role_name FROM ` + roles + ` WHERE region = 'us-west-2'`,
			[]string{"us-west-2 reader", "us-west-2 writer"}, "ListResources=1"},
		{"with what is inside of it", `SELECT r.region, r.role_name, t.value ->> 'Key' FROM ` + roles + `, json_each(r.tags) t WHERE t.key = 0`,
			[]string{"us-east-1 reader team", "us-east-1 writer team"}, "ListResources=1 GetResource=2"},
		{"beside a local table", `SELECT region, role_name FROM ` + roles + ` WHERE role_name IN (SELECT role FROM owners)`,
			[]string{"us-east-1 reader", "us-east-1 writer"}, "GetResource=2"},
		{"with another global one", `SELECT a.region, a.role_name, b.role_name FROM awscc.iam.roles a JOIN awscc.iam.roles b ON a.region = b.region WHERE a.role_name = 'reader'`,
			[]string{
				"eu-west-1 reader reader", "eu-west-1 reader writer", "us-east-1 reader reader", "us-east-1 reader writer",
				"us-west-2 reader reader", "us-west-2 reader writer",
			}, ""},
		{"joined by name", `SELECT q.region, r.role_name FROM ` + roles + ` JOIN ` + queues + ` ON q.queue_name = r.role_name`,
			joined, "ListResources=3 GetResource=5"},
		{"joined by region, the role first", `SELECT q.region, r.role_name FROM ` + roles + ` CROSS JOIN ` + queues + ` ON q.region = r.region AND q.queue_name = r.role_name`,
			joined, "ListResources=4 GetResource=3"},
		{"joined by region, the queue first", `SELECT q.region, r.role_name FROM ` + queues + ` CROSS JOIN ` + roles + ` ON q.region = r.region AND q.queue_name = r.role_name`,
			joined, "ListResources=3 GetResource=6"},
		{"joined USING", `SELECT region, r.role_name FROM ` + roles + ` JOIN ` + queues + ` USING (region) WHERE q.queue_name = r.role_name`,
			joined, ""},
		{"left join", `SELECT r.region, r.role_name, q.queue_name FROM ` + roles + ` LEFT JOIN ` + queues + ` ON q.region = r.region AND q.queue_name = r.role_name WHERE q.queue_name IS NOT NULL`,
			[]string{"eu-west-1 reader reader", "us-east-1 reader reader", "us-west-2 writer writer"}, ""},
		{"not exists", `SELECT r.region, r.role_name FROM ` + roles + ` WHERE NOT EXISTS (SELECT 1 FROM ` + queues + ` WHERE q.region = r.region AND q.queue_name = r.role_name)`,
			[]string{"eu-west-1 writer", "us-east-1 writer", "us-west-2 reader"}, ""},
		{"all columns of both, joined by name", `SELECT r.region, q.region, r.role_name FROM ` + roles + ` JOIN ` + queues + ` ON q.queue_name = r.role_name WHERE q.region = 'eu-west-1'`,
			[]string{"us-east-1 eu-west-1 reader"}, ""},
		{"joined by region to a local table", `SELECT o.place, r.role_name FROM ` + roles + ` CROSS JOIN owners o ON o.place = r.region AND o.role = r.role_name`,
			owned, "ListResources=1"},
		{"joined by region to a local table in SQLite's order", `SELECT o.place, r.role_name FROM ` + roles + ` JOIN owners o ON o.place = r.region WHERE o.role = r.role_name`,
			owned, ""},
		{"joined by region to values", `SELECT v.column1, r.role_name FROM ` + roles + ` CROSS JOIN (VALUES ('eu-west-1'), ('us-west-2')) v ON v.column1 = r.region WHERE role_name = 'reader'`,
			[]string{"eu-west-1 reader", "us-west-2 reader"}, "GetResource=1"},
		{"joined under another name", `WITH v(x) AS (VALUES ('us-west-2')) SELECT v.x, r.name FROM (SELECT region AS here, role_name AS name FROM ` + roles + `) r CROSS JOIN v ON v.x = r.here`,
			[]string{"us-west-2 reader", "us-west-2 writer"}, "ListResources=1"},
		{"out of a WITH clause", `WITH x AS (SELECT region, role_name FROM ` + roles + `) SELECT * FROM x`,
			[]string{"us-east-1 reader", "us-east-1 writer"}, "ListResources=1"},
		{"out of a WITH clause, joined", `WITH x AS (SELECT region, role_name FROM ` + roles + `) SELECT x.* FROM x CROSS JOIN ` + queues + ` ON x.region = q.region AND q.queue_name = x.role_name`,
			joined, ""},
		{"joined in a view", `SELECT * FROM pairs`, joined, ""},
		{"a region or something else", `SELECT region, role_name FROM ` + roles + ` WHERE region = 'eu-west-1' OR path = '/none/'`,
			[]string{"eu-west-1 reader", "eu-west-1 writer"}, ""},
		{"a region in the condition of an outer join", `SELECT r.region, r.role_name, q.queue_name FROM ` + roles + ` LEFT JOIN ` + queues + ` ON r.region = 'eu-west-1' AND q.region = 'us-west-2' WHERE r.role_name = 'reader' AND q.queue_name > ''`,
			[]string{"eu-west-1 reader writer"}, ""},
		{"filtered by part of a region", `SELECT region, role_name FROM ` + roles + ` WHERE region LIKE 'eu-%'`,
			[]string{"eu-west-1 reader", "eu-west-1 writer"}, "ListResources=1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w.NewCalls()
			got := []string{}
			for _, row := range w.Rows(t, test.sql) {
				got = append(got, strings.TrimSpace(fmt.Sprintln(row...)))
			}
			slices.Sort(got)
			if diff := cmp.Diff(test.rows, got); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			if calls := w.NewCalls(); test.calls != "" && calls != test.calls {
				t.Errorf("want calls %q, have %q", test.calls, calls)
			}
		})
	}
}

// A change of a global resource is made once.
func TestGlobalServicesAreChangedOnce(t *testing.T) {
	t.Parallel()
	w := globalWorld(t)
	w.Rows(t, `DELETE FROM awscc.iam.roles WHERE Identifier = 'reader'`)
	if calls := w.NewCalls(); calls != "DeleteResource=1" {
		t.Errorf("want one deletion, have %q", calls)
	}
	if rows := w.Rows(t, `SELECT region, role_name FROM awscc.iam.roles`); len(rows) != 1 || rows[0][0] != "us-east-1" {
		t.Errorf("want the writer, where it was asked for, have %v", rows)
	}
}

// What a global service shows in every region is one resource to a change.
func TestGlobalServicesAreChangedOnceForAllRegions(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ sql, calls, fault string }{
		{sql: `UPDATE awscc.iam.roles SET description = 'x' WHERE region LIKE '%' AND role_name = 'reader'`, calls: "UpdateResource=1"},
		{sql: `UPDATE awscc.iam.roles SET description = t.text || 'x' FROM (SELECT 'y' AS text) t WHERE region > ''`, calls: "UpdateResource=2"},
		{sql: `UPDATE awscc.iam.roles SET description = region WHERE region LIKE '%'`, fault: "gets several values"},
		{sql: `DELETE FROM awscc.iam.roles WHERE region LIKE '%'`, calls: "DeleteResource=2"},
		{sql: `DELETE FROM awscc.iam.roles WHERE region IN ('us-west-2', 'eu-west-1') AND role_name = 'reader'`, calls: "DeleteResource=1"},
		{sql: `DELETE FROM awscc.sqs.queues WHERE region LIKE '%'`, calls: "DeleteResource=3"},
	} {
		t.Run(test.sql, func(t *testing.T) {
			t.Parallel()
			w := globalWorld(t)
			before := w.Calls.Counts()
			_, err := w.Try(t.Context(), test.sql)
			if test.fault != "" {
				if err == nil || !strings.Contains(err.Error(), test.fault) {
					t.Errorf("have %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			operation, _, _ := strings.Cut(test.calls, "=")
			if have := fmt.Sprintf("%s=%d", operation, w.Calls.Counts()[operation]-before[operation]); have != test.calls {
				t.Errorf("want %s, have %s", test.calls, have)
			}
		})
	}
}
