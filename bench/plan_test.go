//go:build unix

package bench

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"lapidary/finetune"
	"lapidary/internal/durable"
	"lapidary/model/gemma2"
	"lapidary/tensor"
	"lapidary/train"
)

// plannedRun is one configuration of a run whose plan is compared with what it took. Models have the widths of 2b and
// fewer layers.
type plannedRun struct {
	Layers, Vocab int
	Lengths       []int   // of the rows, over and over
	Labels        float64 // share of each row's tokens that carry loss, at its end
	Batch, Group  int     // rows of a micro-batch, micro-batches of a step
	Change        string  // see changes
}

// changes are the options that differ from a run's defaults.
var changes = map[string]func(o *finetune.Options){
	"":          func(*finetune.Options) {},
	"rank=64":   func(o *finetune.Options) { o.Adapter.R = 64 },
	"qv":        func(o *finetune.Options) { o.Adapter.TargetModules = []string{"q_proj", "v_proj"} },
	"mlp":       func(o *finetune.Options) { o.Adapter.TargetModules = []string{"gate_proj", "up_proj", "down_proj"} },
	"recompute": func(o *finetune.Options) { o.Adapter.Recompute = true },
	"f32":       func(o *finetune.Options) { o.Machine.Precision = "f32" },
	"dora":      func(o *finetune.Options) { o.Adapter.UseDoRA = true },
	"full":      func(o *finetune.Options) { o.Adapter.UseLora = false },
	"last":      func(o *finetune.Options) { o.Adapter.LayersToTransform = []int{1} },
	"packed":    func(o *finetune.Options) { o.Rows.Pack, o.Rows.MaxLength = true, 512 },
	"embed+head": func(o *finetune.Options) {
		o.Adapter.TargetModules = []string{"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj", "embed_tokens", "lm_head"}
	},
}

var plannedRuns = map[string]plannedRun{
	"rank=16":        {Layers: 2, Vocab: 32000, Lengths: []int{256}, Labels: 1, Batch: 1, Group: 1},
	"rank=64":        {Layers: 2, Vocab: 32000, Lengths: []int{256}, Labels: 1, Batch: 1, Group: 1, Change: "rank=64"},
	"tokens=128":     {Layers: 4, Vocab: 32000, Lengths: []int{128}, Labels: 1, Batch: 1, Group: 2},
	"tokens=1500":    {Layers: 2, Vocab: 32000, Lengths: []int{1500}, Labels: 0.1, Batch: 1, Group: 1},
	"recompute":      {Layers: 2, Vocab: 32000, Lengths: []int{1500}, Labels: 0.1, Batch: 1, Group: 1, Change: "recompute"},
	"tokens=4096":    {Layers: 2, Vocab: 32000, Lengths: []int{4096}, Labels: 0.1, Batch: 1, Group: 1, Change: "recompute"},
	"batch=4":        {Layers: 2, Vocab: 32000, Lengths: []int{60, 90}, Labels: 0.5, Batch: 4, Group: 1},
	"accumulation=4": {Layers: 2, Vocab: 32000, Lengths: []int{128, 32, 75}, Labels: 0.5, Batch: 1, Group: 4},
	"modules=qv":     {Layers: 2, Vocab: 32000, Lengths: []int{256}, Labels: 1, Batch: 1, Group: 1, Change: "qv"},
	"modules=mlp":    {Layers: 2, Vocab: 32000, Lengths: []int{256}, Labels: 1, Batch: 1, Group: 1, Change: "mlp"},
	"layer=1":        {Layers: 2, Vocab: 32000, Lengths: []int{256}, Labels: 1, Batch: 1, Group: 1, Change: "last"},
	"embed+head":     {Layers: 1, Vocab: 256000, Lengths: []int{128}, Labels: 0.3, Batch: 1, Group: 1, Change: "embed+head"},
	"vocab=256000":   {Layers: 1, Vocab: 256000, Lengths: []int{256}, Labels: 0.3, Batch: 1, Group: 1},
	"precision=f32":  {Layers: 2, Vocab: 32000, Lengths: []int{256}, Labels: 1, Batch: 1, Group: 1, Change: "f32"},
	"dora":           {Layers: 2, Vocab: 32000, Lengths: []int{256}, Labels: 1, Batch: 1, Group: 1, Change: "dora"},
	"full":           {Layers: 1, Vocab: 32000, Lengths: []int{128}, Labels: 1, Batch: 1, Group: 1, Change: "full"},
	"packed":         {Layers: 2, Vocab: 32000, Lengths: []int{300, 90, 70, 200, 110}, Labels: 0.5, Batch: 1, Group: 1, Change: "packed"},
	"layers=8":       {Layers: 8, Vocab: 2000, Lengths: []int{64}, Labels: 1, Batch: 1, Group: 1},
}

// plannedFigures is what a run's process tells its parent.
type plannedFigures struct {
	Plan       finetune.RunPlan
	PeakRSS    int64
	Seconds    float64 // of a step of the mean number of tokens, from those after the first
	CPUSeconds float64 // the same over all threads
}

const plannedVariable = "LAPIDARY_PLANNED_RUN"

// BenchmarkPlanned compares plans with the runs they are of: memory as the process's largest resident set, time as a
// step, by the clock and by processor time, which other programs do not spoil. Each run has a process of its own.
//
//	go test -run=NONE -bench=Planned -benchtime=1x ./bench
func BenchmarkPlanned(b *testing.B) {
	for _, name := range sortedNames(plannedRuns) {
		b.Run(name, func(b *testing.B) {
			if b.N > 1 {
				b.Skip("one run tells it: -benchtime=1x")
			}
			f := inProcess(b, name)
			b.ReportMetric(float64(f.Plan.Memory.Total)/1e9, "GB-planned")
			b.ReportMetric(float64(f.PeakRSS)/1e9, "GB-used")
			b.ReportMetric(float64(f.Plan.Memory.Total)/float64(f.PeakRSS), "memory-ratio")
			b.ReportMetric(f.Plan.SecondsPerStep, "s-planned")
			b.ReportMetric(f.Seconds, "s-used")
			b.ReportMetric(f.Plan.SecondsPerStep/f.Seconds, "time-ratio")
			b.ReportMetric(f.Plan.CPUSeconds/f.CPUSeconds, "cpu-ratio")
			b.ReportMetric(0, "ns/op")
			m := f.Plan.Memory
			b.Logf("%s: process %d, weights %d, optimizer %d, activations %d, logits %d, products %d MB; %.0f of %.0f GF/s", name, m.Process>>20, m.Weights>>20,
				m.Optimizer>>20, m.Activations>>20, m.Logits>>20, m.Kernels>>20, f.Plan.GemmGFlops, f.Plan.PeakGFlops)
		})
	}
}

func sortedNames[T any](m map[string]T) (names []string) {
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func inProcess(b *testing.B, name string) (f plannedFigures) {
	b.Helper()
	r := plannedRuns[name]
	dir := b.TempDir()
	c, _ := gemma2.Preset("gemma-2-2b")
	c.SetLayers(r.Layers)
	c.VocabSize = r.Vocab
	d, err := durable.CreateDir(filepath.Join(dir, "model"))
	if err == nil {
		err = gemma2.Initialise(d, c, 3, gemma2.SaveOptions{DType: tensor.BF16})
	}
	if err == nil {
		err = d.Commit()
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "rows.jsonl"), r.rows(), 0o600)
	}
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestPlannedProcess$", "-test.v")
	cmd.Env = append(os.Environ(), plannedVariable+"="+name, "LAPIDARY_PLANNED_DIR="+dir)
	out, err := cmd.CombinedOutput()
	if err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	_, rest, _ := strings.Cut(string(out), "figures: ")
	line, _, _ := strings.Cut(rest, "\n")
	if err := json.Unmarshal([]byte(line), &f); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return f
}

// rows are enough for four steps.
func (r plannedRun) rows() []byte {
	var b strings.Builder
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 4 * r.Batch * r.Group * len(r.Lengths) {
		n := r.Lengths[i%len(r.Lengths)]
		ids, labels := make([]int, n), make([]int, n)
		for t := range ids {
			ids[t] = 3 + random.IntN(r.Vocab-3)
			labels[t] = ids[t]
			if float64(t) < (1-r.Labels)*float64(n) {
				labels[t] = -100
			}
		}
		row, _ := json.Marshal(map[string][]int{"input_ids": ids, "labels": labels})
		fmt.Fprintf(&b, "%s\n", row)
	}
	return []byte(b.String())
}

// TestPlannedProcess is the body of a planned run's process, not a test.
func TestPlannedProcess(t *testing.T) {
	name := os.Getenv(plannedVariable)
	if name == "" {
		t.Skip("only for BenchmarkPlanned")
	}
	r, dir := plannedRuns[name], os.Getenv("LAPIDARY_PLANNED_DIR")
	o := finetune.DefaultOptions()
	o.Model, o.Data = filepath.Join(dir, "model"), []string{filepath.Join(dir, "rows.jsonl")}
	o.Train.OutputDir, o.Train.ReportTo, o.Train.SaveStrategy = filepath.Join(dir, "out"), "none", "no"
	o.Train.PerDeviceTrainBatchSize, o.Train.GradientAccumulationSteps, o.Train.MaxSteps = r.Batch, r.Group, 4
	o.Rows.MaxLength = 8192
	changes[r.Change](&o)
	job, err := finetune.Prepare(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer job.Close()
	var f plannedFigures
	if f.Plan, err = job.Plan(); err != nil {
		t.Fatal(err)
	}
	f.Plan.Memory.LimitHeap()
	var took, busy, tokens float64
	last, cpu := time.Now(), processor(t)
	s, err := job.Run(t.Context(), train.Hooks{Step: func(r train.StepReport) {
		if r.Step > 1 {
			took, busy, tokens = took+time.Since(last).Seconds(), busy+processor(t)-cpu, tokens+float64(r.Tokens)
		}
		last, cpu = time.Now(), processor(t)
	}})
	if err != nil {
		t.Fatal(err)
	}
	mean := f.Plan.TokensPerStep / tokens
	f.PeakRSS, f.Seconds, f.CPUSeconds = s.PeakRSS, took*mean, busy*mean
	line, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Printf("figures: %s\n", line)
}

// processor is the time this process has taken of all processors, in seconds.
func processor(t *testing.T) float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}
