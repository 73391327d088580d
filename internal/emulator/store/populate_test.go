package store

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/catalog"
	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
	"skyql/internal/schema/schematest"
)

func TestPopulateEveryStarterType(t *testing.T) {
	t.Parallel()
	for _, name := range catalog.Starter().Types() {
		t.Run(string(name), func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, Options{})
			for range 2 {
				if err := f.Populate(home, name, 5); err != nil {
					t.Fatal(err)
				}
			}
			k, _ := f.kind(name)
			shelf := f.world(home).shelf(k)
			if shelf.size() != 10 {
				t.Fatalf("want 10 resources, have %d", shelf.size())
			}
			items, _ := shelf.page(filter{}, 0, 10)
			for _, it := range items {
				f.checkPopulated(k, it)
			}
		})
	}
}

// checkPopulated reports what the schema does not allow, but for required
// write-only values, which cannot be seen.
func (f fixture) checkPopulated(k *kind, it item) {
	f.t.Helper()
	for _, fault := range k.validator.Check(decodeKept(it.model.visible)) {
		if fault.Keyword != "required" {
			f.t.Errorf("%s: %s", it.identifier, fault)
		}
	}
	for _, path := range k.ReadOnly {
		if _, ok := path.Value(decodeKept(it.model.visible)); len(path) == 1 && !ok && !containsPath(k.WriteOnly, path) {
			f.t.Logf("%s: no value for %s", it.identifier, path)
		}
	}
}

func TestPopulateCountsNamesOn(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Options{})
	for range 2 {
		if err := f.Populate(home, bucket, 2); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"bucket-1", "bucket-2", "bucket-3", "bucket-4"}
	if diff := cmp.Diff(want, f.list(cloudcontrol.ListInput{Call: call(bucket)})); diff != "" {
		t.Errorf("(-want +have)\n%s", diff)
	}
}

func TestPopulateSpreadsChildrenOverParents(t *testing.T) {
	t.Parallel()
	const (
		pool   resource.TypeName = "AWS::Cognito::UserPool"
		client resource.TypeName = "AWS::Cognito::UserPoolClient"
	)
	count := func(f fixture) []int {
		t.Helper()
		var counts []int
		for _, parent := range f.list(cloudcontrol.ListInput{Call: call(pool)}) {
			counts = append(counts, len(f.list(cloudcontrol.ListInput{
				Call: call(client), ResourceModel: json.RawMessage(fmt.Sprintf(`{"UserPoolId":%q}`, parent)),
			})))
		}
		return counts
	}
	tests := map[string]struct {
		pools, clients int
		want           []int
	}{
		"over all parents":           {4, 10, []int{3, 3, 2, 2}},
		"one parent is made":         {0, 3, []int{3}},
		"fewer children than can be": {3, 1, []int{1, 0, 0}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, Options{})
			if err := f.Populate(home, pool, test.pools); err != nil {
				t.Fatal(err)
			}
			if err := f.Populate(home, client, test.clients); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, count(f)); diff != "" {
				t.Errorf("clients of each pool (-want +have)\n%s", diff)
			}
		})
	}
}

func TestPopulateMakesParentsOfParents(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Options{})
	if err := f.Populate(home, "AWS::EC2::SubnetRouteTableAssociation", 3); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[resource.TypeName]int{
		"AWS::EC2::SubnetRouteTableAssociation": 3, "AWS::EC2::Subnet": 1, "AWS::EC2::RouteTable": 1, "AWS::EC2::VPC": 1,
	} {
		if have := len(f.list(cloudcontrol.ListInput{Call: call(name)})); have != want {
			t.Errorf("want %d of %s, have %d", want, name, have)
		}
	}
	subnet := f.list(cloudcontrol.ListInput{Call: call("AWS::EC2::Subnet")})[0]
	network := f.list(cloudcontrol.ListInput{Call: call("AWS::EC2::VPC")})[0]
	f.wantState("AWS::EC2::Subnet", subnet, fmt.Sprintf(`{"VpcId":%q}`, network))
}

// TestPopulateEveryTypeOfTheBundle needs AWS's schemas, which are not part of
// the program.
func TestPopulateEveryTypeOfTheBundle(t *testing.T) {
	t.Parallel()
	types := pulled(t, schematest.Path(t))
	for _, name := range types.Types() {
		f := newFixture(t, Options{Catalog: types})
		if err := f.Populate(home, name, 1); err != nil {
			t.Error(err)
		}
	}
}
