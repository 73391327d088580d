package fetch_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/fetch"
	"skyql/internal/resource"
)

func TestAsked(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		thing   resource.TypeName
		regions []resource.Region
		want    []resource.Region
	}{
		{"a regional service in each", "AWS::EC2::VPC", []resource.Region{"eu-west-1", "us-east-1"}, []resource.Region{"eu-west-1", "us-east-1"}},
		{"a global one at home", "AWS::IAM::Role", []resource.Region{"eu-west-1", "us-east-1", "us-west-2"}, []resource.Region{"us-east-1"}},
		{"in the only region", "AWS::IAM::Role", []resource.Region{"eu-west-1"}, []resource.Region{"eu-west-1"}},
		{"in no region that the session does not name", "AWS::IAM::Role", []resource.Region{"eu-west-1", "eu-central-1"}, []resource.Region{"eu-west-1"}},
		{"a home of its own", "AWS::GlobalAccelerator::Listener", []resource.Region{"us-east-1", "us-west-2"}, []resource.Region{"us-west-2"}},
		{"once in each partition", "AWS::Route53::HostedZone",
			[]resource.Region{"eu-west-1", "cn-north-1", "us-east-1", "cn-northwest-1", "us-gov-east-1"},
			[]resource.Region{"us-east-1", "cn-northwest-1", "us-gov-east-1"}},
		{"the home of IAM in China", "AWS::IAM::User", []resource.Region{"cn-northwest-1", "cn-north-1"}, []resource.Region{"cn-north-1"}},
		{"where it is not known to be global, in each", "AWS::CloudFront::Function",
			[]resource.Region{"us-gov-west-1", "us-gov-east-1"}, []resource.Region{"us-gov-west-1", "us-gov-east-1"}},
		{"a service beside it", "AWS::Route53Resolver::ResolverRule", []resource.Region{"eu-west-1", "us-east-1"}, []resource.Region{"eu-west-1", "us-east-1"}},
		{"only in part", "AWS::WAFv2::WebACL", []resource.Region{"eu-west-1", "us-east-1"}, []resource.Region{"eu-west-1", "us-east-1"}},
		{"somebody else's type of that name", "Acme::IAM::Role", []resource.Region{"eu-west-1", "us-east-1"}, []resource.Region{"eu-west-1", "us-east-1"}},
		{"no region at all", "AWS::IAM::Role", nil, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, fetch.Asked(test.thing, test.regions)); diff != "" {
				t.Errorf("regions (-want +got):\n%s", diff)
			}
		})
	}
}

// threeRegions has roles, and parents, which are regional.
var threeRegions = []resource.Region{"eu-west-1", "us-east-1", "us-west-2"}

func globalWorld() *world {
	w := newWorld()
	for _, region := range threeRegions {
		w.put(region, "AWS::IAM::Role", `{'RoleName': 'reader', 'Arn': 'arn:reader'}`)
		w.put(region, "AWS::IAM::Role", `{'RoleName': 'writer', 'Arn': 'arn:writer'}`)
		w.put(region, "AWS::Test::Thing", `{'Id': 'thing'}`)
	}
	w.put("us-gov-west-1", "AWS::CloudFront::Distribution", `{'Id': 'one'}`)
	return w
}

func TestGlobalServices(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		thing   string
		columns string
		where   []string
		compare bool // the statement compares regions
		regions []resource.Region
		lazy    bool
		rows    []string
		calls   []string
	}{
		{
			name: "listed once", thing: "AWS::IAM::Role", columns: "region RoleName",
			rows: []string{"us-east-1 reader", "us-east-1 writer"}, calls: []string{"list Role us-east-1"},
		},
		{
			name: "read once", thing: "AWS::IAM::Role", columns: "Arn", where: []string{"Identifier=writer"},
			rows: []string{"us-east-1 writer"}, calls: []string{"get Role us-east-1 writer"},
		},
		{
			name: "where a region is given, there", thing: "AWS::IAM::Role", columns: "Arn",
			where: []string{"region=eu-west-1,us-west-2"},
			rows:  []string{"eu-west-1 reader", "eu-west-1 writer", "us-west-2 reader", "us-west-2 writer"},
			calls: []string{
				"get Role eu-west-1 reader", "get Role eu-west-1 writer", "get Role us-west-2 reader", "get Role us-west-2 writer",
				"list Role eu-west-1", "list Role us-west-2",
			},
		},
		{
			name: "where a region is given and compared, there", thing: "AWS::IAM::Role", columns: "RoleName",
			where: []string{"region=us-west-2"}, compare: true,
			rows: []string{"us-west-2 reader", "us-west-2 writer"}, calls: []string{"list Role us-west-2"},
		},
		{
			name: "a few at a time", thing: "AWS::IAM::Role", columns: "Arn", lazy: true,
			rows:  []string{"us-east-1 reader", "us-east-1 writer"},
			calls: []string{"get Role us-east-1 reader", "get Role us-east-1 writer", "list Role us-east-1"},
		},
		{
			name: "in every region where regions are compared", thing: "AWS::IAM::Role", columns: "region Arn",
			compare: true,
			rows: []string{
				"eu-west-1 reader", "eu-west-1 writer", "us-east-1 reader", "us-east-1 writer", "us-west-2 reader", "us-west-2 writer",
			},
			calls: []string{"get Role us-east-1 reader", "get Role us-east-1 writer", "list Role us-east-1"},
		},
		{
			name: "in every region, a few at a time", thing: "AWS::IAM::Role", columns: "region RoleName",
			compare: true, lazy: true,
			rows: []string{
				"eu-west-1 reader", "eu-west-1 writer", "us-east-1 reader", "us-east-1 writer", "us-west-2 reader", "us-west-2 writer",
			},
			calls: []string{"list Role us-east-1"},
		},
		{
			name: "once where nobody looks at its region", thing: "AWS::IAM::Role", columns: "RoleName",
			compare: true,
			rows:    []string{"us-east-1 reader", "us-east-1 writer"}, calls: []string{"list Role us-east-1"},
		},
		{
			name: "a regional service in each, as it is there", thing: "Thing", columns: "region Id",
			compare: true,
			rows:    []string{"eu-west-1 thing", "us-east-1 thing", "us-west-2 thing"},
			calls:   []string{"list Thing eu-west-1", "list Thing us-east-1", "list Thing us-west-2"},
		},
		{
			name: "shown in regions of the same partition only", thing: "AWS::IAM::Role", columns: "region RoleName",
			compare: true,
			regions: []resource.Region{"us-west-2", "cn-north-1"},
			rows:    []string{"us-west-2 reader", "us-west-2 writer"}, calls: []string{"list Role cn-north-1", "list Role us-west-2"},
		},
		{
			name: "not shown elsewhere where it is not known to be global", thing: "AWS::CloudFront::Distribution", columns: "region Id",
			compare: true,
			regions: []resource.Region{"us-gov-west-1", "us-gov-east-1"},
			rows:    []string{"us-gov-west-1 one"}, calls: []string{"list Distribution us-gov-east-1", "list Distribution us-gov-west-1"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w, regions := globalWorld(), threeRegions
			if test.regions != nil {
				regions = test.regions
			}
			f := w.fetcher(fetch.Options{}, regions...)
			if test.compare {
				f.ComparesRegion()
			}
			scan := scanOf(test.thing, test.columns, test.where...)
			scan.Lazy = test.lazy
			rows, err := take(t, f.Open(t.Context(), scan), -1)
			if err != nil {
				t.Fatal(err)
			}
			got := []string{}
			for _, row := range rows {
				got = append(got, string(row.Scope.Region)+" "+row.Identifier)
			}
			if diff := cmp.Diff(test.rows, sorted(got)); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.calls, w.newCalls()); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
		})
	}
}

// A row that is shown in several regions stands there with the same values.
func TestGlobalRowsAreWhole(t *testing.T) {
	t.Parallel()
	f := globalWorld().fetcher(fetch.Options{}, threeRegions...)
	f.ComparesRegion()
	scan := scanOf("AWS::IAM::Role", "region Arn account_id", "Identifier=reader")
	rows, err := f.Collect(t.Context(), scan)
	if err != nil {
		t.Fatal(err)
	}
	got := [][]any{}
	for _, row := range rows {
		values := []any{}
		for _, column := range scan.Used {
			value, known := scan.Table.Value(row, column)
			values = append(values, value, known)
		}
		got = append(got, values)
	}
	at := func(region string) []any {
		return []any{region, true, "arn:reader", true, "123456789012", true, "reader", true}
	}
	if diff := cmp.Diff([][]any{at("us-east-1"), at("eu-west-1"), at("us-west-2")}, got); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
}
