package clienttest

import (
	"testing"

	"skyql/internal/cloudcontrol"
)

// Run runs the suite. Each call of newClient gives a client of an empty world
// of its own that has at least the types AWS::S3::Bucket, AWS::Logs::LogGroup,
// AWS::Cognito::UserPool and AWS::Cognito::UserPoolClient, with AWS's schemas.
func Run(t *testing.T, newClient func(t *testing.T) cloudcontrol.Client) {
	t.Helper()
	tests := []struct {
		name string
		run  func(*world)
	}{
		{"create gives a progress event that succeeds", createSucceeds},
		{"create makes up a name that is left out", createMakesUpName},
		{"what was created is read with its read-only properties", readsBack},
		{"write-only properties are not read", hidesWriteOnly},
		{"update changes what the patch says", updateChanges},
		{"update accepts paths without a slash", updateAcceptsBarePaths},
		{"delete removes the resource", deleteRemoves},
		{"a deleted name can be used again", deletedNameIsFree},
		{"a compound identifier is accepted as JSON", identifierAsJSON},

		{"get of a missing resource", getMissing},
		{"create of an existing resource fails later", createExisting},
		{"update of a missing resource", updateMissing},
		{"delete of a missing resource fails later", deleteMissing},
		{"an unknown type", unknownType},
		{"create validates the desired state", createValidates},
		{"update of a create-only property", updateCreateOnly},
		{"update of a read-only property", updateReadOnly},
		{"an update that fails changes nothing", updateIsAtomic},
		{"a cancelled context", cancelledContext},

		{"list gives each resource once over all pages", listPages},
		{"list follows changes", listFollowsChanges},
		{"list wants its parent", listWantsParent},
		{"list gives the children of its parent only", listGivesChildren},
		{"regions are separate", regionsAreSeparate},

		{"a client token is good for one request", clientTokenOnce},
		{"an unknown request token", unknownRequestToken},
		{"a finished request cannot be cancelled", cancelFinished},
		{"requests are listed by filter", listRequestsFilters},
		{"requests are listed in pages", listRequestsPages},
		{"a second request on one resource", concurrentRequests},
		{"many goroutines at once", manyGoroutines},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(newWorld(t, newClient(t)))
		})
	}
}
