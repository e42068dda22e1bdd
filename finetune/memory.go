package finetune

import (
	"fmt"
	"math"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	"lapidary/autograd/nn"
	"lapidary/data"
	"lapidary/model/gemma2"
)

var byteUnits = []struct {
	name string
	size float64
}{
	{"KIB", 1 << 10}, {"MIB", 1 << 20}, {"GIB", 1 << 30}, {"TIB", 1 << 40},
	{"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}, {"K", 1e3}, {"M", 1e6}, {"G", 1e9}, {"T", 1e12}, {"B", 1}, {"", 1},
}

// ParseBytes reads a size as people write it: 6GB, 6.5 GiB, 800M. Without a unit it is bytes.
func ParseBytes(text string) (int64, error) {
	s := strings.ToUpper(strings.TrimSpace(text))
	for _, u := range byteUnits {
		number, ok := strings.CutSuffix(s, u.name)
		if !ok {
			continue
		}
		v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if err != nil || !(v > 0) || v*u.size > math.MaxInt64/2 {
			break
		}
		return max(1, int64(v*u.size)), nil
	}
	return 0, fmt.Errorf("%q is not a size such as 6GB or 512MiB", text)
}

// MemoryPlan is the resident memory of a run, by part, in bytes.
type MemoryPlan struct {
	Process     int64 `json:"process"`     // what is there already: program, tokenizer, data, trained weights and their gradients
	Weights     int64 `json:"weights"`     // mapped from the checkpoint: shared with other programs, and first to go when memory is short
	Quantised   int64 `json:"quantised"`   // weights in 4 or 8 bits, in memory of this process
	Optimizer   int64 `json:"optimizer"`   // moments
	Activations int64 `json:"activations"` // of the largest micro-batch, and the gradients on their way
	Logits      int64 `json:"logits"`
	Kernels     int64 `json:"kernels"` // packed operands

	Total      int64 `json:"total"`
	Budget     int64 `json:"budget"` // 0: unknown, and not enforced
	Recomputed int   `json:"recomputed_layers"`
	Tokens     int   `json:"largest_batch_tokens"`
	Labels     int   `json:"largest_batch_labels"`

	recompute  []bool
	logitBytes int // that exist at one time; 0: the model's
	step       gemma2.Memory
}

// kernelScratch is what products keep: one packed operand of at most 1024 rows and 9216 columns for all workers, and
// each worker's block of sums and of the other operand.
func kernelScratch(workers, tokens, widest int) int64 {
	rows, cols := min(tokens, 1024), min(widest, 9216)
	return 4 * int64(rows*cols+workers*(rows*640+640*512)+1<<20)
}

// planMemory sums up a run and chooses the blocks to compute again. It looks at the process once: what comes later, such
// as garbage of a trial, is part of what it has counted.
func (j *Job) planMemory() MemoryPlan {
	if j.memory == nil {
		p := j.newMemoryPlan()
		j.memory = &p
	}
	return *j.memory
}

func (j *Job) newMemoryPlan() MemoryPlan {
	c := &j.Model.Config
	p := MemoryPlan{Process: liveMemory(), Weights: j.mappedBytes(), Budget: j.budget()}
	p.Quantised = min(quantisedBytes(j.Model), p.Process)
	p.Process -= p.Quantised
	p.Optimizer = 8 * j.Parameters()
	p.Tokens, p.Labels = largestBatch(j.Train.Examples, j.Options.Train.PerDeviceTrainBatchSize)
	p.Kernels = kernelScratch(j.Pool.Workers(), p.Tokens, max(c.IntermediateSize, c.HiddenSize))
	p.step = j.stepMemory(p.Tokens, p.Labels)
	switch {
	case j.Options.Adapter.Recompute:
		p.recompute = slices.Repeat([]bool{true}, len(j.Model.Blocks))
	case p.Budget > 0:
		j.fit(&p, j.stepShape(p.Tokens, p.Labels))
	default:
		p.recompute = make([]bool, len(j.Model.Blocks))
	}
	p.sum()
	return p
}

// fit makes a step fit into the budget: first by logits of half as many rows at a time, which cost the head's product a
// few percent, then by blocks that are computed again. An adapter on the head keeps its chunks: its dropout knows them.
func (s *Session) fit(p *MemoryPlan, shape gemma2.StepShape) {
	left := p.Budget - p.fixed()
	p.step = s.Model.Memory(shape)
	if p.recompute, _ = p.step.Plan(left); !p.recompute[0] {
		return
	}
	if _, plain := s.Model.Head.(*nn.Linear); plain {
		shape.LogitBytes = s.Model.LogitBytes / 2
		p.step, p.logitBytes = s.Model.Memory(shape), shape.LogitBytes
		p.recompute, _ = p.step.Plan(left)
	}
}

// sum adds up what was chosen.
func (p *MemoryPlan) sum() {
	for _, r := range p.recompute {
		if r {
			p.Recomputed++
		}
	}
	p.Logits = p.step.Logits()
	p.Activations = p.step.Step(p.recompute) - p.Logits
	p.Total = p.fixed() + p.Activations + p.Logits
}

// stepMemory is what a micro-batch takes.
func (s *Session) stepMemory(tokens, labels int) gemma2.Memory {
	return s.Model.Memory(s.stepShape(tokens, labels))
}

func (s *Session) stepShape(tokens, labels int) gemma2.StepShape {
	shape := gemma2.StepShape{Activations: s.Activations, Tokens: tokens, Labels: labels}
	if s.Adapter != nil {
		c := &s.Adapter.Config
		shape.Rank, shape.Dropout, shape.DoRA = c.R, c.LoraDropout > 0, c.UseDoRA
	}
	return shape
}

// liveMemory is what the process holds now and cannot give back: the live heap, untouched parts of it too, since
// gradients will be written, and the runtime's own. What was only needed to read the inputs goes back to the system.
func liveMemory() int64 {
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc+m.Sys-m.HeapSys) + residentFiles
}

// residentFiles is what is resident of the program itself.
const residentFiles = 16 << 20

// fixed is what does not depend on the batch.
func (p *MemoryPlan) fixed() int64 {
	return p.Process + p.Weights + p.Quantised + p.Optimizer + p.Kernels
}

// mappedBytes is the size of the weights in the checkpoint's files.
func (s *Session) mappedBytes() (n int64) {
	for _, w := range s.Model.Parameters() {
		if w.Data().DType().IsQuantised() {
			continue
		}
		size := int64(w.Data().Len()) * int64(s.Model.Config.DType.Bits()/8)
		if !w.Trained() {
			size = int64(len(w.Data().Bytes()))
		}
		n += size
	}
	return n
}

// budget is --max-memory, or nine tenths of what is available now and what this process holds already.
func (j *Job) budget() int64 {
	if m, err := ParseBytes(j.Options.Machine.MaxMemory); err == nil {
		return m
	}
	available := availableMemory()
	if available <= 0 {
		return 0
	}
	return available/10*9 + residentAnonymous()
}

// largestBatch is the most tokens, and the most labels, that a micro-batch of size rows can have.
func largestBatch(rows []data.Example, size int) (tokens, labels int) {
	n, l := make([]int, len(rows)), make([]int, len(rows))
	for i := range rows {
		n[i] = len(rows[i].IDs)
		l[i] = rows[i].LabelTokens()
	}
	return sumLargest(n, size), sumLargest(l, size)
}

func sumLargest(x []int, k int) (sum int) {
	slices.Sort(x)
	for _, v := range x[max(0, len(x)-k):] {
		sum += v
	}
	return sum
}

// MemoryError refuses a run that would not fit.
type MemoryError struct {
	Plan MemoryPlan
	// Remedies are flags that would make it fit.
	Remedies []string
}

func (e *MemoryError) Error() string {
	p := e.Plan
	s := fmt.Sprintf("not enough memory: %.2f GB needed with %d blocks computed again (weights %.2f, quantised %.2f, process %.2f, optimizer %.2f, activations of %d tokens %.2f, logits %.2f), %.2f GB allowed",
		gb(p.Total), p.Recomputed, gb(p.Weights), gb(p.Quantised), gb(p.Process), gb(p.Optimizer+p.Kernels), p.Tokens, gb(p.Activations), gb(p.Logits), gb(p.Budget))
	return s + "; " + strings.Join(e.Remedies, ", or ")
}

func gb(n int64) float64 { return float64(n) / 1e9 }

// checkMemory returns a *MemoryError where the plan does not fit.
func (j *Job) checkMemory(p MemoryPlan) error {
	if p.Budget == 0 || p.Total <= p.Budget {
		return nil
	}
	e := &MemoryError{Plan: p}
	all := slices.Repeat([]bool{true}, len(j.Model.Blocks))
	fits := func(tokens, labels int) bool {
		shape := j.stepShape(tokens, labels)
		shape.LogitBytes = p.logitBytes
		m := j.Model.Memory(shape)
		return p.fixed()+m.Step(all) <= p.Budget
	}
	size := j.Options.Train.PerDeviceTrainBatchSize
	if size > 1 {
		for s := size - 1; s >= 1; s-- {
			if fits(largestBatch(j.Train.Examples, s)) {
				e.Remedies = append(e.Remedies, fmt.Sprintf("--per-device-train-batch-size %d would fit", s))
				break
			}
		}
	}
	for tokens := (p.Tokens/size - 1) / 64 * 64; tokens > 0; tokens -= 64 {
		if fits(tokens*size, min(p.Labels, tokens*size)) {
			e.Remedies = append(e.Remedies, fmt.Sprintf("--max-length %d would fit", tokens))
			break
		}
	}
	if p.Optimizer > p.Budget/2 && j.Adapter == nil {
		e.Remedies = append(e.Remedies, "--use-lora trains few values instead of all")
	}
	for _, q := range []QuantOptions{{LoadIn4bit: true}, {LoadIn4bit: true, EmbedIn8bit: true}} {
		if j.Adapter != nil && !j.Options.Machine.Quant.base().Any() && p.fixed()-quantisedSaves(j.Model, q)+p.step.Step(all) <= p.Budget {
			e.Remedies = append(e.Remedies, q.flags()+" would fit")
			break
		}
	}
	e.Remedies = append(e.Remedies, p.allow())
	return e
}

// allow names the flag that lifts the limit.
func (p *MemoryPlan) allow() string {
	return fmt.Sprintf("--max-memory %.1fGB allows it where there is so much", math.Ceil(gb(p.Total)*10)/10)
}

// apply makes the model follow the plan.
func (s *Session) apply(p MemoryPlan) {
	s.Model.Recompute = p.recompute
	if p.logitBytes > 0 {
		s.Model.LogitBytes = p.logitBytes
	}
}

// arenaLimit is what the run's arena may hold before it gives back what waits for steps of other sizes: a little more
// than the largest step takes, or it would do so in every one.
func (p MemoryPlan) arenaLimit() int64 { return max((p.Activations+p.Logits)/100*105, 64<<20) }

// LimitHeap keeps garbage from taking what the plan has not counted. Nearly all of the heap is the arena, which is lent
// and taken back: what a step leaves behind is small, and may grow to a twentieth of the heap before it is collected;
// and the collector works harder before the process grows beyond its budget.
func (p MemoryPlan) LimitHeap() {
	heap := max(p.Total-p.Weights, 1)
	debug.SetGCPercent(int(min(100, max(5, 100*(64<<20)/heap))))
	if p.Budget > p.Weights {
		debug.SetMemoryLimit(p.Budget - p.Weights)
	}
}
