package train_test

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"lapidary/internal/durable"
	"lapidary/train"
)

// A power cut loses what was not fsynced, which a kill does not: the page cache survives that. So the runs below have
// an ext4 image as their disk, and what a power cut leaves is a copy of the image, taken while it is mounted.
const (
	powerDir   = "TRAIN_TEST_POWER_DIR"
	powerStop  = "TRAIN_TEST_POWER_STOP" // the process does nothing more after this many saves
	powerCount = "LAPIDARY_POWER_LOSSES" // how many power cuts; 3 without it
)

// TestPoweredProcess is the body of the processes of the next tests: a run that says what was saved.
func TestPoweredProcess(t *testing.T) {
	dir := os.Getenv(powerDir)
	if dir == "" {
		t.Skip("only for TestPowerLoss")
	}
	in := toyInputs(t, newToy(0.2), 1)
	stop, _ := strconv.Atoi(os.Getenv(powerStop))
	in.Hooks.Saved = func(_ string, step int) {
		fmt.Printf("saved %d\n", step)
		if stop--; stop == 0 {
			time.Sleep(time.Minute)
		}
	}
	_, err := train.Run(t.Context(), toyConfig(filepath.Join(dir, "run")), in)
	require.NoError(t, err)
	fmt.Println("done")
	time.Sleep(time.Minute) // until the power is cut
}

// TestCarelessProcess saves as many programs do: a file, a rename, no fsync.
func TestCarelessProcess(t *testing.T) {
	dir := os.Getenv(powerDir)
	if dir == "" {
		t.Skip("only for TestPowerLossLosesWhatIsNotSynced")
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "tmp"), []byte(strings.Repeat("x", 5000)), 0o600))
	require.NoError(t, os.Rename(filepath.Join(dir, "tmp"), filepath.Join(dir, "state")))
	fmt.Println("saved 1")
	time.Sleep(time.Minute)
}

// disk is an ext4 image, mounted.
type disk struct{ image, at string }

func mountDisk(t *testing.T, image, options string) (disk, error) {
	t.Helper()
	d := disk{image, t.TempDir()}
	if out, err := exec.Command("mount", "-o", "loop"+options, image, d.at).CombinedOutput(); err != nil {
		return d, fmt.Errorf("mount: %w: %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", d.at).CombinedOutput(); err != nil {
			t.Errorf("umount: %v: %s", err, out)
		}
	})
	return d, nil
}

// newDisk makes and mounts an image. Where that is not to be had the test is skipped, and fails under CI.
func newDisk(t *testing.T, options string) disk {
	t.Helper()
	image := filepath.Join(fastDir(t), "image")
	require.NoError(t, os.WriteFile(image, nil, 0o600))
	require.NoError(t, os.Truncate(image, 16<<20))
	out, err := exec.Command("mkfs.ext4", "-q", image).CombinedOutput()
	if err != nil {
		err = fmt.Errorf("mkfs.ext4: %w: %s", err, out)
	}
	var d disk
	if err == nil {
		d, err = mountDisk(t, image, options)
	}
	if err != nil {
		t.Skipf("SKIP: power loss is not tested: it needs root, loop devices and mkfs.ext4: %v", err)
	}
	return d
}

// cut runs a process on the disk until f ends, kills it and returns what a power cut leaves, mounted.
func (d disk) cut(t *testing.T, process string, stop int, f func(said *bufio.Reader)) disk {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^"+process+"$", "-test.v")
	cmd.Env = append(os.Environ(), powerDir+"="+d.at, powerStop+"="+strconv.Itoa(stop))
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	f(bufio.NewReader(out))
	require.NoError(t, cmd.Process.Kill())
	copied := filepath.Join(filepath.Dir(d.image), "left")
	to, err := os.Create(copied)
	require.NoError(t, err)
	from, err := os.Open(d.image)
	require.NoError(t, err)
	_, err = io.Copy(to, from)
	require.NoError(t, err)
	require.NoError(t, from.Close())
	require.NoError(t, to.Close())
	_ = cmd.Wait()
	left, err := mountDisk(t, copied, "")
	require.NoError(t, err)
	return left
}

// awaitSaved reads until a process has said "saved" times times and returns the step of the last.
func awaitSaved(t *testing.T, said *bufio.Reader, times int) (step int) {
	t.Helper()
	for times > 0 {
		line, err := said.ReadString('\n')
		require.NoError(t, err)
		if n, ok := strings.CutPrefix(strings.TrimSpace(line), "saved "); ok {
			step, err = strconv.Atoi(n)
			require.NoError(t, err)
			times--
		}
	}
	return step
}

// Whenever the power is cut: every checkpoint that is there is whole, the last that was reported as saved is there or
// a later one, and the run goes on to the bits of one left alone.
func TestPowerLoss(t *testing.T) {
	want := undisturbed(t)
	cuts, err := strconv.Atoi(os.Getenv(powerCount))
	if err != nil {
		cuts = 3
	}
	for i := range cuts {
		t.Run(fmt.Sprint("cut=", i), func(t *testing.T) {
			r := rand.New(rand.NewPCG(61, uint64(i)))
			d := newDisk(t, []string{",commit=1000", ",commit=1", ""}[i%3])
			saved, n, stop := 0, r.IntN(8), 0
			if i%2 == 0 { // cut when a save has just returned: no later fsync helps it
				n = 1 + r.IntN(7)
				stop = n
			}
			left := d.cut(t, "TestPoweredProcess", stop, func(said *bufio.Reader) {
				if n > 0 {
					saved = awaitSaved(t, said, n)
				}
				time.Sleep(time.Duration(r.IntN(20000)) * time.Microsecond)
			})
			dir := filepath.Join(left.at, "run")
			var list []int
			if _, err := os.Stat(dir); err == nil || saved > 0 {
				list, err = train.Checkpoints(dir)
				require.NoError(t, err)
			}
			for _, step := range list {
				_, err := durable.Verify(filepath.Join(dir, fmt.Sprint("checkpoint-", step)))
				require.NoError(t, err)
			}
			if saved > 0 {
				require.NotEmpty(t, list)
				require.GreaterOrEqual(t, list[0], saved)
			}
			t.Logf("saved %d, there are %v", saved, list)
			m, cfg := newToy(0.2), toyConfig(dir)
			cfg.ReportTo = "none"
			if len(list) > 0 {
				cfg.ResumeFromCheckpoint = "latest"
			}
			_, err := train.Run(t.Context(), cfg, toyInputs(t, m, 1))
			require.NoError(t, err)
			got := resultOf(t, dir, m, toySteps)
			require.True(t, want.bits == got.bits && want.model == got.model && want.optimizer == got.optimizer, "other bits after the power cut")
		})
	}
}

// The method itself must lose what was not fsynced.
func TestPowerLossLosesWhatIsNotSynced(t *testing.T) {
	d := newDisk(t, ",commit=1000")
	left := d.cut(t, "TestCarelessProcess", 0, func(said *bufio.Reader) { awaitSaved(t, said, 1) })
	raw, err := os.ReadFile(filepath.Join(left.at, "state"))
	require.True(t, err != nil || len(raw) == 0, "5000 bytes without an fsync survived")
}
