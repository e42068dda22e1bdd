package train_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/autograd"
	"lapidary/autograd/nn"
	"lapidary/data"
	"lapidary/kernels"
	"lapidary/tensor"
	"lapidary/train"
)

const (
	toyVocab = 23
	toyWidth = 12
	toyFile  = "toy.bin"
)

// toy predicts the next token from the present one: embedding, a projection with dropout, a head. It has what matters
// to a loop: parameters of three kinds, randomness, files.
type toy struct {
	embed, mid, head *nn.Parameter
	dropout          float32

	beforeLoss func(t *autograd.Tape, m *toy) // tests spoil things here
	lossFactor func(sum float64) float64      // and here
	saveErr    func() error
}

func newToy(dropout float32) *toy {
	param := func(name string, key uint64, rows, cols int) *nn.Parameter {
		x := tensor.New(tensor.F32, rows, cols)
		kernels.FillNormal(x.F32(), 0, 0.3, key)
		return nn.NewTrained(name, x)
	}
	return &toy{
		embed: param("embed.weight", 1, toyVocab, toyWidth), mid: param("mid.lora_A.weight", 2, toyWidth, toyWidth),
		head: param("head.weight", 3, toyVocab, toyWidth), dropout: dropout,
	}
}

func (m *toy) Parameters() []*nn.Parameter {
	frozen := nn.NewParameter("frozen.weight", tensor.New(tensor.BF16, 2, 2))
	return []*nn.Parameter{m.embed, frozen, m.mid, m.head}
}

func (m *toy) Loss(t *autograd.Tape, b nn.Batch, scale float32) (*autograd.Var, float64) {
	if m.beforeLoss != nil {
		m.beforeLoss(t, m)
	}
	rate := m.dropout
	if !t.Recording() {
		rate = 0
	}
	h := autograd.Embedding(t, m.embed.Var, b.IDs, 1, -1)
	x := autograd.DropoutLinear(t, h, m.mid.Var, rate, t.Key(7))
	rows, targets := b.Targets()
	l := autograd.Loss{
		Rows: rows, Targets: targets, Weights: b.TargetWeights(), Losses: make([]float32, len(rows)), Scale: scale, Cap: 30, Chunk: 5,
	}
	loss := autograd.CrossEntropy(t, x, &nn.Linear{Weight: m.head, F32: true}, l)
	sum := l.Sum()
	if m.lossFactor != nil {
		sum = m.lossFactor(sum)
	}
	return loss, sum
}

func (m *toy) trained() []*nn.Parameter { return []*nn.Parameter{m.embed, m.mid, m.head} }

func (m *toy) Save(files train.Files) error {
	if m.saveErr != nil {
		if err := m.saveErr(); err != nil {
			return err
		}
	}
	return files.WriteFile(toyFile, func(w io.Writer) error {
		for _, p := range m.trained() {
			if _, err := w.Write(p.Data().Bytes()); err != nil {
				return err
			}
		}
		return nil
	})
}

func (m *toy) Restore(dir string) error {
	raw, err := os.ReadFile(filepath.Join(dir, toyFile))
	if err != nil {
		return err
	}
	for _, p := range m.trained() {
		n := 4 * p.Data().Len()
		if len(raw) < n {
			return fmt.Errorf("%s: too short", toyFile)
		}
		if err := binary.Read(bytes.NewReader(raw[:n]), binary.LittleEndian, p.Data().F32()); err != nil {
			return err
		}
		raw = raw[n:]
	}
	return nil
}

func (m *toy) bits() string {
	var s []byte
	for _, p := range m.trained() {
		s = append(s, p.Data().Bytes()...)
	}
	return string(s)
}

// toyRows are documents of unequal length; each token is followed by a fixed successor most of the time.
func toyRows(n int, seed uint64) train.Rows {
	rows := make(train.Rows, n)
	at := uint64(0)
	draw := func(k int) int { at++; return int(kernels.Hash64(seed, at) % uint64(k)) }
	for i := range rows {
		e := data.Example{Source: data.Source{File: "toy.jsonl", Line: i + 1}}
		id := int32(draw(toyVocab))
		for j := range 3 + draw(14) {
			label := id
			if j < 2 || draw(5) == 0 {
				label = data.Ignore
			}
			e.IDs, e.Labels = append(e.IDs, id), append(e.Labels, label)
			if id = (id*5 + 3) % toyVocab; draw(8) == 0 {
				id = int32(draw(toyVocab))
			}
		}
		rows[i] = e
	}
	return rows
}

// toyConfig has what makes resuming hard: accumulation, a short last group, several epochs, shuffling, evaluations and
// checkpoints at different intervals.
func toyConfig(dir string) train.Config {
	cfg := train.DefaultConfig()
	cfg.OutputDir, cfg.NumTrainEpochs = dir, 2.5
	cfg.PerDeviceTrainBatchSize, cfg.GradientAccumulationSteps = 2, 3
	cfg.LearningRate, cfg.WeightDecay = 2e-2, 0.01
	cfg.LoggingSteps, cfg.EvalSteps, cfg.SaveSteps = 2, 3, 2
	return cfg
}

func toyInputs(t testing.TB, m *toy, workers int) train.Inputs {
	pool := kernels.NewPool(workers)
	t.Cleanup(pool.Close)
	return train.Inputs{
		Model: m, Store: m, Train: toyRows(29, 11), Eval: toyRows(7, 12), Pool: pool,
		Fingerprints: map[string]string{"model": "toy", "build": "test"},
		Hooks:        train.Hooks{Problem: func(err error) { t.Log(err) }},
	}
}

// fastDir is a temporary directory in memory where the system has one: a test that runs hundreds of times need not wait
// for a disk, and neither a kill nor an interruption loses what was written.
func fastDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "train-test-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	return dir
}

func readFile(t testing.TB, parts ...string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(parts...))
	require.NoError(t, err)
	return string(raw)
}

var nan = math.NaN()
