package finetune

import (
	"strings"
	"time"

	"lapidary/autograd/nn"
	"lapidary/kernels"
	"lapidary/tensor"
)

const (
	// What a product takes in a step against the same one repeated, whose weights are in the caches and whose neighbours
	// leave them alone.
	productShare = 1.05
	// What an update reads and writes of each trained value: AdamW 28 bytes, which are measured, the gradients' norm and
	// clearing them 8.
	adamBytes, updateBytes = 28, 36
	// Of how many values an update is measured at most: more than caches hold, 64 MB with moments and gradients.
	calibrationValues = 4 << 20
	// Tokens of the document that attention is measured on.
	calibrationTokens = 512
	// How much of a weight a calibration multiplies by, in outputs: enough for the speed of the whole.
	calibrationOutputs = 2304
	// How long each part of a calibration is measured at least; with what comes before, half a second in all.
	calibrationWindow = 60 * time.Millisecond
)

// rates are what this machine did when it was asked.
type rates struct {
	block, head float64 // of a projection's product and of the head's, operations a second
	bytes       float64 // that operations of rows read and write, a second
	attention   float64 // of its products, forward and backward, operations a second
	update      float64 // bytes that an update reads and writes, a second
}

// calibrate measures the peak, a projection forward and backward, the head, operations of rows, attention and an update.
func (p *RunPlan) calibrate(j *Job, rows, labels int) (r rates) {
	peak := kernels.PeakFMA
	round := j.Activations == tensor.BF16 && kernels.PeakBF16(j.Pool, time.Millisecond) > 0
	if round {
		peak = kernels.PeakBF16
	}
	p.PeakGFlops = peak(j.Pool, calibrationWindow) / 1e9
	t := newCalibration(j, round, j.weight("mlp.gate_proj.weight"), min(rows, 512))
	cpu, began := processorTime(), time.Now()
	r.block = measured(t.flops(), t.products)
	p.threads = (processorTime() - cpu).Seconds() / time.Since(began).Seconds()
	p.GemmGFlops = r.block / 1e9
	r.bytes = measured(t.bytes(), t.rows)
	head := "lm_head.weight"
	if j.Model.Config.TieWordEmbeddings {
		head = "embed_tokens.weight"
	}
	t = newCalibration(j, round, j.weight(head), min(labels, 256))
	r.head = measured(t.flops(), t.products)
	r.attention = j.attentionRate(min(rows, calibrationTokens))
	r.update = j.updateRate()
	return r
}

// seconds estimates a step of a given sum of squared lengths.
func (r rates) seconds(j *Job, p *RunPlan, squares float64) float64 {
	c := &j.Model.Config
	w := j.work(p.TokensPerStep, p.LabelsPerStep, p.Memory.recompute)
	// Scores and their products: two forward and five backward, over the causal half.
	attention := 7 * float64(c.NumHiddenLayers*c.QueryWidth()) * squares
	return productShare*(w.block/r.block+w.head/r.head) + w.bytes/r.bytes + attention/r.attention +
		float64(j.Parameters())*updateBytes/r.update
}

// weight is the first of the base model whose name ends so.
func (j *Job) weight(suffix string) *nn.Parameter {
	for _, p := range j.Model.Parameters() {
		if strings.HasSuffix(p.Name, suffix) {
			return p
		}
	}
	panic("finetune: the model has no " + suffix)
}

// calibration is a part of one projection as a step computes it: y = x·wᵀ, dx = dy·w, and where all is trained dw = dyᵀ·x.
type calibration struct {
	pool                *kernels.Pool
	round, full         bool
	x, w, y, dx, dy, dw kernels.Mat
}

func newCalibration(j *Job, round bool, weight *nn.Parameter, rows int) *calibration {
	t := &calibration{pool: j.Pool, round: round, full: j.Adapter == nil, w: weight.Data().Mat()}
	t.w = t.w.RowRange(0, min(t.w.Rows, calibrationOutputs))
	matrix := func(d tensor.DType, rows, cols int) kernels.Mat {
		m := tensor.New(d, rows, cols).Mat()
		for i := range m.F32 {
			m.F32[i] = float32(i%251)/64 - 2
		}
		for i := range m.U16 {
			m.U16[i] = kernels.F32ToBF16(float32(i%251)/64 - 2)
		}
		return m
	}
	t.x, t.dx = matrix(j.Activations, rows, t.w.Cols), matrix(tensor.F32, rows, t.w.Cols)
	t.y, t.dy = matrix(j.Activations, rows, t.w.Rows), matrix(tensor.F32, rows, t.w.Rows)
	if t.full {
		t.dw = matrix(tensor.F32, t.w.Rows, t.w.Cols)
	}
	return t
}

// attentionRate measures attention of the model's shape on one document, both ways, with cap and mask.
func (j *Job) attentionRate(tokens int) float64 {
	c := &j.Model.Config
	states := func(width int) kernels.Mat { return kernels.F32Mat(make([]float32, tokens*width), tokens, width) }
	query, key := c.QueryWidth(), c.NumKeyValueHeads*c.HeadDim
	q, o, do, dq := states(query), states(query), states(query), states(query)
	k, v, dk, dv := states(key), states(key), states(key), states(key)
	lse, spans := make([]float32, tokens*c.NumAttentionHeads), []kernels.Span{{Q1: tokens, K1: tokens}}
	s := kernels.AttentionShape{Heads: c.NumAttentionHeads, KVHeads: c.NumKeyValueHeads, HeadDim: c.HeadDim, Scale: 1,
		Cap: float32(c.AttnLogitSoftcapping)}
	return measured(7*float64(query)*float64(tokens)*float64(tokens), func() {
		kernels.Attention(j.Pool, o, q, k, v, lse, spans, s)
		kernels.AttentionBackward(j.Pool, dq, dk, dv, do, q, k, v, o, lse, spans, s)
	})
}

// updateRate measures AdamW on as many values as are trained, up to calibrationValues.
func (j *Job) updateRate() float64 {
	n := int(max(1, min(j.Parameters(), calibrationValues)))
	values := make([]float32, 4*n)
	return measured(adamBytes*float64(n), func() {
		kernels.AdamW(j.Pool, values[:n], values[n:2*n], values[2*n:3*n], values[3*n:], kernels.AdamWStep{Bias1: 1, Bias2: 1, Eps: 1})
	})
}

// measured is how much of something is done in a second.
func measured(amount float64, do func()) float64 {
	do() // pages, scratch
	n, began := 0, time.Now()
	for n == 0 || time.Since(began) < calibrationWindow {
		do()
		n++
	}
	return amount * float64(n) / time.Since(began).Seconds()
}

func (t *calibration) products() {
	gemm := kernels.Gemm
	if t.round {
		gemm = kernels.GemmBF16
	}
	gemm(t.pool, false, true, 1, t.x, t.w, 0, t.y)
	gemm(t.pool, false, false, 1, t.dy, t.w, 0, t.dx)
	if t.full {
		gemm(t.pool, true, false, 1, t.dy, t.x, 0, t.dw)
	}
}

func (t *calibration) flops() float64 {
	products := 2.0
	if t.full {
		products = 3
	}
	return 2 * products * float64(t.x.Rows) * float64(t.w.Rows) * float64(t.w.Cols)
}

// rows are operations as a block has them: GeGLU's backward and a dropped gradient that is added. Gradients stay small.
func (t *calibration) rows() {
	kernels.GeGLUBackward(t.pool, t.dy, t.dy, t.dy, t.y, t.y)
	kernels.ScaleMat(t.pool, t.dy, 0, t.dy)
	kernels.Dropout(t.pool, t.dx, t.dx, 0.05, 7, false)
}

func (t *calibration) bytes() float64 {
	act := float64(t.y.Storage.Bytes(1))
	return float64(t.x.Rows) * ((12+2*act+8)*float64(t.w.Rows) + 8*float64(t.w.Cols))
}
