package generate_test

import (
	"context"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/autograd"
	"lapidary/generate"
	"lapidary/internal/testshared"
	"lapidary/model/gemma2"
	"lapidary/tensor/safetensors"
)

// goldenDir is the model's testdata for the one kept there, and the shared folder for the others.
func goldenDir(t testing.TB, name string) string {
	dir := filepath.Join("..", "model", "gemma2", "testdata", name)
	if _, err := os.Stat(dir); err == nil {
		return dir
	}
	return testshared.Path(t, "golden/models/"+name)
}

func loadGolden(t testing.TB, name string) (m *gemma2.Model, prompt, output []int32) {
	dir := goldenDir(t, name)
	m, err := gemma2.Load(filepath.Join(dir, "model"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close()) })
	f, err := safetensors.Open(filepath.Join(dir, "greedy.safetensors"))
	require.NoError(t, err)
	defer f.Close()
	read := func(name string) (ids []int32) {
		x, err := f.Tensor(name)
		require.NoError(t, err)
		for i := range x.Len() {
			ids = append(ids, int32(binary.LittleEndian.Uint64(x.Bytes()[8*i:])))
		}
		return ids
	}
	return m, read("prompt"), read("output")
}

func newTape(t testing.TB, workers int) *autograd.Tape {
	tape := autograd.NewTape(newPool(t, workers))
	tape.Arena().Poison = true
	return tape
}

// transformers' generate(), token by token and past the window, alone and beside other texts.
func TestGreedyIsTransformers(t *testing.T) {
	for _, name := range []string{"quirks-f32", "nocap-f32", "untied-f32", "sharded-bf16"} {
		t.Run(name, func(t *testing.T) {
			m, prompt, output := loadGolden(t, name)
			o := generate.DefaultOptions()
			o.MaxNewTokens = len(output) - len(prompt)
			requests := []generate.Request{{Prompt: prompt}, {Prompt: prompt[:4]}, {Prompt: prompt}, {Prompt: prompt[3:9]}, {Prompt: prompt}}
			for places := 1; places <= 3; places++ {
				d := m.NewDecoder(newTape(t, 2), places, generate.Length(requests, o))
				results, err := generate.Run(context.Background(), d, places, requests, o, nil)
				require.NoError(t, err)
				for _, i := range []int{0, 2, 4} {
					require.Equal(t, output[len(prompt):], results[i].IDs, "%d places, request %d", places, i)
				}
			}
		})
	}
}

func TestSamplesOfAModelAreReproducible(t *testing.T) {
	m, prompt, _ := loadGolden(t, "quirks-f32")
	o := generate.Options{MaxNewTokens: 30, Temperature: 1, TopK: 50, TopP: 0.9, Seed: 11, VocabLimit: 300}
	var requests []generate.Request
	for i := range 6 {
		requests = append(requests, generate.Request{Prompt: prompt[:3+i], Key: uint64(i)})
	}
	var want []generate.Result
	for workers := 1; workers <= 3; workers++ {
		d := m.NewDecoder(newTape(t, workers), 2*workers, generate.Length(requests, o))
		got, err := generate.Run(context.Background(), d, 2*workers, requests, o, nil)
		require.NoError(t, err)
		if want == nil {
			want = got
		}
		require.Equal(t, want, got, "%d workers, seed 11", workers)
	}
	for _, r := range want {
		for _, id := range r.IDs {
			require.Less(t, id, int32(300))
		}
	}
}

func TestTooLongForTheDecoderIsAnError(t *testing.T) {
	m, prompt, _ := loadGolden(t, "quirks-f32")
	d := m.NewDecoder(newTape(t, 1), 1, len(prompt)+2)
	o := generate.DefaultOptions()
	results, err := generate.Run(context.Background(), d, 1, []generate.Request{{Prompt: prompt}}, o, nil)
	require.ErrorContains(t, err, "exceed the maximum")
	require.Len(t, results[0].IDs, 3)
}
