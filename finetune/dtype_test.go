package finetune

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/lora"
	"lapidary/model/gemma2"
	"lapidary/tensor"
	"lapidary/tensor/safetensors"
	"lapidary/train"
)

// With adapter_dtype bf16 the result is half as large and holds the checkpoint's values rounded; checkpoints stay f32.
func TestAdapterDType(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "rows.jsonl")
	require.NoError(t, os.WriteFile(data, []byte(`{"input_ids":[5,6,7,8,9,10,11,12]}`+"\n"), 0o644))
	out := filepath.Join(dir, "out")
	o := DefaultOptions()
	o.Model, o.Data, o.Train.OutputDir = filepath.Join("..", "model", "gemma2", "testdata", "quirks-f32", "model"), []string{data}, out
	o.Train.MaxSteps, o.Train.ReportTo, o.Adapter.DType = 2, "none", "bf16"
	job, err := Prepare(t.Context(), o)
	require.NoError(t, err)
	defer job.Close()
	_, err = job.Run(t.Context(), train.Hooks{})
	require.NoError(t, err)
	result, err := safetensors.Open(filepath.Join(out, lora.WeightsFile))
	require.NoError(t, err)
	defer result.Close()
	kept, err := safetensors.Open(filepath.Join(out, "checkpoint-2", lora.WeightsFile))
	require.NoError(t, err)
	defer kept.Close()
	require.NotEmpty(t, result.Names())
	require.Equal(t, kept.Names(), result.Names())
	for _, name := range result.Names() {
		a, err := result.Tensor(name)
		require.NoError(t, err)
		b, err := kept.Tensor(name)
		require.NoError(t, err)
		require.Equal(t, tensor.BF16, a.DType())
		require.Equal(t, tensor.F32, b.DType())
		require.Equal(t, b.Len()*2, len(a.Bytes()))
	}
	m, err := gemma2.Load(o.Model)
	require.NoError(t, err)
	defer m.Close()
	_, err = lora.Load(out, m)
	require.NoError(t, err)

	o.Adapter.DType = "int3"
	require.ErrorContains(t, o.Validate(), `adapter_dtype: "int3" is none of f32, bf16, f16`)
}
