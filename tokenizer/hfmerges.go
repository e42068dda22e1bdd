package tokenizer

import (
	"bytes"
	"fmt"
	"runtime"
	"sync"
)

// readMerges reads the merges, written "a b" in older files and ["a","b"] in newer ones.
func (r *hfReader) readMerges() error {
	left, row := 0, 0
	err := r.c.array(func() error {
		start := len(r.arena)
		var err error
		if r.c.peek() == '[' {
			left, err = r.mergePair(start)
		} else {
			left, err = r.mergeText(start)
		}
		if err != nil {
			return inField(fmt.Sprintf("[%d]", row), err)
		}
		// The vocabulary bounds the merges: each splits a piece in two.
		if row++; row > 64*(len(r.t.vocab.pieces)+1) {
			return fmt.Errorf("%w: more than %d merges for %d pieces", ErrTooLarge, row-1, len(r.t.vocab.pieces))
		}
		r.merges = append(r.merges, mergeEntry{start, left, len(r.arena)})
		return nil
	})
	if err != nil {
		return err
	}
	return r.resolveMerges()
}

func (r *hfReader) mergePair(start int) (left int, err error) {
	col := 0
	err = r.c.array(func() error {
		s, err := r.c.str()
		r.arena = append(r.arena, s...)
		if col++; col == 1 {
			left = len(r.arena)
		}
		return err
	})
	if err == nil && col != 2 {
		err = fmt.Errorf("%w: %d parts", ErrMalformed, col)
	}
	return left, err
}

func (r *hfReader) mergeText(start int) (left int, err error) {
	s, err := r.c.str()
	if err != nil {
		return 0, err
	}
	i := bytes.IndexByte(s, ' ')
	if i < 0 || bytes.IndexByte(s[i+1:], ' ') >= 0 {
		return 0, fmt.Errorf("%w: %s is not two pieces", ErrMalformed, show(string(s)))
	}
	r.arena = append(append(r.arena, s[:i]...), s[i+1:]...)
	return start + i, nil
}

// mergeEntry is a merge in arena: left part, right part.
type mergeEntry struct{ start, mid, end int }

// resolveMerges looks the parts up, on all processors since this is most of the time of loading, and enters them in order.
func (r *hfReader) resolveMerges() error {
	ids := make([][3]int32, len(r.merges))
	workers := runtime.GOMAXPROCS(0)
	bad := make([]int, workers) // first merge of each share that does not resolve, plus one
	var wg sync.WaitGroup
	for w := range workers {
		lo, hi := len(ids)*w/workers, len(ids)*(w+1)/workers
		wg.Go(func() { bad[w] = r.resolve(ids, lo, hi) })
	}
	wg.Wait()
	for _, at := range bad {
		if at > 0 {
			m := r.merges[at-1]
			return inField(fmt.Sprintf("[%d]", at-1), fmt.Errorf("%w: %s and %s are not two pieces that make a third of the vocabulary",
				ErrMalformed, show(string(r.arena[m.start:m.mid])), show(string(r.arena[m.mid:m.end]))))
		}
	}
	r.t.merges = newMergeTable(len(ids))
	for _, m := range ids {
		r.t.merges.add(m[0], m[1], m[2])
	}
	r.arena, r.merges = nil, nil
	return nil
}

// resolve looks up a share of the merges. A part may not be empty: merging would not end.
func (r *hfReader) resolve(ids [][3]int32, lo, hi int) (bad int) {
	v, last := r.t.vocab, int32(-1)
	for i := lo; i < hi; i++ {
		m := r.merges[i]
		both := r.arena[m.start:m.end]
		if last < 0 || v.pieces[last] != string(both) { // the ways to split one piece mostly follow each other
			last = v.lookup(both)
		}
		ids[i] = [3]int32{v.lookup(r.arena[m.start:m.mid]), v.lookup(r.arena[m.mid:m.end]), last}
		if min(ids[i][0], ids[i][1], last) < 0 || m.mid == m.start || m.mid == m.end {
			return i + 1
		}
	}
	return 0
}
