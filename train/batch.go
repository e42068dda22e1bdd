package train

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"

	"lapidary/autograd/nn"
	"lapidary/data"
)

// group is the micro-batches of one optimizer step.
type group struct {
	batches []nn.Batch
	sources []data.Source // of the rows, in order
	tokens  int
	weight  float64 // what the loss is divided by: the label tokens, or the sum of their weights
	scored  int     // tokens that carry loss
}

// feed hands out the rows in the order of the run.
type feed struct {
	plan  Plan
	cfg   Config
	rows  Dataset
	order []int // of the epoch below
	epoch int
}

func newFeed(cfg Config, plan Plan, rows Dataset) *feed {
	return &feed{plan: plan, cfg: cfg, rows: rows, epoch: -1}
}

// group makes the micro-batches of step k, counted from 0.
func (f *feed) group(k int) group {
	epoch, first, last := f.plan.Group(k)
	if epoch != f.epoch {
		f.epoch, f.order = epoch, f.orderOf(epoch)
	}
	var g group
	size := f.cfg.PerDeviceTrainBatchSize
	for i := first; i < last; i++ {
		g.add(f.rows, f.order[i*size:min((i+1)*size, len(f.order))], f.cfg.LabelCount == "unshifted", f.cfg.SharePrefixes)
	}
	return g
}

func (f *feed) orderOf(epoch int) []int {
	switch {
	case !f.cfg.ShuffleDataset:
		return data.FileOrder(f.rows.Len())
	case f.cfg.GroupByLength:
		return data.GroupedPermutation(f.cfg.Seed, uint64(epoch), f.lengths(), f.cfg.PerDeviceTrainBatchSize)
	}
	return data.Permutation(f.cfg.Seed, uint64(epoch), f.rows.Len())
}

// lengths are the tokens of each row.
func (f *feed) lengths() []int {
	n := make([]int, f.rows.Len())
	for i := range n {
		n[i] = len(f.rows.Row(i).IDs)
	}
	return n
}

func (g *group) add(rows Dataset, indices []int, unshifted, share bool) {
	b, sources := concat(rows, indices)
	b.Share = share
	scored := b.LabelTokens()
	g.batches = append(g.batches, b)
	g.sources = append(g.sources, sources...)
	g.tokens += len(b.IDs)
	g.scored += scored
	g.weight += weightOf(b, scored, unshifted)
}

// weightOf is what a micro-batch adds to what the loss is divided by.
func weightOf(b nn.Batch, scored int, unshifted bool) float64 {
	sum := float64(scored)
	if b.Weights != nil {
		sum = 0
		for _, w := range b.TargetWeights() {
			sum += float64(w)
		}
	}
	if !unshifted {
		return sum
	}
	for d := range len(b.Starts) - 1 {
		at := b.Starts[d]
		switch {
		case at >= b.Starts[d+1] || b.Labels[at] == nn.Ignore:
		case b.Weights == nil:
			sum++
		default:
			sum += float64(b.Weights[at])
		}
	}
	return sum
}

// concat lays rows one after another.
func concat(rows Dataset, indices []int) (b nn.Batch, sources []data.Source) {
	examples := make([]data.Example, len(indices))
	for i, row := range indices {
		examples[i] = rows.Row(row)
		sources = append(sources, examples[i].Source)
	}
	b.IDs, b.Labels, b.Starts = data.Concat(examples...)
	b.Weights = data.ConcatWeights(examples...)
	return b, sources
}

// fingerprint identifies the rows of a data set: SHA-256 over ids, labels and document lengths.
func fingerprint(rows Dataset) string {
	h := sha256.New()
	var buf []byte
	for i := range rows.Len() {
		e := rows.Row(i)
		buf = binary.LittleEndian.AppendUint64(buf[:0], uint64(len(e.IDs)))
		buf = binary.LittleEndian.AppendUint64(buf, uint64(len(e.Documents())))
		for _, n := range e.Documents() {
			buf = binary.LittleEndian.AppendUint64(buf, uint64(n))
		}
		for _, ids := range [][]int32{e.IDs, e.Labels} {
			for _, id := range ids {
				buf = binary.LittleEndian.AppendUint32(buf, uint32(id))
			}
		}
		for _, w := range e.Weights {
			buf = binary.LittleEndian.AppendUint32(buf, math.Float32bits(w))
		}
		h.Write(buf)
	}
	return hex.EncodeToString(h.Sum(nil))
}
