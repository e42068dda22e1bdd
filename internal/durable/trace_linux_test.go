package durable

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	traceLine = regexp.MustCompile(`^\d+ +(<\.\.\. )?(\w+)(?: resumed>|\()(.*)$`)
	traceFile = regexp.MustCompile(`^\d+<([^>]*)>`)
	tracePath = regexp.MustCompile(`"([^"]*)"`)
)

// tracedOps reads what strace -f -y wrote and returns the calls below dir in the recorder's words.
func tracedOps(text, dir string) []string {
	r, begun := &recorder{}, map[string]string{}
	base := func(path string) bool { return strings.HasPrefix(path+"/", dir+"/") }
	for _, line := range strings.Split(text, "\n") {
		m := traceLine.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		thread, call, args := line[:strings.IndexByte(line, ' ')], m[2], m[3]
		if head, unfinished := strings.CutSuffix(args, " <unfinished ...>"); unfinished {
			begun[thread] = head
			continue
		}
		if m[1] != "" {
			args = begun[thread] + args
		}
		if strings.Contains(args, ") = -1 ") {
			continue
		}
		if f := traceFile.FindStringSubmatch(args); f != nil && base(f[1]) {
			st, err := os.Stat(f[1])
			isDir := err == nil && st.IsDir() || strings.HasPrefix(filepath.Base(f[1]), tempPrefix)
			switch {
			case call == "fsync" && isDir:
				_ = r.note("syncdir", f[1])
			case !isDir:
				_ = r.note(call, f[1])
			}
			continue
		}
		var paths []string
		for _, p := range tracePath.FindAllStringSubmatch(args, -1) {
			if base(p[1]) {
				paths = append(paths, p[1])
			}
		}
		switch {
		case len(paths) == 0:
		case call == "openat" && strings.Contains(args, "O_CREAT"):
			_ = r.note("create", paths...)
		case strings.HasPrefix(call, "mkdir"):
			_ = r.note("mkdir", paths...)
		case strings.HasPrefix(call, "rename"):
			_ = r.note("rename", paths...)
		case strings.HasPrefix(call, "unlink"), call == "rmdir":
			_ = r.note("remove", paths...)
		}
	}
	return r.ops
}

// What the kernel is asked for is what the recorder of TestDirOrder sees, on the real file system layer.
func TestSystemCallsOfASave(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("strace is missing")
		}
		t.Skip("not run: no strace")
	}
	out := filepath.Join(t.TempDir(), "out")
	require.NoError(t, os.Mkdir(out, 0o755))
	trace := filepath.Join(t.TempDir(), "trace")
	cmd := child("save", filepath.Join(out, "ckpt"))
	cmd.Path, cmd.Args = strace, append([]string{"strace", "-f", "-y", "-s", "4096", "-o", trace,
		"-e", "trace=openat,write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,rmdir,mkdir,mkdirat,close"}, cmd.Args...)
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Skipf("SKIP: the order of system calls is not tested: strace cannot trace here: %v: %s", err, text)
	}
	text, err := os.ReadFile(trace)
	require.NoError(t, err)
	ops := tracedOps(string(text), out)
	assert.NoError(t, checkOrder(ops, "out"))
	assert.Equal(t, []string{"mkdir TEMP",
		"create b.bin", "write b.bin", "fsync b.bin", "close b.bin",
		"create a.json", "write a.json", "fsync a.json", "close a.json",
		"create manifest.json", "write manifest.json", "fsync manifest.json", "close manifest.json",
		"syncdir TEMP", "rename TEMP ckpt", "syncdir out"}, ops)
}
