package gemma2

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/autograd"
	"lapidary/autograd/nn"
	"lapidary/internal/testshared"
	"lapidary/kernels"
	"lapidary/tensor"
	"lapidary/tensor/safetensors"
)

// goldens are the reference models. sharded-bf16 is compared with what its stored weights give in float32.
var goldens = []struct{ name, reference string }{
	{"quirks-f32", "reference.safetensors"},
	{"nocap-f32", "reference.safetensors"},
	{"untied-f32", "reference.safetensors"},
	{"sharded-bf16", "reference_f32.safetensors"},
}

// goldenDir is testdata for the model kept there, and the shared folder for the others.
func goldenDir(t testing.TB, name string) string {
	dir := filepath.Join("testdata", name)
	if _, err := os.Stat(dir); err == nil {
		return dir
	}
	return testshared.Path(t, "golden/models/"+name)
}

type tensors map[string]*tensor.Tensor

func (x tensors) Names() (names []string) {
	for n := range x {
		names = append(names, n)
	}
	return names
}

func (x tensors) Tensor(name string) (*tensor.Tensor, error) { return x[name], nil }

func readTensors(t testing.TB, path string) tensors {
	f, err := safetensors.Open(path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, f.Close()) })
	out := tensors{}
	for _, name := range f.Names() {
		out[name], err = f.Tensor(name)
		require.NoError(t, err)
	}
	return out
}

func loadGolden(t testing.TB, name string) *Model {
	m, err := Load(filepath.Join(goldenDir(t, name), "model"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close()) })
	return m
}

// ints reads an I64 matrix.
func ints(x *tensor.Tensor) [][]int32 {
	rows := make([][]int32, x.Dim(0))
	for r := range rows {
		rows[r] = make([]int32, x.Dim(1))
		for c := range rows[r] {
			rows[r][c] = int32(binary.LittleEndian.Uint64(x.Bytes()[8*(r*x.Dim(1)+c):]))
		}
	}
	return rows
}

func goldenBatch(ref tensors) nn.Batch {
	return nn.NewBatch(ints(ref["input_ids"]), ints(ref["labels"]))
}

func newTape(t testing.TB, workers int) *autograd.Tape {
	pool := kernels.NewPool(workers)
	t.Cleanup(pool.Close)
	tape := autograd.NewTape(pool)
	tape.Arena().Poison = true
	return tape
}

// furthest returns the largest difference between two equally long lists, and requires it to be at most limit.
func furthest(t testing.TB, what string, got, want []float32, limit float64) float64 {
	t.Helper()
	require.Len(t, got, len(want), what)
	if len(want) == 0 {
		return 0
	}
	worst, at := 0.0, 0
	for i := range want {
		if d := math.Abs(float64(got[i]) - float64(want[i])); !(d <= worst) {
			worst, at = d, i
		}
	}
	require.LessOrEqual(t, worst, limit, "%s: element %d is %v, want %v", what, at, got[at], want[at])
	return worst
}

// relative returns the L2 distance over the L2 norm of want.
func relative(got, want []float32) float64 {
	var d, n float64
	for i := range want {
		e := float64(got[i]) - float64(want[i])
		d += e * e
		n += float64(want[i]) * float64(want[i])
	}
	return math.Sqrt(d / n)
}

func TestForwardIsTransformers(t *testing.T) {
	for _, g := range goldens {
		t.Run(g.name, func(t *testing.T) {
			m, ref := loadGolden(t, g.name), readTensors(t, filepath.Join(goldenDir(t, g.name), g.reference))
			b, tape := goldenBatch(ref), newTape(t, 2)
			worst := 0.0
			h := m.hidden(tape, b, nil, func(n int, x *autograd.Var) {
				name := fmt.Sprintf("hidden.%d", n)
				worst = max(worst, furthest(t, name, x.Data.F32(), ref[name].F32(), 5e-5))
			})
			logits := furthest(t, "logits", m.Logits(tape, h).Data.F32(), ref["logits"].F32(), 5e-5)
			tape.Reset()
			logprobs := furthest(t, "logprobs", m.LogProbs(tape, b), ref["logprobs"].F32(), 5e-5)
			tape.Reset()
			out, sum := m.Loss(tape, b, 1/float32(b.LabelTokens()))
			loss := out.Data.F32()[0]
			require.InEpsilon(t, float64(loss)*float64(b.LabelTokens()), sum, 1e-6)
			want := ref["loss"].F32()[0]
			require.InDelta(t, want, loss, 1e-5)
			t.Logf("worst difference: hidden %.1e, logits %.1e, logprobs %.1e, loss %.1e", worst, logits, logprobs, math.Abs(float64(loss-want)))
		})
	}
}

// gradients runs a step with everything trained and a small chunk of logits.
func gradients(t testing.TB, m *Model, b nn.Batch, workers int) (loss float32, grads map[string][]float32) {
	tape := newTape(t, workers)
	m.TrainAll()
	for _, p := range m.Parameters() {
		p.Var.ZeroGrad()
	}
	m.LogitBytes = 4 * m.Config.VocabSize * 7
	l, _ := m.Loss(tape, b, 1/float32(b.LabelTokens()))
	loss = l.Data.F32()[0]
	tape.Backward(l)
	grads = map[string][]float32{}
	for _, p := range m.Parameters() {
		grads[p.Name] = append([]float32(nil), p.Grad().F32()...)
	}
	return loss, grads
}

func TestGradientsAreTransformers(t *testing.T) {
	for _, g := range goldens {
		t.Run(g.name, func(t *testing.T) {
			m, ref := loadGolden(t, g.name), readTensors(t, filepath.Join(goldenDir(t, g.name), g.reference))
			b := goldenBatch(ref)
			_, grads := gradients(t, m, b, 2)
			worst, which := 0.0, ""
			for _, p := range m.Parameters() {
				want, ok := ref["grad."+p.Name]
				require.True(t, ok, p.Name)
				d := relative(grads[p.Name], want.F32())
				require.LessOrEqual(t, d, 1e-5, p.Name)
				if d > worst {
					worst, which = d, p.Name
				}
			}
			t.Logf("worst relative L2 error of %d gradients: %.1e (%s)", len(m.Parameters()), worst, which)
		})
	}
}

// In bfloat16 the order of sums decides the last bits, so transformers' own bfloat16 run is no exact target. It is a
// measure, though: we must be as near to the float32 truth as it is.
func TestBF16IsAsNearAsTransformers(t *testing.T) {
	m, dir := loadGolden(t, "sharded-bf16"), goldenDir(t, "sharded-bf16")
	theirs := readTensors(t, filepath.Join(dir, "reference.safetensors"))
	truth := readTensors(t, filepath.Join(dir, "reference_f32.safetensors"))["logits"].F32()
	tape := newTape(t, 2)
	tape.SetActivations(tensor.BF16)
	ours := m.Logits(tape, m.Hidden(tape, goldenBatch(theirs))).Data.F32()
	distance := func(x []float32) (d float64) {
		for i := range x {
			d += math.Abs(float64(x[i])-float64(truth[i])) / float64(len(x))
		}
		return d
	}
	us, them := distance(ours), distance(theirs["logits"].F32())
	t.Logf("mean distance to float32: ours %.1e, transformers' %.1e", us, them)
	require.LessOrEqual(t, us, them)
	require.NotZero(t, us, "the run was float32")
}
