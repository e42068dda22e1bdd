package kernels

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Instructions written as bytes are what their names say: each macro of raw_*.h is assembled over its registers and
// binutils must read the text that the table expects.
func TestRawEncodings(t *testing.T) {
	t.Run("amd64", func(t *testing.T) {
		var calls, want []string
		for i := range 32 {
			for _, r := range [][3]int{{i, 1, 2}, {1, i, 2}, {1, 2, i}, {i, (i + 11) % 32, (i + 21) % 32}} {
				calls = append(calls, fmt.Sprintf("VDPBF16PS(%d, %d, %d)", r[0], r[1], r[2]))
				want = append(want, fmt.Sprintf("vdpbf16ps zmm%d,zmm%d,zmm%d", r[2], r[1], r[0]))
			}
		}
		for tile := range 8 {
			for i, c := range [][4]int{{1, 0, 0, 0}, {2, 0, 64, 0}, {6, 3, 0, 0}, {7, 3, 64, 0}} {
				base, index := rawLow[c[0]], rawLow[c[1]]
				calls = append(calls, fmt.Sprintf("TILELOADD(%d, %d, %d, %d)", tile, c[0], c[1], c[2]),
					fmt.Sprintf("TILESTORED(%d, %d, %d, %d)", tile, c[0], c[1], c[2]),
					fmt.Sprintf("TDPBF16PS(%d, %d, %d)", (tile+2+i)%8, (tile+1)%8, tile), fmt.Sprintf("TILEZERO(%d)", tile))
				want = append(want, fmt.Sprintf("tileloadd tmm%d,[%s+%s*1+0x%x]", tile, base, index, c[2]),
					fmt.Sprintf("tilestored [%s+%s*1+0x%x],tmm%d", base, index, c[2], tile),
					fmt.Sprintf("tdpbf16ps tmm%d,tmm%d,tmm%d", tile, (tile+1)%8, (tile+2+i)%8), fmt.Sprintf("tilezero tmm%d", tile))
			}
		}
		calls, want = append(calls, "LDTILECFG_AX", "TILERELEASE"), append(want, "ldtilecfg [rax]", "tilerelease")
		compareRaw(t, "amd64", calls, want)
	})
	t.Run("arm64", func(t *testing.T) {
		var calls, want []string
		for i := range 32 {
			for _, c := range rawARM64 {
				args, text := c.at(i, (i+11)%32, (i+21)%32, i%4)
				calls, want = append(calls, args), append(want, text)
			}
		}
		compareRaw(t, "arm64", calls, want)
	})
}

// rawLow are the registers that the macros of AMX take by number.
var rawLow = map[int]string{0: "rax", 1: "rcx", 2: "rdx", 3: "rbx", 6: "rsi", 7: "rdi"}

// rawARM64 lists the macros of raw_arm64.h with the text of one use; m, n, d are registers, e an element.
var rawARM64 = []struct {
	at func(m, n, d, e int) (call, text string)
}{
	{func(m, n, d, e int) (string, string) {
		return fmt.Sprintf("FMLA4S_EL(%d, %d, %d, %d)", m, e, n, d), fmt.Sprintf("fmla v%d.4s, v%d.4s, v%d.s[%d]", d, n, m, e)
	}},
	{func(m, n, d, _ int) (string, string) {
		return fmt.Sprintf("BFMMLA(%d, %d, %d)", m, n, d), fmt.Sprintf("bfmmla v%d.4s, v%d.8h, v%d.8h", d, n, m)
	}},
	{func(m, n, d, _ int) (string, string) {
		return fmt.Sprintf("FADD4S(%d, %d, %d)", m, n, d), fmt.Sprintf("fadd v%d.4s, v%d.4s, v%d.4s", d, n, m)
	}},
	{func(m, n, d, _ int) (string, string) {
		return fmt.Sprintf("FADDP4S(%d, %d, %d)", m, n, d), fmt.Sprintf("faddp v%d.4s, v%d.4s, v%d.4s", d, n, m)
	}},
	{func(m, n, d, _ int) (string, string) {
		return fmt.Sprintf("FMUL4S(%d, %d, %d)", m, n, d), fmt.Sprintf("fmul v%d.4s, v%d.4s, v%d.4s", d, n, m)
	}},
	{func(_, n, d, _ int) (string, string) {
		return fmt.Sprintf("SHLL16(%d, %d)", n, d), fmt.Sprintf("shll v%d.4s, v%d.4h, #16", d, n)
	}},
	{func(_, n, d, _ int) (string, string) {
		return fmt.Sprintf("SHLL16B(%d, %d)", n, d), fmt.Sprintf("shll2 v%d.4s, v%d.8h, #16", d, n)
	}},
	{func(_, n, d, _ int) (string, string) {
		return fmt.Sprintf("FCVTL(%d, %d)", n, d), fmt.Sprintf("fcvtl v%d.4s, v%d.4h", d, n)
	}},
	{func(_, n, d, _ int) (string, string) {
		return fmt.Sprintf("FCVTLB(%d, %d)", n, d), fmt.Sprintf("fcvtl2 v%d.4s, v%d.8h", d, n)
	}},
}

var hexLine = regexp.MustCompile(`(?m)^\t0x[0-9a-f]{4} ((?:[0-9a-f]{2} )+)`)

// compareRaw assembles the macro calls and compares the disassembly with want, line by line.
func compareRaw(t *testing.T, arch string, calls, want []string) {
	if runtime.GOOS == "linux" && runtime.GOARCH != "amd64" {
		t.Skip("not run: the toolchain is that of the host")
	}
	objdump := map[string][]string{
		"amd64": {"objdump", "-b", "binary", "-m", "i386:x86-64", "-M", "intel", "-D"},
		"arm64": {"aarch64-linux-gnu-objdump", "-b", "binary", "-m", "aarch64", "-D"},
	}[arch]
	if _, err := exec.LookPath(objdump[0]); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is missing: install binutils", objdump[0])
		}
		t.Skipf("not run: no %s", objdump[0])
	}
	dir := t.TempDir()
	header, err := filepath.Abs(".")
	require.NoError(t, err)
	_, err = os.ReadFile("raw_" + arch + ".h") // so that the test cache knows what the assembler reads
	require.NoError(t, err)
	src := "#include \"textflag.h\"\n#include \"raw_" + arch + ".h\"\nTEXT ·raw(SB), NOSPLIT, $0-0\n\t" +
		strings.Join(calls, "\n\t") + "\n\tRET\n"
	file := filepath.Join(dir, "raw.s")
	require.NoError(t, os.WriteFile(file, []byte(src), 0o600))
	cmd := exec.Command("go", "tool", "asm", "-p", "raw", "-S", "-I", header, "-I", filepath.Join(goRoot(t), "pkg", "include"),
		"-o", filepath.Join(dir, "raw.o"), file)
	cmd.Env = append(os.Environ(), "GOARCH="+arch)
	listing, err := cmd.CombinedOutput()
	require.NoErrorf(t, err, "%s", listing)

	var code []byte
	for _, m := range hexLine.FindAllSubmatch(listing, -1) {
		b, err := hex.DecodeString(string(bytes.ReplaceAll(m[1], []byte(" "), nil)))
		require.NoError(t, err)
		code = append(code, b...)
	}
	bin := filepath.Join(dir, "raw.bin")
	require.NoError(t, os.WriteFile(bin, code, 0o600))
	text, err := exec.Command(objdump[0], append(objdump[1:], bin)...).CombinedOutput()
	require.NoErrorf(t, err, "%s", text)
	var got []string
	for _, line := range strings.Split(string(text), "\n") {
		if f := strings.Split(line, "\t"); len(f) > 2 {
			got = append(got, strings.Join(strings.Fields(strings.Join(f[2:], " ")), " "))
		}
	}
	require.GreaterOrEqual(t, len(got), len(want))
	for i, w := range want {
		require.Equalf(t, w, got[i], "%s", calls[i])
	}
}

// goRoot asks the go command that runs the test.
func goRoot(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOROOT").Output()
	require.NoError(t, err)
	return strings.TrimSpace(string(out))
}
