package finetune

import (
	"math"
	"slices"
	"time"

	"lapidary/autograd/nn"
	"lapidary/data"
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
	chunk := max(1, min(int(labels)/steps.BatchesPerEpoch, rows))
	p.SecondsPerStep = p.calibrate(j, rows, chunk).seconds(j, &p, squares/updates)
	p.CPUSeconds = p.SecondsPerStep * p.threads
	p.Basis = "product"
	if p.SecondsPerStep*float64(steps.UpdatesPerEpoch)/float64(steps.BatchesPerEpoch) < smallStep {
		j.tryBatch(&p, steps)
	}
	p.SecondsPerRun = p.SecondsPerStep * float64(p.Steps)
	return p, j.checkMemory(p.Memory)
}

// Micro-batches that take less than this are tried instead, in seconds.
const smallStep = 0.5

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
