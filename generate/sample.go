package generate

import (
	"math"

	"lapidary/kernels"
)

// sampler chooses tokens. Its memory is used again from one choice to the next.
type sampler struct {
	o     Options
	probs []float64 // e^((logit - largest)/temperature)
	heap  []int32   // ids, the likeliest at the root
	kept  []int32   // ids left to choose from, the likeliest first
}

// newSamplers makes one for each worker.
func newSamplers(o Options) []*sampler {
	n := 1
	if o.Pool != nil {
		n = o.Pool.Workers()
	}
	samplers := make([]*sampler, n)
	for i := range samplers {
		samplers[i] = &sampler{o: o}
	}
	return samplers
}

// choose returns the token at a position of a text. Of equal logits the lower id counts as the likelier.
func (s *sampler) choose(logits []float32, key uint64, position int) (int32, error) {
	if s.o.VocabLimit > 0 && s.o.VocabLimit < len(logits) {
		logits = logits[:s.o.VocabLimit]
	}
	best, finite := kernels.ArgMax(logits)
	if !finite { // a choice would hide that the model has broken down
		return 0, ErrNonFinite
	}
	if s.o.Temperature == 0 {
		return int32(best), nil
	}
	total := s.weigh(logits, logits[best])
	u := kernels.Uniform(kernels.Hash64(s.o.Seed, key), uint64(position))
	if (s.o.TopK == 0 || s.o.TopK >= len(logits)) && s.o.TopP == 1 {
		return s.pick(u*total, nil), nil
	}
	kept, mass := s.likeliest(total)
	return s.pick(u*mass, kept), nil
}

// weigh computes unnormalised probabilities and their sum.
func (s *sampler) weigh(logits []float32, largest float32) (total float64) {
	s.probs = s.probs[:0]
	for _, x := range logits {
		p := math.Exp(float64(x-largest) / s.o.Temperature)
		s.probs = append(s.probs, p)
		total += p
	}
	return total
}

// likeliest returns the ids that top-k and then top-p leave, from the likeliest down, and their probability mass. As
// in transformers, top-p counts what top-k left as the whole, and keeps the token that crosses the mark.
func (s *sampler) likeliest(total float64) (kept []int32, mass float64) {
	s.heap = s.heap[:0]
	for id := range s.probs {
		s.heap = append(s.heap, int32(id))
	}
	n := len(s.heap)
	for i := n/2 - 1; i >= 0; i-- {
		s.sink(i, n)
	}
	byCount := s.o.TopK > 0 && s.o.TopK < n
	s.kept = s.kept[:0]
	for n > 0 && ((byCount && len(s.kept) < s.o.TopK) || (!byCount && mass < s.o.TopP*total)) {
		s.kept = append(s.kept, s.heap[0])
		mass += s.probs[s.heap[0]]
		n--
		s.heap[0] = s.heap[n]
		s.sink(0, n)
	}
	if byCount {
		total = mass
	}
	mass = 0
	for i, id := range s.kept {
		if mass >= s.o.TopP*total {
			return s.kept[:i], mass
		}
		mass += s.probs[id]
	}
	return s.kept, mass
}

// sink restores the heap order below i among the first n entries.
func (s *sampler) sink(i, n int) {
	for {
		c := 2*i + 1
		if c >= n {
			return
		}
		if c+1 < n && s.above(c+1, c) {
			c++
		}
		if !s.above(c, i) {
			return
		}
		s.heap[i], s.heap[c] = s.heap[c], s.heap[i]
		i = c
	}
}

func (s *sampler) above(i, j int) bool {
	a, b := s.heap[i], s.heap[j]
	pa, pb := s.probs[a], s.probs[b]
	return pa > pb || (pa == pb && a < b)
}

// pick returns the id at which the running sum of probabilities passes mark; ids nil means all, in order.
func (s *sampler) pick(mark float64, ids []int32) int32 {
	sum, last := 0.0, int32(0)
	n := len(ids)
	if ids == nil {
		n = len(s.probs)
	}
	for i := range n {
		id := int32(i)
		if ids != nil {
			id = ids[i]
		}
		if s.probs[id] > 0 {
			last = id
		}
		if sum += s.probs[id]; sum > mark {
			return id
		}
	}
	return last // the sum was rounded
}
