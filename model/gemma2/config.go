package gemma2

import (
	"fmt"
	"math"
	"strings"

	"lapidary/internal/bound"
	"lapidary/tensor"
)

// The two kinds of layer, as config.json's layer_types spells them.
const (
	SlidingAttention = "sliding_attention"
	FullAttention    = "full_attention"
)

// Config is config.json; the fields have its names. A soft cap of zero means that there is none (null in the file).
type Config struct {
	VocabSize             int
	HiddenSize            int
	IntermediateSize      int
	NumHiddenLayers       int
	NumAttentionHeads     int
	NumKeyValueHeads      int
	HeadDim               int
	MaxPositionEmbeddings int
	SlidingWindow         int
	LayerTypes            []string // nil: alternating, the window first

	QueryPreAttnScalar    float64
	AttnLogitSoftcapping  float64
	FinalLogitSoftcapping float64
	RopeTheta             float64
	RMSNormEps            float64
	InitializerRange      float64

	TieWordEmbeddings                  bool
	PadTokenID, EOSTokenID, BOSTokenID TokenIDs
	DType                              tensor.DType // of the stored weights; Invalid where the file does not say

	other map[string]rawJSON // fields of the file that mean nothing here, kept for Save
}

// TokenIDs is a token id field: a number, a list of numbers, or null.
type TokenIDs []int

// ConfigError reports everything that is wrong with a config.json.
type ConfigError struct {
	Path     string
	Problems []FieldError
}

// FieldError is what is wrong with one field.
type FieldError struct{ Field, Problem string }

func (e *ConfigError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.Field + ": " + p.Problem
	}
	return fmt.Sprintf("%s: %s", e.Path, strings.Join(lines, "; "))
}

// DefaultConfig is the class default of transformers' Gemma2Config, which is the shape of Gemma-2 2b: what a key that
// the file lacks means.
func DefaultConfig() Config {
	return Config{
		VocabSize: 256000, HiddenSize: 2304, IntermediateSize: 9216, NumHiddenLayers: 26,
		NumAttentionHeads: 8, NumKeyValueHeads: 4, HeadDim: 256,
		MaxPositionEmbeddings: 8192, SlidingWindow: 4096,
		QueryPreAttnScalar: 256, AttnLogitSoftcapping: 50, FinalLogitSoftcapping: 30,
		RopeTheta: 10000, RMSNormEps: 1e-6, InitializerRange: 0.02,
		TieWordEmbeddings: true, PadTokenID: TokenIDs{0}, EOSTokenID: TokenIDs{1}, BOSTokenID: TokenIDs{2},
	}
}

// alternating gives even layers the window and odd layers everything before them.
func alternating(layers int) []string {
	types := make([]string, layers)
	for i := range types {
		if types[i] = SlidingAttention; i%2 == 1 {
			types[i] = FullAttention
		}
	}
	return types
}

// Limits on what a configuration may claim: far above any Gemma, far below what could exhaust memory or overflow.
const (
	maxLayers    = 1 << 10
	maxWidth     = 1 << 20
	maxHeads     = 1 << 12
	maxHeadDim   = 1 << 12
	maxVocab     = 1 << 24
	maxPositions = 1 << 28
)

// check returns what is wrong with the values, field by field.
func (c *Config) check() (problems []FieldError) {
	bad := func(field, format string, args ...any) {
		problems = append(problems, FieldError{field, fmt.Sprintf(format, args...)})
	}
	for _, f := range []struct {
		name     string
		v, limit int
	}{
		{"vocab_size", c.VocabSize, maxVocab}, {"hidden_size", c.HiddenSize, maxWidth},
		{"intermediate_size", c.IntermediateSize, maxWidth}, {"num_hidden_layers", c.NumHiddenLayers, maxLayers},
		{"num_attention_heads", c.NumAttentionHeads, maxHeads}, {"num_key_value_heads", c.NumKeyValueHeads, maxHeads},
		{"head_dim", c.HeadDim, maxHeadDim}, {"max_position_embeddings", c.MaxPositionEmbeddings, maxPositions},
		{"sliding_window", c.SlidingWindow, maxPositions},
	} {
		if f.v < 1 || f.v > f.limit {
			bad(f.name, "%d is not between 1 and %d", f.v, f.limit)
		}
	}
	for _, f := range []struct {
		name string
		v    float64
		zero bool // whether zero is a value
	}{
		{"query_pre_attn_scalar", c.QueryPreAttnScalar, false}, {"rope_theta", c.RopeTheta, false},
		{"rms_norm_eps", c.RMSNormEps, false}, {"initializer_range", c.InitializerRange, true},
		{"attn_logit_softcapping", c.AttnLogitSoftcapping, true}, {"final_logit_softcapping", c.FinalLogitSoftcapping, true},
	} {
		if !(f.v >= 0) || math.IsInf(f.v, 0) || (f.v == 0 && !f.zero) {
			bad(f.name, "%v is not a positive number", f.v)
		}
	}
	if len(problems) > 0 {
		return problems
	}
	if c.HeadDim%2 != 0 {
		bad("head_dim", "%d is odd; rotary embedding pairs its halves", c.HeadDim)
	}
	if c.NumAttentionHeads%c.NumKeyValueHeads != 0 {
		bad("num_key_value_heads", "%d does not divide num_attention_heads %d", c.NumKeyValueHeads, c.NumAttentionHeads)
	}
	if c.LayerTypes != nil && len(c.LayerTypes) != c.NumHiddenLayers {
		bad("layer_types", "%d entries for %d layers", len(c.LayerTypes), c.NumHiddenLayers)
	}
	for i, kind := range c.LayerTypes {
		if kind != SlidingAttention && kind != FullAttention {
			bad("layer_types", "entry %d is %q, not %s or %s", i, bound.Escape(kind, 40), SlidingAttention, FullAttention)
			break
		}
	}
	return problems
}

// Validate reports values with which no model can be built, all at once.
func (c *Config) Validate() error {
	if problems := c.check(); len(problems) > 0 {
		return &ConfigError{Path: "model configuration", Problems: problems}
	}
	return nil
}

// complete validates and fills in what nil stands for.
func (c *Config) complete() error {
	if err := c.Validate(); err != nil {
		return err
	}
	if c.LayerTypes == nil {
		c.LayerTypes = alternating(c.NumHiddenLayers)
	}
	return nil
}

// QueryWidth is the number of columns of all query heads together; it need not equal HiddenSize.
func (c *Config) QueryWidth() int { return c.NumAttentionHeads * c.HeadDim }

// KeyWidth is the number of columns of all key heads together.
func (c *Config) KeyWidth() int { return c.NumKeyValueHeads * c.HeadDim }

// NumParameters counts the weights; a tied head counts once.
func (c *Config) NumParameters() int64 {
	var n int64
	for _, s := range c.tensors() {
		n += s.len()
	}
	return n
}
