package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"lapidary/finetune"
	"lapidary/tensor"
)

type mergeOptions struct {
	Model     string `json:"model"`
	Adapter   string `json:"adapter"`
	OutputDir string `json:"output_dir"`
	DType     string `json:"dtype"`
	Threads   int    `json:"threads"`
}

func mergeVerb() *cobra.Command {
	var o mergeOptions
	c := &cobra.Command{
		Use:     "merge --model DIR --adapter DIR --output-dir DIR",
		Short:   "Write a complete checkpoint with an adapter in its weights",
		Example: `  lapidary merge --model gemma-2-2b-it --adapter out --output-dir merged`,
		Args:    noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return merge(c.Context(), o)
		},
	}
	bindFlags(c.Flags(), &o)
	return c
}

func merge(ctx context.Context, o mergeOptions) error {
	if err := needFlags(given{"model", o.Model}, given{"adapter", o.Adapter}, given{"output-dir", o.OutputDir}); err != nil {
		return err
	}
	dtype, err := storage(o.DType)
	if err != nil {
		return err
	}
	s, err := openSession(o.Model, o.Adapter, finetune.Machine{Threads: o.Threads})
	if err != nil {
		return err
	}
	defer s.Close()
	untied, err := s.Merge(ctx, o.OutputDir, dtype)
	if err != nil {
		return saveFailed(err)
	}
	if untied {
		say("the head has weights of its own now: tie_word_embeddings is false")
	}
	say("wrote %s", o.OutputDir)
	return nil
}

// storage reads the name of a type that weights can be stored in; nothing means as they are.
func storage(name string) (tensor.DType, error) {
	switch name {
	case "":
		return tensor.Invalid, nil
	case "f32", "float32":
		return tensor.F32, nil
	case "bf16", "bfloat16":
		return tensor.BF16, nil
	case "f16", "float16":
		return tensor.F16, nil
	}
	return tensor.Invalid, usagef("--dtype %s is none of f32, bf16, f16", fmt.Sprintf("%q", name))
}
