package safetensors_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/tensor"
	"lapidary/tensor/safetensors"
)

func Example() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "model.safetensors")

	weights := map[string]*tensor.Tensor{
		"model.norm.weight": tensor.FromFloat32([]float32{0.5, -1, 2}, 3),
		"steps":             tensor.New(tensor.I64),
	}
	if err := safetensors.Write(path, weights, map[string]string{"format": "pt"}); err != nil {
		log.Fatal(err)
	}

	f, err := safetensors.Open(path)
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	for _, info := range f.Infos() {
		fmt.Println(info)
	}
	x, err := f.Tensor("model.norm.weight")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(x.F32(), f.Metadata()["format"])

	_, err = f.Tensor("absent")
	fmt.Println(errors.Is(err, safetensors.ErrNotFound))
	// Output:
	// steps I64 []
	// model.norm.weight F32 [3]
	// [0.5 -1 2] pt
	// true
}

func TestClosedFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.safetensors")
	require.NoError(t, safetensors.Write(path, map[string]*tensor.Tensor{"a": tensor.New(tensor.F32, 4)}, nil))
	f, err := safetensors.Open(path)
	require.NoError(t, err)
	x, err := f.Tensor("a")
	require.NoError(t, err)
	kept := x.Clone()
	require.NoError(t, f.Close())
	require.NoError(t, f.Close())
	_, err = f.Tensor("a")
	require.ErrorIs(t, err, safetensors.ErrClosed)
	f.WillNeed("a")
	f.DontNeed("a")
	assert.Equal(t, []string{"a"}, f.Names())
	assert.Equal(t, make([]float32, 4), kept.F32())
}

// Hints change nothing that can be read, wherever the tensor's pages begin and end.
func TestHints(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.safetensors")
	want := map[string]*tensor.Tensor{}
	for i, n := range []int{1, 1000, 5000, 0, 100_000} {
		x := tensor.New(tensor.F32, n)
		for j := range x.F32() {
			x.F32()[j] = float32(i*1000 + j)
		}
		want[fmt.Sprint("t", i)] = x
	}
	require.NoError(t, safetensors.Write(path, want, nil))
	f, err := safetensors.Open(path)
	require.NoError(t, err)
	defer f.Close()
	for _, hint := range []func(string){f.WillNeed, f.DontNeed, func(string) {}} {
		for name, w := range want {
			hint(name)
			x, err := f.Tensor(name)
			require.NoError(t, err)
			require.True(t, bytes.Equal(w.Bytes(), x.Bytes()), name)
		}
	}
	f.WillNeed("absent")
}

// A file being replaced under a reader leaves the reader its pages.
func TestReplacedWhileOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.safetensors")
	require.NoError(t, safetensors.Write(path, map[string]*tensor.Tensor{"a": tensor.FromFloat32([]float32{1}, 1)}, nil))
	f, err := safetensors.Open(path)
	require.NoError(t, err)
	defer f.Close()
	require.NoError(t, safetensors.Write(path, map[string]*tensor.Tensor{"a": tensor.FromFloat32([]float32{2}, 1)}, nil))
	x, err := f.Tensor("a")
	require.NoError(t, err)
	require.Equal(t, float32(1), x.F32()[0])
}

// shrinking is a file that lost its end between fstat and read.
type shrinking struct{ *bytes.Reader }

func (s shrinking) ReadAt(p []byte, off int64) (int, error) {
	if off > 0 {
		return 0, io.EOF
	}
	return s.Reader.ReadAt(p, off)
}

func TestHeaderReadFails(t *testing.T) {
	raw := seedFiles(t)["ours"]
	require.ErrorIs(t, safetensors.ReadHeader(shrinking{bytes.NewReader(raw)}, int64(len(raw))), io.ErrUnexpectedEOF)
	require.Error(t, safetensors.ReadHeader(bytes.NewReader(nil), 100))
	require.Error(t, safetensors.ReadHeader(bytes.NewReader(raw), -1))
}

func TestWriteRefuses(t *testing.T) {
	entry := func(name string, dtype tensor.DType, n int, shape ...int) safetensors.Entry {
		return safetensors.Entry{Name: name, DType: dtype, Shape: shape, Write: func(w io.Writer) error {
			_, err := w.Write(make([]byte, n))
			return err
		}}
	}
	for what, c := range map[string]struct {
		entries []safetensors.Entry
		kind    error
	}{
		"same name, other type": {[]safetensors.Entry{entry("a", tensor.U8, 1, 1), entry("a", tensor.F32, 4, 1)}, safetensors.ErrDuplicate},
		"name of the metadata":  {[]safetensors.Entry{entry("__metadata__", tensor.U8, 1, 1)}, safetensors.ErrDuplicate},
		"name not UTF-8":        {[]safetensors.Entry{entry("\xff", tensor.U8, 1, 1)}, safetensors.ErrUTF8},
		"no type":               {[]safetensors.Entry{entry("a", tensor.Invalid, 0, 1)}, safetensors.ErrUnknownDType},
		"half a byte":           {[]safetensors.Entry{entry("a", tensor.F4, 1, 1)}, safetensors.ErrSubByte},
		"negative":              {[]safetensors.Entry{entry("a", tensor.U8, 1, -1)}, safetensors.ErrOverflow},
		"too few bytes":         {[]safetensors.Entry{entry("a", tensor.U8, 1, 2)}, safetensors.ErrSize},
		"too many bytes":        {[]safetensors.Entry{entry("a", tensor.U8, 3, 2)}, safetensors.ErrSize},
	} {
		require.ErrorIs(t, safetensors.EncodeEntries(io.Discard, c.entries, nil), c.kind, what)
	}
	require.ErrorIs(t, safetensors.EncodeEntries(io.Discard, nil, map[string]string{"a": "\xff"}), safetensors.ErrUTF8)
	broken := errors.New("broken")
	path := filepath.Join(t.TempDir(), "x")
	e := entry("a", tensor.U8, 1, 1)
	e.Write = func(io.Writer) error { return broken }
	require.ErrorIs(t, safetensors.EncodeEntries(io.Discard, []safetensors.Entry{e}, nil), broken)
	require.NoFileExists(t, path)
}

// inspect --json has the shape that scripts rely on.
func TestInspect(t *testing.T) {
	dir := goldens(t)
	s, err := safetensors.Inspect(filepath.Join(dir, "valid", "peft_adapter.safetensors"), true)
	require.NoError(t, err)
	var manifest map[string]goldenFile
	readJSON(t, filepath.Join(dir, "manifest.json"), &manifest)
	want := manifest["peft_adapter.safetensors"]
	require.Len(t, s.Tensors, len(want.Tensors))
	for _, x := range s.Tensors {
		require.Equal(t, want.Tensors[x.Name].SHA256, x.SHA256)
		require.Equal(t, want.Tensors[x.Name].Shape, x.Shape)
		require.Equal(t, want.Tensors[x.Name].DType, x.DType)
	}
	require.Equal(t, want.Metadata, s.Metadata)

	s, err = safetensors.Inspect(filepath.Join(dir, "valid", "sharded"), false)
	require.NoError(t, err)
	require.Len(t, s.Tensors, 10)
	require.Equal(t, "model-00001-of-00004.safetensors", s.Tensors[0].Shard)

	path := filepath.Join(t.TempDir(), "x.safetensors")
	require.NoError(t, safetensors.Write(path, map[string]*tensor.Tensor{"s": tensor.New(tensor.U8)}, nil))
	s, err = safetensors.Inspect(path, false)
	require.NoError(t, err)
	text, err := json.Marshal(s)
	require.NoError(t, err)
	require.JSONEq(t, `{"format":"safetensors","tensors":[{"name":"s","dtype":"U8","shape":[]}],"metadata":{}}`, string(text))

	_, err = safetensors.Inspect(filepath.Join(dir, "invalid", "hole.safetensors"), false)
	require.ErrorIs(t, err, safetensors.ErrHole)
	_, err = safetensors.Inspect(filepath.Join(dir, "absent"), false)
	require.ErrorIs(t, err, os.ErrNotExist)
}
