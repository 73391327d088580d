package store

import (
	"context"
	"time"

	"skyql/internal/resource"
	"skyql/internal/tagging"
)

// reportLife is how long a report is told of.
const reportLife = 90 * 24 * time.Hour

// report is the latest one of an account.
type report struct {
	bucket  string
	started time.Time
}

// ComplianceSummary implements tagging.Reporter. There are no tag policies here,
// so nothing fails to comply with any.
func (s *Store) ComplianceSummary(ctx context.Context, in tagging.SummaryInput) (tagging.SummaryPage, error) {
	var wrong violations
	wrong.between("maxResults", in.MaxResults, 1, 1000)
	wrong.size("resourceTypeFilters", len(in.Types), 0, 100)
	for _, name := range in.GroupBy {
		if name != "TARGET_ID" && name != "REGION" && name != "RESOURCE_TYPE" {
			wrong.add("'"+name+"' ", "groupBy", "Member must satisfy enum value set: [TARGET_ID, REGION, RESOURCE_TYPE]")
		}
	}
	c, err := s.enterTagging(ctx, tagging.GetComplianceSummary, in.Scope, wrong.String())
	if err == nil && in.PaginationToken != "" {
		err = c.refuse(resource.Validation, "The PaginationToken is not valid for this request")
	}
	return tagging.SummaryPage{}, err
}

// ReportCreation implements tagging.Reporter.
func (s *Store) ReportCreation(ctx context.Context, in tagging.ReportInput) (tagging.Report, error) {
	c, err := s.enterTagging(ctx, tagging.DescribeReportCreation, in.Scope, "")
	if err != nil {
		return tagging.Report{}, err
	}
	s.mu.RLock()
	latest, ok := s.reports[c.world.scope.Account]
	s.mu.RUnlock()
	if !ok || c.now.Sub(latest.started) >= reportLife {
		return tagging.Report{Status: tagging.NoReport}, nil
	}
	out := tagging.Report{Status: "RUNNING", StartDate: latest.started.UTC().Format(time.RFC3339)}
	if !latest.runs(s, c.now) {
		out.Status = "SUCCEEDED"
		out.S3Location = "s3://" + latest.bucket + "/AwsTagPolicies/" + c.world.scope.Account + "/report.csv"
	}
	return out, nil
}

// runs reports whether the report is still being made.
func (r report) runs(s *Store, now time.Time) bool {
	return now.Sub(r.started) < s.knobs.Load().stabilize("")
}

// StartReportCreation implements tagging.Reporter. The report's end is told as if
// there were one; nothing here holds objects of buckets.
func (s *Store) StartReportCreation(ctx context.Context, in tagging.StartReportInput) error {
	var wrong violations
	wrong.length("s3Bucket", in.Bucket, 3, 63)
	c, err := s.enterTagging(ctx, tagging.StartReportCreation, in.Scope, wrong.String())
	if err != nil {
		return err
	}
	account := c.world.scope.Account
	if !s.hasBucket(account, in.Bucket) {
		return c.refuse(resource.Validation, "The Amazon S3 bucket "+in.Bucket+" for report storage cannot be accessed")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if latest, ok := s.reports[account]; ok && latest.runs(s, c.now) {
		return c.refuse(resource.ConcurrentModification, "A report is being created already")
	}
	s.reports[account] = report{in.Bucket, c.now}
	return nil
}

// hasBucket reports whether the account has a bucket of that name, wherever.
func (s *Store) hasBucket(account, name string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for scope, w := range s.worlds {
		if scope.Account != account {
			continue
		}
		w.mu.RLock()
		shelf := w.shelves["AWS::S3::Bucket"]
		w.mu.RUnlock()
		if shelf == nil {
			continue
		}
		if _, ok := shelf.get(name); ok {
			return true
		}
	}
	return false
}
