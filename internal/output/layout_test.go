package output

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestArrange(t *testing.T) {
	t.Parallel()
	text := func(name, value int) measure { return measure{name: name, value: value, texts: true} }
	number := func(name, value int) measure { return measure{name: name, value: value, number: value} }
	tests := []struct {
		name      string
		measures  []measure
		available int
		want      []int // nil: records
	}{
		{"any width", []measure{text(4, 500), text(30, 2)}, unlimited, []int{500, 30}},
		{"fits exactly", []measure{text(4, 50), text(30, 2)}, 80, []int{50, 30}},
		{"names give way first", []measure{text(4, 50), text(30, 2)}, 70, []int{50, 20}},
		{"but not below what is easy to read", []measure{text(4, 50), text(30, 2)}, 60, []int{48, 12}},
		{"the widest gives way", []measure{text(4, 10), text(4, 20), text(4, 300)}, 80, []int{10, 20, 50}},
		{"two wide ones share", []measure{text(4, 10), text(4, 200), text(4, 300)}, 81, []int{10, 36, 35}},
		{"identifiers stay whole", []measure{text(4, 36), text(4, 300)}, 60, []int{36, 24}},
		{"unless too little is left", []measure{text(4, 36), text(4, 300)}, 40, []int{20, 20}},
		{"numbers stay whole", []measure{number(4, 20), text(4, 20), text(4, 20)}, 36, []int{20, 8, 8}},
		{"each at its least", []measure{text(4, 20), text(4, 20)}, 16, []int{8, 8}},
		{"not enough", []measure{text(4, 20), text(4, 20)}, 15, nil},
		{"nothing left", []measure{text(4, 20), text(4, 20)}, -3, nil},
		{"narrow columns need less", []measure{text(1, 1), text(1, 1)}, 2, []int{1, 1}},
		{"empty", []measure{text(0, 0)}, 5, []int{0}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, ok := arrange(test.measures, test.available)
			if ok != (test.want != nil) {
				t.Fatalf("ok is %v", ok)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
