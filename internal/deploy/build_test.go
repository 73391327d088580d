package deploy_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"skyql/internal/deploy"
	"skyql/internal/resource"
)

const (
	logGroup resource.TypeName = "AWS::Logs::LogGroup"
	bucket   resource.TypeName = "AWS::S3::Bucket"
)

// one is a stack of one log group that should keep its events for seven days.
func one(anchors string, more ...string) string {
	return fmt.Sprintf(`-- stackql_manifest.yml --
name: logs
providers: [awscc]
globals:
  - {name: region, value: us-east-1}
resources:
  - name: app
    props:
      - {name: days, value: 7}
%s
-- resources/app.iql --
%s`, strings.Join(more, "\n"), anchors)
}

const (
	exists = `/*+ exists%s */
SELECT count(*) AS count FROM awscc.logs.log_groups WHERE region = '{{ region }}' AND Identifier = 'app'
`
	statecheck = `/*+ statecheck%s */
SELECT count(*) AS count FROM awscc.logs.log_groups
WHERE region = '{{ region }}' AND Identifier = 'app' AND retention_in_days = {{ days }}
`
	create = `/*+ create */
INSERT INTO awscc.logs.log_groups (LogGroupName, RetentionInDays, region) VALUES ('app', {{ days }}, '{{ region }}')
`
	createOrUpdate = `/*+ createorupdate */
INSERT INTO awscc.logs.log_groups (LogGroupName, RetentionInDays, region) VALUES ('app', {{ days }}, '{{ region }}')
`
	update = `/*+ update */
UPDATE awscc.logs.log_groups SET retention_in_days = {{ days }} WHERE region = '{{ region }}' AND Identifier = 'app'
`
	exports = `/*+ exports%s */
SELECT arn FROM awscc.logs.log_groups WHERE region = '{{ region }}' AND Identifier = 'app' AND retention_in_days = {{ days }}
`
	remove = `/*+ delete%s */
DELETE FROM awscc.logs.log_groups WHERE region = '{{ region }}' AND Identifier = 'app'
`
)

func with(template, options string) string { return strings.Replace(template, "%s", options, 1) }

// Which queries a build runs, by what the file has and what is there.
func TestBranches(t *testing.T) {
	t.Parallel()
	e, s, x, d := with(exists, ""), with(statecheck, ""), with(exports, ""), with(remove, "")
	const listed = "    exports: [arn]"
	for _, test := range []struct {
		name, file, manifest string
		there                string // "", "right" or "wrong"
		queries, writes      string
		fails                string
	}{
		{"exists and statecheck: absent", e + s + create + update + d, "", "", "exists create exists statecheck", "Create=1", ""},
		{"exists and statecheck: right", e + s + create + update + d, "", "right", "exists statecheck", "", ""},
		{"exists and statecheck: wrong", e + s + create + update + d, "", "wrong", "exists statecheck update exists statecheck", "Update=1", ""},
		{"exists and statecheck: wrong, no update", e + s + create + d, "", "wrong", "exists statecheck", "", "has no /*+ update */"},
		{"skip_validation: wrong", e + s + create + update + d, "    skip_validation: true", "wrong", "exists", "", ""},
		{"statecheck only: absent", s + create + update, "", "", "statecheck create statecheck", "Create=1", ""},
		{"statecheck only: right", s + create + update, "", "right", "statecheck", "", ""},
		{"statecheck only: wrong is taken for absent", s + create + update, "", "wrong", "statecheck create", "Create=1", "already exists"},
		{"exists and exports: absent", e + x + create + update + d, listed, "", "exists create exists exports", "Create=1", ""},
		{"exists and exports: right", e + x + create + update + d, listed, "right", "exists exports", "", ""},
		{"exists and exports: wrong", e + x + create + update + d, listed, "wrong", "exists exports exports update exists exports", "Update=1", ""},
		{"exists only: right", e + create + update + d, "", "right", "exists", "", ""},
		{"exists only: wrong, as its properties tell", e + create + update + d, "", "wrong", "exists update exists", "Update=1", ""},
		{"exports only: absent", x + create, listed, "", "exports exports create exports", "Create=1", ""},
		{"exports only: right", x + create, listed, "right", "exports", "", ""},
		{"createorupdate and statecheck: absent", e + s + createOrUpdate + d, "", "", "exists createorupdate exists statecheck", "Create=1", ""},
		{"createorupdate and statecheck: right", e + s + createOrUpdate + d, "", "right", "exists statecheck", "", ""},
		{"createorupdate alone: absent", e + createOrUpdate + d, "", "", "exists createorupdate exists", "Create=1", ""},
		{"createorupdate alone is not run where the properties are right", e + createOrUpdate + d, "", "right", "exists", "", ""},
		{"createorupdate alone is run, and may find it there", e + createOrUpdate + d, "", "wrong", "exists createorupdate exists", "Create=1", ""},
		{"createorupdate with exports", x + createOrUpdate + d, listed, "right", "exports", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, one(test.file, test.manifest))
				switch test.there {
				case "right":
					w.put(logGroup, `{"LogGroupName":"app","RetentionInDays":7}`)
				case "wrong":
					w.put(logGroup, `{"LogGroupName":"app","RetentionInDays":1}`)
				}
				summary := w.deployment(deploy.Options{}).Build(t.Context())
				err := summary.Err()
				if test.fails == "" && err != nil || test.fails != "" && (err == nil || !strings.Contains(err.Error(), test.fails)) {
					t.Errorf("want %q, have %v", test.fails, err)
				}
				if have := w.queries("app"); have != test.queries {
					t.Errorf("queries: want %s, have %s", test.queries, have)
				}
				if have := w.writes(); have != test.writes {
					t.Errorf("writes: want %s, have %s", test.writes, have)
				}
			})
		})
	}
}

// How often queries are tried, and how long a build waits in between.
func TestAttempts(t *testing.T) {
	t.Parallel()
	never := strings.Replace(statecheck, "retention_in_days =", "retention_in_days = 1000 +", 1)
	nowhere := strings.Replace(exports, "retention_in_days =", "retention_in_days = 1000 +", 1)
	for _, test := range []struct {
		name, file, manifest string
		queries              string
		waits                time.Duration
	}{
		{"once by default", with(exists, "") + with(never, "") + create, "", "exists create exists statecheck", 0},
		{"as often as retries says, with nothing after the last",
			with(exists, "") + with(never, ", retries=3, retry_delay=10") + create, "", "exists create exists statecheck statecheck statecheck", 20 * time.Second},
		{"the first look is one attempt", with(exists, ", retries=5, retry_delay=10") + with(never, ", retries=2, retry_delay=1") + create, "",
			"exists create exists statecheck statecheck", time.Second},
		{"retries=0 is never", with(exists, "") + with(never, ", retries=0") + create, "", "exists create", 0},
		{"exports once more than retries", with(exists, "") + with(nowhere, ", retries=2, retry_delay=5") + create, "    exports: [arn]",
			"exists create exists exports exports exports", 10 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, one(test.file, test.manifest))
				start := time.Now()
				summary := w.deployment(deploy.Options{}).Build(t.Context())
				if summary.Err() == nil {
					t.Error("want it to fail")
				}
				if have := w.queries("app"); have != test.queries {
					t.Errorf("queries: want %s, have %s", test.queries, have)
				}
				// The create itself is followed by one poll.
				if waited := time.Since(start) - 500*time.Millisecond; waited < test.waits-time.Second/2 || waited > test.waits+time.Second/2 {
					t.Errorf("want %s of waiting, have %s", test.waits, waited)
				}
			})
		})
	}
}
