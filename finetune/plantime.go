package finetune

import (
	"runtime/debug"
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
	calibrationOutputs = 1152
	// A calibration goes round its parts until this has passed or calibrationRounds are done, once at least, and takes the
	// best of each: a moment in which another program has the processors shall not count for the whole run.
	calibrationTime   = 600 * time.Millisecond
	calibrationRounds = 5
	// How long a part is measured in a round at least.
	calibrationWindow = 12 * time.Millisecond
)

// rates are what this machine did when it was asked.
type rates struct {
	block, head float64 // of a projection's product and of the head's, operations a second
	bytes       float64 // that operations of rows read and write, a second
	attention   float64 // of its products, forward and backward, operations a second
	update      float64 // bytes that an update reads and writes, a second
}

// calibrate measures the peak, a projection forward and backward, the head, operations of rows, attention and an update.
func (p *RunPlan) calibrate(j *Job, rows, labels int) rates {
	peak := kernels.PeakFMA
	round := j.Activations == tensor.BF16 && kernels.PeakBF16(j.Pool, time.Millisecond) > 0
	if round {
		peak = kernels.PeakBF16
	}
	projection := newCalibration(j, round, j.weight("mlp.gate_proj.weight"), min(rows, 512))
	weight := "lm_head.weight"
	if j.Model.Config.TieWordEmbeddings {
		weight = "embed_tokens.weight"
	}
	last := newCalibration(j, round, j.weight(weight), min(labels, 256))
	block := &probe{amount: projection.flops(), do: projection.products}
	bytes := &probe{amount: projection.bytes(), do: projection.rows}
	head := &probe{amount: last.flops(), do: last.products}
	attention := j.attentionProbe(min(rows, calibrationTokens))
	update := j.updateProbe()
	measure(func() { p.PeakGFlops = max(p.PeakGFlops, peak(j.Pool, calibrationWindow)/1e9) }, block, bytes, head, attention, update)
	p.GemmGFlops, p.threads = block.rate/1e9, block.threads()
	debug.FreeOSMemory() // what was measured with is not the run's
	return rates{block: block.rate, head: head.rate, bytes: bytes.rate, attention: attention.rate, update: update.rate}
}

// probe is a part of a calibration: something that does an amount of work.
type probe struct {
	amount     float64
	do         func()
	rate       float64       // the best, of a second
	took, used time.Duration // by the clock, and of all processors
}

// measure goes round the probes, with between before each round.
func measure(between func(), probes ...*probe) {
	for _, p := range probes {
		p.do() // pages, scratch
	}
	for round, began := 0, time.Now(); round == 0 || round < calibrationRounds && time.Since(began) < calibrationTime; round++ {
		between()
		for _, p := range probes {
			p.measure()
		}
	}
}

func (p *probe) measure() {
	n, began, cpu := 0, time.Now(), processorTime()
	for n == 0 || time.Since(began) < calibrationWindow {
		p.do()
		n++
	}
	took := time.Since(began)
	p.rate = max(p.rate, p.amount*float64(n)/took.Seconds())
	p.took, p.used = p.took+took, p.used+processorTime()-cpu
}

// threads is how many were busy, of all rounds.
func (p *probe) threads() float64 { return p.used.Seconds() / p.took.Seconds() }

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

// attentionProbe is attention of the model's shape on one document, both ways, with cap and mask.
func (j *Job) attentionProbe(tokens int) *probe {
	c := &j.Model.Config
	states := func(width int) kernels.Mat { return kernels.F32Mat(make([]float32, tokens*width), tokens, width) }
	query, key := c.QueryWidth(), c.NumKeyValueHeads*c.HeadDim
	q, o, do, dq := states(query), states(query), states(query), states(query)
	k, v, dk, dv := states(key), states(key), states(key), states(key)
	lse, spans := make([]float32, tokens*c.NumAttentionHeads), []kernels.Span{{Q1: tokens, K1: tokens}}
	s := kernels.AttentionShape{Heads: c.NumAttentionHeads, KVHeads: c.NumKeyValueHeads, HeadDim: c.HeadDim, Scale: 1,
		Cap: float32(c.AttnLogitSoftcapping)}
	return &probe{amount: 7 * float64(query) * float64(tokens) * float64(tokens), do: func() {
		kernels.Attention(j.Pool, o, q, k, v, lse, spans, s)
		kernels.AttentionBackward(j.Pool, dq, dk, dv, do, q, k, v, o, lse, spans, s)
	}}
}

// updateProbe is AdamW on as many values as are trained, up to calibrationValues.
func (j *Job) updateProbe() *probe {
	n := int(max(1, min(j.Parameters(), calibrationValues)))
	values := make([]float32, 4*n)
	return &probe{amount: adamBytes * float64(n), do: func() {
		kernels.AdamW(j.Pool, values[:n], values[n:2*n], values[2*n:3*n], values[3*n:], kernels.AdamWStep{Bias1: 1, Bias2: 1, Eps: 1})
	}}
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
