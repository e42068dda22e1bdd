package generate_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/generate"
	"lapidary/kernels"
)

// hashModel is a model whose logits are a pure function of the text so far. It checks that it is driven as the
// interface says.
type hashModel struct {
	t     testing.TB
	vocab int
	texts [][]int32
	calls int
}

func (m *hashModel) Extend(ctx context.Context, seqs []int, ids [][]int32) ([][]float32, error) {
	m.calls++
	var out [][]float32
	for i, s := range seqs {
		require.NotEmpty(m.t, ids[i])
		m.texts[s] = append(m.texts[s], ids[i]...)
		out = append(out, logitsOf(m.texts[s], m.vocab))
	}
	return out, ctx.Err()
}

func (m *hashModel) Begin(seq int, prompt []int32) (known int, err error) {
	for known < min(len(m.texts[seq]), len(prompt)-1) && m.texts[seq][known] == prompt[known] {
		known++
	}
	m.texts[seq] = m.texts[seq][:known]
	return known, nil
}

func logitsOf(text []int32, vocab int) []float32 {
	key := uint64(len(text))
	for _, id := range text {
		key = kernels.Hash64(key, uint64(id))
	}
	x := make([]float32, vocab)
	for i := range x {
		x[i] = float32(4 * kernels.Normal(key, uint64(i)))
	}
	return x
}

func newHashModel(t testing.TB, places int) *hashModel {
	return &hashModel{t: t, vocab: 50, texts: make([][]int32, places)}
}

func newPool(t testing.TB, workers int) *kernels.Pool {
	pool := kernels.NewPool(workers)
	t.Cleanup(pool.Close)
	return pool
}

func requests() []generate.Request {
	return []generate.Request{
		{Prompt: []int32{1, 2, 3}, Key: 0}, {Prompt: []int32{4}, Key: 1}, {Prompt: []int32{1, 2, 3}, Key: 2},
		{Prompt: []int32{9, 9, 9, 9, 9, 9, 9}, Key: 3}, {Prompt: []int32{5, 6}, Key: 4},
	}
}

func run(t testing.TB, places int, reqs []generate.Request, o generate.Options) []generate.Result {
	results, err := generate.Run(context.Background(), newHashModel(t, places), places, reqs, o, nil)
	require.NoError(t, err)
	return results
}

func TestTogetherIsOneAtATime(t *testing.T) {
	for name, o := range map[string]generate.Options{
		"greedy":  {MaxNewTokens: 30, TopP: 1, StopIDs: []int32{7, 8, 11}},
		"sampled": {MaxNewTokens: 30, Temperature: 0.9, TopK: 20, TopP: 0.95, Seed: 5, StopIDs: []int32{7, 8, 11}},
	} {
		t.Run(name, func(t *testing.T) {
			want := make([]generate.Result, 0, 5)
			for _, r := range requests() {
				want = append(want, run(t, 1, []generate.Request{r}, o)...)
			}
			for places := 1; places <= 6; places++ {
				o.Pool = nil
				require.Equal(t, want, run(t, places, requests(), o), "%d places", places)
				o.Pool = newPool(t, places)
				require.Equal(t, want, run(t, 5, requests(), o), "%d workers", places)
			}
		})
	}
}

func TestGreedyFollowsTheLargestLogit(t *testing.T) {
	got := run(t, 1, requests()[:1], generate.Options{MaxNewTokens: 20, TopP: 1})[0]
	text := slices.Clone(requests()[0].Prompt)
	for range 20 {
		x := logitsOf(text, 50)
		text = append(text, int32(slices.Index(x, slices.Max(x))))
	}
	require.Equal(t, text[3:], got.IDs)
	require.Equal(t, generate.ReasonLength, got.Reason)
	require.Equal(t, got.IDs, got.Content())
}

func TestStops(t *testing.T) {
	free := run(t, 1, requests()[:1], generate.Options{MaxNewTokens: 20, TopP: 1})[0].IDs
	stop := free[6]
	at := slices.Index(free, stop)
	o := generate.Options{MaxNewTokens: 20, TopP: 1, StopIDs: []int32{49, stop}}
	got := run(t, 1, requests()[:1], o)[0]
	require.Equal(t, generate.Result{IDs: free[:at+1], Reason: generate.ReasonStop}, got)
	require.Equal(t, free[:at], got.Content())
	o.IgnoreEOS = true
	require.Equal(t, free, run(t, 1, requests()[:1], o)[0].IDs)
}

func TestEmitSeesEveryTokenAndMayEndATextOrTheRun(t *testing.T) {
	o := generate.Options{MaxNewTokens: 12, TopP: 1}
	seen := map[int][]int32{}
	results, err := generate.Run(context.Background(), newHashModel(t, 2), 2, requests(), o, func(r int, id int32) error {
		if seen[r] = append(seen[r], id); r == 1 && len(seen[r]) == 4 {
			return generate.ErrStop
		}
		return nil
	})
	require.NoError(t, err)
	for i, r := range results {
		require.Equal(t, seen[i], r.IDs)
	}
	require.Equal(t, generate.ReasonCallback, results[1].Reason)
	require.Len(t, results[1].IDs, 4)
	require.Len(t, results[2].IDs, 12)

	broken := errors.New("the pipe is broken")
	results, err = generate.Run(context.Background(), newHashModel(t, 2), 2, requests(), o, func(int, int32) error { return broken })
	require.ErrorIs(t, err, broken)
	require.Len(t, results[0].IDs, 1)
	require.Equal(t, generate.ReasonNone, results[4].Reason)
}

func TestCancelKeepsWhatThereIs(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	results, err := generate.Run(ctx, newHashModel(t, 1), 1, requests()[:1], generate.Options{MaxNewTokens: 12, TopP: 1}, func(int, int32) error {
		if n++; n == 5 {
			cancel()
		}
		return nil
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Len(t, results[0].IDs, 5)
}

func TestOnePassMovesAllTexts(t *testing.T) {
	m := newHashModel(t, 5)
	_, err := generate.Run(context.Background(), m, 5, requests(), generate.Options{MaxNewTokens: 12, TopP: 1}, nil)
	require.NoError(t, err)
	require.Equal(t, 12, m.calls)
}

func TestSamplesDependOnSeedKeyAndNothingElse(t *testing.T) {
	o := generate.Options{MaxNewTokens: 20, Temperature: 1, TopP: 1, Seed: 3}
	a, b := run(t, 2, requests(), o), run(t, 3, requests(), o)
	require.Equal(t, a, b)
	require.NotEqual(t, a[0].IDs, a[2].IDs, "one prompt, two keys")
	o.Seed = 4
	require.NotEqual(t, a, run(t, 2, requests(), o))
}

// fixed always gives the same logits.
type fixed []float32

func (f fixed) Extend(_ context.Context, seqs []int, _ [][]int32) ([][]float32, error) {
	return slices.Repeat([][]float32{f}, len(seqs)), nil
}

func (f fixed) Begin(int, []int32) (int, error) { return 0, nil }

// histogram samples n tokens from fixed logits.
func histogram(t testing.TB, logits fixed, o generate.Options, n int) []float64 {
	o.MaxNewTokens = n
	results, err := generate.Run(context.Background(), logits, 1, []generate.Request{{Prompt: []int32{1}}}, o, nil)
	require.NoError(t, err)
	h := make([]float64, len(logits))
	for _, id := range results[0].IDs {
		h[id] += 1 / float64(n)
	}
	return h
}

func logs(p ...float64) fixed {
	x := make(fixed, len(p))
	for i := range p {
		x[i] = float32(math.Log(p[i]))
	}
	return x
}

func TestSamplesHaveTheRightFrequencies(t *testing.T) {
	const n = 40000
	bound := 4 * math.Sqrt(0.25/n) // four standard deviations of a frequency, at most
	p := logs(0.1, 0.4, 0.05, 0.3, 0.15)
	for _, c := range []struct {
		name string
		o    generate.Options
		want []float64
	}{
		{"plain", generate.Options{Temperature: 1, TopP: 1}, []float64{0.1, 0.4, 0.05, 0.3, 0.15}},
		{"half temperature squares", generate.Options{Temperature: 0.5, TopP: 1}, []float64{0.01 / 0.285, 0.16 / 0.285, 0.0025 / 0.285, 0.09 / 0.285, 0.0225 / 0.285}},
		{"top-k", generate.Options{Temperature: 1, TopK: 2, TopP: 1}, []float64{0, 4. / 7, 0, 3. / 7, 0}},
		{"top-p keeps what crosses the mark", generate.Options{Temperature: 1, TopP: 0.75}, []float64{0, 0.4 / 0.85, 0, 0.3 / 0.85, 0.15 / 0.85}},
		{"top-p of what top-k left", generate.Options{Temperature: 1, TopK: 3, TopP: 0.5}, []float64{0, 4. / 7, 0, 3. / 7, 0}},
		{"top-k of one", generate.Options{Temperature: 1, TopK: 1, TopP: 1}, []float64{0, 1, 0, 0, 0}},
		{"tiny top-p", generate.Options{Temperature: 1, TopP: 1e-9}, []float64{0, 1, 0, 0, 0}},
		{"top-k of more than all", generate.Options{Temperature: 1, TopK: 9, TopP: 0.999999}, []float64{0.1, 0.4, 0.05, 0.3, 0.15}},
		{"limit", generate.Options{Temperature: 1, TopP: 1, VocabLimit: 2}, []float64{0.2, 0.8, 0, 0, 0}},
		{"cold", generate.Options{Temperature: 1e-30, TopP: 1}, []float64{0, 1, 0, 0, 0}},
	} {
		c.o.Seed = 1
		got := histogram(t, p, c.o, n)
		for id := range got {
			require.InDelta(t, c.want[id], got[id], bound, "%s: token %d (seed 1)", c.name, id)
			if c.want[id] == 0 {
				require.Zero(t, got[id], c.name)
			}
		}
	}
}

func TestLimitHoldsForGreedyToo(t *testing.T) {
	h := histogram(t, fixed{0, 1, 5}, generate.Options{TopP: 1, VocabLimit: 2}, 3)
	require.Equal(t, 1.0, math.Round(h[1]))
	h = histogram(t, fixed{3, 3, 3}, generate.Options{TopP: 1}, 3)
	require.Equal(t, 1.0, math.Round(h[0]), "of equals the lowest")
	h = histogram(t, fixed{1, 3, 3, 3}, generate.Options{Temperature: 1, TopK: 2, TopP: 1}, 50)
	require.Zero(t, h[3], "of equals the lowest are kept")
	require.NotZero(t, h[2])
}

func TestBrokenLogitsAreAnError(t *testing.T) {
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		for _, temperature := range []float64{0, 1} {
			_, err := generate.Run(context.Background(), fixed{0, float32(bad), 1}, 1, []generate.Request{{Prompt: []int32{1}}},
				generate.Options{MaxNewTokens: 1, TopP: 1, Temperature: temperature, Pool: newPool(t, 2)}, nil)
			require.ErrorIs(t, err, generate.ErrNonFinite)
		}
	}
}

// chooser is a hashModel that finds the likeliest tokens itself, and breaks down after some.
type chooser struct {
	*hashModel
	left int
}

func (c *chooser) VocabSize() int { return c.vocab }

func (c *chooser) ExtendGreedy(ctx context.Context, seqs []int, ids [][]int32, limit int) ([]int32, error) {
	logits, err := c.Extend(ctx, seqs, ids)
	next := make([]int32, len(logits))
	for i, x := range logits {
		next[i] = int32(slices.Index(x, slices.Max(x[:limit])))
	}
	if c.left--; c.left < 0 {
		next[len(next)-1] = -1
	}
	return next, err
}

func TestModelsMayChooseThemselves(t *testing.T) {
	for _, limit := range []int{0, 20, 1000} {
		o := generate.Options{MaxNewTokens: 30, TopP: 1, StopIDs: []int32{7, 8, 11}, VocabLimit: limit}
		want := run(t, 3, requests(), o)
		got, err := generate.Run(context.Background(), &chooser{newHashModel(t, 3), 1000}, 3, requests(), o, nil)
		require.NoError(t, err)
		require.Equal(t, want, got)
		results, err := generate.Run(context.Background(), &chooser{newHashModel(t, 3), 2}, 3, requests(), o, nil)
		require.ErrorIs(t, err, generate.ErrNonFinite)
		require.ErrorContains(t, err, "request 2")
		require.Equal(t, want[2].IDs[:2], results[2].IDs)
		o.Temperature = 1
		_, err = generate.Run(context.Background(), &chooser{newHashModel(t, 3), 0}, 3, requests(), o, nil)
		require.NoError(t, err, "samples need the logits")
	}
}

func TestOptionsAreCheckedAllAtOnce(t *testing.T) {
	o := generate.Options{MaxNewTokens: 0, Temperature: math.NaN(), TopK: -1, TopP: 1.5, VocabLimit: -2}
	var e *generate.OptionsError
	require.ErrorAs(t, o.Validate(), &e)
	require.Len(t, e.Problems, 5)
	o = generate.DefaultOptions()
	require.NoError(t, o.Validate())
	_, err := generate.Run(context.Background(), fixed{0}, 1, []generate.Request{{}}, o, nil)
	require.ErrorContains(t, err, "empty prompt")
	results, err := generate.Run(context.Background(), fixed{0}, 0, nil, o, nil)
	require.NoError(t, err)
	require.Empty(t, results)
	require.Equal(t, 263, generate.Length(requests(), o))
}

func BenchmarkChoose(b *testing.B) {
	logits := make(fixed, 256000)
	for i := range logits {
		logits[i] = float32(3 * kernels.Normal(1, uint64(i)))
	}
	for name, o := range map[string]generate.Options{
		"greedy": {TopP: 1}, "plain": {Temperature: 1, TopP: 1},
		"top-k=64": {Temperature: 1, TopK: 64, TopP: 0.95}, "top-p=0.95": {Temperature: 0.7, TopP: 0.95},
	} {
		b.Run(name, func(b *testing.B) {
			o.MaxNewTokens = b.N
			_, err := generate.Run(context.Background(), logits, 1, []generate.Request{{Prompt: []int32{1}}}, o, nil)
			require.NoError(b, err)
		})
	}
}
