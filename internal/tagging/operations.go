package tagging

import "skyql/internal/resource"

// The names of the API's operations, as errors, records and progress lines say
// them. The service stands in front because Cloud Control has a GetResource.
//
// https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_Operations.html
const (
	// Prefix begins them all.
	Prefix = "tagging:"

	GetResources           = "tagging:GetResources"
	GetTagKeys             = "tagging:GetTagKeys"
	GetTagValues           = "tagging:GetTagValues"
	TagResources           = "tagging:TagResources"
	UntagResources         = "tagging:UntagResources"
	GetComplianceSummary   = "tagging:GetComplianceSummary"
	DescribeReportCreation = "tagging:DescribeReportCreation"
	StartReportCreation    = "tagging:StartReportCreation"
)

// Operations lists all of them.
var Operations = []string{
	GetResources, GetTagKeys, GetTagValues, TagResources, UntagResources,
	GetComplianceSummary, DescribeReportCreation, StartReportCreation,
}

// Codes that only this API answers. What is wrong with a parameter has the code
// resource.Validation.
const (
	// TokenExpired says that a PaginationToken is older than 15 minutes; the
	// remedy is to begin again with the first page.
	TokenExpired resource.Code = "PaginationTokenExpired"
	// ConstraintViolation says that the account lacks what an operation on
	// compliance needs.
	ConstraintViolation resource.Code = "ConstraintViolation"
)
