package store

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"skyql/internal/catalog"
	"skyql/internal/resource"
	"skyql/internal/schema"
	"skyql/internal/schema/schematest"
)

const uncreatable = "generate: the schema has no create handler"

// breaches are the types that do not keep the contract, with the beginning of what
// is wrong.
var breaches = map[resource.TypeName]string{
	"AWS::AppStream::StackFleetAssociation": uncreatable,
	"AWS::DAX::SubnetGroup":                 uncreatable,
	"AWS::DataSync::StorageSystem":          uncreatable,
	"AWS::EMR::InstanceGroupConfig":         uncreatable,
	"AWS::NimbleStudio::LaunchProfile":      uncreatable,
	"AWS::NimbleStudio::StreamingImage":     uncreatable,
	"AWS::NimbleStudio::Studio":             uncreatable,
	"AWS::NimbleStudio::StudioComponent":    uncreatable,
	"AWS::OpsWorksCM::Server":               uncreatable,
	"AWS::Route53::RecordSet":               uncreatable,
	// It takes a name, and the table of parents an ARN.
	"AWS::SCN::Dataset": "list: ListResources AWS::SCN::Dataset",
	// It takes an ARN that the service reads off that of the table, and the
	// generator makes up.
	"AWS::S3Tables::TablePolicy": "list: ListResources AWS::S3Tables::TablePolicy",
}

// strays are the types whose generated resources do not lie below the parents that
// are generated with them.
var strays = map[resource.TypeName]string{
	"AWS::SCN::Dataset": "Namespace",
}

// fewestKept is how many types must keep the contract, of the bundle's 1,489.
const fewestKept = 1477

// TestContractOfEveryType is TestContract over all resource types of AWS.
func TestContractOfEveryType(t *testing.T) {
	t.Parallel()
	kept := everyType(t, breaches, func(s *Store, name resource.TypeName) error {
		return keepsContract(t.Context(), s, name)
	})
	if kept < fewestKept {
		t.Errorf("want the contract kept by %d types, have %d", fewestKept, kept)
	}
}

// TestChildrenOfEveryType populates each type and looks whether what was made can
// be found from its parents.
func TestChildrenOfEveryType(t *testing.T) {
	t.Parallel()
	everyType(t, strays, liesBelowParents)
}

// everyType tries each type of the full bundle in a store of its own, and counts
// with how many it goes well. With those in the table it must go wrong as it says,
// so that the table stays true.
func everyType(t *testing.T, wrong map[resource.TypeName]string, try func(*Store, resource.TypeName) error) (well int) {
	t.Helper()
	types := pulled(t, schematest.Path(t))
	names := types.Types()
	var (
		group sync.WaitGroup
		mu    sync.Mutex // guards well
	)
	workers := runtime.GOMAXPROCS(0)
	for worker := range workers {
		group.Go(func() {
			for i := worker; i < len(names); i += workers {
				err := try(New(Options{Catalog: types, PageSize: 3}), names[i])
				known, listed := wrong[names[i]]
				switch {
				case err == nil && !listed:
					mu.Lock()
					well++
					mu.Unlock()
				case err == nil:
					t.Errorf("%s goes well now: take it off the table", names[i])
				case !listed || !strings.HasPrefix(err.Error(), known):
					t.Errorf("%s: %v", names[i], err)
				}
			}
		})
	}
	group.Wait()
	for name := range wrong {
		if !slices.Contains(names, name) {
			t.Errorf("the table has %s, which is no type", name)
		}
	}
	t.Logf("%d of %d types", well, len(names))
	return well
}

func liesBelowParents(s *Store, name resource.TypeName) error {
	if err := s.Populate(home, name, 1); err != nil {
		return err
	}
	k, err := s.kind(name)
	if err != nil || len(k.demands) == 0 {
		return err
	}
	items, _ := s.world(home).shelf(k).page(filter{}, 0, 1)
	for _, name := range k.demands[0] {
		in := k.inputs[name]
		if in.parent.Origin != catalog.FromParent {
			continue
		}
		parent, err := s.kind(in.parent.Type)
		if err != nil {
			return err
		}
		shelf := s.world(home).shelf(parent)
		if shelf.size() == 0 {
			return fmt.Errorf("no %s is made", parent.Name)
		}
		path := in.path
		if in.parent.Member != "" {
			path = append(slices.Clone(path), in.parent.Member)
		}
		if value, ok := items[0].model.textAt(path); !ok || !shelf.has([]schema.Path{schema.ParsePath(in.parent.Property)}, []string{value}) {
			return fmt.Errorf("%s: no %s has the %s %q", name, parent.Name, in.parent.Property, value)
		}
	}
	return nil
}
