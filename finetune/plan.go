package finetune

import (
	"math"
	"slices"
	"strings"
	"time"

	"lapidary/autograd/nn"
	"lapidary/data"
	"lapidary/kernels"
	"lapidary/tensor"
	"lapidary/train"
)

// RunPlan is what a run will take, before it starts.
type RunPlan struct {
	Memory MemoryPlan `json:"memory"`
	Disk   int64      `json:"disk_bytes"` // checkpoints kept and the result

	Steps          int     `json:"steps"`
	TokensPerStep  float64 `json:"tokens_per_step"`      // mean
	LabelsPerStep  float64 `json:"labels_per_step"`      // mean
	FlopsPerStep   float64 `json:"flops_per_step"`       // without attention, adapters and what is computed again
	PeakGFlops     float64 `json:"peak_gflops"`          // measured now
	GemmGFlops     float64 `json:"gemm_gflops"`          // a product of the model's, measured now
	SecondsPerStep float64 `json:"seconds_per_step"`     // estimated
	CPUSeconds     float64 `json:"cpu_seconds_per_step"` // the same over all threads; what other programs take does not count
	SecondsPerRun  float64 `json:"seconds_per_run"`      // without evaluations
	// Basis says what the time was estimated from: "product", or "micro-batch" for a model small enough to try one.
	Basis string `json:"basis"`

	threads float64 // that were busy while the product was measured
}

// Plan estimates memory, disk and time. The error is a *MemoryError where the run would not fit; the plan stands beside
// it.
func (j *Job) Plan() (RunPlan, error) {
	p := RunPlan{Memory: j.planMemory()}
	steps, err := train.NewPlan(j.Options.Train, len(j.Train.Examples))
	if err != nil {
		return p, err
	}
	p.Steps, p.Disk = steps.Steps, j.disk(steps)
	var tokens, labels, squares float64
	for _, e := range j.Train.Examples {
		tokens, labels = tokens+float64(len(e.IDs)), labels+float64(e.LabelTokens())
		for _, n := range e.Documents() {
			squares += float64(n) * float64(n)
		}
	}
	updates := float64(steps.UpdatesPerEpoch)
	p.TokensPerStep, p.LabelsPerStep = tokens/updates, labels/updates
	c := &j.Model.Config
	perToken := stepFlops(c, 1, 0, j.Adapter == nil)
	perLabel := stepFlops(c, 0, 1, j.Adapter == nil)
	p.FlopsPerStep = perToken*p.TokensPerStep + perLabel*p.LabelsPerStep

	rows := max(1, min(int(tokens)/steps.BatchesPerEpoch, p.Memory.Tokens))
	p.calibrate(j, rows)
	work := j.work(p.TokensPerStep, p.LabelsPerStep, p.Memory.recompute)
	// Scores and their products: two forward and five backward, over the causal half.
	attention := 7 * float64(c.NumHiddenLayers*c.QueryWidth()) * squares / updates
	p.SecondsPerStep = work*stepOverhead/(p.GemmGFlops*1e9) + attention/(p.PeakGFlops*1e9*attentionShare) +
		float64(j.Parameters())*updateBytes/updateRate
	p.CPUSeconds = p.SecondsPerStep * p.threads
	p.Basis = "product"
	if p.SecondsPerStep*float64(steps.UpdatesPerEpoch)/float64(steps.BatchesPerEpoch) < smallStep {
		j.tryBatch(&p, steps)
	}
	p.SecondsPerRun = p.SecondsPerStep * float64(p.Steps)
	return p, j.checkMemory(p.Memory)
}

const (
	// What a step takes beside its large products, as a factor: norms, GeGLU, adapters, cross-entropy. An estimate: it has
	// not been fitted to measured runs.
	stepOverhead = 1.1
	// The share of the peak at which attention runs.
	attentionShare = 0.25
	// What an update reads and writes of each trained value, and how fast, in bytes a second; norm and clearing included.
	updateBytes, updateRate = 36, 8e9
	// Micro-batches that take less than this are tried instead, in seconds.
	smallStep = 0.5
)

// calibrate measures the peak, and the widest projection forward and backward.
func (p *RunPlan) calibrate(j *Job, rows int) {
	const window = 60 * time.Millisecond
	peak := kernels.PeakFMA
	peakIsBF16 := j.Activations == tensor.BF16 && kernels.PeakBF16(j.Pool, time.Millisecond) > 0
	if peakIsBF16 {
		peak = kernels.PeakBF16
	}
	p.PeakGFlops = peak(j.Pool, window) / 1e9
	t := &calibration{pool: j.Pool, round: peakIsBF16, full: j.Adapter == nil}
	t.w = j.widest().Data().Mat()
	rows = min(rows, 512)
	t.x, t.dx = t.matrix(j.Activations, rows, t.w.Cols), t.matrix(tensor.F32, rows, t.w.Cols)
	t.y, t.dy = t.matrix(j.Activations, rows, t.w.Rows), t.matrix(tensor.F32, rows, t.w.Rows)
	if t.full {
		t.dw = t.matrix(tensor.F32, t.w.Rows, t.w.Cols)
	}
	t.once() // pages, scratch
	n, began, cpu := 0, time.Now(), processorTime()
	for n == 0 || time.Since(began) < 2*window {
		t.once()
		n++
	}
	products := 2.0
	if t.full {
		products = 3
	}
	flops := 2 * products * float64(rows) * float64(t.w.Rows) * float64(t.w.Cols)
	took := time.Since(began).Seconds()
	p.GemmGFlops = flops * float64(n) / took / 1e9
	p.threads = (processorTime() - cpu).Seconds() / took
}

// calibration is one projection as a step computes it: y = x·wᵀ, dx = dy·w, and where all is trained dw = dyᵀ·x.
type calibration struct {
	pool                *kernels.Pool
	round, full         bool
	x, w, y, dx, dy, dw kernels.Mat
}

func (t *calibration) matrix(d tensor.DType, rows, cols int) kernels.Mat {
	m := tensor.New(d, rows, cols).Mat()
	for i := range m.F32 {
		m.F32[i] = float32(i%251) - 125
	}
	for i := range m.U16 {
		m.U16[i] = kernels.F32ToBF16(float32(i%251) - 125)
	}
	return m
}

func (t *calibration) once() {
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

// widest is the first block's widest projection.
func (j *Job) widest() (w *nn.Parameter) {
	for _, p := range j.Model.Parameters() {
		if strings.HasSuffix(p.Name, ".gate_proj.weight") {
			return p
		}
	}
	panic("finetune: the model has no gate_proj")
}

// tryBatch measures a micro-batch of middle size, for models whose time is not in large products. Gradients are zero
// afterwards, as they were.
func (j *Job) tryBatch(p *RunPlan, steps train.Plan) {
	m, size := j.trained(), j.Options.Train.PerDeviceTrainBatchSize
	rows := slices.Clone(j.Train.Examples)
	slices.SortFunc(rows, func(a, b data.Example) int { return len(a.IDs) - len(b.IDs) })
	from := max(0, min(len(rows)/2-size/2, len(rows)-size))
	var b nn.Batch
	b.IDs, b.Labels, b.Starts = data.Concat(rows[from:min(from+size, len(rows))]...)
	if b.LabelTokens() == 0 {
		return
	}
	t := j.Tape()
	best, busy := math.Inf(1), 0.0
	for i, began := 0, time.Now(); i < 2 || i < 10 && time.Since(began) < 200*time.Millisecond; i++ {
		start, cpu := time.Now(), processorTime()
		t.Reset()
		t.SetKey(1)
		loss, _ := m.Loss(t, b, 1)
		t.Backward(loss)
		if took := time.Since(start).Seconds(); took < best {
			best, busy = took, (processorTime() - cpu).Seconds()
		}
	}
	for _, q := range m.params {
		q.Var.ZeroGrad()
	}
	p.SecondsPerStep = best * p.TokensPerStep / float64(len(b.IDs))
	p.CPUSeconds = busy * p.TokensPerStep / float64(len(b.IDs))
	p.Basis = "micro-batch"
}

// disk is what the output directory will hold at most: the checkpoints that are kept and the one being written, each
// with two moments and the values of everything trained, and the result.
func (j *Job) disk(steps train.Plan) int64 {
	values := 4 * j.Parameters()
	if steps.SaveEvery == 0 {
		return values
	}
	kept := min(int64(j.Options.Train.SaveTotalLimit)+1, int64(steps.Steps/steps.SaveEvery)+1)
	return kept*3*values + values
}
