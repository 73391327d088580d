package store

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/resource"
	"skyql/internal/tagging"
)

func TestReports(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, Options{Stabilize: time.Minute})
		if err := f.Put(resource.Scope{Region: "eu-west-1"}, bucket, []byte(`{"BucketName":"reports"}`)); err != nil {
			t.Fatal(err)
		}
		status := func(want tagging.Report) {
			t.Helper()
			have, err := f.ReportCreation(t.Context(), tagging.ReportInput{Scope: home})
			if diff := cmp.Diff(want, have); err != nil || diff != "" {
				t.Errorf("%v (-want +have)\n%s", err, diff)
			}
		}
		begin := func(bucket string) error {
			return f.StartReportCreation(t.Context(), tagging.StartReportInput{Scope: home, Bucket: bucket})
		}
		status(tagging.Report{Status: "NO REPORT"})
		wantError(t, begin("nosuch"), resource.Validation, "The Amazon S3 bucket nosuch for report storage cannot be accessed")
		wantError(t, begin(""), resource.Validation, "1 validation error detected: Value at 's3Bucket' failed to satisfy "+
			"constraint: Member must have length greater than or equal to 3")
		status(tagging.Report{Status: "NO REPORT"})
		if err := begin("reports"); err != nil {
			t.Fatal(err)
		}
		status(tagging.Report{Status: "RUNNING", StartDate: "2000-01-01T00:00:00Z"})
		wantError(t, begin("reports"), resource.ConcurrentModification, "A report is being created already")
		time.Sleep(time.Minute)
		status(tagging.Report{
			Status: "SUCCEEDED", StartDate: "2000-01-01T00:00:00Z",
			S3Location: "s3://reports/AwsTagPolicies/123456789012/report.csv",
		})
		time.Sleep(reportLife)
		status(tagging.Report{Status: "NO REPORT"})
	})
}

func TestComplianceSummary(t *testing.T) {
	t.Parallel()
	f := estate(t, Options{})
	page, err := f.ComplianceSummary(t.Context(), tagging.SummaryInput{Scope: home, GroupBy: []string{"REGION"}, MaxResults: 10})
	if err != nil || len(page.Summaries) > 0 || page.PaginationToken != "" {
		t.Errorf("want nothing, have %v, %v", page, err)
	}
	for _, in := range []tagging.SummaryInput{
		{GroupBy: []string{"COLOUR"}}, {MaxResults: 1001}, {PaginationToken: "x"}, {Types: make([]string, 101)},
	} {
		if _, err := f.ComplianceSummary(t.Context(), in); resource.CodeOf(err) != resource.Validation {
			t.Errorf("%+v: want it refused, have %v", in, err)
		}
	}
}
