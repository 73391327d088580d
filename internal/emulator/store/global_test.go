package store

import (
	"context"
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

// Resources of global services are the same ones in every region of a partition.
func TestGlobalServices(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		f := newFixture(t, Options{Stabilize: time.Second})
		in := func(region resource.Region) cloudcontrol.Call {
			return cloudcontrol.Call{Scope: resource.Scope{Region: region}, Type: "AWS::IAM::Role"}
		}
		const role = `{"RoleName":"admin","AssumeRolePolicyDocument":{}}`
		create := func(region resource.Region) cloudcontrol.ProgressEvent {
			t.Helper()
			first, err := f.Create(ctx, cloudcontrol.CreateInput{Call: in(region), DesiredState: json.RawMessage(role)})
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(2 * time.Second)
			last, err := f.RequestStatus(ctx, cloudcontrol.RequestInput{Scope: in(region).Scope, RequestToken: first.RequestToken})
			if err != nil {
				t.Fatal(err)
			}
			return last.Event
		}
		listed := func(region resource.Region) int {
			t.Helper()
			page, err := f.List(ctx, cloudcontrol.ListInput{Call: in(region)})
			if err != nil {
				t.Fatal(err)
			}
			return len(page.Resources)
		}
		// Not asked for its state, a request is carried out all the same.
		if _, err := f.Create(ctx, cloudcontrol.CreateInput{Call: in("eu-west-1"), DesiredState: json.RawMessage(role)}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		for region, want := range map[resource.Region]int{"us-east-1": 1, "eu-west-1": 1, "ap-south-1": 1, "cn-north-1": 0} {
			if have := listed(region); have != want {
				t.Errorf("%s: want %d, have %d", region, want, have)
			}
		}
		wantFailure(t, create("ap-south-1"), resource.AlreadyExists, alreadyExistsText(target{"AWS::IAM::Role", "admin"}))
		wantSuccess(t, create("cn-northwest-1"))
		if have := listed("cn-north-1"); have != 1 {
			t.Errorf("another partition: %d", have)
		}
		if _, err := f.Delete(ctx, cloudcontrol.DeleteInput{Call: in("sa-east-1"), Identifier: "admin"}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		if have := listed("eu-west-1") + 10*listed("cn-north-1"); have != 10 {
			t.Errorf("after the deletion: %d", have)
		}
	})
}
