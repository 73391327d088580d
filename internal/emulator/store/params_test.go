package store

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

func TestParametersAreChecked(t *testing.T) {
	t.Parallel()
	ctx, f := context.Background(), newFixture(t, Options{})
	get := func(in cloudcontrol.GetInput) error { _, err := f.Get(ctx, in); return err }
	list := func(in cloudcontrol.ListInput) error { _, err := f.List(ctx, in); return err }
	create := func(in cloudcontrol.CreateInput) error { _, err := f.Create(ctx, in); return err }
	update := func(in cloudcontrol.UpdateInput) error { _, err := f.Update(ctx, in); return err }
	requests := func(in cloudcontrol.ListRequestsInput) error { _, err := f.ListRequests(ctx, in); return err }
	status := func(token string) error {
		_, err := f.RequestStatus(ctx, cloudcontrol.RequestInput{RequestToken: token})
		return err
	}
	const one = "1 validation error detected: Value "
	long := strings.Repeat("x", 1025)
	tests := map[string]struct {
		err  error
		want string
	}{
		"type name too short": {
			get(cloudcontrol.GetInput{Call: cloudcontrol.Call{Type: "A::B::C"}, Identifier: "x"}),
			"2 validation errors detected: Value 'A::B::C' at 'typeName' failed to satisfy constraint: " +
				"Member must have length greater than or equal to 10; Value 'A::B::C' at 'typeName' failed to satisfy " +
				"constraint: Member must satisfy regular expression pattern: " +
				"[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}",
		},
		"module": {
			get(cloudcontrol.GetInput{Call: cloudcontrol.Call{Type: "AWS::S3::Bucket::MODULE"}, Identifier: "x"}),
			one + "'AWS::S3::Bucket::MODULE' at 'typeName' failed to satisfy constraint: Member must satisfy regular " +
				"expression pattern: [A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}",
		},
		"no identifier": {
			get(cloudcontrol.GetInput{Call: call(bucket)}),
			one + "'' at 'identifier' failed to satisfy constraint: Member must have length greater than or equal to 1",
		},
		"identifier too long": {
			get(cloudcontrol.GetInput{Call: call(bucket), Identifier: long}),
			one + "'" + long + "' at 'identifier' failed to satisfy constraint: Member must have length less than or equal to 1024",
		},
		"role": {
			get(cloudcontrol.GetInput{
				Call: cloudcontrol.Call{Scope: home, Type: bucket, RoleARN: "arn:aws:iam::1:role/x"}, Identifier: "x",
			}),
			one + "'arn:aws:iam::1:role/x' at 'roleArn' failed to satisfy constraint: Member must satisfy regular " +
				"expression pattern: arn:.+:iam::[0-9]{12}:role/.+",
		},
		"version": {
			get(cloudcontrol.GetInput{Call: cloudcontrol.Call{Scope: home, Type: bucket, TypeVersionID: "1.0"}, Identifier: "x"}),
			one + "'1.0' at 'typeVersionId' failed to satisfy constraint: Member must satisfy regular expression pattern: [A-Za-z0-9-]+",
		},
		"page too large": {
			list(cloudcontrol.ListInput{Call: call(bucket), MaxResults: 101}),
			one + "'101' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 100",
		},
		"page too small": {
			list(cloudcontrol.ListInput{Call: call(bucket), MaxResults: -1}),
			one + "'-1' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1",
		},
		"empty model": {
			list(cloudcontrol.ListInput{Call: call(bucket), ResourceModel: json.RawMessage{}}),
			one + "at 'resourceModel' failed to satisfy constraint: Member must have length greater than or equal to 1",
		},
		"desired state too long": {
			create(cloudcontrol.CreateInput{
				Call: call(bucket), DesiredState: json.RawMessage(`{"BucketName":"` + strings.Repeat("x", maxDocument) + `"}`),
			}),
			one + "at 'desiredState' failed to satisfy constraint: Member must have length less than or equal to 262144",
		},
		"client token": {
			create(cloudcontrol.CreateInput{Call: call(bucket), DesiredState: json.RawMessage(`{}`), ClientToken: "a b"}),
			one + "'a b' at 'clientToken' failed to satisfy constraint: Member must satisfy regular expression pattern: [-A-Za-z0-9+/=]+",
		},
		"no patch": {
			update(cloudcontrol.UpdateInput{Call: call(bucket), Identifier: "x"}),
			one + "at 'patchDocument' failed to satisfy constraint: Member must have length greater than or equal to 1",
		},
		"request token": {
			status("?"),
			one + "'?' at 'requestToken' failed to satisfy constraint: Member must satisfy regular expression pattern: [-A-Za-z0-9+/=]+",
		},
		"page of requests": {
			requests(cloudcontrol.ListRequestsInput{MaxResults: 200}),
			one + "'200' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 100",
		},
		"token of requests": {
			requests(cloudcontrol.ListRequestsInput{NextToken: "abc"}), "NextToken is not valid for this request",
		},
		"operation": {
			requests(cloudcontrol.ListRequestsInput{Operations: []cloudcontrol.Operation{"READ"}}),
			one + "'[READ]' at 'resourceRequestStatusFilter.operations' failed to satisfy constraint: Member must satisfy " +
				"constraint: [Member must satisfy enum value set: [CREATE, UPDATE, DELETE]]",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantError(t, test.err, resource.Validation, test.want)
		})
	}
}
