package finetune_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/finetune"
	"lapidary/internal/durable"
	"lapidary/model/gemma2"
	"lapidary/tensor"
	"lapidary/train"
)

// modelOf writes a random checkpoint whose projections are whole blocks of NF4, or are not.
func modelOf(t *testing.T, hidden, ffn int, d tensor.DType) string {
	t.Helper()
	c, _ := gemma2.Preset("tiny")
	c.VocabSize, c.HiddenSize, c.IntermediateSize, c.SlidingWindow = 97, hidden, ffn, 8
	c.NumAttentionHeads, c.NumKeyValueHeads, c.HeadDim, c.InitializerRange = 2, 1, 16, 0.2
	dir := filepath.Join(t.TempDir(), "model")
	to, err := durable.CreateDir(dir)
	require.NoError(t, err)
	require.NoError(t, gemma2.Initialise(to, c, 3, gemma2.SaveOptions{DType: d}))
	require.NoError(t, to.Commit())
	return dir
}

// writtenOut saves what a quantised base computes with as a float32 checkpoint.
func writtenOut(t *testing.T, model string, q finetune.QuantOptions) string {
	t.Helper()
	s, err := finetune.Open(model, "", finetune.Machine{Quant: q})
	require.NoError(t, err)
	defer s.Close()
	dir := filepath.Join(t.TempDir(), "plain")
	to, err := durable.CreateDir(dir)
	require.NoError(t, err)
	require.NoError(t, s.Model.Save(to, gemma2.SaveOptions{DType: tensor.F32}))
	require.NoError(t, to.Commit())
	return dir
}

func quantOptions() map[string]finetune.QuantOptions {
	no := false
	return map[string]finetune.QuantOptions{
		"nf4":           {LoadIn4bit: true},
		"nf4 plain":     {LoadIn4bit: true, QuantType: "nf4", DoubleQuant: &no},
		"int8":          {LoadIn8bit: true},
		"nf4 embedding": {LoadIn4bit: true, EmbedIn8bit: true},
	}
}

// A run on a quantised base has the bits of a run on a checkpoint with the dequantised weights written out as float32:
// losses, gradient norms and the adapter after some steps. (Micro-batches have more labels than kernels.GemvRows: products
// of few rows multiply sums, not values, by scales, and differ in the last bits.)
func TestQuantisedRunIsPlainRun(t *testing.T) {
	for name, q := range quantOptions() {
		for _, shape := range [][2]int{{64, 128}, {36, 52}} { // the second has blocks that end in the middle of rows
			t.Run(name, func(t *testing.T) {
				model := modelOf(t, shape[0], shape[1], tensor.F32)
				rows := tokenRows(t, rand.New(rand.NewPCG(1, 2)), 12, 40)
				run := func(model string, q finetune.QuantOptions) (reports []train.StepReport, adapter []byte) {
					o := finetune.DefaultOptions()
					o.Model, o.Data, o.Machine.Precision, o.Machine.Quant = model, []string{rows}, "f32", q
					o.Train.OutputDir = filepath.Join(t.TempDir(), "out")
					o.Train.PerDeviceTrainBatchSize, o.Train.MaxSteps, o.Train.LearningRate = 12, 4, 1e-2
					o.Train.SaveStrategy, o.Train.ReportTo = "no", "none"
					job, err := finetune.Prepare(t.Context(), o)
					require.NoError(t, err)
					defer job.Close()
					_, err = job.Run(t.Context(), train.Hooks{Step: func(s train.StepReport) { reports = append(reports, s) }})
					require.NoError(t, err)
					adapter, err = os.ReadFile(filepath.Join(o.Train.OutputDir, "adapter_model.safetensors"))
					require.NoError(t, err)
					return reports, adapter
				}
				got, gotAdapter := run(model, q)
				want, wantAdapter := run(writtenOut(t, model, q), finetune.QuantOptions{})
				plain, _ := run(model, finetune.QuantOptions{})
				for i := range want {
					require.Equal(t, math.Float64bits(want[i].Loss), math.Float64bits(got[i].Loss), "loss of step %d", i+1)
					require.Equal(t, math.Float64bits(want[i].GradNorm), math.Float64bits(got[i].GradNorm), "grad_norm of step %d", i+1)
				}
				require.Equal(t, wantAdapter, gotAdapter)
				require.NotEqual(t, plain[0].Loss, got[0].Loss, "nothing was quantised")
			})
		}
	}
}

// Log-probabilities and greedy continuations of a quantised base are those of the weights written out.
func TestQuantisedScoresAndGenerates(t *testing.T) {
	for name, q := range quantOptions() {
		t.Run(name, func(t *testing.T) {
			model := modelOf(t, 64, 128, tensor.BF16)
			plain := writtenOut(t, model, q)
			var ids [2][]int32
			for i, c := range []struct {
				dir string
				q   finetune.QuantOptions
			}{{model, q}, {plain, finetune.QuantOptions{}}} {
				s, err := finetune.Open(c.dir, "", finetune.Machine{Precision: "f32", Quant: c.q})
				require.NoError(t, err)
				d := s.Model.NewDecoder(s.Tape(), 1, 64)
				next := []int32{5, 6, 7}
				for range 20 {
					logits, err := d.Extend(context.Background(), []int{0}, [][]int32{next})
					require.NoError(t, err)
					best := int32(0)
					for v, l := range logits[0] {
						if l > logits[0][best] {
							best = int32(v)
						}
					}
					next = []int32{best}
					ids[i] = append(ids[i], best)
				}
				require.NoError(t, s.Close())
			}
			require.Equal(t, ids[1], ids[0])
		})
	}
}

func TestQuantisedRefusals(t *testing.T) {
	yes := true
	for want, q := range map[string]finetune.QuantOptions{
		"load_in_4bit, load_in_8bit: a base is loaded in one of them":                                          {LoadIn4bit: true, LoadIn8bit: true},
		"bnb_4bit_quant_type: fp4 is not supported, nf4 is: it is the better of the two for weights":           {LoadIn4bit: true, QuantType: "fp4"},
		`bnb_4bit_quant_type: "nf5" is not known; there is nf4`:                                                {LoadIn4bit: true, QuantType: "nf5"},
		"bnb_4bit_quant_type, bnb_4bit_use_double_quant: say something about load_in_4bit, which is not given": {DoubleQuant: &yes},
	} {
		require.EqualError(t, q.Validate(), want)
		require.EqualError(t, finetune.Machine{Quant: q}.Validate(), want)
	}
	o := finetune.DefaultOptions()
	o.Model, o.Data, o.Train.OutputDir, o.Adapter.UseLora, o.Machine.Quant.LoadIn4bit = "m", []string{"d"}, "o", false, true
	require.ErrorContains(t, o.Validate(), "quantised weights cannot be trained")
}

// A value that is not finite is named with its tensor and file.
func TestQuantisedNeedsFiniteWeights(t *testing.T) {
	model := modelOf(t, 64, 128, tensor.F32)
	s, err := finetune.Open(model, "", finetune.Machine{})
	require.NoError(t, err)
	dir := filepath.Join(t.TempDir(), "broken")
	to, err := durable.CreateDir(dir)
	require.NoError(t, err)
	bad := s.Model.Parameters()[3]
	x := bad.Data().Clone()
	x.F32()[70] = float32(math.NaN())
	bad.Var.Data = x
	require.NoError(t, s.Model.Save(to, gemma2.SaveOptions{}))
	require.NoError(t, to.Commit())
	require.NoError(t, s.Close())
	_, err = finetune.Open(dir, "", finetune.Machine{Quant: finetune.QuantOptions{LoadIn4bit: true}})
	require.ErrorContains(t, err, bad.Name)
	require.ErrorContains(t, err, dir)
	require.ErrorIs(t, err, tensor.ErrNotFinite)
}

// The plan knows what quantised weights take, and that they are not mapped.
func TestPlanKnowsQuantised(t *testing.T) {
	model := modelOf(t, 64, 128, tensor.BF16)
	rows := tokenRows(t, rand.New(rand.NewPCG(1, 2)), 12, 40)
	plan := func(q finetune.QuantOptions) finetune.MemoryPlan {
		o := finetune.DefaultOptions()
		o.Model, o.Data, o.Machine.Quant, o.Train.OutputDir = model, []string{rows}, q, t.TempDir()
		job, err := finetune.Prepare(t.Context(), o)
		require.NoError(t, err)
		defer job.Close()
		p, err := job.Plan()
		require.NoError(t, err)
		return p.Memory
	}
	plain, q, both := plan(finetune.QuantOptions{}), plan(finetune.QuantOptions{LoadIn4bit: true}), plan(finetune.QuantOptions{LoadIn4bit: true, EmbedIn8bit: true})
	c, _ := gemma2.ReadConfig(filepath.Join(model, "config.json"))
	weights := int64(c.NumHiddenLayers) * (64*32 + 2*64*16 + 32*64 + 3*64*128)
	blocks := weights / 64
	require.Zero(t, plain.Quantised)
	require.Equal(t, plain.Weights-2*weights, q.Weights)
	require.InDelta(t, float64(weights/2+blocks), float64(q.Quantised), float64(4*7*c.NumHiddenLayers), "codes, 8-bit scales, and one float for 256 of these")
	require.Equal(t, q.Weights-2*97*64, both.Weights)
	require.Equal(t, q.Quantised+97*64+4*97, both.Quantised)
}

// A run that would fit on a quantised base is told so.
func TestPlanRecommendsQuantised(t *testing.T) {
	model := modelOf(t, 512, 4096, tensor.F32)
	rows := tokenRows(t, rand.New(rand.NewPCG(1, 2)), 4, 8)
	plan := func(budget int64) (finetune.RunPlan, error) {
		o := finetune.DefaultOptions()
		o.Model, o.Data, o.Train.OutputDir, o.Adapter.R = model, []string{rows}, t.TempDir(), 1
		o.Adapter.Recompute = true
		o.Machine.MaxMemory = fmt.Sprint(budget)
		job, err := finetune.Prepare(t.Context(), o)
		require.NoError(t, err)
		defer job.Close()
		return job.Plan()
	}
	p, err := plan(1 << 40)
	require.NoError(t, err)
	_, err = plan(p.Memory.Total - 30e6)
	require.ErrorContains(t, err, "--load-in-4bit would fit")
}
