package finetune_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/autograd"
	"lapidary/autograd/nn"
	"lapidary/kernels"
	"lapidary/lora"
	"lapidary/model/gemma2"
	"lapidary/tensor"
)

// What a step with an adapter really takes from the arena is what was planned for it, whatever is adapted.
func TestMemoryOfAdapters(t *testing.T) {
	all := []string{"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"}
	for name, change := range map[string]func(c *lora.Config){
		"all":     func(c *lora.Config) { c.TargetModules.List = all },
		"rank 64": func(c *lora.Config) { c.TargetModules.List, c.R = all, 64 },
		"no dropout": func(c *lora.Config) {
			c.TargetModules.List, c.LoraDropout = all, 0
		},
		"q and v":      func(c *lora.Config) { c.TargetModules.List = []string{"q_proj", "v_proj"} },
		"down":         func(c *lora.Config) { c.TargetModules.List = []string{"down_proj"} },
		"last layers":  func(c *lora.Config) { c.TargetModules.List, c.LayersToTransform = all, []int{6, 7} },
		"last layer":   func(c *lora.Config) { c.TargetModules.List, c.LayersToTransform = all, []int{7} },
		"dora":         func(c *lora.Config) { c.TargetModules.List, c.UseDoRA = all, true },
		"with tables":  func(c *lora.Config) { c.TargetModules.List = append([]string{"embed_tokens", "lm_head"}, all...) },
		"the head":     func(c *lora.Config) { c.TargetModules.List = []string{"lm_head"} },
		"token rows":   func(c *lora.Config) { c.TrainableTokens = []lora.TokenSet{{IDs: []int32{5, 9}}} },
		"whole module": func(c *lora.Config) { c.TargetModules.List, c.ModulesToSave = all, []string{"lm_head"} },
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := gemma2.Preset("tiny")
			c.VocabSize, c.HiddenSize, c.IntermediateSize = 3000, 96, 384
			c.SetLayers(8)
			m, err := gemma2.NewRandom(c, 1, tensor.BF16)
			require.NoError(t, err)
			cfg := lora.DefaultConfig()
			cfg.R, cfg.LoraDropout = 16, 0.1
			change(&cfg)
			_, err = lora.Attach(m, cfg, 1)
			require.NoError(t, err)
			pool := kernels.NewPool(2)
			defer pool.Close()
			ids, labels := make([]int32, 300), make([]int32, 300)
			for i := range ids {
				ids[i], labels[i] = int32(3+i), nn.Ignore
				if i >= 200 {
					labels[i] = ids[i]
				}
			}
			for _, act := range []tensor.DType{tensor.F32, tensor.BF16} {
				for _, recomputed := range []int{0, 5, 8} {
					m.Recompute = make([]bool, 8)
					for i := range recomputed {
						m.Recompute[i] = true
					}
					tape := autograd.NewTape(pool)
					tape.SetActivations(act)
					tape.SetKey(1)
					loss, _ := m.Loss(tape, nn.NewBatch([][]int32{ids}, [][]int32{labels}), 1)
					tape.Backward(loss)
					took := tape.Arena().Bytes()
					s := gemma2.StepShape{Activations: act, Tokens: 300, Labels: 100, Rank: cfg.R, Dropout: cfg.LoraDropout > 0, DoRA: cfg.UseDoRA}
					memory := m.Memory(s)
					planned := memory.Step(m.Recompute)
					t.Logf("%v, %d again: took %d, planned %d (%.3f)", act, recomputed, took, planned, float64(planned)/float64(took))
					require.LessOrEqual(t, took, planned*105/100)
					require.GreaterOrEqual(t, took, planned*85/100)
				}
			}
		})
	}
}
