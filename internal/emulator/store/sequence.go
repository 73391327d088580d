package store

import (
	"iter"
	"slices"
	"sort"
)

// chunkSize bounds what moves when an item is put in or taken out.
const chunkSize = 256

// sequence holds items in the order of their numbers. Finding a place in it
// takes logarithmic time, and so do changes but for moving one chunk.
type sequence struct {
	chunks [][]*item // none is empty
	count  int
}

// chunk gives the first chunk whose last number is at least number.
func (s *sequence) chunk(number uint64) int {
	return sort.Search(len(s.chunks), func(i int) bool {
		chunk := s.chunks[i]
		return chunk[len(chunk)-1].number >= number
	})
}

// within gives the first place in the chunk whose number is at least number.
func within(chunk []*item, number uint64) int {
	return sort.Search(len(chunk), func(i int) bool { return chunk[i].number >= number })
}

// insert puts an item in whose number is not there yet.
func (s *sequence) insert(it *item) {
	s.count++
	at := s.chunk(it.number)
	if at == len(s.chunks) && at > 0 {
		at-- // behind all others
	}
	switch {
	case at == len(s.chunks):
		s.chunks = append(s.chunks, []*item{it})
		return
	case len(s.chunks[at]) == chunkSize && s.chunks[at][chunkSize-1].number < it.number:
		s.chunks = append(s.chunks, []*item{it})
		return
	case len(s.chunks[at]) == chunkSize:
		half := slices.Clone(s.chunks[at][chunkSize/2:])
		s.chunks = slices.Insert(s.chunks, at+1, half)
		s.chunks[at] = slices.Clone(s.chunks[at][:chunkSize/2])
		if it.number > half[0].number {
			at++
		}
	}
	chunk := s.chunks[at]
	s.chunks[at] = slices.Insert(chunk, within(chunk, it.number), it)
}

// remove takes out the item of that number, which is there.
func (s *sequence) remove(number uint64) {
	s.count--
	at := s.chunk(number)
	place := within(s.chunks[at], number)
	if s.chunks[at] = slices.Delete(s.chunks[at], place, place+1); len(s.chunks[at]) == 0 {
		s.chunks = slices.Delete(s.chunks, at, at+1)
	}
}

// after walks the items whose numbers are greater.
func (s *sequence) after(number uint64) iter.Seq[*item] {
	return func(yield func(*item) bool) {
		if s == nil {
			return
		}
		for at := s.chunk(number + 1); at < len(s.chunks); at++ {
			chunk := s.chunks[at]
			for _, it := range chunk[within(chunk, number+1):] {
				if !yield(it) {
					return
				}
			}
		}
	}
}
