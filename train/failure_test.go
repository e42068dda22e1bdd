package train_test

import (
	"errors"
	"fmt"
	"math"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/autograd"
	"lapidary/data"
	"lapidary/train"
)

// Whatever is not finite is noticed in the same step, and nothing is written.
func TestNonFiniteStepsAreSkippedAndThreeInARowEndTheRun(t *testing.T) {
	bad := float32(nan)
	for name, spoil := range map[string]func(tape *autograd.Tape, m *toy){
		"gradient": func(_ *autograd.Tape, m *toy) { m.mid.Grad().F32()[5] = bad },
		"loss":     func(_ *autograd.Tape, m *toy) { m.lossFactor = func(float64) float64 { return nan } },
		"infinite": func(_ *autograd.Tape, m *toy) { m.lossFactor = func(float64) float64 { return math.Inf(1) } },
	} {
		t.Run(name, func(t *testing.T) {
			for _, steps := range []int{2, 3} { // two are survived, three are not
				dir, m := t.TempDir(), newToy(0)
				calls, before := 0, ""
				m.beforeLoss = func(tape *autograd.Tape, m *toy) {
					m.lossFactor = nil
					if calls++; calls > 3 && calls <= 3+3*steps && tape.Recording() { // three micro-batches a step; from the second step on
						before = m.bits()
						spoil(tape, m)
					}
				}
				cfg := toyConfig(dir)
				cfg.EvalStrategy = "no"
				in := toyInputs(t, m, 1)
				var skipped []int
				in.Hooks.Problem = func(err error) {
					var s *train.SkippedError
					if errors.As(err, &s) {
						skipped = append(skipped, s.Step)
						assert.Len(t, s.Rows, 6)
						assert.True(t, before == m.bits(), "parameters changed")
					}
				}
				sum, err := train.Run(t.Context(), cfg, in)
				want := []int{2, 3, 4}[:steps]
				assert.Equal(t, want, skipped)
				lines := logLines(t, dir)
				assert.Contains(t, lines[1], `"skipped":`)
				assert.Contains(t, lines[1], `"rows":["toy.jsonl:`)
				assert.Contains(t, lines[1], `"grad_norm":null`)
				if steps == 2 {
					require.NoError(t, err)
					assert.Equal(t, toySteps, sum.Step)
					assert.Equal(t, 2, sum.Skipped)
					assert.True(t, !math.IsNaN(sum.TrainLoss) && !math.IsInf(sum.TrainLoss, 0))
					continue
				}
				var diverged *train.DivergedError
				require.ErrorAs(t, err, &diverged)
				assert.Equal(t, 4, diverged.Step)
			}
		})
	}
}

func TestGroupsWithoutLabelsWriteNothing(t *testing.T) {
	dir, m := t.TempDir(), newToy(0)
	in := toyInputs(t, m, 1)
	rows := toyRows(29, 11)
	for i := range rows {
		rows[i].Labels = make([]int32, len(rows[i].IDs))
		for j := range rows[i].Labels {
			rows[i].Labels[j] = data.Ignore
		}
	}
	in.Train = rows
	before := m.bits()
	sum, err := train.Run(t.Context(), toyConfig(dir), in)
	require.NoError(t, err)
	assert.Equal(t, toySteps, sum.Skipped)
	assert.True(t, before == m.bits())
	assert.Contains(t, logLines(t, dir)[0], `"loss":null`)
}

func TestAModelThatIsNotFiniteIsRefusedByName(t *testing.T) {
	m := newToy(0)
	m.head.Data().F32()[3] = float32(math.Inf(-1))
	_, err := train.Run(t.Context(), toyConfig(t.TempDir()), toyInputs(t, m, 1))
	require.ErrorContains(t, err, "head.weight")
}

func TestAFullDiskDoesNotEndARun(t *testing.T) {
	want := undisturbed(t)
	dir, m := t.TempDir(), newToy(0.2)
	saves := 0
	m.saveErr = func() error {
		if saves++; saves == 2 || saves == 3 {
			return fmt.Errorf("write: %w", syscall.ENOSPC)
		}
		return nil
	}
	in := toyInputs(t, m, 1)
	var problems []error
	in.Hooks.Problem = func(err error) { problems = append(problems, err) }
	_, err := train.Run(t.Context(), toyConfig(dir), in)
	require.NoError(t, err)
	require.Len(t, problems, 2)
	var lost *train.SaveError
	require.ErrorAs(t, problems[0], &lost)
	require.ErrorIs(t, problems[0], syscall.ENOSPC)
	want.equal(t, resultOf(t, dir, m, toySteps), "after a full disk")
}

func TestAFailedFinalSaveIsAnErrorOfItsOwn(t *testing.T) {
	dir, m := t.TempDir(), newToy(0)
	saves := 0
	m.saveErr = func() error {
		if saves++; saves > 3 {
			return syscall.ENOSPC
		}
		return nil
	}
	_, err := train.Run(t.Context(), toyConfig(dir), toyInputs(t, m, 1))
	var lost *train.SaveError
	require.ErrorAs(t, err, &lost)
	require.Equal(t, toySteps, lost.Step)
	list, err := train.Checkpoints(dir)
	require.NoError(t, err)
	require.Equal(t, []int{6, 4}, list, "the last good checkpoints are untouched")
}
