package lora_test

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/autograd"
	"lapidary/autograd/nn"
	"lapidary/internal/testshared"
	"lapidary/kernels"
	"lapidary/lora"
	"lapidary/model/gemma2"
	"lapidary/tensor"
)

// The reference runs: what PEFT saved, computed and merged.
var goldens = []struct{ name, base string }{
	{"lora-basic", "quirks-f32"}, {"lora-patterns", "quirks-f32"}, {"lora-course", "quirks-f32"},
	{"lora-new-tokens", "quirks-f32"}, {"dora", "quirks-f32"}, {"lora-bf16", "sharded-bf16"},
}

// goldenDir is testdata for the references kept there, and the shared folder for the others.
func goldenDir(t testing.TB, name string) string {
	if _, err := os.Stat(filepath.Join("testdata", name)); err == nil {
		return filepath.Join("testdata", name)
	}
	return testshared.Path(t, "golden/models/"+name)
}

// baseDir is the folder of a reference model.
func baseDir(t testing.TB, name string) string {
	dir := filepath.Join("..", "model", "gemma2", "testdata", name, "model")
	if _, err := os.Stat(dir); err == nil {
		return dir
	}
	return testshared.Path(t, "golden/models/"+name+"/model")
}

// file is a safetensors file in memory, read independently of the package under test.
type file struct {
	tensors  map[string]*tensor.Tensor
	metadata map[string]string
}

func (f file) Names() []string                            { return slices.Sorted(maps.Keys(f.tensors)) }
func (f file) Tensor(name string) (*tensor.Tensor, error) { return f.tensors[name], nil }
func (f file) Metadata() map[string]string                { return f.metadata }

func readFile(t testing.TB, path string) file {
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	n := binary.LittleEndian.Uint64(data)
	var header map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(data[8:8+n], &header))
	f := file{tensors: map[string]*tensor.Tensor{}}
	for name, raw := range header {
		if name == "__metadata__" {
			require.NoError(t, json.Unmarshal(raw, &f.metadata))
			continue
		}
		var h struct {
			DType   string
			Shape   []int
			Offsets [2]int `json:"data_offsets"`
		}
		require.NoError(t, json.Unmarshal(raw, &h))
		d, ok := tensor.ParseDType(h.DType)
		require.True(t, ok)
		x, err := tensor.FromBytes(d, data[8+int(n):][h.Offsets[0]:h.Offsets[1]], h.Shape...)
		require.NoError(t, err)
		f.tensors[name] = x
	}
	return f
}

func readModel(t testing.TB, name string) *gemma2.Model {
	dir := baseDir(t, name)
	c, err := gemma2.ReadConfig(filepath.Join(dir, "config.json"))
	require.NoError(t, err)
	all := file{tensors: map[string]*tensor.Tensor{}}
	paths, err := filepath.Glob(filepath.Join(dir, "*.safetensors"))
	require.NoError(t, err)
	for _, p := range paths {
		maps.Copy(all.tensors, readFile(t, p).tensors)
	}
	m, err := gemma2.New(c, all, dir)
	require.NoError(t, err)
	return m
}

func readAdapter(t testing.TB, m lora.Model, dir string) *lora.Adapter {
	path := filepath.Join(dir, lora.ConfigFile)
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	c, _, err := lora.ParseConfig(path, data)
	require.NoError(t, err)
	a, err := lora.AttachSaved(m, c, readFile(t, filepath.Join(dir, lora.WeightsFile)), dir)
	require.NoError(t, err)
	return a
}

type row struct {
	InputIDs []int32 `json:"input_ids"`
	Labels   []int32 `json:"labels"`
}

func readRows(t testing.TB, path string) (rows []row) {
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		var r row
		require.NoError(t, json.Unmarshal(s.Bytes(), &r))
		rows = append(rows, r)
	}
	return rows
}

func newTape(t testing.TB) *autograd.Tape {
	pool := kernels.NewPool(2)
	t.Cleanup(pool.Close)
	tape := autograd.NewTape(pool)
	tape.Arena().Poison = true
	return tape
}

// firstStep adds up the gradients of the first accumulation group.
func firstStep(t testing.TB, m *gemma2.Model, dir string) (loss float64) {
	var settings struct {
		Train struct{ Batch, Accum int }
	}
	data, err := os.ReadFile(filepath.Join(dir, "steps.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &settings))
	rows := readRows(t, filepath.Join(dir, "data.jsonl"))[:settings.Train.Batch*settings.Train.Accum]
	var batches []nn.Batch
	labels := 0
	for i := range settings.Train.Accum {
		var ids, lab [][]int32
		for _, r := range rows[i*settings.Train.Batch : (i+1)*settings.Train.Batch] {
			ids, lab = append(ids, r.InputIDs), append(lab, r.Labels)
		}
		b := nn.NewBatch(ids, lab)
		labels += b.LabelTokens()
		batches = append(batches, b)
	}
	tape := newTape(t)
	for _, b := range batches {
		tape.Reset()
		l, sum := m.Loss(tape, b, float32(1/float64(labels)))
		loss += sum / float64(labels)
		tape.Backward(l)
	}
	return loss
}

func relative(got, want []float32) float64 {
	var d, w float64
	for i := range want {
		d += math.Pow(float64(got[i])-float64(want[i]), 2)
		w += math.Pow(float64(want[i]), 2)
	}
	return math.Sqrt(d / math.Max(w, 1e-60))
}

func logits(t testing.TB, m *gemma2.Model, ids []int32) []float32 {
	tape := newTape(t)
	var out []float32
	tape.NoGrad(func() {
		b := nn.NewBatch([][]int32{ids}, [][]int32{ids})
		out = m.Logits(tape, m.Hidden(tape, b)).Data.Float32s()
	})
	return out
}

func maxDiff(a, b []float32) (worst float64) {
	for i := range a {
		worst = math.Max(worst, math.Abs(float64(a[i])-float64(b[i])))
	}
	return worst
}

func inputIDs(f file) (ids []int32) {
	raw := f.tensors["input_ids"].Bytes()
	for i := 0; i < len(raw); i += 8 {
		ids = append(ids, int32(binary.LittleEndian.Uint64(raw[i:])))
	}
	return ids
}

// The gradients of the first step. The reference of lora-bf16 was computed in bfloat16, ours in float32 on the same
// weights: its bound is bfloat16's.
func TestGoldenGradients(t *testing.T) {
	for _, g := range goldens {
		t.Run(g.name, func(t *testing.T) {
			dir := goldenDir(t, g.name)
			check := readFile(t, filepath.Join(dir, "check.safetensors"))
			m := readModel(t, g.base)
			a := readAdapter(t, m, filepath.Join(dir, "init"))
			loss := firstStep(t, m, dir)
			bound := 1e-5
			if g.name == "lora-bf16" {
				bound = 5e-2
			}
			compared, worst := 0, 0.0
			for _, p := range a.Parameters() {
				name := strings.TrimSuffix(p.Name, ".weight") + ".default.weight"
				if strings.Contains(name, "embedding_") || strings.Contains(name, "tokens_delta") {
					name = strings.TrimSuffix(name, ".weight")
				}
				want := check.tensors["grad."+name]
				require.NotNil(t, want, name)
				r := relative(p.Grad().F32(), want.F32())
				if want.Len() == 0 || norm(want.F32()) == 0 {
					r = norm(p.Grad().F32())
				}
				assert.LessOrEqual(t, r, bound, p.Name)
				compared, worst = compared+1, math.Max(worst, r)
			}
			assert.Equal(t, len(check.tensors)-2, compared, "every reference gradient has one of ours")
			t.Logf("loss %.7f, %d gradients, worst relative error %.2g", loss, compared, worst)
		})
	}
}

func norm(x []float32) (s float64) {
	for _, v := range x {
		s += float64(v) * float64(v)
	}
	return math.Sqrt(s)
}

// The logits of the trained model, and what remains of them after merging.
func TestGoldenLogitsAndMerge(t *testing.T) {
	pool := kernels.NewPool(2)
	defer pool.Close()
	for _, g := range goldens {
		t.Run(g.name, func(t *testing.T) {
			dir := goldenDir(t, g.name)
			check := readFile(t, filepath.Join(dir, "check.safetensors"))
			m := readModel(t, g.base)
			plain := logits(t, m, inputIDs(check))
			a := readAdapter(t, m, filepath.Join(dir, "final"))
			got, want := logits(t, m, inputIDs(check)), check.tensors["logits"].F32()
			bound := 5e-5
			if g.name == "lora-bf16" {
				bound = 0.06 // the reference computes in bfloat16: logits near 3 have steps of 2^-6
			}
			d := maxDiff(got, want)
			assert.LessOrEqual(t, d, bound)
			require.Greater(t, maxDiff(plain, got), 0.05, "the adapter does something")

			a.Disable()
			assert.Equal(t, plain, logits(t, m, inputIDs(check)))
			a.Enable()

			merged := mergedModel(t, pool, m, a)
			after := maxDiff(got, logits(t, merged, inputIDs(check)))
			t.Logf("logits within %.2g, merged within %.2g", d, after)
			if g.name == "lora-bf16" {
				assert.LessOrEqual(t, after, 0.03, "merged weights are rounded to bfloat16")
			} else {
				assert.LessOrEqual(t, after, 2e-5)
			}
			assert.Equal(t, g.name == "lora-course", a.Untie())
		})
	}
}

// mergedModel makes a model of the merged weights, as a checkpoint would.
func mergedModel(t testing.TB, pool *kernels.Pool, m *gemma2.Model, a *lora.Adapter) *gemma2.Model {
	out := file{tensors: map[string]*tensor.Tensor{}}
	config := m.Config
	merge := func(name string, base *tensor.Tensor) {
		x, _, err := a.Merged(pool, name, base, base.DType())
		require.NoError(t, err)
		out.tensors[name] = x
	}
	for _, p := range m.Parameters() {
		merge(p.Name, p.Data())
		if a.Untie() && config.TieWordEmbeddings && p.Name == "model.embed_tokens.weight" {
			merge("lm_head.weight", p.Data())
			config.TieWordEmbeddings = false
		}
	}
	merged, err := gemma2.New(config, out, "merged")
	require.NoError(t, err)
	return merged
}

func TestGoldenMergedWeights(t *testing.T) {
	pool := kernels.NewPool(2)
	defer pool.Close()
	for _, name := range []string{"lora-basic", "dora"} {
		t.Run(name, func(t *testing.T) {
			dir := testshared.Path(t, "golden/models/"+name) // merged weights are not in testdata
			want := readFile(t, filepath.Join(dir, "merged", "model.safetensors"))
			m := readModel(t, "quirks-f32")
			a := readAdapter(t, m, filepath.Join(dir, "final"))
			worst, n := 0.0, 0
			for _, p := range m.Parameters() {
				x, _, err := a.Merged(pool, p.Name, p.Data(), tensor.F32)
				require.NoError(t, err)
				w := want.tensors[p.Name]
				require.NotNil(t, w, p.Name)
				worst = math.Max(worst, maxDiff(x.F32(), w.F32()))
				n++
			}
			assert.LessOrEqual(t, worst, 1e-6)
			t.Logf("%d tensors, worst difference %.2g", n, worst)
		})
	}
}

// An adapter that was read is written again as the same two files, byte for byte.
func TestGoldenSaveAgain(t *testing.T) {
	for _, g := range goldens {
		t.Run(g.name, func(t *testing.T) {
			dir := filepath.Join(goldenDir(t, g.name), "final")
			a, err := lora.Load(dir, readModel(t, g.base))
			require.NoError(t, err)
			again := save(t, a, lora.SaveOptions{})
			for _, name := range []string{lora.WeightsFile, lora.ConfigFile} {
				assert.Equal(t, read(t, dir, name), read(t, again, name), name)
			}
		})
	}
}
