package finetune_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/finetune"
	"lapidary/model/gemma2"
	"lapidary/tensor"
)

// A budget that cannot be kept is refused with what the least step takes, and one a little larger is kept by computing
// blocks again, which changes no bit of the loss.
func TestStepKeepsToItsBudget(t *testing.T) {
	c, _ := gemma2.Preset("tiny")
	c.VocabSize, c.HiddenSize, c.IntermediateSize = 2000, 128, 512
	c.SetLayers(8)
	b := finetune.StepBench{Config: c, DType: tensor.BF16, Tokens: 512, Documents: 1, Labels: 1, Steps: 1,
		Adapter: finetune.DefaultOptions().Adapter, Machine: finetune.Machine{Threads: 2}}
	free, err := b.Run(t.Context())
	require.NoError(t, err)
	require.Zero(t, free.Recomputed)

	b.Machine.MaxMemory = "1MB"
	_, err = b.Run(t.Context())
	var refused *finetune.MemoryError
	require.ErrorAs(t, err, &refused)
	require.ErrorContains(t, err, "--max-memory")
	require.Equal(t, c.NumHiddenLayers, refused.Plan.Recomputed)

	// What the process holds already differs from run to run: a tenth more is room for that, and not for all blocks.
	b.Machine.MaxMemory = fmt.Sprintf("%dB", refused.Plan.Total*11/10)
	kept, err := b.Run(t.Context())
	require.NoError(t, err)
	require.Positive(t, kept.Recomputed)
	require.Equal(t, free.Loss, kept.Loss)
}
