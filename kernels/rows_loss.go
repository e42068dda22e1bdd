package kernels

import (
	"fmt"
	"math"
)

// Shapes: logits z [N, V]; labels, losses, lse [N]. y = cap*tanh(z/cap), or z where cap is 0.

// CrossEntropy computes, per row, lse = log Σ e^y and, where label >= 0, loss = lse - y[label]; the loss of a row
// without a label is 0. z is read once. lse may be nil.
func CrossEntropy(p *Pool, logits Mat, labels []int32, cap float32, losses, lse []float32) {
	mustLen("CrossEntropy", "losses", len(losses), logits.Rows)
	runLoss(p, "CrossEntropy", lossTask{z: logits, labels: labels, cap: cap, losses: losses, lse: lse, forward: true})
}

// CrossEntropyBackward overwrites z with dz = scale*(softmax(y) - onehot(label))*(1-(y/cap)²), from the lse of
// CrossEntropy; rows without a label become zero.
func CrossEntropyBackward(p *Pool, logits Mat, labels []int32, cap, scale float32, lse []float32) {
	mustLen("CrossEntropyBackward", "lse", len(lse), logits.Rows)
	runLoss(p, "CrossEntropyBackward", lossTask{z: logits, labels: labels, cap: cap, scale: scale, lse: lse, backward: true})
}

// CrossEntropyGrad is CrossEntropy followed by CrossEntropyBackward, row by row, so that the second finds the logits in
// the caches. Row i's gradient is scaled by scale*weights[i]; weights may be nil for all 1.
func CrossEntropyGrad(p *Pool, logits Mat, labels []int32, cap, scale float32, weights, losses, lse []float32) {
	mustLen("CrossEntropyGrad", "losses", len(losses), logits.Rows)
	mustLen("CrossEntropyGrad", "lse", len(lse), logits.Rows)
	if weights != nil {
		mustLen("CrossEntropyGrad", "weights", len(weights), logits.Rows)
	}
	runLoss(p, "CrossEntropyGrad", lossTask{z: logits, labels: labels, cap: cap, scale: scale, weights: weights, losses: losses, lse: lse, forward: true, backward: true})
}

// LogProbs sets out[i] = log softmax(y[i])[ids[i]] (0 where the id is negative).
func LogProbs(p *Pool, logits Mat, ids []int32, cap float32, out []float32) {
	CrossEntropy(p, logits, ids, cap, out, nil)
	for i := range out {
		out[i] = -out[i]
	}
}

// Argmax sets out[i] to the column of the largest element of row i: the first of equals, NaN above everything.
func Argmax(p *Pool, x Mat, out []int32) {
	mustLen("Argmax", "out", len(out), x.Rows)
	if x.Rows > 0 && x.Cols == 0 {
		panic(fmt.Sprintf("kernels: Argmax: x is [%d,0]", x.Rows))
	}
	runLoss(p, "Argmax", lossTask{z: x, labels: out, argmax: true})
}

type lossTask struct {
	ops                       *rowOps
	z                         Mat
	labels                    []int32
	cap, scale                float32
	weights                   []float32 // of the rows' gradients, or nil
	losses, lse               []float32
	forward, backward, argmax bool
}

var lossTasks freeList[lossTask]

// runLoss runs one index a row: a row of a vocabulary is work enough.
func runLoss(p *Pool, op string, args lossTask) {
	mustLen(op, "labels", len(args.labels), args.z.Rows)
	if !args.argmax {
		for _, l := range args.labels {
			if int(l) >= args.z.Cols {
				panic(fmt.Sprintf("kernels: %s: label %d of %d logits", op, l, args.z.Cols))
			}
		}
	}
	if args.lse != nil {
		mustLen(op, "lse", len(args.lse), args.z.Rows)
	}
	if args.z.Rows == 0 {
		return
	}
	t := lossTasks.get()
	*t = args
	t.ops = activeRows()
	p.Run(args.z.Rows, t)
	*t = lossTask{}
	lossTasks.put(t)
}

func (t *lossTask) Do(_, r int) {
	s := scratches.get()
	fused := t.cap > 0 && t.cap <= fusedCap
	both := fused && t.forward && t.backward && t.z.Storage == F32 && t.labels[r] >= 0
	switch {
	case both:
		t.fusedBothRow(s, r)
	case t.forward && fused:
		t.fusedForwardRow(s, r)
	case t.forward:
		t.forwardRow(s, r)
	}
	switch {
	case both:
	case t.argmax:
		t.labels[r] = t.argmaxRow(s, r)
	case t.backward && fused && t.labels[r] >= 0:
		t.fusedBackwardRow(s, r)
	case t.backward:
		t.backwardRow(s, r)
	}
	scratches.put(s)
}

// capped returns chunk [c0,c1) of y and its largest element.
func (t *lossTask) capped(s *rowScratch, r, c0, c1 int) ([]float32, float32) {
	n := c1 - c0
	z := t.ops.loadRow(&t.z, r, c0, c1, s.get(0, n))
	y := s.get(1, n)
	if t.cap == 0 {
		return y, t.ops.scaleMax(y, z, 1)
	}
	return y, t.ops.capTanh(y, z, 2/t.cap, t.cap)
}

// forwardRow keeps a running maximum and a float64 sum relative to it: one pass over memory, each chunk in the first
// cache level.
func (t *lossTask) forwardRow(s *rowScratch, r int) {
	top, sum, picked := float32(math.Inf(-1)), 0.0, float32(0)
	label := int(t.labels[r])
	for c0 := 0; c0 < t.z.Cols; c0 += chunkElements {
		c1 := min(t.z.Cols, c0+chunkElements)
		y, m := t.capped(s, r, c0, c1)
		if m > top {
			sum *= math.Exp(float64(top) - float64(m)) // e^-Inf = 0 the first time
			top = m
		}
		if top == float32(math.Inf(-1)) && t.ops.sumSquares(y) > 0 {
			continue // nothing but -Inf so far, and no NaN
		}
		sum += float64(t.ops.sumExpShift(y, top))
		if label >= c0 && label < c1 {
			picked = y[label-c0]
		}
	}
	lse := float64(top) + math.Log(sum)
	if t.lse != nil {
		t.lse[r] = float32(lse)
	}
	t.losses[r] = 0
	if label >= 0 {
		t.losses[r] = float32(lse - float64(picked))
	}
}

func (t *lossTask) backwardRow(s *rowScratch, r int) {
	label := int(t.labels[r])
	invCap := float32(0)
	if t.cap != 0 {
		invCap = 1 / t.cap
	}
	for c0 := 0; c0 < t.z.Cols; c0 += chunkElements {
		c1 := min(t.z.Cols, c0+chunkElements)
		if label < 0 {
			dz := t.ops.outRow(&t.z, r, c0, c1, s.get(2, c1-c0))
			clear(dz)
			t.ops.storeRow(&t.z, r, c0, c1, dz)
			continue
		}
		y, _ := t.capped(s, r, c0, c1)
		dz := t.ops.outRow(&t.z, r, c0, c1, s.get(2, c1-c0))
		t.ops.softmaxGrad(dz, y, t.lse[r], t.gain(r), invCap)
		if label >= c0 && label < c1 {
			dz[label-c0] = t.labelGrad(float64(y[label-c0]), r)
		}
		t.ops.storeRow(&t.z, r, c0, c1, dz)
	}
}

func (t *lossTask) argmaxRow(s *rowScratch, r int) int32 {
	best, at := float32(0), -1
	for c0 := 0; c0 < t.z.Cols; c0 += chunkElements {
		c1 := min(t.z.Cols, c0+chunkElements)
		for i, v := range t.ops.loadRow(&t.z, r, c0, c1, s.get(0, c1-c0)) {
			if v != v {
				return int32(c0 + i)
			}
			if at < 0 || v > best {
				best, at = v, c0+i
			}
		}
	}
	return int32(at)
}

// fusedCap is the largest cap whose exponents y-lse, down to -2*cap - log V, stay above expLow, and e^cap a chunk within
// float32.
const fusedCap = 36

// fusedForwardRow needs no maximum, as y is within ±cap: one pass, one primitive.
func (t *lossTask) fusedForwardRow(s *rowScratch, r int) {
	sum := 0.0
	s.cap.set(t.cap)
	for c0 := 0; c0 < t.z.Cols; c0 += chunkElements {
		c1 := min(t.z.Cols, c0+chunkElements)
		z := t.ops.loadRow(&t.z, r, c0, c1, s.get(0, c1-c0))
		sum += float64(t.ops.capExpSum(z, &s.cap))
	}
	lse := math.Log(sum)
	if t.lse != nil {
		t.lse[r] = float32(lse)
	}
	t.losses[r] = 0
	if label := int(t.labels[r]); label >= 0 {
		t.losses[r] = float32(lse - t.cappedAt(r, label))
	}
}

// fusedBothRow is fusedForwardRow and fusedBackwardRow with the bits of both; the capped logits, which take half the work, wait
// in the row's own memory.
func (t *lossTask) fusedBothRow(s *rowScratch, r int) {
	label, sum := int(t.labels[r]), 0.0
	y := t.cappedAt(r, label)
	s.cap.set(t.cap)
	row := t.z.RowF32(r)
	for c0 := 0; c0 < len(row); c0 += chunkElements {
		z := row[c0:min(len(row), c0+chunkElements)]
		sum += float64(t.ops.capKeepSum(z, z, &s.cap))
	}
	lse := math.Log(sum)
	t.lse[r] = float32(lse)
	t.losses[r] = float32(lse - y)
	s.cap.row(t.lse[r], t.gain(r))
	for c0 := 0; c0 < len(row); c0 += chunkElements {
		z := row[c0:min(len(row), c0+chunkElements)]
		t.ops.keptLossGrad(z, z, &s.cap)
	}
	row[label] = t.labelGrad(y, r)
}

// gain is the factor of a row's gradient.
func (t *lossTask) gain(r int) float32 {
	if t.weights == nil {
		return t.scale
	}
	return t.scale * t.weights[r]
}

// cappedAt is y of one logit.
func (t *lossTask) cappedAt(r, c int) float64 {
	limit := float64(t.cap)
	return limit * math.Tanh(float64(t.z.At(r, c))/limit)
}

func (t *lossTask) fusedBackwardRow(s *rowScratch, r int) {
	label := int(t.labels[r])
	y := t.cappedAt(r, label)
	s.cap.set(t.cap)
	s.cap.row(t.lse[r], t.gain(r))
	for c0 := 0; c0 < t.z.Cols; c0 += chunkElements {
		c1 := min(t.z.Cols, c0+chunkElements)
		z := t.ops.loadRow(&t.z, r, c0, c1, s.get(0, c1-c0))
		dz := t.ops.outRow(&t.z, r, c0, c1, s.get(2, c1-c0))
		t.ops.capLossGrad(dz, z, &s.cap)
		if label >= c0 && label < c1 {
			dz[label-c0] = t.labelGrad(y, r)
		}
		t.ops.storeRow(&t.z, r, c0, c1, dz)
	}
}

// labelGrad is scale*(p-1)*(1-(y/cap)²), p-1 by expm1 so that a well predicted label keeps its digits.
func (t *lossTask) labelGrad(y float64, r int) float32 {
	slope := 1.0
	if t.cap != 0 {
		slope -= y / float64(t.cap) * (y / float64(t.cap))
	}
	return float32(float64(t.gain(r)) * math.Expm1(y-float64(t.lse[r])) * slope)
}
