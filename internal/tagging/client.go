package tagging

import (
	"context"

	"skyql/internal/resource"
)

// Reader tells which tags there are. Its methods may be called from many
// goroutines, and any number of times. Every error is, or wraps, a
// *resource.Error, except that a cancelled context gives the context's error.
//
// What the API tells may lag behind what was written a moment ago.
type Reader interface {
	// TaggedResources gives one page of the resources that have tags. A page may
	// be empty and still carry a PaginationToken; the end is an empty one, nothing
	// else.
	TaggedResources(ctx context.Context, in ResourcesInput) (ResourcePage, error)
	// TagKeys gives one page of the keys that are in use.
	TagKeys(ctx context.Context, in KeysInput) (KeyPage, error)
	// TagValues gives one page of the values that a key has somewhere.
	TagValues(ctx context.Context, in ValuesInput) (ValuePage, error)
}

// Writer changes the tags of resources that are named by their ARNs. A call may
// be made again: what has its tags already stays as it is. An error means that
// nothing is known of any resource; a resource that was refused, such as one
// that does not exist, is among the Failures, and the others are done.
type Writer interface {
	// TagResources sets tags; others that the resources have stay.
	TagResources(ctx context.Context, in TagInput) (Failures, error)
	// UntagResources takes tags away by their keys. A key that a resource lacks is
	// no mistake.
	UntagResources(ctx context.Context, in UntagInput) (Failures, error)
}

// Reporter tells how well an organization keeps to its tag policies. AWS answers
// these calls only in us-east-1, to an organization's management account.
type Reporter interface {
	// ComplianceSummary gives one page of counts of resources that do not comply.
	ComplianceSummary(ctx context.Context, in SummaryInput) (SummaryPage, error)
	// ReportCreation tells of the latest report. That there is none is no error.
	ReportCreation(ctx context.Context, in ReportInput) (Report, error)
	// StartReportCreation begins a report, which goes on by itself. While one is
	// being made, another is refused with resource.ConcurrentModification.
	StartReportCreation(ctx context.Context, in StartReportInput) error
}

// Client is the whole Resource Groups Tagging API.
//
// https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_Operations.html
type Client interface {
	Reader
	Writer
	Reporter
}

// Tag is one tag of a resource.
type Tag struct{ Key, Value string }

// Filter picks resources that have the key with one of the values; without
// values any will do.
type Filter struct {
	Key    string
	Values []string
}

// ResourcesInput asks for one page of tagged resources. All that is given must
// fit. ARNs go together neither with filters nor with paging.
//
// https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
type ResourcesInput struct {
	Scope   resource.Scope
	Filters []Filter // a resource must pass all of them
	// Types are services, as "ec2", or types within one, as "ec2:instance", in the
	// words of ARNs; a resource must be of one of them.
	Types []string
	ARNs  []string

	ResourcesPerPage int // 1 to 100; 0 leaves it to the service
	TagsPerPage      int // 100 to 500; 0 leaves it to the service
	PaginationToken  string

	IncludeCompliance bool // fill Resource.Compliance
	ExcludeCompliant  bool // leave out what complies; only with IncludeCompliance
}

// ResourcePage is one page of tagged resources.
type ResourcePage struct {
	Resources       []Resource
	PaginationToken string
}

// Resource is one resource with its tags.
type Resource struct {
	ARN        string
	Tags       []Tag
	Compliance *Compliance // nil unless it was asked for
}

// Compliance tells how far a resource keeps to the tag policy.
type Compliance struct {
	Compliant                  bool
	KeysWithNoncompliantValues []string
	MissingTagKeys             []string
	NoncompliantKeys           []string
}

// KeysInput asks for one page of tag keys.
type KeysInput struct {
	Scope           resource.Scope
	PaginationToken string
}

// KeyPage is one page of tag keys.
type KeyPage struct {
	Keys            []string
	PaginationToken string
}

// ValuesInput asks for one page of the values of a key.
type ValuesInput struct {
	Scope           resource.Scope
	Key             string
	PaginationToken string
}

// ValuePage is one page of the values of a key.
type ValuePage struct {
	Values          []string
	PaginationToken string
}

// TagInput says which tags to set on which resources: 1 to 20 ARNs, 1 to 50
// tags, values by key.
type TagInput struct {
	Scope resource.Scope
	ARNs  []string
	Tags  map[string]string
}

// UntagInput says which tags to take from which resources: 1 to 20 ARNs, 1 to
// 50 keys.
type UntagInput struct {
	Scope resource.Scope
	ARNs  []string
	Keys  []string
}

// Failures are the resources that were refused, by ARN; empty if none was.
type Failures map[string]Failure

// Failure is why one resource was refused.
type Failure struct {
	StatusCode int    // of HTTP
	Code       string // the API's name of the error, or that of the service that has the resource
	Message    string
}

// SummaryInput asks for one page of counts. Empty filters mean all.
//
// https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetComplianceSummary.html
type SummaryInput struct {
	Scope   resource.Scope
	Targets []string // accounts, organizational units, the organization's root
	Regions []string
	Types   []string // as ResourcesInput.Types
	Keys    []string
	GroupBy []string // "TARGET_ID", "REGION", "RESOURCE_TYPE"

	MaxResults      int // 1 to 100; 0 leaves it to the service
	PaginationToken string
}

// SummaryPage is one page of counts.
type SummaryPage struct {
	Summaries       []Summary
	PaginationToken string
}

// Summary is one count. Members that were not grouped by are empty.
type Summary struct {
	LastUpdated  string
	TargetID     string
	TargetType   string // "ACCOUNT", "OU" or "ROOT"
	Region       string
	Type         string
	NonCompliant int64
}

// ReportInput asks for the latest report of an account.
type ReportInput struct{ Scope resource.Scope }

// NoReport is the status when no report was made in the last 90 days.
const NoReport = "NO REPORT"

// Report is where a report stands: "RUNNING", "SUCCEEDED", "FAILED" or NoReport.
// Members that the API left out are zero.
//
// https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_DescribeReportCreation.html
type Report struct {
	Status       string
	S3Location   string
	StartDate    string // in the service's own form
	ErrorMessage string
}

// StartReportInput names the bucket that the report goes into.
type StartReportInput struct {
	Scope  resource.Scope
	Bucket string
}
