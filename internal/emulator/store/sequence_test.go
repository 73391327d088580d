package store

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSequenceKeepsOrder(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	var s sequence
	var want []uint64
	for range 20_000 {
		number := random.Uint64N(3000) + 1
		at, there := slices.BinarySearch(want, number)
		switch {
		case !there:
			want = slices.Insert(want, at, number)
			s.insert(&item{number: number})
		case random.IntN(3) == 0:
			want = slices.Delete(want, at, at+1)
			s.remove(number)
		}
	}
	for _, after := range []uint64{0, 1, 700, 1500, 2999, 3000, 9000} {
		var have []uint64
		for it := range s.after(after) {
			have = append(have, it.number)
		}
		at, there := slices.BinarySearch(want, after)
		if there {
			at++
		}
		if diff := cmp.Diff(slices.Clip(want[at:]), have, cmp.Transformer("empty", func(n []uint64) []uint64 { return append([]uint64{}, n...) })); diff != "" {
			t.Errorf("after %d (-want +have)\n%s", after, diff)
		}
	}
	if s.count != len(want) {
		t.Errorf("want %d items, have %d", len(want), s.count)
	}
	for i, chunk := range s.chunks {
		if len(chunk) == 0 || len(chunk) > chunkSize {
			t.Errorf("chunk %d has %d items", i, len(chunk))
		}
	}
}

func TestSequenceInOrderFillsItsChunks(t *testing.T) {
	t.Parallel()
	var s sequence
	for number := range uint64(10 * chunkSize) {
		s.insert(&item{number: number + 1})
	}
	if len(s.chunks) != 10 {
		t.Errorf("want 10 full chunks, have %d", len(s.chunks))
	}
}
