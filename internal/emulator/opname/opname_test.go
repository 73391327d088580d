package opname

import (
	"slices"
	"testing"

	"skyql/internal/cloudcontrol"
	"skyql/internal/tagging"
)

func TestOfCloudControl(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		cloudcontrol.CreateResource: true, cloudcontrol.CancelResourceRequest: true, GetCallerIdentity: false, AssumeRole: false,
		tagging.GetResources: false, ListAccounts: false, "read": false, "": false,
	} {
		if have := OfCloudControl(name); have != want {
			t.Errorf("%s: want %t", name, want)
		}
	}
}

func TestClassesAreOfOperations(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for class, names := range Classes {
		if slices.Contains(All[:], class) {
			t.Errorf("%s is a class and an operation", class)
		}
		for _, name := range names {
			if !slices.Contains(All[:], name) {
				t.Errorf("%s has %s, which is no operation", class, name)
			}
			if other, twice := seen[name]; twice {
				t.Errorf("%s is of %s and of %s", name, class, other)
			}
			seen[name] = class
		}
	}
	for _, name := range All {
		if _, ok := seen[name]; OfCloudControl(name) && !ok {
			t.Errorf("%s is of no class", name)
		}
	}
}
