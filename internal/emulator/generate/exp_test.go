package generate

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"skyql/internal/resource"
	"skyql/internal/validate"
)

func TestExp(t *testing.T) {
	ok, okRich, okRO, dist := 0, 0, 0, 0
	var worst time.Duration
	start := time.Now()
	for _, rt := range bundleTypes(t) {
		v, err := validate.New(rt)
		if err != nil {
			t.Fatal(err)
		}
		t0 := time.Now()
		g := New(rt)
		good, goodRich := true, true
		seen := map[string]bool{}
		for n := range 3 {
			d, err := g.Desired(n, Options{})
			if err != nil {
				fmt.Println("DESIRED", rt.Name, err)
				good = false
				break
			}
			if f := v.Check(d); f != nil {
				fmt.Println("INVALID", rt.Name, validate.Text(f), d)
				good = false
				break
			}
			r, _ := g.Desired(n, Options{Rich: true})
			if f := v.Check(r); f != nil {
				goodRich = false
				fmt.Println("RICHINVALID", rt.Name, validate.Text(f))
			}
			g.ReadOnly(r, resource.Scope{}, fmt.Sprint("seed", n), time.Unix(1.8e9, 0))
			if f := v.Check(r); f != nil {
				fmt.Println("ROINVALID", rt.Name, validate.Text(f))
			} else if n == 0 {
				okRO++
			}
			var id []string
			for _, p := range rt.PrimaryIdentifier {
				var x any = r
				for _, s := range p {
					m, _ := x.(map[string]any)
					x = m[s]
				}
				if x == nil || x == "" {
					fmt.Println("NOID", rt.Name, p)
				}
				id = append(id, fmt.Sprint(x))
			}
			seen[strings.Join(id, "|")] = true
		}
		if d := time.Since(t0); d > worst {
			worst = d
			fmt.Println("worst", rt.Name, d)
		}
		if good {
			ok++
			if len(seen) == 3 {
				dist++
			} else {
				fmt.Println("SAMEID", rt.Name, seen)
			}
		}
		if good && goodRich {
			okRich++
		}
	}
	fmt.Println(ok, okRich, okRO, dist, time.Since(start))
}
