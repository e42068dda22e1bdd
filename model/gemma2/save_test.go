package gemma2

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/autograd/nn"
	"lapidary/internal/durable"
	"lapidary/kernels"
	"lapidary/tensor"
)

func reload(t testing.TB, dir string) *Model {
	m, err := Load(dir)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close()) })
	return m
}

func TestSavedGoldensAreTheBytesOfTransformers(t *testing.T) {
	for _, g := range goldens {
		t.Run(g.name, func(t *testing.T) {
			from, to := filepath.Join(goldenDir(t, g.name), "model"), t.TempDir()
			m := reload(t, from)
			shard := int64(0)
			if g.name == "sharded-bf16" {
				shard = 100_000
			}
			require.NoError(t, m.Save(durable.Folder(to), SaveOptions{MaxShardBytes: shard}))
			again := reload(t, to)
			for i, p := range m.Parameters() {
				require.Equal(t, p.Data(), again.Parameters()[i].Data(), p.Name)
			}
			require.Equal(t, m.StopIDs(), again.StopIDs())
			equalFiles(t, from, to, generationName)
			if shard == 0 {
				equalFiles(t, from, to, "model.safetensors")
			} else {
				require.NoFileExists(t, filepath.Join(to, "model.safetensors"))
				require.FileExists(t, filepath.Join(to, "model-00001-of-00002.safetensors"))
			}
		})
	}
}

func equalFiles(t testing.TB, a, b, name string) {
	x, err := os.ReadFile(filepath.Join(a, name))
	require.NoError(t, err)
	y, err := os.ReadFile(filepath.Join(b, name))
	require.NoError(t, err)
	require.Equal(t, x, y, name)
}

func TestSaveInAnotherType(t *testing.T) {
	m, dir := loadGolden(t, "quirks-f32"), t.TempDir()
	require.NoError(t, m.Save(durable.Folder(dir), SaveOptions{DType: tensor.BF16}))
	again := reload(t, dir)
	require.Equal(t, tensor.BF16, again.Config.DType)
	for i, p := range m.Parameters() {
		for j, v := range p.Data().F32() {
			require.Equal(t, kernels.F32ToBF16(v), again.Parameters()[i].Data().U16()[j])
		}
	}
}

func TestTiedAndUntiedHeadsAreSavedAsTheyAre(t *testing.T) {
	m, dir := loadGolden(t, "quirks-f32"), t.TempDir()
	require.NoError(t, m.Save(durable.Folder(dir), SaveOptions{}))
	again := reload(t, dir)
	require.True(t, again.Config.TieWordEmbeddings)
	require.Len(t, again.Parameters(), 46)

	require.NoError(t, m.Untie())
	double := func(p *nn.Parameter) (*tensor.Tensor, error) {
		x := p.Data().Clone()
		if p.Name == "lm_head.weight" {
			for i := range x.F32() {
				x.F32()[i] *= 2
			}
		}
		return x, nil
	}
	require.NoError(t, m.Save(durable.Folder(dir), SaveOptions{Weight: double}))
	again = reload(t, dir)
	require.False(t, again.Config.TieWordEmbeddings)
	require.Equal(t, 2*m.Parameters()[0].Data().F32()[77], again.Parameters()[46].Data().F32()[77])
}

func TestAFailingWeightLeavesNoWeightsBehind(t *testing.T) {
	m, dir, broken := loadGolden(t, "quirks-f32"), t.TempDir(), errors.New("broken")
	err := m.Save(durable.Folder(dir), SaveOptions{Weight: func(p *nn.Parameter) (*tensor.Tensor, error) {
		if p.Name == "model.norm.weight" {
			return nil, broken
		}
		return p.Data(), nil
	}})
	require.ErrorIs(t, err, broken)
	require.NoFileExists(t, filepath.Join(dir, "model.safetensors"))
	err = m.Save(durable.Folder(dir), SaveOptions{Weight: func(*nn.Parameter) (*tensor.Tensor, error) { return tensor.New(tensor.F32, 3), nil }})
	require.ErrorContains(t, err, "F32 [3]")
}

func TestInitialiseIsNewRandom(t *testing.T) {
	for _, d := range []tensor.DType{tensor.F32, tensor.BF16} {
		c, dir := tinyConfig(false), t.TempDir()
		c.VocabSize = 9000 // more than one piece
		require.NoError(t, Initialise(durable.Folder(dir), c, 7, SaveOptions{DType: d, MaxShardBytes: 1 << 20}))
		want, err := NewRandom(c, 7, d)
		require.NoError(t, err)
		got := reload(t, dir)
		require.Equal(t, d, got.Config.DType)
		for i, p := range want.Parameters() {
			require.Equal(t, p.Data(), got.Parameters()[i].Data(), p.Name)
		}
		require.Equal(t, []int32{1}, got.StopIDs())
	}
	deep, dir := tinyConfig(true), t.TempDir()
	deep.NumHiddenLayers, deep.LayerTypes = 5, nil
	require.NoError(t, Initialise(durable.Folder(dir), deep, 7, SaveOptions{}))
	require.Equal(t, alternating(5), reload(t, dir).Config.LayerTypes, "layers alternate unless told otherwise")
	bad := tinyConfig(true)
	bad.HeadDim = 3
	require.Error(t, Initialise(durable.Folder(t.TempDir()), bad, 7, SaveOptions{}))
}

func TestStopIDsComeFromTheGenerationConfig(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, Initialise(durable.Folder(dir), tinyConfig(true), 7, SaveOptions{}))
	write := func(text string) {
		require.NoError(t, durable.WriteFile(filepath.Join(dir, generationName), func(w io.Writer) error { return copyAll(w, []byte(text)) }, 0o644))
	}
	write(`{"eos_token_id":[1,107],"temperature":0.5}`)
	m := reload(t, dir)
	require.Equal(t, []int32{1, 107}, m.StopIDs())
	require.NoError(t, m.Save(durable.Folder(dir), SaveOptions{}))
	require.Equal(t, []int32{1, 107}, reload(t, dir).StopIDs(), "kept")
	write(`{"eos_token_id":"x"}`)
	_, err := Load(dir)
	var e *ConfigError
	require.ErrorAs(t, err, &e)
	require.Contains(t, err.Error(), generationName)
	require.Contains(t, err.Error(), "eos_token_id")
	require.NoError(t, os.Remove(filepath.Join(dir, generationName)))
	require.Equal(t, []int32{1}, reload(t, dir).StopIDs())
}

// A full fine-tuning run that is saved as float32 and restored has the same bits.
func TestRestore(t *testing.T) {
	m, dir := loadGolden(t, "sharded-bf16"), t.TempDir()
	require.Error(t, m.Restore(filepath.Join(goldenDir(t, "sharded-bf16"), "model")), "frozen")
	m.TrainAll()
	for _, p := range m.Parameters() {
		p.Data().F32()[0] += 1e-7
	}
	require.NoError(t, m.Save(durable.Folder(dir), SaveOptions{}))
	again := loadGolden(t, "sharded-bf16")
	again.TrainAll()
	require.NoError(t, again.Restore(dir))
	for i, p := range m.Parameters() {
		equalBits(t, p.Name, p.Data().F32(), again.Parameters()[i].Data().F32())
	}
	other, err := NewRandom(tinyConfig(true), 1, tensor.F32)
	require.NoError(t, err)
	other.TrainAll()
	var e *WeightsError
	require.ErrorAs(t, other.Restore(dir), &e)
}

// A write that is asked to stop ends with the error it was given, before the next piece.
func TestPollEndsWriting(t *testing.T) {
	stop := errors.New("enough")
	asked := 0
	poll := func() error {
		if asked++; asked > 3 {
			return stop
		}
		return nil
	}
	c, _ := Preset("tiny")
	d, err := durable.CreateDir(filepath.Join(t.TempDir(), "out"))
	require.NoError(t, err)
	require.ErrorIs(t, Initialise(d, c, 1, SaveOptions{DType: tensor.F32, Poll: poll}), stop)
	require.Equal(t, 4, asked)
	require.NoError(t, d.Abort())
	m, err := NewRandom(c, 1, tensor.F32)
	require.NoError(t, err)
	asked = 0
	d, err = durable.CreateDir(filepath.Join(t.TempDir(), "out"))
	require.NoError(t, err)
	require.ErrorIs(t, m.Save(d, SaveOptions{Poll: poll}), stop)
	require.Equal(t, 4, asked)
	require.NoError(t, d.Abort())
}
