package durable

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// save writes a small checkpoint through sys.
func save(sys fsys, path string) error {
	d, err := createDir(sys, path)
	if err != nil {
		return err
	}
	defer d.Abort()
	for _, name := range []string{"b.bin", "a.json"} {
		if err := d.WriteFile(name, text("content of "+name)); err != nil {
			return err
		}
	}
	return d.Commit()
}

func TestDirOrder(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	require.NoError(t, os.Mkdir(out, 0o755))
	r := &recorder{}
	require.NoError(t, save(r, filepath.Join(out, "ckpt")))
	assert.Equal(t, []string{"mkdir TEMP",
		"create b.bin", "write b.bin", "fsync b.bin", "close b.bin",
		"create a.json", "write a.json", "fsync a.json", "close a.json",
		"create manifest.json", "write manifest.json", "fsync manifest.json", "close manifest.json",
		"syncdir TEMP", "rename TEMP ckpt", "syncdir out"}, r.ops)
	assert.NoError(t, checkOrder(r.ops, "out"))
	m, err := Verify(filepath.Join(out, "ckpt"))
	require.NoError(t, err)
	assert.Equal(t, []string{"a.json", "b.bin"}, []string{m.Files[0].Name, m.Files[1].Name})
	assert.EqualValues(t, len("content of a.json"), m.Files[0].Size)
	assert.Equal(t, []string{"ckpt"}, names(t, out))
}

// Whatever call fails, either nothing is visible or the directory is whole, and no temporary is left.
func TestDirSurvivesEveryFailure(t *testing.T) {
	for failAt := 1; failAt <= 16; failAt++ {
		t.Run(fmt.Sprint("call=", failAt), func(t *testing.T) {
			out := t.TempDir()
			r := &recorder{failAt: failAt, err: syscall.EIO}
			err := save(r, filepath.Join(out, "ckpt"))
			require.ErrorIs(t, err, syscall.EIO)
			assert.ErrorContains(t, err, "ckpt")
			if failAt < 16 {
				assert.Empty(t, names(t, out))
				return
			}
			_, err = Verify(filepath.Join(out, "ckpt"))
			assert.NoError(t, err, "only the name's durability failed")
		})
	}
}

// A process that stops dead after any call leaves nothing that passes for a checkpoint, unless it is whole.
func TestDirKilledAfterEveryCall(t *testing.T) {
	for killAt := 1; killAt <= 16; killAt++ {
		out := t.TempDir()
		r := &killer{recorder: recorder{failAt: killAt, err: syscall.EINTR}}
		require.Error(t, save(r, filepath.Join(out, "ckpt")))
		_, err := Verify(filepath.Join(out, "ckpt"))
		if killAt < 16 {
			assert.ErrorIs(t, err, ErrNoManifest, "call %d", killAt)
			assert.NoDirExists(t, filepath.Join(out, "ckpt"))
		} else {
			assert.NoError(t, err)
		}
		require.NoError(t, Sweep(out))
		for _, n := range names(t, out) {
			assert.Equal(t, "ckpt", n)
		}
		require.NoError(t, RemoveAll(filepath.Join(out, "ckpt")))
		require.NoError(t, save(system{}, filepath.Join(out, "ckpt")))
	}
}

// killer does nothing after the failing call, as a dead process does: no clean-up.
type killer struct{ recorder }

func (k *killer) removeAll(path string) error {
	if len(k.ops) >= k.failAt {
		return syscall.EINTR
	}
	return k.recorder.removeAll(path)
}

func (k *killer) remove(path string) error {
	if len(k.ops) >= k.failAt {
		return syscall.EINTR
	}
	return k.recorder.remove(path)
}

func TestDirRefusals(t *testing.T) {
	out := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(out, "there"), 0o755))
	_, err := CreateDir(filepath.Join(out, "there"))
	assert.ErrorIs(t, err, os.ErrExist)

	for _, name := range []string{"../x", "", ManifestName, "a"} {
		d, err := CreateDir(filepath.Join(out, "new"))
		require.NoError(t, err)
		require.NoError(t, d.WriteFile("a", text("1")))
		assert.Error(t, d.WriteFile(name, text("2")), name)
		assert.Error(t, d.WriteFile("later", text("3")), "a failed directory takes no more")
		assert.Error(t, d.Commit(), "nor is it committed")
		assert.Equal(t, []string{"there"}, names(t, out))
	}

	// The name was taken meanwhile, by an empty directory that rename would silently replace.
	d, err := CreateDir(filepath.Join(out, "new"))
	require.NoError(t, err)
	require.NoError(t, os.Mkdir(filepath.Join(out, "new"), 0o755))
	assert.ErrorIs(t, d.Commit(), os.ErrExist)
	assert.Equal(t, []string{"new", "there"}, names(t, out))

	d, err = CreateDir(filepath.Join(out, "aborted"))
	require.NoError(t, err)
	require.NoError(t, d.WriteFile("a", func(io.Writer) error { return nil }))
	require.NoError(t, d.Abort())
	require.NoError(t, d.Abort())
	assert.Error(t, d.Commit())
	assert.Equal(t, []string{"new", "there"}, names(t, out))
}

func TestVerifyFindsEveryFlippedByte(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ckpt")
	require.NoError(t, save(system{}, dir))
	for _, name := range []string{"a.json", "b.bin", ManifestName} {
		path := filepath.Join(dir, name)
		good := []byte(read(t, path))
		for i := range good {
			for _, x := range []byte{1, 0x20, 0x80} {
				bad := append([]byte{}, good...)
				bad[i] ^= x
				require.NoError(t, os.WriteFile(path, bad, 0o644))
				_, err := Verify(dir)
				require.Error(t, err, "%s byte %d xor %#x", name, i, x)
			}
		}
		for n := range good {
			require.NoError(t, os.WriteFile(path, good[:n], 0o644))
			_, err := Verify(dir)
			require.Error(t, err, "%s cut at %d", name, n)
		}
		require.NoError(t, os.WriteFile(path, good, 0o644))
	}
	_, err := Verify(dir)
	require.NoError(t, err)
}

func TestVerifyKinds(t *testing.T) {
	parent := t.TempDir()
	fresh := func() string {
		dir := filepath.Join(parent, "ckpt")
		require.NoError(t, RemoveAll(dir))
		require.NoError(t, save(system{}, dir))
		return dir
	}
	put := func(dir, name, s string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(s), 0o644))
	}
	expect := func(dir string, kinds ...error) {
		t.Helper()
		_, err := Verify(dir)
		for _, k := range kinds {
			assert.ErrorIs(t, err, k)
		}
	}
	dir := fresh()
	require.NoError(t, os.Remove(filepath.Join(dir, "a.json")))
	put(dir, "b.bin", "CONTENT OF b.bin")
	put(dir, "new\n", "")
	expect(dir, ErrMissing, ErrDigest, ErrExtra)

	dir = fresh()
	put(dir, "b.bin", "longer than it was before")
	put(dir, ".DS_Store", "of the desktop")
	expect(dir, ErrSize)
	_, err := Verify(dir)
	assert.NotErrorIs(t, err, ErrExtra)

	dir = fresh()
	require.NoError(t, os.Remove(filepath.Join(dir, "a.json")))
	require.NoError(t, os.Symlink("/etc/passwd", filepath.Join(dir, "a.json")))
	expect(dir)
	_, err = Verify(dir)
	assert.Error(t, err)

	put(dir, ManifestName, `{"version":2,"files":[]}`)
	expect(dir, ErrBadManifest)
	put(dir, ManifestName, "{\n  \"version\": 1,\n  \"files\": [\n    {\n      \"name\": \"../x\",\n      \"size\": 0,\n      \"sha256\": \"\"\n    }\n  ]\n}\n")
	expect(dir, ErrBadManifest)
	assert.ErrorContains(t, func() error { _, err := Verify(dir); return err }(), "plain file name")
	expect(filepath.Join(parent, "absent"), ErrNoManifest)
}
