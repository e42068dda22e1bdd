package gemma2

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/autograd/nn"
	"lapidary/tensor"
)

func largest(x []float32) int32 {
	best := 0
	for i := range x {
		if x[i] > x[best] {
			best = i
		}
	}
	return int32(best)
}

func greedyGolden(t testing.TB, name string) (prompt, output []int32, logits *tensor.Tensor) {
	x := readTensors(t, filepath.Join(goldenDir(t, name), "greedy.safetensors"))
	return ints(x["prompt"])[0], ints(x["output"])[0], x["logits"]
}

func TestGreedyIsTransformers(t *testing.T) {
	for _, g := range goldens {
		for _, prefill := range []int{defaultPrefill, 5} {
			t.Run(g.name, func(t *testing.T) {
				m := loadGolden(t, g.name)
				prompt, output, logits := greedyGolden(t, g.name)
				d := m.NewDecoder(newTape(t, 2), 1, len(output))
				d.PrefillTokens = prefill
				ids, next, worst := append([]int32(nil), prompt...), prompt, 0.0
				for step := range len(output) - len(prompt) {
					got, err := d.Extend(context.Background(), []int{0}, [][]int32{next})
					require.NoError(t, err)
					worst = max(worst, furthest(t, "logits", got[0], logits.RowRange(step, step+1).F32(), 5e-5))
					next = []int32{largest(got[0])}
					ids = append(ids, next[0])
				}
				require.Equal(t, output, ids)
				t.Logf("%d new ids equal, worst logit difference %.1e, prefill %d", len(output)-len(prompt), worst, prefill)
			})
		}
	}
}

// Sequences of different lengths in one pass give what each gives alone.
func TestSequencesDoNotMix(t *testing.T) {
	m, b := quirks(t)
	texts := [][]int32{b.IDs[:3], b.IDs[10:37], b.IDs[40:41], b.IDs[44:57]}
	const steps = 70 // past the first capacity, so that ranges move
	alone := make([][][]float32, len(texts))
	for i, text := range texts {
		d := m.NewDecoder(newTape(t, 1), 1, len(text)+steps)
		alone[i] = follow(t, d, []int{0}, [][]int32{text}, steps)[0]
	}
	d := m.NewDecoder(newTape(t, 2), 5, 27+steps)
	together := follow(t, d, []int{4, 0, 2, 1}, texts, steps)
	worst := 0.0
	for i := range texts {
		for s := range steps {
			worst = max(worst, furthest(t, "logits", together[i][s], alone[i][s], 5e-6))
		}
	}
	t.Logf("worst difference %.1e", worst)
}

// follow continues texts by the largest logit and returns all logits [text][step][V].
func follow(t testing.TB, d *Decoder, seqs []int, texts [][]int32, steps int) [][][]float32 {
	all := make([][][]float32, len(texts))
	for range steps {
		got, err := d.Extend(context.Background(), seqs, texts)
		require.NoError(t, err)
		next := make([][]int32, len(texts))
		for i := range got {
			all[i] = append(all[i], append([]float32(nil), got[i]...))
			next[i] = []int32{largest(got[i])}
		}
		texts = next
	}
	return all
}

func TestTruncateReturnsToAnEarlierPlace(t *testing.T) {
	m, b := quirks(t)
	d := m.NewDecoder(newTape(t, 2), 1, 80)
	want := follow(t, d, []int{0}, [][]int32{b.IDs[:20]}, 1)[0][0]
	follow(t, d, []int{0}, [][]int32{b.IDs[40:70]}, 3)
	require.NoError(t, d.Truncate(0, 19))
	got := follow(t, d, []int{0}, [][]int32{b.IDs[19:20]}, 1)[0][0]
	furthest(t, "logits", got, want, 5e-6)
	require.Error(t, d.Truncate(0, 21))
	require.Error(t, d.Truncate(0, -1))
}

func TestDecoderRefuses(t *testing.T) {
	m, b := quirks(t)
	d := m.NewDecoder(newTape(t, 1), 2, 30)
	ctx := context.Background()
	_, err := d.Extend(ctx, []int{0}, [][]int32{b.IDs[:20]})
	require.NoError(t, err)
	for name, bad := range map[string]struct {
		seqs []int
		ids  [][]int32
	}{
		"too long":        {[]int{0}, [][]int32{b.IDs[:11]}},
		"no such place":   {[]int{2}, [][]int32{{5}}},
		"negative place":  {[]int{-1}, [][]int32{{5}}},
		"named twice":     {[]int{1, 1}, [][]int32{{5}, {6}}},
		"nothing":         {[]int{1}, [][]int32{{}}},
		"id too large":    {[]int{1}, [][]int32{{320}}},
		"id negative":     {[]int{1}, [][]int32{{-1}}},
		"lengths differ":  {[]int{0, 1}, [][]int32{{5}}},
		"one bad of many": {[]int{1, 0}, [][]int32{{5}, b.IDs[:11]}},
	} {
		_, err := d.Extend(ctx, bad.seqs, bad.ids)
		require.Error(t, err, name)
		require.Equal(t, 20, d.Cache().Len(0), name)
		require.Equal(t, 0, d.Cache().Len(1), name)
	}
}

// A pass that a context ends leaves every sequence as it was, whatever pieces had been added.
func TestCancelledPassChangesNothing(t *testing.T) {
	m, b := quirks(t)
	d := m.NewDecoder(newTape(t, 2), 2, 80)
	want := follow(t, d, []int{0}, [][]int32{b.IDs[:20]}, 1)[0][0]
	for _, polls := range []int{0, 1, 20, 50} {
		_, err := d.Extend(&countdown{context.Background(), polls}, []int{0, 1}, [][]int32{b.IDs[40:60], b.IDs[:30]})
		require.ErrorIs(t, err, context.Canceled)
		require.Equal(t, 20, d.Cache().Len(0))
		require.Equal(t, 0, d.Cache().Len(1))
	}
	require.NoError(t, d.Truncate(0, 19))
	furthest(t, "logits", follow(t, d, []int{0}, [][]int32{b.IDs[19:20]}, 1)[0][0], want, 5e-6)
}

// countdown is a context that ends after so many looks at it.
type countdown struct {
	context.Context
	left int
}

func (c *countdown) Err() error {
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

func TestCacheGrowsByDoublingUpToItsMaximum(t *testing.T) {
	m, b := quirks(t)
	d := m.NewDecoder(newTape(t, 1), 1, 150)
	row := int64(2 * m.Config.NumHiddenLayers * m.Config.KeyWidth() * 4)
	for _, want := range []struct{ add, capacity int }{{10, 64}, {54, 64}, {1, 128}, {64, 150}, {21, 150}} {
		ids := append(append([]int32(nil), b.IDs...), b.IDs...)[:want.add]
		_, err := d.Extend(context.Background(), []int{0}, [][]int32{ids})
		require.NoError(t, err)
		require.Equal(t, int64(want.capacity)*row, d.Cache().Bytes())
	}
}

func TestBeginKeepsWhatThePromptsShare(t *testing.T) {
	m, b := quirks(t)
	d := m.NewDecoder(newTape(t, 2), 2, 600)
	tile := m.Blocks[0].attention.QueryTile()
	text := slices.Repeat(b.IDs, 5)[:2*tile+100]
	want := follow(t, d, []int{1}, [][]int32{text}, 1)[0][0]
	other := append(slices.Clone(text[:tile+50]), b.IDs[3:60]...)
	for i, c := range []struct {
		prompt []int32
		known  int
	}{
		{text, 2 * tile}, // the other sequence's
		{text, 2 * tile}, {text[:tile+40], tile}, {text[:tile+fewRows+1], tile}, {text[:tile+fewRows], 0}, {other, tile}, {b.IDs[70:72], 0}, {text, 2 * tile},
	} {
		known, err := d.Begin(0, c.prompt)
		require.NoError(t, err)
		require.Equal(t, c.known, known, i)
		require.Equal(t, known, d.Cache().Len(0))
		got, err := d.Extend(context.Background(), []int{0}, [][]int32{c.prompt[known:]})
		require.NoError(t, err)
		if len(c.prompt) == len(text) {
			equalBits(t, "logits", want, got[0])
		}
	}
	_, err := d.Begin(2, b.IDs[:3])
	require.Error(t, err)
}

// Prompts and what follows them give the same bits alone, beside others, and where a beginning is shared; on every kernel
// level the window is shorter than the texts.
func TestBitsDoNotDependOnTheOthers(t *testing.T) {
	for _, name := range []string{"quirks-f32", "sharded-bf16"} {
		m := loadGolden(t, name)
		r := rand.New(rand.NewPCG(61, 62))
		tile := m.Blocks[0].attention.QueryTile()
		common := make([]int32, 3*tile)
		for i := range common {
			common[i] = int32(5 + r.IntN(200))
		}
		var texts [][]int32
		for _, n := range []int{1, 2, fewRows, fewRows + 1, tile - 1, tile + 1, tile + 2, 2*tile + 40, 3*tile + 60, 2*tile + 1, tile + fewRows, 300, 7, 40} {
			text := slices.Clone(common[:min(n, len(common))])
			for len(text) < n || len(text) == n && n%3 == 0 && n > 2 && text[n-1] == common[min(n, len(common))-1] {
				text = append(text[:min(len(text), n-1)], int32(5+r.IntN(200)))
			}
			texts = append(texts, text)
		}
		const steps = 5
		var seqs []int
		longest := 0
		alone := make([][][]float32, len(texts))
		tape := newTape(t, 1)
		tape.SetActivations(m.Config.DType)
		for i, text := range texts {
			d := m.NewDecoder(tape, 1, len(text)+steps)
			d.PrefillTokens = 10000
			alone[i] = follow(t, d, []int{0}, [][]int32{text}, steps)[0]
			seqs, longest = append(seqs, i), max(longest, len(text))
		}
		for _, prefill := range []int{defaultPrefill, tile} {
			tape := newTape(t, 2)
			tape.SetActivations(m.Config.DType)
			d := m.NewDecoder(tape, len(texts), longest+steps)
			d.PrefillTokens = prefill
			for i, together := range follow(t, d, seqs, texts, steps) {
				for s := range together {
					equalBits(t, fmt.Sprintf("%s, prefill %d, text %d of %d tokens, step %d", name, prefill, i, len(texts[i]), s), alone[i][s], together[s])
				}
			}
		}
	}
}

// The likeliest token is that of the logits, whether the head finds it itself or, as an adapter, cannot, and whatever the
// bounds of the vocabulary; what is not finite is said.
func TestGreedyIsTheLargestLogit(t *testing.T) {
	for _, name := range []string{"quirks-f32", "nocap-f32", "sharded-bf16"} {
		for _, adapted := range []bool{false, true} {
			m := loadGolden(t, name)
			if adapted {
				m.Head = struct{ nn.Layer }{m.Head}
			}
			tape := newTape(t, 2)
			tape.SetActivations(m.Config.DType)
			const texts = fewRows + 3
			logits, greedy := m.NewDecoder(tape, texts, 40), m.NewDecoder(tape, texts, 40)
			var seqs []int
			var next [][]int32
			for i := range texts {
				seqs, next = append(seqs, i), append(next, []int32{int32(5 + i), 9, int32(14 + i%3)}[:1+i%3])
			}
			for step := range 12 {
				limit := m.Config.VocabSize - step*step
				want, err := logits.Extend(context.Background(), seqs, next)
				require.NoError(t, err)
				for i := range want {
					want[i] = slices.Clone(want[i][:limit])
				}
				got, err := greedy.ExtendGreedy(context.Background(), seqs, next, limit)
				require.NoError(t, err)
				next = nil
				for i, id := range got {
					require.Equal(t, largest(want[i]), id)
					next = append(next, []int32{id})
				}
			}
			for _, limit := range []int{0, m.Config.VocabSize + 1} {
				_, err := greedy.ExtendGreedy(context.Background(), seqs, next, limit)
				require.ErrorContains(t, err, "limit")
			}
			m.Norm.Eps = float32(math.NaN())
			got, err := greedy.ExtendGreedy(context.Background(), seqs[:2], next[:2], m.Config.VocabSize)
			require.NoError(t, err)
			require.Equal(t, []int32{-1, -1}, got)
		}
	}
}
