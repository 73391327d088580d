package engine_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/engine/enginetest"
)

// corpusTable is a table that the files in testdata/corpus call {name}, and
// {name:all} where they use its hidden columns.
type corpusTable struct{ name, remote, hidden string }

// corpusLogins is what a type that cannot be listed is copied by.
const corpusLogins = `'us-east-1_p00|login-0', 'us-east-1_p03|login-3', 'eu-west-1_p03|login-3-eu', 'us-east-1_p00|login-3'`

var corpusTables = []corpusTable{
	{"pools", "awscc.cognito.user_pools", "account_id, _properties"},
	{"clients", "awscc.cognito.user_pool_clients", "account_id, _properties"},
	{"client_names", "awscc.cognito.user_pool_clients_list_only", "Identifier"},
	{"groups", "awscc.cognito.user_pool_groups", "account_id, _properties"},
	{"domains", "awscc.test.domains", "account_id, _properties"},
	{"logins", "awscc.cognito.user_pool_domains", "account_id, _properties"},
	{"buckets", "awscc.s3.buckets", "account_id, _properties"},
	{"bucket_names", "awscc.s3.buckets_list_only", "Identifier"},
	{"policies", "awscc.s3.bucket_policies", "account_id, _properties"},
	{"queues", "awscc.sqs.queues", "account_id, _properties"},
	{"vpcs", "awscc.ec2.vpcs", "account_id, _properties"},
	{"subnets", "awscc.ec2.subnets", "account_id, _properties"},
	{"instances", "awscc.ec2.instances", "account_id, _properties"},
	{"functions", "awscc.lambda.functions", "account_id, _properties"},
	{"log_groups", "awscc.logs.log_groups", "account_id, _properties"},
	{"wides", "awscc.test.wides", "account_id, _properties"},
}

// corpusViews are made by testdata/corpus/setup.sql, once over AWS's tables and
// once over the copies.
var corpusViews = []string{"team_buckets", "pool_sizes", "network", "kept_names"}

// corpusDefect is how the files mark a query that shows a known defect.
const corpusDefect = "known defect: "

// corpusQuery is one statement of the files. The lines of comment above it say
// what it is; "in order" that ORDER BY leaves no choice; "no rows" that it finds
// nothing; and corpusDefect what is known to be wrong with it.
type corpusQuery struct {
	name, sql, defect string
	ordered, empty    bool
}

// corpus reads the statements of one file.
func corpus(t *testing.T, file string) (queries []corpusQuery) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "corpus", file))
	if err != nil {
		t.Fatal(err)
	}
	var next corpusQuery
	for _, line := range strings.Split(string(text), "\n") {
		comment, isComment := strings.CutPrefix(line, "-- ")
		switch {
		case isComment && comment == "in order":
			next.ordered = true
		case isComment && comment == "no rows":
			next.empty = true
		case isComment && strings.HasPrefix(comment, corpusDefect):
			next.defect = strings.TrimPrefix(comment, corpusDefect)
		case isComment && next.name == "":
			next.name = comment
		case isComment || line == "":
		case strings.HasSuffix(line, ";"):
			next.sql += strings.TrimSuffix(line, ";")
			queries = append(queries, next)
			next = corpusQuery{}
		default:
			next.sql += line + "\n"
		}
	}
	if next.sql != "" {
		t.Fatalf("%s ends within a statement:\n%s", file, next.sql)
	}
	return queries
}

// corpusNames puts tables for {name}: AWS's, or the copies.
func corpusNames(copies bool) *strings.Replacer {
	var pairs []string
	add := func(name, remote, local string) {
		if copies {
			remote = local
		}
		pairs = append(pairs, "{"+name+"}", remote)
	}
	for _, table := range corpusTables {
		add(table.name, table.remote, "local_"+table.name)
		add(table.name+":all", table.remote, "local_"+table.name+"_all")
	}
	for _, view := range corpusViews {
		add(view, "remote_"+view, "local_"+view)
	}
	return strings.NewReplacer(pairs...)
}

// Queries written by hand give the rows that SQLite gives for ordinary tables of
// the same content.
func TestCorpus(t *testing.T) {
	t.Parallel()
	w := corpusEstate(t)
	local, remote := corpusNames(true), corpusNames(false)
	for _, table := range corpusTables {
		from := table.remote
		if table.name == "logins" {
			from += ` WHERE Identifier IN (` + corpusLogins + `)`
		}
		// The copies have the affinities that CREATE TABLE AS gives.
		w.Rows(t, local.Replace(fmt.Sprintf(`CREATE TEMP TABLE {%s} AS SELECT * FROM %s`, table.name, from)))
		w.Rows(t, local.Replace(fmt.Sprintf(`CREATE TEMP TABLE {%s:all} AS SELECT *, %s FROM %s`, table.name, table.hidden, from)))
	}
	for _, query := range corpus(t, "setup.sql") {
		w.Rows(t, local.Replace(query.sql))
		w.Rows(t, remote.Replace(query.sql))
	}
	files, err := filepath.Glob(filepath.Join("testdata", "corpus", "*.sql"))
	if err != nil {
		t.Fatal(err)
	}
	total, seen := 0, map[string]bool{}
	for _, path := range files {
		file := filepath.Base(path)
		if file == "setup.sql" {
			continue
		}
		for _, query := range corpus(t, file) {
			name := strings.TrimSuffix(file, ".sql") + "/" + query.name
			if query.name == "" || seen[name] {
				t.Errorf("%s: a name is missing or used twice: %q\n%s", file, query.name, query.sql)
			}
			seen[name] = true
			total++
			t.Run(name, func(t *testing.T) { query.run(t, w, local.Replace(query.sql), remote.Replace(query.sql)) })
		}
	}
	if total < 120 {
		t.Errorf("want at least 120 queries, have %d", total)
	}
}

// run compares the rows of the copies with those of AWS.
func (q corpusQuery) run(t *testing.T, w *enginetest.World, local, remote string) {
	t.Helper()
	want := w.Rows(t, local)
	// The copies' rows come by the same way, so that rows lost there would not show.
	if n := w.Rows(t, "SELECT count(*) FROM ("+local+")")[0][0]; n != int64(len(want)) {
		t.Errorf("%d rows of the copies have come, of %v", len(want), n)
	}
	if (len(want) == 0) != q.empty {
		t.Errorf("the copies give %d rows: say \"no rows\" where that is meant", len(want))
	}
	wrong := ""
	order := "" // for comparable
	if q.ordered {
		order = "ORDER BY"
	}
	got, err := w.Try(t.Context(), remote)
	if err != nil {
		wrong = err.Error()
	} else if diff := cmp.Diff(comparable(order, want), comparable(order, got)); diff != "" {
		wrong = "(-SQLite +skyql):\n" + diff
	} else if problems := w.Problems(); len(problems) > 0 {
		wrong = fmt.Sprintf("problems: %v", problems)
	}
	switch {
	case q.defect == "" && wrong != "":
		t.Errorf("%s\n%s", q.sql, wrong)
	case q.defect != "" && wrong == "":
		t.Errorf("it is right now: take %q away", corpusDefect+q.defect)
	case q.defect != "":
		t.Logf("%s%s\n%s", corpusDefect, q.defect, wrong)
	}
}
