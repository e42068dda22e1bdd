package lora_test

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/autograd/nn"
	"lapidary/internal/durable"
	"lapidary/kernels"
	"lapidary/lora"
	"lapidary/model/gemma2"
	"lapidary/tensor"
)

const seed = 4711

// newModel is a model small enough for any test: 2 layers, 40 tokens.
func newModel(t testing.TB, tied bool, d tensor.DType) *gemma2.Model {
	c := gemma2.DefaultConfig()
	c.VocabSize, c.HiddenSize, c.IntermediateSize, c.NumHiddenLayers = 40, 16, 24, 2
	c.NumAttentionHeads, c.NumKeyValueHeads, c.HeadDim, c.QueryPreAttnScalar, c.SlidingWindow = 4, 2, 6, 6, 4
	c.LayerTypes = []string{gemma2.SlidingAttention, gemma2.FullAttention}
	c.TieWordEmbeddings, c.InitializerRange = tied, 0.3
	m, err := gemma2.NewRandom(c, seed, d)
	require.NoError(t, err)
	return m
}

func config(edit func(*lora.Config)) lora.Config {
	c := lora.DefaultConfig()
	c.R, c.LoraAlpha = 3, 6
	c.TargetModules = lora.Modules{Regex: lora.AllLinear}
	if edit != nil {
		edit(&c)
	}
	return c
}

func attach(t testing.TB, m lora.Model, edit func(*lora.Config)) *lora.Adapter {
	a, err := lora.Attach(m, config(edit), seed)
	require.NoError(t, err)
	return a
}

// shake moves every weight a little, as training would.
func shake(a *lora.Adapter) {
	for i, p := range a.Parameters() {
		noise := make([]float32, p.Data().Len())
		kernels.FillNormal(noise, 0, 0.1, kernels.Hash64(seed, uint64(i)))
		for j := range noise {
			p.Data().F32()[j] += noise[j]
		}
	}
}

var prompt = []int32{2, 17, 39, 5, 0, 5, 33, 38}

func modules(a *lora.Adapter) (list []string) {
	for _, p := range a.Parameters() {
		name, _, _ := strings.Cut(strings.TrimPrefix(p.Name, "base_model.model."), ".lora_")
		if len(list) == 0 || list[len(list)-1] != name {
			list = append(list, name)
		}
	}
	return list
}

func TestTargets(t *testing.T) {
	const l0, l1 = "model.layers.0.", "model.layers.1."
	for _, c := range []struct {
		name string
		edit func(*lora.Config)
		want []string
	}{
		{"omitted", func(c *lora.Config) { c.TargetModules = lora.Modules{} },
			[]string{l0 + "self_attn.q_proj", l0 + "self_attn.v_proj", l1 + "self_attn.q_proj", l1 + "self_attn.v_proj"}},
		{"endings", func(c *lora.Config) {
			c.TargetModules.Regex, c.TargetModules.List = "", []string{"self_attn.o_proj", "own_proj", "lm_head"}
		},
			[]string{l0 + "self_attn.o_proj", l1 + "self_attn.o_proj", "lm_head"}},
		{"no dot, no match", func(c *lora.Config) { c.TargetModules.Regex, c.TargetModules.List = "", []string{"proj", "q_proj"} },
			[]string{l0 + "self_attn.q_proj", l1 + "self_attn.q_proj"}},
		{"expression", func(c *lora.Config) { c.TargetModules.Regex = `.*layers\.1\..*(up|down)_proj` },
			[]string{l1 + "mlp.up_proj", l1 + "mlp.down_proj"}},
		{"all-linear leaves head and embedding", func(c *lora.Config) {
			c.ExcludeModules.Regex = `.*mlp.*|.*[kvo]_proj`
			c.TargetModules.Regex = "ALL-linear"
		}, []string{l0 + "self_attn.q_proj", l1 + "self_attn.q_proj"}},
		{"excluded by list", func(c *lora.Config) {
			c.TargetModules = lora.Modules{List: []string{"q_proj", "k_proj"}}
			c.ExcludeModules.List = []string{"layers.0.self_attn.q_proj", "k_proj"}
		}, []string{l1 + "self_attn.q_proj"}},
		{"some layers", func(c *lora.Config) {
			c.TargetModules = lora.Modules{List: []string{"q_proj", l0 + "self_attn.k_proj"}}
			c.LayersToTransform = []int{1}
		}, []string{l0 + "self_attn.k_proj", l1 + "self_attn.q_proj"}}, // a whole path is meant, whatever the layer
		{"layers by pattern", func(c *lora.Config) {
			c.TargetModules = lora.Modules{List: []string{"q_proj"}}
			c.LayersToTransform, c.LayersPattern = []int{0}, []string{"blocks", "layers"}
		}, []string{l0 + "self_attn.q_proj"}},
		{"embedding", func(c *lora.Config) { c.TargetModules = lora.Modules{List: []string{"embed_tokens"}} },
			[]string{"model.embed_tokens"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.want, modules(attach(t, newModel(t, true, tensor.F32), c.edit)))
		})
	}
	a := attach(t, newModel(t, true, tensor.F32), nil)
	assert.Equal(t, []string{"down_proj", "gate_proj", "k_proj", "o_proj", "q_proj", "up_proj", "v_proj"}, a.Config.TargetModules.List)
	assert.Len(t, a.Parameters(), 2*2*7)
}

func TestNothingMatches(t *testing.T) {
	for _, edit := range []func(*lora.Config){
		func(c *lora.Config) { c.TargetModules = lora.Modules{List: []string{"query"}} },
		func(c *lora.Config) { c.TargetModules = lora.Modules{List: []string{}} },
		func(c *lora.Config) { c.TargetModules.Regex = "q_proj" }, // must match the whole path
		func(c *lora.Config) { c.ModulesToSave = []string{"norm"} },
		func(c *lora.Config) { c.TrainableTokens = []lora.TokenSet{{Module: "q_proj", IDs: []int32{1}}} },
	} {
		m := newModel(t, true, tensor.F32)
		_, err := lora.Attach(m, config(edit), seed)
		var te *lora.TargetError
		require.True(t, errors.As(err, &te), "%v", err)
		assert.Contains(t, err.Error(), "embed_tokens")
		_, plain := m.Head.(*nn.Linear)
		assert.True(t, plain, "a refused configuration leaves the model alone")
	}
	_, err := lora.Attach(newModel(t, true, tensor.F32), config(func(c *lora.Config) { c.LayersToTransform = []int{0, 99} }), seed)
	require.ErrorContains(t, err, "layers_to_transform: there is no layer 99; the model has layers 0 to 1")

	a := attach(t, newModel(t, true, tensor.F32), func(c *lora.Config) { c.TargetModules = lora.Modules{List: []string{"q_proj", "query"}} })
	require.Len(t, a.Warnings, 1)
	assert.Contains(t, a.Warnings[0], "query")
	_, err = lora.Attach(newModelWithAdapter(t), config(nil), seed)
	assert.ErrorContains(t, err, "adapter already")
}

func newModelWithAdapter(t testing.TB) *gemma2.Model {
	m := newModel(t, true, tensor.F32)
	attach(t, m, nil)
	return m
}

func TestRankPatterns(t *testing.T) {
	a := attach(t, newModel(t, true, tensor.F32), func(c *lora.Config) {
		c.RankPattern = []lora.RankRule{{Pattern: `layers\.0\..*`, R: 5}, {Pattern: "q_proj", R: 2}}
	})
	for _, p := range a.Parameters() {
		want := 3
		switch {
		case strings.Contains(p.Name, "layers.0."):
			want = 5 // the first that matches
		case strings.Contains(p.Name, "q_proj"):
			want = 2
		}
		assert.Contains(t, p.Data().Shape(), want, p.Name)
	}
}

func TestInitialValues(t *testing.T) {
	for _, d := range []tensor.DType{tensor.F32, tensor.BF16} {
		m := newModel(t, true, d)
		plain := logits(t, m, prompt)
		a := attach(t, m, func(c *lora.Config) {
			c.TargetModules = lora.Modules{List: []string{"q_proj", "o_proj", "embed_tokens"}}
		})
		assert.Equal(t, plain, logits(t, m, prompt), "a new adapter changes nothing")
		seen := map[float32]bool{}
		for _, p := range a.Parameters() {
			x := p.Data().F32()
			switch {
			case strings.HasSuffix(p.Name, "lora_A.weight"):
				bound := 1 / math.Sqrt(float64(p.Data().Dim(1)))
				assert.Greater(t, float64(slices.Max(x)), 0.8*bound, p.Name)
				assert.LessOrEqual(t, float64(slices.Max(x)), bound*(1+1.0/256), p.Name)
				assert.Less(t, float64(slices.Min(x)), -0.8*bound, p.Name)
				assert.False(t, seen[x[0]], "modules begin apart")
				seen[x[0]] = true
			case strings.HasSuffix(p.Name, "lora_embedding_B"):
				assert.InDelta(t, 1, norm(x)/math.Sqrt(float64(len(x))), 0.3)
			default:
				assert.Zero(t, norm(x), p.Name)
			}
			if d == tensor.BF16 {
				for _, v := range x {
					require.Equal(t, v, kernels.BF16ToF32(kernels.F32ToBF16(v)), "as if drawn in the base's type")
				}
			}
		}
		again := attach(t, newModel(t, true, d), func(c *lora.Config) {
			c.TargetModules = lora.Modules{List: []string{"o_proj", "q_proj", "embed_tokens"}}
		})
		for i, p := range again.Parameters() {
			assert.Equal(t, a.Parameters()[i].Data().F32(), p.Data().F32(), "a function of seed and path")
		}
	}
	a := attach(t, newModel(t, true, tensor.F32), func(c *lora.Config) { c.R, c.InitLoraWeights = 8, lora.InitGaussian })
	x := a.Parameters()[0].Data().F32()
	assert.InDelta(t, 1.0/8, norm(x)/math.Sqrt(float64(len(x))), 0.03)
	_, err := lora.Attach(newModel(t, true, tensor.F32), config(func(c *lora.Config) { c.InitLoraWeights = "eva" }), seed)
	require.ErrorContains(t, err, "init_lora_weights")
}

// scenarios are kinds of adapters, each on a model of its own.
var scenarios = []struct {
	name       string
	untied     bool
	edit       func(*lora.Config)
	untie      bool // merging makes two matrices of a tied one
	parameters int
}{
	{name: "linear", parameters: 28},
	{name: "DoRA everywhere", untie: true, parameters: 3 * 16, edit: func(c *lora.Config) {
		c.UseDoRA, c.LoraDropout = true, 0.3
		c.TargetModules = lora.Modules{Regex: ".*(_proj|embed_tokens|lm_head)"}
	}},
	{name: "embedding and head apart", untie: true, parameters: 4, edit: func(c *lora.Config) {
		c.TargetModules = lora.Modules{List: []string{"embed_tokens", "lm_head"}}
	}},
	{name: "head alone", untie: true, parameters: 2, edit: func(c *lora.Config) { c.TargetModules = lora.Modules{List: []string{"lm_head"}} }},
	{name: "embedding alone, untied model", untied: true, parameters: 2, edit: func(c *lora.Config) { c.TargetModules = lora.Modules{List: []string{"embed_tokens"}} }},
	{name: "embedding and head as one", parameters: 2, edit: func(c *lora.Config) {
		c.TargetModules, c.EnsureWeightTying, c.LoraDropout = lora.Modules{List: []string{"embed_tokens"}}, true, 0.3
	}},
	{name: "token rows", parameters: 29, edit: func(c *lora.Config) { c.TrainableTokens = []lora.TokenSet{{IDs: []int32{38, 5}}} }},
	{name: "token rows, untied model", untied: true, parameters: 29, edit: func(c *lora.Config) { c.TrainableTokens = []lora.TokenSet{{IDs: []int32{38, 5}}} }},
	{name: "token rows apart", untie: true, parameters: 30, edit: func(c *lora.Config) {
		c.TrainableTokens = []lora.TokenSet{{Module: "embed_tokens", IDs: []int32{38, 5}}, {Module: "lm_head", IDs: []int32{33}}}
	}},
	{name: "modules whole", untie: true, parameters: 4, edit: func(c *lora.Config) {
		c.TargetModules = lora.Modules{List: []string{"layers.0.self_attn.q_proj"}}
		c.ModulesToSave = []string{"embed_tokens", "layers.1.self_attn.q_proj"}
	}},
	{name: "embedding and head as one, head named", parameters: 2 + 4, edit: func(c *lora.Config) {
		c.TargetModules, c.EnsureWeightTying = lora.Modules{List: []string{"lm_head", "q_proj"}}, true
	}},
	{name: "rsLoRA", parameters: 4, edit: func(c *lora.Config) {
		c.TargetModules, c.UseRSLoRA = lora.Modules{List: []string{"layers.1.mlp.up_proj", "o_proj"}}, true
		c.LayersToTransform = []int{1}
	}},
	{name: "head whole, tied", parameters: 29, edit: func(c *lora.Config) { c.ModulesToSave, c.EnsureWeightTying = []string{"lm_head"}, true }},
}

func save(t testing.TB, a *lora.Adapter, o lora.SaveOptions) string {
	dir := t.TempDir()
	require.NoError(t, a.Save(durable.Folder(dir), o))
	return dir
}

// What was trained is there again after saving and loading, bit for bit, and after merging.
func TestSaveLoadMerge(t *testing.T) {
	pool := kernels.NewPool(2)
	defer pool.Close()
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			m := newModel(t, !s.untied, tensor.F32)
			plain := logits(t, m, prompt)
			a := attach(t, m, s.edit)
			assert.Equal(t, s.untie, a.Untie())
			assert.Len(t, a.Parameters(), s.parameters)
			if norm(a.Parameters()[0].Data().F32()) > 0 && !a.Config.UseDoRA {
				assert.LessOrEqual(t, maxDiff(plain, logits(t, m, prompt)), 1e-5, "a new adapter changes nothing")
			}
			shake(a)
			want := logits(t, m, prompt)
			require.Greater(t, maxDiff(plain, want), 0.01)

			dir := save(t, a, lora.SaveOptions{})
			other := newModel(t, !s.untied, tensor.F32)
			b, err := lora.Load(dir, other)
			require.NoError(t, err)
			assert.Equal(t, want, logits(t, other, prompt), "loaded")
			for i, p := range a.Parameters() {
				assert.Equal(t, p.Name, b.Parameters()[i].Name)
			}
			again := save(t, b, lora.SaveOptions{})
			assert.Equal(t, read(t, dir, lora.WeightsFile), read(t, again, lora.WeightsFile), "saved again")
			assert.Equal(t, read(t, dir, lora.ConfigFile), read(t, again, lora.ConfigFile), "saved again")

			assert.LessOrEqual(t, maxDiff(want, logits(t, mergedModel(t, pool, other, b), prompt)), 2e-5, "merged")
			b.Detach()
			assert.Equal(t, plain, logits(t, other, prompt), "detached")
			if s.untie {
				require.NoError(t, other.Untie())
			}
			assert.LessOrEqual(t, maxDiff(want, logits(t, mergedModel(t, pool, other, b), prompt)), 2e-5, "merged after it was detached")
			b.Enable()
			assert.Equal(t, want, logits(t, other, prompt), "enabled again")

			shake(a)
			assert.NotEqual(t, want, logits(t, m, prompt))
			assert.NoError(t, a.Restore(openWeights(t, dir), dir))
			assert.Equal(t, want, logits(t, m, prompt), "restored")
		})
	}
}

func read(t testing.TB, dir, name string) []byte {
	data, err := os.ReadFile(filepath.Join(dir, name))
	require.NoError(t, err)
	return data
}

func openWeights(t testing.TB, dir string) file {
	return readFile(t, filepath.Join(dir, lora.WeightsFile))
}

// A step with dropout: the same bits with and without recomputing, other bits with another key, and none of it in
// evaluation.
func TestDropoutInAModel(t *testing.T) {
	for _, dora := range []bool{false, true} {
		grads := func(key uint64, recompute bool, chunk int) (g []float32) {
			m := newModel(t, true, tensor.F32)
			a := attach(t, m, func(c *lora.Config) {
				c.LoraDropout, c.UseDoRA = 0.3, dora
				c.TargetModules = lora.Modules{Regex: ".*(_proj|lm_head)"}
			})
			shake(a)
			m.Recompute = []bool{recompute, recompute}
			m.LogitBytes = 4 * 40 * chunk
			tape := newTape(t)
			tape.SetKey(key)
			loss, _ := m.Loss(tape, nn.NewBatch([][]int32{prompt, prompt[:3]}, [][]int32{prompt, prompt[:3]}), 0.1)
			tape.Backward(loss)
			for _, p := range a.Parameters() {
				g = append(g, p.Grad().F32()...)
			}
			return g
		}
		want := grads(5, false, 100)
		assert.Equal(t, want, grads(5, true, 100), "recomputed")
		assert.NotEqual(t, want, grads(6, false, 100), "another key")
		assert.NotEqual(t, want, grads(0, false, 100), "no key, no dropout")
		assert.NotEqual(t, grads(5, false, 2), want, "each chunk of the head has a mask of its own")
		assert.LessOrEqual(t, maxDiff(grads(0, false, 2), grads(0, false, 100)), 1e-5)
	}
}

// Activations in bfloat16: every kind of adapter still computes the gradients of float32, within bfloat16's rounding.
func TestBF16Activations(t *testing.T) {
	for _, s := range scenarios {
		grads := func(d tensor.DType) (g []float32) {
			m := newModel(t, !s.untied, tensor.BF16)
			a := attach(t, m, s.edit)
			shake(a)
			tape := newTape(t)
			tape.SetActivations(d)
			tape.SetKey(3)
			loss, _ := m.Loss(tape, nn.NewBatch([][]int32{prompt}, [][]int32{prompt}), 0.1)
			tape.Backward(loss)
			for _, p := range a.Parameters() {
				g = append(g, p.Grad().F32()...)
			}
			return g
		}
		r := relative(grads(tensor.BF16), grads(tensor.F32))
		t.Logf("%s: %.2g", s.name, r)
		assert.Less(t, r, 0.05, s.name)
		assert.Greater(t, r, 0.0, s.name)
	}
}

// A second step of a model with adapters takes no memory but what the model's own pass takes.
func TestStepAllocations(t *testing.T) {
	step := func(edit func(*lora.Config), with bool) float64 {
		m := newModel(t, true, tensor.F32)
		if with {
			shake(attach(t, m, edit))
		} else {
			m.TrainAll()
		}
		tape := newTape(t)
		tape.SetKey(3)
		b := nn.NewBatch([][]int32{prompt}, [][]int32{prompt})
		pass := func() {
			tape.Reset()
			loss, _ := m.Loss(tape, b, 0.1)
			tape.Backward(loss)
		}
		pass() // the arena's lists still grow in the second one
		pass()
		return testing.AllocsPerRun(20, pass) // the mean, rounded down: the runtime's own for a waiting worker do not count
	}
	plain := step(nil, false)
	for _, s := range scenarios {
		if !s.untied {
			assert.LessOrEqual(t, step(s.edit, true), plain, s.name)
		}
	}
	t.Logf("%v allocations a step without adapters", plain)
}
