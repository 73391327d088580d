package cloudcontrol

// The names of the API's operations, as errors, records and progress lines say
// them.
//
// https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/API_Operations.html
const (
	CreateResource           = "CreateResource"
	GetResource              = "GetResource"
	UpdateResource           = "UpdateResource"
	DeleteResource           = "DeleteResource"
	ListResources            = "ListResources"
	GetResourceRequestStatus = "GetResourceRequestStatus"
	ListResourceRequests     = "ListResourceRequests"
	CancelResourceRequest    = "CancelResourceRequest"
)
