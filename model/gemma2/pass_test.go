package gemma2

import (
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/autograd"
	"lapidary/autograd/nn"
	"lapidary/tensor"
)

func quirks(t testing.TB) (*Model, nn.Batch) {
	ref := readTensors(t, filepath.Join(goldenDir(t, "quirks-f32"), "reference.safetensors"))
	return loadGolden(t, "quirks-f32"), goldenBatch(ref)
}

// equalBits compares by bit pattern, so that NaN and the sign of zero count.
func equalBits(t testing.TB, what string, want, got []float32) {
	t.Helper()
	require.Len(t, got, len(want), what)
	for i := range want {
		require.Equal(t, math.Float32bits(want[i]), math.Float32bits(got[i]), "%s, element %d: %v and %v", what, i, want[i], got[i])
	}
}

func TestSameBitsAtAnyThreadCountAndWithRecompute(t *testing.T) {
	m, b := quirks(t)
	loss, want := gradients(t, m, b, 1)
	check := func(name string, workers int, recompute []bool) {
		t.Run(name, func(t *testing.T) {
			m, _ := quirks(t)
			m.Recompute = recompute
			again, grads := gradients(t, m, b, workers)
			equalBits(t, "loss", []float32{loss}, []float32{again})
			for n := range want {
				equalBits(t, n, want[n], grads[n])
			}
		})
	}
	check("twice", 1, nil)
	check("threads=2", 2, nil)
	check("threads=3", 3, nil)
	check("recompute all", 2, []bool{true, true, true, true})
	check("recompute some", 3, []bool{false, true, true})
}

// Documents packed into one batch see nothing of each other, in either direction: over random splits of random
// documents, with labels at random, the loss is that of the documents alone within 1e-6, and the gradient of every
// weight within rounding (sums in another order).
func TestPackedIsSeparate(t *testing.T) {
	m, b := quirks(t)
	m.TrainAll()
	tape := newTape(t, 2)
	seeds := 40
	if testing.Short() {
		seeds = 8
	}
	for seed := range uint64(seeds) {
		packedIsSeparate(t, m, tape, b.IDs, rand.New(rand.NewPCG(seed, 9)), fmt.Sprint("seed ", seed))
	}
}

func packedIsSeparate(t *testing.T, m *Model, tape *autograd.Tape, stream []int32, r *rand.Rand, what string) {
	ids, labels := [][]int32{stream[:5]}, [][]int32{stream[:5]} // one with labels for sure
	for range 1 + r.IntN(7) {
		lo := r.IntN(len(stream) - 1)
		doc := stream[lo:min(lo+1+r.IntN(40), len(stream))]
		marks := slices.Clone(doc)
		for i := range marks {
			if r.IntN(3) == 0 {
				marks[i] = nn.Ignore
			}
		}
		ids, labels = append(ids, doc), append(labels, marks)
	}
	packed := nn.NewBatch(ids, labels)
	scale := 1 / float32(packed.LabelTokens())
	tape.Reset()
	loss, want := m.Loss(tape, packed, scale)
	tape.Backward(loss)
	together := map[string][]float32{}
	for _, p := range m.Parameters() {
		together[p.Name] = slices.Clone(p.Grad().F32())
		p.Var.ZeroGrad()
	}
	sum := 0.0
	for d := range ids {
		tape.Reset()
		loss, s := m.Loss(tape, nn.NewBatch(ids[d:d+1], labels[d:d+1]), scale)
		sum += s
		tape.Backward(loss)
	}
	require.LessOrEqual(t, math.Abs(sum-want), 1e-6*math.Abs(want), what)
	for _, p := range m.Parameters() {
		require.LessOrEqual(t, relative(p.Grad().F32(), together[p.Name]), 3e-6, "%s, %s", what, p.Name)
		p.Var.ZeroGrad()
	}
	tape.Reset()
	logprobs := m.LogProbs(tape, packed)
	at := 0
	for d := range ids {
		tape.Reset()
		alone := m.LogProbs(tape, nn.NewBatch(ids[d:d+1], labels[d:d+1]))
		furthest(t, what, logprobs[at:at+len(alone)], alone, 2e-6)
		at += len(alone)
	}
	require.Equal(t, len(logprobs), at)
}

// A batch without a label, and documents of one token, cost nothing and break nothing.
func TestNothingToPredict(t *testing.T) {
	m, _ := quirks(t)
	m.TrainAll()
	tape := newTape(t, 1)
	loss, _ := m.Loss(tape, nn.NewBatch([][]int32{{7}, {5, 6}}, [][]int32{{7}, {5, nn.Ignore}}), 1)
	require.Zero(t, loss.Data.F32()[0])
	tape.Backward(loss)
	for _, p := range m.Parameters() {
		for _, g := range p.Grad().F32() {
			require.Zero(t, g, p.Name)
		}
	}
}

// The chunks of logits bound memory and nothing else.
func TestLogitBytesChangeNothing(t *testing.T) {
	m, b := quirks(t)
	tape := newTape(t, 2)
	want := m.LogProbs(tape, b)
	m.LogitBytes = 1
	tape.Reset()
	furthest(t, "logprobs", m.LogProbs(tape, b), want, 2e-6)
}

// Hits are the labels that are the largest of their logits, however the logits are cut; counting changes no loss.
func TestHitsAreTheLargestLogits(t *testing.T) {
	m, b := quirks(t)
	tape := newTape(t, 2)
	_, plain := m.Loss(tape, b, 1)
	tape.Reset()
	logits := m.Logits(tape, m.Hidden(tape, b)).Data
	rows, _ := b.Targets()
	for i, r := range rows { // every third label is made right
		if i%3 == 0 {
			b.Labels[r+1] = largest(logits.RowRange(int(r), int(r)+1).F32())
		}
	}
	rows, targets := b.Targets()
	right := 0
	for i, r := range rows {
		if largest(logits.RowRange(int(r), int(r)+1).F32()) == targets[i] {
			right++
		}
	}
	require.GreaterOrEqual(t, right, len(rows)/3)
	tape.Reset()
	_, want := m.Loss(tape, b, 1)
	require.NotEqual(t, plain, want)
	for _, bytes := range []int{defaultLogitBytes, 1} {
		m.LogitBytes, b.Hits = bytes, &nn.Hits{}
		tape.Reset()
		_, sum := m.Loss(tape, b, 1)
		require.Equal(t, nn.Hits{Tokens: len(rows), Right: right}, *b.Hits)
		require.InDelta(t, want, sum, 1e-4)
	}
	_, ok := nn.Hits{}.Accuracy()
	require.False(t, ok)
}

func TestSlotsAndParameters(t *testing.T) {
	m, _ := quirks(t)
	slots := m.Slots()
	require.Len(t, slots, 1+7*4+1)
	require.Equal(t, "model.embed_tokens", slots[0].Path)
	require.NotNil(t, slots[0].Embedder)
	require.Equal(t, "model.layers.3.mlp.down_proj", slots[28].Path)
	require.Same(t, &m.Blocks[3].DownProj, slots[28].Layer)
	require.Equal(t, "lm_head", slots[29].Path)
	require.True(t, slots[29].Head)
	for _, s := range slots[1:] {
		require.NotNil(t, s.Layer, s.Path)
	}
	require.Len(t, m.Parameters(), 46)
	m.TrainAll()
	require.Same(t, m.Embed.(*nn.Embedding).Weight, m.Head.(*nn.Linear).Weight, "tied stays tied")
}

// A step that looks like the one before it takes no memory from the system but for its positions.
func TestSteadyStateTakesNoMemory(t *testing.T) {
	m, b := quirks(t)
	m.TrainAll()
	tape := newTape(t, 2)
	step := func() {
		tape.Reset()
		loss, _ := m.Loss(tape, b, 1)
		tape.Backward(loss)
	}
	step()
	step()
	before := tape.Arena().Bytes()
	for range 3 {
		step()
	}
	require.Equal(t, before, tape.Arena().Bytes())
}

// torch's padding_idx: looking up id 0 sends no gradient to its row; the tied head still does.
func TestPaddingRowLearnsFromTheHeadOnly(t *testing.T) {
	b := nn.NewBatch([][]int32{{5, 0, 0, 7, 9}}, [][]int32{{5, 0, 0, 7, 9}})
	tied, _ := quirks(t)
	_, want := gradients(t, tied, b, 1)
	untied, _ := quirks(t)
	require.NoError(t, untied.Untie())
	_, got := gradients(t, untied, b, 1)
	c := tied.Config.HiddenSize
	embed, head := got["model.embed_tokens.weight"], got["lm_head.weight"]
	require.Equal(t, make([]float32, c), embed[:c])
	equalBits(t, "row 0", head[:c], want["model.embed_tokens.weight"][:c])
	for i := range embed {
		embed[i] += head[i]
	}
	require.LessOrEqual(t, relative(embed, want["model.embed_tokens.weight"]), 1e-6, "both sides reach a tied weight")
}

// transformers rounds sqrt(hidden_size) to the model's type: 48, 59.75 and 68 in bfloat16. 2b cannot tell.
func TestEmbeddingScaleIsRoundedInBF16Only(t *testing.T) {
	tape := newTape(t, 1)
	bf16 := newTape(t, 1)
	bf16.SetActivations(tensor.BF16)
	for hidden, want := range map[int]float32{2304: 48, 3584: 59.75, 4608: 68} {
		m := &Model{Config: Config{HiddenSize: hidden, DType: tensor.BF16}}
		exact := float32(math.Sqrt(float64(hidden)))
		require.Equal(t, want, m.embedScale(bf16))
		require.Equal(t, exact, m.embedScale(tape))
		m.Config.DType = tensor.F32
		require.Equal(t, exact, m.embedScale(bf16))
	}
}

func TestIDsOutsideTheVocabularyAreFound(t *testing.T) {
	m, b := quirks(t)
	require.NoError(t, m.CheckBatch(b))
	for _, bad := range []int32{-1, 320, 1 << 30} {
		ids, labels := [][]int32{{5}, {6, bad}}, [][]int32{{5}, {6, 7}}
		require.ErrorContains(t, m.CheckBatch(nn.NewBatch(ids, labels)), "document 1, token 1: id")
		require.ErrorContains(t, m.CheckBatch(nn.NewBatch(labels, ids)), "document 1, token 1: label")
	}
}
