package lora_test

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/internal/durable"
	"lapidary/kernels"
	"lapidary/lora"
	"lapidary/model/gemma2"
	"lapidary/tensor"
	"lapidary/tensor/safetensors"
)

func grownModel(t testing.TB, tied bool, rows int) *gemma2.Model {
	m := newModel(t, tied, tensor.F32)
	require.NoError(t, m.ResizeVocab(rows, 99)) // not the seed that loading uses: new rows must come from the file
	return m
}

// New tokens: the adapter holds what is needed to grow the model again, and no more.
func TestNewTokens(t *testing.T) {
	ids := []int32{40, 41, 42}
	words := append(append([]int32(nil), prompt...), 41, 40, 42)
	pool := kernels.NewPool(2)
	defer pool.Close()
	for _, c := range []struct {
		name string
		tied bool
		rows int
		edit func(*lora.Config)
		base []string // frozen weights that must be in the file
	}{
		{"rows of the new tokens", true, 43, func(c *lora.Config) { c.TrainableTokens = []lora.TokenSet{{IDs: ids}} }, nil},
		{"rows, and a padded vocabulary", true, 48, func(c *lora.Config) { c.TrainableTokens = []lora.TokenSet{{IDs: ids}} },
			[]string{"model.embed_tokens.token_adapter.base_layer.weight"}},
		{"rows of the embedding, head untied", false, 43, func(c *lora.Config) { c.TrainableTokens = []lora.TokenSet{{IDs: ids}} },
			[]string{"lm_head.weight"}},
		{"embedding and head adapted", true, 43, func(c *lora.Config) {
			c.TargetModules = lora.Modules{List: []string{"q_proj", "embed_tokens", "lm_head"}}
		}, []string{"model.embed_tokens.base_layer.weight"}},
		{"nothing but projections", true, 43, nil, []string{"model.embed_tokens.weight"}},
		{"embedding whole", true, 43, func(c *lora.Config) { c.ModulesToSave, c.EnsureWeightTying = []string{"embed_tokens"}, true }, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := grownModel(t, c.tied, c.rows)
			a := attach(t, m, c.edit)
			a.VocabGrown(40)
			shake(a)
			want := logits(t, m, words)
			dir := save(t, a, lora.SaveOptions{})
			var base []string
			for _, n := range openWeights(t, dir).Names() {
				if n = strings.TrimPrefix(n, "base_model.model."); strings.HasSuffix(n, "base_layer.weight") || !a.Config.EnsureWeightTying && (n == "lm_head.weight" || n == "model.embed_tokens.weight") {
					base = append(base, n)
				}
			}
			assert.Equal(t, c.base, base)

			other := newModel(t, c.tied, tensor.F32)
			b, err := lora.Load(dir, other)
			require.NoError(t, err)
			assert.Equal(t, c.rows, other.Config.VocabSize)
			assert.Equal(t, want, logits(t, other, words))
			again := save(t, b, lora.SaveOptions{})
			assert.Equal(t, read(t, dir, lora.WeightsFile), read(t, again, lora.WeightsFile), "saved again")
			untie := b.Untie()
			b.Detach()
			if untie {
				require.NoError(t, other.Untie())
			}
			assert.LessOrEqual(t, maxDiff(want, logits(t, mergedModel(t, pool, other, b), words)), 2e-5, "merged after it was detached")
			again = save(t, b, lora.SaveOptions{})
			assert.Equal(t, read(t, dir, lora.WeightsFile), read(t, again, lora.WeightsFile), "saved again")
		})
	}
}

func TestVocabularyClaims(t *testing.T) {
	m := grownModel(t, true, 43)
	a := attach(t, m, func(c *lora.Config) { c.TrainableTokens = []lora.TokenSet{{IDs: []int32{42}}} })
	a.VocabGrown(40)
	tensors, metadata := a.Tensors(lora.SaveOptions{})
	for _, v := range []string{"1000000000", "99999999999999999999", "-1", "x"} {
		metadata["vocab_size"] = v
		other := newModel(t, true, tensor.F32)
		_, err := lora.AttachSaved(other, a.Config, file{tensors, metadata}, "x")
		if v == "1000000000" {
			require.ErrorContains(t, err, "vocabulary")
			assert.Equal(t, 40, other.Config.VocabSize)
		} else {
			require.NoError(t, err, "what is no number claims nothing; the token ids do")
		}
	}
	type slotsOnly struct{ lora.Model }
	_, err := lora.AttachSaved(slotsOnly{newModel(t, true, tensor.F32)}, a.Config, file{tensors, nil}, "x")
	require.ErrorContains(t, err, "cannot grow")
}

// Everything that is wrong with a file is said at once, and the model is left alone.
func TestBadFiles(t *testing.T) {
	m := newModel(t, true, tensor.F32)
	a := attach(t, m, nil)
	shake(a)
	dir := save(t, a, lora.SaveOptions{})
	f := openWeights(t, dir)
	const layer = "base_model.model.model.layers.0."
	delete(f.tensors, layer+"self_attn.q_proj.lora_A.weight")
	f.tensors["base_model.model.model.layers.7.self_attn.q_proj.lora_A.weight"] = tensor.New(tensor.F32, 1, 1)
	f.tensors["evil\x1b[2J"] = tensor.New(tensor.F32, 1)
	f.tensors[layer+"self_attn.k_proj.lora_A.weight"] = tensor.New(tensor.F32, 4, 16) // another rank
	f.tensors[layer+"mlp.up_proj.lora_A.weight"] = tensor.New(tensor.I64, 3, 16)
	f.tensors[layer+"mlp.down_proj.lora_B.weight"].F32()[3] = float32(math.NaN())
	other := newModel(t, true, tensor.F32)
	plain := logits(t, other, prompt)
	_, err := lora.AttachSaved(other, a.Config, f, "some/file")
	var fe *lora.FileError
	require.True(t, errors.As(err, &fe), "%v", err)
	assert.Equal(t, []string{layer + "self_attn.q_proj.lora_A.weight"}, fe.Missing)
	assert.Len(t, fe.Unexpected, 2)
	assert.Len(t, fe.Misshapen, 2)
	assert.Equal(t, []string{layer + "mlp.down_proj.lora_B.weight"}, fe.NotFinite)
	assert.NotContains(t, err.Error(), "\x1b")
	assert.Contains(t, err.Error(), "some/file")
	assert.Equal(t, plain, logits(t, other, prompt))

	// A rank that only the configuration claims costs no memory.
	huge := a.Config
	huge.R = 1 << 16
	before := allocated()
	_, err = lora.AttachSaved(other, huge, openWeights(t, dir), "some/file")
	require.True(t, errors.As(err, &fe), "%v", err)
	assert.Len(t, fe.Misshapen, len(a.Parameters()))
	assert.Less(t, allocated()-before, uint64(4<<20))

	a.Parameters()[3].Data().F32()[0] = float32(math.Inf(1))
	err = a.Save(durable.Folder(dir), lora.SaveOptions{})
	require.True(t, errors.As(err, &fe), "%v", err)
	assert.Equal(t, []string{a.Parameters()[3].Name}, fe.NotFinite)

	require.NoError(t, os.Remove(filepath.Join(dir, lora.WeightsFile)))
	_, err = lora.Load(dir, other)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "adapter_model.bin"), []byte("PK"), 0o644))
	_, err = lora.Load(dir, other)
	require.ErrorContains(t, err, "pickle")
	_, err = lora.Load(t.TempDir(), other)
	require.ErrorContains(t, err, lora.ConfigFile)
}

func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// Spellings that other programs use.
func TestTolerantKeys(t *testing.T) {
	m := newModel(t, true, tensor.F32)
	a := attach(t, m, func(c *lora.Config) {
		c.TargetModules = lora.Modules{List: []string{"q_proj", "embed_tokens"}}
		c.ModulesToSave, c.UseDoRA = []string{"lm_head"}, true
	})
	shake(a)
	want := logits(t, m, prompt)
	tensors, metadata := a.Tensors(lora.SaveOptions{})
	odd := map[string]*tensor.Tensor{}
	for name, x := range tensors {
		switch {
		case strings.HasSuffix(name, "lora_A.weight"):
			name = strings.Replace(name, "lora_A.weight", "lora_A.default.weight", 1)
		case strings.HasSuffix(name, "lora_embedding_A"):
			name += ".default"
		case strings.HasSuffix(name, "magnitude_vector"):
			name += ".weight"
		case strings.HasSuffix(name, "lm_head.weight"):
			name = "base_model.model.lm_head.modules_to_save.default.weight"
		default:
			name = strings.TrimPrefix(name, "base_model.model.")
		}
		odd[name] = x
	}
	other := newModel(t, true, tensor.F32)
	_, err := lora.AttachSaved(other, a.Config, file{odd, metadata}, "x")
	require.NoError(t, err)
	assert.Equal(t, want, logits(t, other, prompt))
}

// PEFT can let the two sides of a tied adapter drift apart: then they are kept apart, as they were trained.
func TestDriftedTying(t *testing.T) {
	m := newModel(t, true, tensor.F32)
	a := attach(t, m, func(c *lora.Config) {
		c.TargetModules, c.EnsureWeightTying = lora.Modules{List: []string{"embed_tokens", "lm_head"}}, true
	})
	shake(a)
	tensors, metadata := a.Tensors(lora.SaveOptions{})
	tensors["base_model.model.lm_head.lora_A.weight"] = tensor.New(tensor.F32, 3, 16)
	b, err := lora.AttachSaved(newModel(t, true, tensor.F32), a.Config, file{tensors, metadata}, "x")
	require.NoError(t, err)
	assert.False(t, b.Config.EnsureWeightTying)
	assert.Contains(t, strings.Join(b.Warnings, " "), "kept apart")
	assert.Len(t, b.Parameters(), 4)
	assert.True(t, b.Untie())
}

func TestConflicts(t *testing.T) {
	for _, edit := range []func(*lora.Config){
		func(c *lora.Config) {
			c.TargetModules, c.TrainableTokens = lora.Modules{List: []string{"embed_tokens"}}, []lora.TokenSet{{IDs: []int32{1}}}
		},
		func(c *lora.Config) {
			c.ModulesToSave, c.TrainableTokens = []string{"lm_head"}, []lora.TokenSet{{IDs: []int32{1}}}
		},
		func(c *lora.Config) { c.TrainableTokens = []lora.TokenSet{{IDs: []int32{40}}} },
		func(c *lora.Config) {
			c.EnsureWeightTying = true
			c.TrainableTokens = []lora.TokenSet{{Module: "embed_tokens", IDs: []int32{1}}, {Module: "lm_head", IDs: []int32{2}}}
		},
		func(c *lora.Config) {
			c.TargetModules, c.EnsureWeightTying, c.UseDoRA = lora.Modules{List: []string{"embed_tokens"}}, true, true
		},
		func(c *lora.Config) { c.R = 0 },
	} {
		_, err := lora.Attach(newModel(t, true, tensor.F32), config(edit), seed)
		var ce *lora.ConfigError
		require.True(t, errors.As(err, &ce), "%v", err)
	}
}

// Half the size: bfloat16 in the file, float32 in memory.
func TestSaveAsBF16(t *testing.T) {
	m := newModel(t, true, tensor.BF16)
	a := attach(t, m, nil)
	shake(a)
	dir := save(t, a, lora.SaveOptions{DType: tensor.BF16})
	f, err := safetensors.Open(filepath.Join(dir, lora.WeightsFile))
	require.NoError(t, err)
	defer f.Close()
	for _, n := range f.Names() {
		info, _ := f.Info(n)
		assert.Equal(t, tensor.BF16, info.DType, n)
	}
	b, err := lora.Load(dir, newModel(t, true, tensor.BF16))
	require.NoError(t, err)
	for i, p := range a.Parameters() {
		assert.LessOrEqual(t, relative(b.Parameters()[i].Data().F32(), p.Data().F32()), 1.0/256, p.Name)
	}
	var c map[string]any
	require.NoError(t, json.Unmarshal(read(t, dir, lora.ConfigFile), &c))
	assert.Equal(t, true, c["inference_mode"])
	assert.Equal(t, lora.FormatVersion, c["peft_version"])
}
