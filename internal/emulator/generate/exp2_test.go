package generate

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"skyql/internal/resource"
	"skyql/internal/validate"
)

func TestExpMany(t *testing.T) {
	bad := 0
	for _, rt := range bundleTypes(t) {
		g := New(rt)
		v, _ := validate.New(rt)
		seen := map[string]bool{}
		invalid := ""
		const N = 3000
		for n := range N {
			r, _ := g.Desired(n, Options{})
			if n%50 == 0 {
				if f := v.Check(r); f != nil && invalid == "" {
					invalid = validate.Text(f)
				}
			}
			g.ReadOnly(r, resource.Scope{}, fmt.Sprint("seed", n), time.Unix(1.8e9, 0))
			var id []string
			for _, p := range rt.PrimaryIdentifier {
				var x any = r
				for _, s := range p {
					m, _ := x.(map[string]any)
					x = m[s]
				}
				id = append(id, fmt.Sprint(x))
			}
			seen[strings.Join(id, "|")] = true
		}
		if len(seen) != N || invalid != "" {
			bad++
			ex := ""
			for k := range seen {
				ex = k
				break
			}
			fmt.Println(rt.Name, len(seen), ex, invalid)
		}
	}
	fmt.Println(bad)
}
