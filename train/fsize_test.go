//go:build linux || darwin

package train_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"lapidary/internal/durable"
	"lapidary/train"
)

const sizeLimit = "TRAIN_TEST_FILE_SIZE_LIMIT"

// TestLimitedProcess is the body of the processes of the next test. The system refuses writes beyond the limit with
// EFBIG; a program must ignore the signal that comes with it.
func TestLimitedProcess(t *testing.T) {
	limit, err := strconv.ParseUint(os.Getenv(sizeLimit), 10, 63)
	if err != nil {
		t.Skip("only for TestAFileSizeLimitAtAnyPlaceOfASave")
	}
	signal.Ignore(unix.SIGXFSZ)
	cfg := toyConfig(os.Getenv(killDir))
	cfg.ReportTo = "none"
	in := toyInputs(t, newToy(0.2), 1)
	in.Hooks.Problem = nil
	require.NoError(t, unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: limit, Max: limit}))
	sum, err := train.Run(t.Context(), cfg, in)
	var lost *train.SaveError
	fmt.Printf("steps=%d lost=%v nospace=%v\n", sum.Step, errors.As(err, &lost), durable.IsNoSpace(err))
}

// Whatever file of a checkpoint meets the limit: training goes to its end, the failure of the last save is the error,
// what is visible is whole, and a resume with room again gives the bits of a run left alone.
func TestAFileSizeLimitAtAnyPlaceOfASave(t *testing.T) {
	dir, m := fastDir(t), newToy(0.2)
	cfg := toyConfig(dir)
	cfg.ReportTo = "none"
	_, err := train.Run(t.Context(), cfg, toyInputs(t, m, 1))
	require.NoError(t, err)
	want := resultOf(t, dir, m, toySteps)
	for limit := 200; limit < 6000; limit += 250 * stride() {
		dir := fastDir(t)
		cmd := exec.Command(os.Args[0], "-test.run=^TestLimitedProcess$", "-test.v")
		cmd.Env = append(os.Environ(), killDir+"="+dir, sizeLimit+"="+strconv.Itoa(limit))
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "limit %d\n%s", limit, out)
		require.Contains(t, string(out), fmt.Sprintf("steps=%d lost=true nospace=true", toySteps), "limit %d", limit)

		list, err := train.Checkpoints(dir)
		require.NoError(t, err)
		for _, step := range list {
			_, err := durable.Verify(fmt.Sprintf("%s/checkpoint-%d", dir, step))
			require.NoError(t, err)
		}
		m := newToy(0.2)
		cfg := toyConfig(dir)
		cfg.ReportTo, cfg.ResumeFromCheckpoint = "none", "latest"
		_, err = train.Run(t.Context(), cfg, toyInputs(t, m, 1))
		require.NoError(t, err)
		want.equal(t, resultOf(t, dir, m, toySteps), fmt.Sprint("limit ", limit))
	}
}
