package opname

import (
	"slices"

	"skyql/internal/cloudcontrol"
	"skyql/internal/tagging"
)

// What the operations of other APIs are called by begins so, against those of
// Cloud Control.
const (
	TaggingPrefix       = "tagging:"
	OrganizationsPrefix = "organizations:"
)

// The operations of STS and of AWS Organizations. Those of the other APIs have
// their names where their interfaces are.
const (
	GetCallerIdentity    = "GetCallerIdentity"
	AssumeRole           = "AssumeRole"
	GetAccessKeyInfo     = "GetAccessKeyInfo"
	ListAccounts         = OrganizationsPrefix + "ListAccounts"
	DescribeAccount      = OrganizationsPrefix + "DescribeAccount"
	DescribeOrganization = OrganizationsPrefix + "DescribeOrganization"
)

// cloudControl is how many of All, from the first, are of Cloud Control.
const cloudControl = 8

// All are all operations, those of Cloud Control first. The array fixes a place for
// the counts of each.
var All = [...]string{
	cloudcontrol.CreateResource, cloudcontrol.GetResource, cloudcontrol.UpdateResource,
	cloudcontrol.DeleteResource, cloudcontrol.ListResources, cloudcontrol.GetResourceRequestStatus,
	cloudcontrol.ListResourceRequests, cloudcontrol.CancelResourceRequest,
	GetCallerIdentity, AssumeRole, GetAccessKeyInfo,
	tagging.GetResources, tagging.GetTagKeys, tagging.GetTagValues, tagging.TagResources, tagging.UntagResources,
	tagging.GetComplianceSummary, tagging.DescribeReportCreation, tagging.StartReportCreation,
	ListAccounts, DescribeAccount, DescribeOrganization,
}

// Changes are the operations that start a request.
var Changes = []string{cloudcontrol.CreateResource, cloudcontrol.UpdateResource, cloudcontrol.DeleteResource}

// Classes are names for several operations that a service throttles alike.
var Classes = map[string][]string{
	"read":  {cloudcontrol.GetResource, cloudcontrol.ListResources},
	"write": Changes,
	"request": {
		cloudcontrol.GetResourceRequestStatus, cloudcontrol.ListResourceRequests, cloudcontrol.CancelResourceRequest,
	},
	"tagging": {
		tagging.GetResources, tagging.GetTagKeys, tagging.GetTagValues, tagging.TagResources, tagging.UntagResources,
		tagging.GetComplianceSummary, tagging.DescribeReportCreation, tagging.StartReportCreation,
	},
}

// OfCloudControl reports whether the operation is one of Cloud Control, which
// rules without an operation are for.
func OfCloudControl(operation string) bool { return slices.Contains(All[:cloudControl], operation) }
