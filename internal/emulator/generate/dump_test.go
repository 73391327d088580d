package generate

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"skyql/internal/resource"
	"skyql/internal/schema"
)

func TestDump(t *testing.T) {
	var types []*schema.ResourceType
	if want := os.Getenv("DUMP"); want != "" {
		for _, rt := range bundleTypes(t) {
			for _, w := range strings.Split(want, ",") {
				if strings.HasPrefix(string(rt.Name), w) {
					types = append(types, rt)
				}
			}
		}
	} else {
		files, _ := filepath.Glob("../../catalog/builtin/*.json")
		for _, f := range files {
			types = append(types, builtinType(t, strings.ReplaceAll(strings.TrimSuffix(filepath.Base(f), ".json"), "-", "::")))
		}
	}
	for _, rt := range types {
		g := New(rt)
		d, err := g.Desired(17, Options{Rich: os.Getenv("PLAIN") == ""})
		if err != nil {
			t.Error(err)
			continue
		}
		a, _ := json.Marshal(d)
		g.ReadOnly(d, resource.Scope{Region: "eu-central-1", Account: "111122223333"}, "seed", time.Unix(1.8e9, 0))
		d2, _ := g.Desired(17, Options{Rich: os.Getenv("PLAIN") == ""})
		for k := range d2 {
			if fmt.Sprint(d[k]) == fmt.Sprint(d2[k]) {
				delete(d, k)
			}
		}
		b, _ := json.Marshal(d)
		fmt.Printf("%s %v\n   D %s\n   R %s\n", rt.Name, rt.PrimaryIdentifier, a, b)
	}
}
