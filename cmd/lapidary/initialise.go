package main

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/spf13/cobra"

	"lapidary/internal/durable"
	"lapidary/model/gemma2"
	"lapidary/tensor"
	"lapidary/tokenizer"
)

type initOptions struct {
	Shape     string `json:"shape"`
	OutputDir string `json:"output_dir"`
	Tokenizer string `json:"tokenizer"`
	DType     string `json:"dtype"`
	Seed      uint64 `json:"seed"`

	// What differs from the named shape; zero keeps it.
	HiddenSize            int     `json:"hidden_size"`
	IntermediateSize      int     `json:"intermediate_size"`
	NumHiddenLayers       int     `json:"num_hidden_layers"`
	NumAttentionHeads     int     `json:"num_attention_heads"`
	NumKeyValueHeads      int     `json:"num_key_value_heads"`
	HeadDim               int     `json:"head_dim"`
	QueryPreAttnScalar    float64 `json:"query_pre_attn_scalar"`
	VocabSize             int     `json:"vocab_size"`
	SlidingWindow         int     `json:"sliding_window"`
	MaxPositionEmbeddings int     `json:"max_position_embeddings"`
}

func initVerb() *cobra.Command {
	o := initOptions{Shape: "tiny", DType: "bf16", Seed: 42}
	c := &cobra.Command{
		Use:   "init --output-dir DIR",
		Short: "Write a random checkpoint of a named or given shape, with a tokenizer",
		Long:  "Write a random checkpoint of a named or given shape, with a tokenizer.\n\nShapes: " + strings.Join(gemma2.PresetNames(), ", ") + ".",
		Example: `  lapidary init --shape tiny --output-dir tiny
  lapidary init --shape gemma-2-2b --tokenizer gemma-2-2b-it --output-dir random-2b
  lapidary init --shape tiny --hidden-size 192 --num-hidden-layers 6 --output-dir larger`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return initialise(c.Context(), o)
		},
	}
	bindFlags(c.Flags(), &o)
	return c
}

func initialise(ctx context.Context, o initOptions) error {
	if err := needFlags(given{"output-dir", o.OutputDir}); err != nil {
		return err
	}
	dtype, err := storage(o.DType)
	if err != nil {
		return err
	}
	var negative []string
	optionFields(&o, func(name string, field reflect.Value) {
		if field.CanInt() && field.Int() < 0 || field.CanFloat() && !(field.Float() >= 0) {
			negative = append(negative, fmt.Sprintf("--%s %v is not positive", strings.ReplaceAll(name, "_", "-"), field))
		}
	})
	if len(negative) > 0 {
		return usagef("%s", strings.Join(negative, "; "))
	}
	cfg, ok := gemma2.Preset(o.Shape)
	if !ok {
		return usagef("--shape %q is not known%s; there are %s", o.Shape, didYouMean(o.Shape, gemma2.PresetNames()), strings.Join(gemma2.PresetNames(), ", "))
	}
	tok, err := initTokenizer(o)
	if err != nil {
		return err
	}
	o.change(&cfg, tok)
	if err := cfg.Validate(); err != nil {
		return coded{exitUsage, err}
	}
	dir, err := durable.CreateDir(o.OutputDir)
	if err != nil {
		return saveFailed(err)
	}
	if err := writeInitial(ctx, dir, cfg, tok, o.Seed, dtype); err != nil {
		return saveFailed(errors.Join(err, dir.Abort()))
	}
	if err := dir.Commit(); err != nil {
		return saveFailed(errors.Join(err, dir.Abort()))
	}
	say("wrote %s: %d layers of width %d, vocabulary %d, %.1f million parameters in %v", o.OutputDir,
		cfg.NumHiddenLayers, cfg.HiddenSize, cfg.VocabSize, float64(cfg.NumParameters())/1e6, dtype)
	return nil
}

func writeInitial(ctx context.Context, dir *durable.Dir, cfg gemma2.Config, tok *tokenizer.Tokenizer, seed uint64, dtype tensor.DType) error {
	if err := gemma2.Initialise(dir, cfg, seed, gemma2.SaveOptions{DType: dtype, Poll: ctx.Err}); err != nil {
		return err
	}
	if tok == nil {
		return nil
	}
	return tok.SaveTo(dir)
}

// tinyVocab is the size of the built-in tokenizer: every byte, the special tokens, and the commonest pieces.
const tinyVocab = 768

// initTokenizer is the one named, or for small shapes the built-in one. The published shapes need a published
// tokenizer: without one the checkpoint takes token ids.
func initTokenizer(o initOptions) (*tokenizer.Tokenizer, error) {
	if o.Tokenizer == "" {
		if strings.HasPrefix(o.Shape, "gemma-") {
			return nil, nil
		}
		tok, _, err := tokenizer.Tiny(tinyVocab)
		return tok, err
	}
	tok, err := tokenizer.Load(o.Tokenizer)
	return tok, badInput(err)
}

// change applies what was given besides the shape's name.
func (o initOptions) change(c *gemma2.Config, tok *tokenizer.Tokenizer) {
	if tok != nil {
		c.VocabSize = tok.VocabSize()
	}
	for _, f := range []struct {
		to   *int
		want int
	}{
		{&c.HiddenSize, o.HiddenSize}, {&c.IntermediateSize, o.IntermediateSize}, {&c.NumAttentionHeads, o.NumAttentionHeads},
		{&c.NumKeyValueHeads, o.NumKeyValueHeads}, {&c.HeadDim, o.HeadDim}, {&c.VocabSize, o.VocabSize},
		{&c.SlidingWindow, o.SlidingWindow}, {&c.MaxPositionEmbeddings, o.MaxPositionEmbeddings},
	} {
		if f.want > 0 {
			*f.to = f.want
		}
	}
	if o.QueryPreAttnScalar > 0 {
		c.QueryPreAttnScalar = o.QueryPreAttnScalar
	}
	if o.NumHiddenLayers > 0 {
		c.SetLayers(o.NumHiddenLayers)
	}
}
