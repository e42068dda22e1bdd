package gemma2

import (
	"fmt"
	"strings"
)

// spec is one tensor of a checkpoint.
type spec struct {
	name  string
	shape []int
	norm  bool
}

func (s spec) len() int64 {
	n := int64(1)
	for _, d := range s.shape {
		n *= int64(d)
	}
	return n
}

// Module paths, as in transformers' Gemma2ForCausalLM. A weight is its module's path and ".weight".
const (
	embedPath = "model.embed_tokens"
	normPath  = "model.norm"
	headPath  = "lm_head"
)

func layerPath(layer int, module string) string {
	return fmt.Sprintf("model.layers.%d.%s", layer, module)
}

// tensors lists the checkpoint in the order of the modules. A tied head has no tensor.
func (c *Config) tensors() []spec {
	h, f, q, k := c.HiddenSize, c.IntermediateSize, c.QueryWidth(), c.KeyWidth()
	list := []spec{{name: embedPath + ".weight", shape: []int{c.VocabSize, h}}}
	for l := range c.NumHiddenLayers {
		weight := func(module string, shape ...int) {
			list = append(list, spec{layerPath(l, module) + ".weight", shape, len(shape) == 1})
		}
		weight("self_attn.q_proj", q, h)
		weight("self_attn.k_proj", k, h)
		weight("self_attn.v_proj", k, h)
		weight("self_attn.o_proj", h, q)
		weight("mlp.gate_proj", f, h)
		weight("mlp.up_proj", f, h)
		weight("mlp.down_proj", h, f)
		weight("input_layernorm", h)
		weight("post_attention_layernorm", h)
		weight("pre_feedforward_layernorm", h)
		weight("post_feedforward_layernorm", h)
	}
	list = append(list, spec{normPath + ".weight", []int{h}, true})
	if !c.TieWordEmbeddings {
		list = append(list, spec{name: headPath + ".weight", shape: []int{c.VocabSize, h}})
	}
	return list
}

// ignored reports tensors that a checkpoint may hold and nobody reads: tables of very old exports, and a copy of the
// embedding beside a tied head (transformers ties anyway, the embedding wins).
func (c *Config) ignored(name string) bool {
	return strings.HasSuffix(name, ".rotary_emb.inv_freq") || (c.TieWordEmbeddings && name == headPath+".weight")
}
