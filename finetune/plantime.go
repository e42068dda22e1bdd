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
	// The share of the peak at which attention runs, with caps and masks.
	attentionShare = 0.45
	// What an update reads and writes of each trained value, and how fast, in bytes a second; norm and clearing included.
	updateBytes, updateRate = 36, 8e9
	// How much of a weight a calibration multiplies by, in outputs: enough for the speed of the whole.
	calibrationOutputs = 2304
	// How long each part of a calibration is measured at least; with what comes before, half a second in all.
	calibrationWindow = 60 * time.Millisecond
)

// rates are what this machine did when it was asked.
type rates struct {
	block, head float64 // of a projection's product and of the head's, operations a second
	bytes       float64 // that operations of rows read and write, a second
}

// calibrate measures the peak, a projection forward and backward, the head, and operations of rows.
func (p *RunPlan) calibrate(j *Job, rows, labels int) (r rates) {
	peak := kernels.PeakFMA
	round := j.Activations == tensor.BF16 && kernels.PeakBF16(j.Pool, time.Millisecond) > 0
	if round {
		peak = kernels.PeakBF16
	}
	p.PeakGFlops = peak(j.Pool, calibrationWindow) / 1e9
	t := newCalibration(j, round, j.weight("mlp.gate_proj.weight"), min(rows, 512))
	cpu, began := processorTime(), time.Now()
	r.block = t.rate(t.flops(), t.products)
	p.threads = (processorTime() - cpu).Seconds() / time.Since(began).Seconds()
	p.GemmGFlops = r.block / 1e9
	r.bytes = t.rate(t.bytes(), t.rows)
	head := "lm_head.weight"
	if j.Model.Config.TieWordEmbeddings {
		head = "embed_tokens.weight"
	}
	t = newCalibration(j, round, j.weight(head), min(labels, 256))
	r.head = t.rate(t.flops(), t.products)
	return r
}

// seconds estimates a step of a given sum of squared lengths.
func (r rates) seconds(j *Job, p *RunPlan, squares float64) float64 {
	c := &j.Model.Config
	w := j.work(p.TokensPerStep, p.LabelsPerStep, p.Memory.recompute)
	// Scores and their products: two forward and five backward, over the causal half.
	attention := 7 * float64(c.NumHiddenLayers*c.QueryWidth()) * squares
	return productShare*(w.block/r.block+w.head/r.head) + w.bytes/r.bytes + attention/(p.PeakGFlops*1e9*attentionShare) +
		float64(j.Parameters())*updateBytes/updateRate
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

// rate is how much of something is done in a second.
func (t *calibration) rate(amount float64, do func()) float64 {
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
