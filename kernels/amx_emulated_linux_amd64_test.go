//go:build !purego

package kernels

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// The tiles of AMX use its instructions and general ones, nothing else. On a CPU without AMX each raises SIGILL, so a
// process can be run under another that does what the instruction says and goes on after it.

const emulatedTiles = "LAPIDARY_EMULATED_TILES"

// TestTilesEmulated runs the tiles against their twin under emulation, on any Linux that lets a process trace its child.
func TestTilesEmulated(t *testing.T) {
	if os.Getenv(emulatedTiles) != "" {
		SetLevel(t, AMX)
		for i, f := range setAMXTiles.pairs[:2] {
			for _, k := range []int{16, 32, 48, 80} {
				testTile(t, f, setAMXTiles.rows[i], setAMXTiles.cols, k, true)
			}
		}
		peakAMX(3)
		return
	}
	if slices.Contains(Levels(), AMX) {
		t.Skip("not run: this machine has AMX, and TestMicroTiles runs it")
	}
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	require.NoError(t, err)
	defer out.Close()
	cmd := exec.Command(os.Args[0], "-test.run=^TestTilesEmulated$", "-test.v")
	cmd.Env = append(os.Environ(), emulatedTiles+"=1", "LAPIDARY_LEVEL=generic")
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Ptrace: true}
	runtime.LockOSThread() // a process is traced by a thread
	defer runtime.UnlockOSThread()
	if err := cmd.Start(); err != nil {
		require.NotEqual(t, "true", os.Getenv("CI"), "no process can be traced here: %v", err)
		t.Skipf("not run: no process can be traced here: %v", err)
	}
	e := tileEmulator{threads: map[int]*tileState{}}
	code, err := e.run(cmd.Process.Pid)
	text, _ := os.ReadFile(out.Name())
	require.NoErrorf(t, err, "%s", text)
	require.Zerof(t, code, "%s", text)
	require.Positive(t, e.products)
}

// tileState is what a thread's tile registers hold.
type tileState struct {
	configured bool
	tile       [8][16][16]uint32
}

// tileEmulator runs a process.
type tileEmulator struct {
	mem      *os.File
	threads  map[int]*tileState
	products int
}

// run returns the exit status of a process that has stopped at its beginning.
func (e *tileEmulator) run(pid int) (status int, err error) {
	const exitKill = 0x100000 // PTRACE_O_EXITKILL
	if e.mem, err = os.OpenFile(fmt.Sprintf("/proc/%d/mem", pid), os.O_RDWR, 0); err != nil {
		return 0, err
	}
	defer e.mem.Close()
	for first := true; ; {
		var ws syscall.WaitStatus
		tid, err := syscall.Wait4(-1, &ws, syscall.WALL|syscall.WNOTHREAD, nil)
		if err != nil {
			return 0, err
		}
		if ws.Exited() || ws.Signaled() {
			if tid == pid {
				return max(ws.ExitStatus(), int(ws.Signal())), nil
			}
			continue
		}
		if first {
			first = false
			if err := syscall.PtraceSetOptions(tid, syscall.PTRACE_O_TRACECLONE|exitKill); err != nil {
				return 0, err
			}
		}
		deliver := 0
		switch s := ws.StopSignal(); {
		case s == syscall.SIGILL:
			if err := e.step(tid); err != nil {
				return 0, err
			}
		case s == syscall.SIGTRAP || e.threads[tid] == nil && s == syscall.SIGSTOP: // a new program, a new thread
		default:
			deliver = int(s)
		}
		if e.threads[tid] == nil {
			e.threads[tid] = &tileState{}
		}
		if err := syscall.PtraceCont(tid, deliver); err != nil && err != syscall.ESRCH {
			return 0, err
		}
	}
}

// step does the instruction that a thread has stopped at.
func (e *tileEmulator) step(tid int) error {
	var r syscall.PtraceRegs
	if err := syscall.PtraceGetRegs(tid, &r); err != nil {
		return err
	}
	code := make([]byte, 7)
	if _, err := e.mem.ReadAt(code, int64(r.Rip)); err != nil {
		return err
	}
	n, err := e.do(e.threads[tid], &r, code)
	if err != nil {
		return fmt.Errorf("at %#x, % x: %w", r.Rip, code, err)
	}
	r.Rip += uint64(n)
	return syscall.PtraceSetRegs(tid, &r)
}

// do does one instruction, as the macros of raw_amd64.h encode it, and returns its length.
func (e *tileEmulator) do(s *tileState, r *syscall.PtraceRegs, code []byte) (int, error) {
	if code[0] != 0xC4 || code[1] != 0xE2 {
		return 0, fmt.Errorf("not an instruction of AMX")
	}
	prefix, third, modrm := code[2]&3, ^code[2]>>3&15, code[4]
	reg := modrm >> 3 & 7
	configure := code[3] == 0x49 && prefix == 0 && modrm == 0
	if !configure && !s.configured {
		return 0, fmt.Errorf("the tiles have no shape")
	}
	switch {
	case configure:
		return 5, e.configure(s, int64(r.Rax))
	case code[3] == 0x49 && prefix == 0 && modrm == 0xC0:
		*s = tileState{}
		return 5, nil
	case code[3] == 0x49 && prefix == 3 && modrm&0xC7 == 0xC0:
		s.tile[reg] = [16][16]uint32{}
		return 5, nil
	case code[3] == 0x4B && modrm&0xC7 == 0x44 && code[5]>>6 == 0:
		low := [8]uint64{r.Rax, r.Rcx, r.Rdx, r.Rbx, 0, 0, r.Rsi, r.Rdi}
		at, stride := int64(low[code[5]&7])+int64(int8(code[6])), int64(low[code[5]>>3])
		return 7, e.move(&s.tile[reg], at, stride, prefix == 2)
	case code[3] == 0x5C && prefix == 2 && modrm>>6 == 3 && third < 8:
		if reg == modrm&7 || reg == third || third == modrm&7 {
			return 0, fmt.Errorf("the same tile twice")
		}
		e.products++
		dotTiles(&s.tile[reg], &s.tile[modrm&7], &s.tile[third])
		return 5, nil
	}
	return 0, fmt.Errorf("unknown instruction")
}

// configure accepts eight tiles of 16 rows of 64 bytes.
func (e *tileEmulator) configure(s *tileState, at int64) error {
	var c [64]byte
	if _, err := e.mem.ReadAt(c[:], at); err != nil {
		return err
	}
	want := [64]byte{0: 1}
	for i := range 8 {
		want[16+2*i], want[48+i] = 64, 16
	}
	if c != want {
		return fmt.Errorf("configuration % x", c)
	}
	*s = tileState{configured: true}
	return nil
}

// move loads or stores a tile.
func (e *tileEmulator) move(tile *[16][16]uint32, at, stride int64, store bool) error {
	var row [64]byte
	for i := range tile {
		if !store {
			if _, err := e.mem.ReadAt(row[:], at+int64(i)*stride); err != nil {
				return err
			}
		}
		for j := range tile[i] {
			if store {
				binary.LittleEndian.PutUint32(row[4*j:], tile[i][j])
			} else {
				tile[i][j] = binary.LittleEndian.Uint32(row[4*j:])
			}
		}
		if store {
			if _, err := e.mem.WriteAt(row[:], at+int64(i)*stride); err != nil {
				return err
			}
		}
	}
	return nil
}

// dotTiles is TDPBF16PS (Intel SDM vol. 2): c += a*b, even and odd products of k apart, each fused, then their sum.
func dotTiles(c, a, b *[16][16]uint32) {
	for i := range c {
		for j := range c[i] {
			var even, odd float32
			for q := range 16 {
				x, y := a[i][q], b[q][j]
				even = flush(fma32(bf16Part(x<<16), bf16Part(y<<16), even))
				odd = flush(fma32(bf16Part(x&0xffff0000), bf16Part(y&0xffff0000), odd))
			}
			sum := flush(bf16Part(c[i][j]) + flush(even+odd))
			c[i][j] = math.Float32bits(sum)
		}
	}
}
