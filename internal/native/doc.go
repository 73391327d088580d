// Package native has the tables that show the API's own objects rather than the
// resources of one type: awscc.cloud_control.* with requests and resources of any
// type, and awscc.tagging.* over the Resource Groups Tagging API. It says which
// columns they have, which of them are inputs of a call, and how rows come from
// calls. It knows nothing of SQL.
package native
