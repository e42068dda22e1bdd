package gemma2

import (
	"maps"
	"slices"
)

// Shapes that a random checkpoint can be made in: the published ones, and small ones for trying things out. The small
// ones keep what the 2b shape hides: heads x head_dim differs from the width, and the window is shorter than a text.
var presets = map[string]func(*Config){
	"gemma-2-2b": func(*Config) {},
	"gemma-2-9b": func(c *Config) {
		c.HiddenSize, c.IntermediateSize, c.NumHiddenLayers = 3584, 14336, 42
		c.NumAttentionHeads, c.NumKeyValueHeads = 16, 8
	},
	"gemma-2-27b": func(c *Config) {
		c.HiddenSize, c.IntermediateSize, c.NumHiddenLayers = 4608, 36864, 46
		c.NumAttentionHeads, c.NumKeyValueHeads, c.HeadDim, c.QueryPreAttnScalar = 32, 16, 128, 144
	},
	"small": func(c *Config) {
		c.HiddenSize, c.IntermediateSize, c.NumHiddenLayers = 256, 1024, 6
		c.NumAttentionHeads, c.NumKeyValueHeads, c.HeadDim, c.QueryPreAttnScalar = 8, 4, 48, 48
		c.MaxPositionEmbeddings, c.SlidingWindow = 4096, 512
	},
	"tiny": func(c *Config) {
		c.HiddenSize, c.IntermediateSize, c.NumHiddenLayers = 128, 512, 4
		c.NumAttentionHeads, c.NumKeyValueHeads, c.HeadDim, c.QueryPreAttnScalar = 4, 2, 48, 48
		c.MaxPositionEmbeddings, c.SlidingWindow = 4096, 256
	},
}

// Preset returns the configuration of a named shape, with the vocabulary of the published models. Any
// field may be changed; the kinds of layers follow their number.
func Preset(name string) (Config, bool) {
	change, ok := presets[name]
	if !ok {
		return Config{}, false
	}
	c := DefaultConfig()
	change(&c)
	return c, true
}

// PresetNames lists the named shapes.
func PresetNames() []string { return slices.Sorted(maps.Keys(presets)) }

// SetLayers changes the number of layers; windows alternate as in every published model.
func (c *Config) SetLayers(n int) { c.NumHiddenLayers, c.LayerTypes = n, nil }
