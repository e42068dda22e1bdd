package train_test

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/autograd"
	"lapidary/autograd/nn"
	"lapidary/train"
)

// watched is the toy, and the document lengths of each micro-batch that was recorded.
type watched struct {
	*toy
	batches [][]int
}

func (w *watched) Loss(t *autograd.Tape, b nn.Batch, scale float32) (*autograd.Var, float64) {
	if t.Recording() {
		lengths := make([]int, len(b.Starts)-1)
		for d := range lengths {
			lengths[d] = b.Starts[d+1] - b.Starts[d]
		}
		w.batches = append(w.batches, lengths)
	}
	return w.toy.Loss(t, b, scale)
}

// labelledRows are the toy's, each with a label: micro-batches without one are passed over.
func labelledRows() train.Rows {
	rows := toyRows(29, 11)
	for _, e := range rows {
		e.Labels[len(e.IDs)-1] = e.IDs[len(e.IDs)-1]
	}
	return rows
}

// groupedRun trains on rows of similar length together, until the context ends.
func groupedRun(t testing.TB, dir string, grouped bool, stop, workers int, resume string) (*watched, error) {
	w := &watched{toy: newToy(0.2)}
	cfg := toyConfig(dir)
	cfg.GroupByLength, cfg.ResumeFromCheckpoint = grouped, resume
	in := toyInputs(t, w.toy, workers)
	in.Model, in.Train = w, labelledRows()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	in.Hooks.Step = func(s train.StepReport) {
		if s.Step == stop {
			cancel()
		}
	}
	_, err := train.Run(ctx, cfg, in)
	return w, err
}

// Micro-batches of rows of similar length, the longest first, a new order in each epoch, every row once an epoch and no
// token besides; and a run that is stopped and goes on has the bits of one left alone.
func TestGroupByLength(t *testing.T) {
	spread := func(batches [][]int) (n int) {
		for _, b := range batches {
			n += slices.Max(b) - slices.Min(b)
		}
		return n
	}
	dir := fastDir(t)
	w, err := groupedRun(t, dir, true, 0, 1, "")
	require.NoError(t, err)
	want := resultOf(t, dir, w.toy, toySteps)
	random, err := groupedRun(t, fastDir(t), false, 0, 1, "")
	require.NoError(t, err)
	require.Less(t, 3*spread(w.batches), 2*spread(random.batches))

	var rows []int
	for _, e := range labelledRows() {
		rows = append(rows, len(e.IDs))
	}
	const perEpoch = 15
	slices.Sort(rows)
	for epoch := range 2 {
		part := w.batches[epoch*perEpoch : (epoch+1)*perEpoch]
		require.Equal(t, rows[len(rows)-1], part[0][0], "the longest first")
		require.Equal(t, rows, slices.Sorted(slices.Values(slices.Concat(part...))))
	}
	require.NotEqual(t, w.batches[:perEpoch], w.batches[perEpoch:2*perEpoch])

	for _, stop := range []int{1, 4, 7, 11} {
		dir := fastDir(t)
		_, err := groupedRun(t, dir, true, stop, 1, "")
		require.ErrorIs(t, err, train.ErrInterrupted)
		again, err := groupedRun(t, dir, true, 0, 2, "latest")
		require.NoError(t, err)
		want.equal(t, resultOf(t, dir, again.toy, toySteps), "resumed")
	}
}

// An order by length is a random one, and part of what a resumed run must have in common with the first.
func TestGroupByLengthIsChecked(t *testing.T) {
	cfg := toyConfig("out")
	cfg.GroupByLength, cfg.ShuffleDataset = true, false
	require.ErrorContains(t, cfg.Validate(), "group_by_length")

	dir := stoppedAt(t, 7)
	_, err := groupedRun(t, dir, true, 0, 1, "latest")
	require.ErrorContains(t, err, "group_by_length")
}
