package safetensors_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"lapidary/tensor"
	"lapidary/tensor/safetensors"
)

// seedFiles are small valid files: ours, and the reference package's.
func seedFiles(t testing.TB) map[string][]byte {
	t.Helper()
	var ours bytes.Buffer
	require.NoError(t, safetensors.Encode(&ours, map[string]*tensor.Tensor{
		"a.weight": tensor.FromFloat32([]float32{1, 2, 3, 4, 5, 6}, 2, 3),
		"b":        tensor.FromUint16(tensor.BF16, []uint16{1, 2}, 2),
		"empty":    tensor.New(tensor.I64, 0, 7),
	}, map[string]string{"format": "pt"}))
	dir := goldens(t)
	seeds := map[string][]byte{"ours": ours.Bytes()}
	for _, name := range []string{"special_values", "peft_adapter"} {
		raw, err := os.ReadFile(filepath.Join(dir, "valid", name+".safetensors"))
		require.NoError(t, err)
		seeds[name] = raw
	}
	return seeds
}

// try opens bytes and, where they are accepted, uses them; whatever they are, no panic and little memory.
func try(t testing.TB, raw []byte, what string) bool {
	t.Helper()
	defer func() {
		if r := recover(); r != nil {
			t.Fatalf("%s: panic: %v\n%q", what, r, raw)
		}
	}()
	f, err := safetensors.OpenBytes(raw)
	if err != nil {
		if len(err.Error()) > 300 {
			t.Fatalf("%s: message of %d bytes", what, len(err.Error()))
		}
		return false
	}
	total := 0
	for _, name := range f.Names() {
		x, err := f.Tensor(name)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		total += len(x.Bytes())
	}
	if start := 8 + int(binary.LittleEndian.Uint64(raw)); start+total != len(raw) {
		t.Fatalf("%s: accepted, but %d header and %d data bytes are not %d", what, start, total, len(raw))
	}
	return true
}

// Cut at every byte: never accepted.
func TestTruncatedAnywhere(t *testing.T) {
	for name, raw := range seedFiles(t) {
		for n := range raw {
			require.False(t, try(t, raw[:n], fmt.Sprintf("%s cut at %d", name, n)), "%s cut at %d", name, n)
		}
		require.True(t, try(t, raw, name))
	}
}

// Every byte of the header's length and text, changed in six ways, and the length set to every figure that breaks
// arithmetic.
func TestStructuralBytes(t *testing.T) {
	tried, accepted := 0, 0
	for name, raw := range seedFiles(t) {
		end := 8 + int(binary.LittleEndian.Uint64(raw))
		for i := range end {
			for _, b := range []byte{0, 0xff, raw[i] ^ 1, raw[i] ^ 0x80, raw[i] ^ 0x20, '"'} {
				bad := bytes.Clone(raw)
				bad[i] = b
				tried++
				if try(t, bad, fmt.Sprintf("%s byte %d = %#x", name, i, b)) {
					accepted++
				}
			}
		}
		size := uint64(len(raw))
		for _, n := range []uint64{0, 1, 1 << 7, 1 << 15, 1<<31 - 1, 1 << 31, 1<<32 - 1, 1<<53 + 1, 1<<63 - 1, 1 << 63, 1<<64 - 1,
			size, size + 1, size - 1, size - 8, size - 7, 1<<64 - 8, 100_000_000, 100_000_001} {
			bad := bytes.Clone(raw)
			binary.LittleEndian.PutUint64(bad, n)
			require.False(t, try(t, bad, fmt.Sprintf("%s length %d", name, n)))
		}
	}
	t.Logf("%d mutants, %d still valid (a changed letter of a name)", tried, accepted)
	require.Greater(t, tried, 5000)
}

var jsonToken = regexp.MustCompile(`"[^"]*"|\[[^\]]*\]|[0-9]+`)

// Every token of the header replaced by what JSON parsers stumble over.
func TestTokensReplaced(t *testing.T) {
	nest := strings.Repeat("[", 1000) + strings.Repeat("]", 1000)
	values := []string{"null", "true", "-1", "0", "1e308", "1e999", "9007199254740993", "9223372036854775807", "9223372036854775808",
		"18446744073709551615", "18446744073709551616", `""`, `"dtype"`, `"` + strings.Repeat("x", 1<<16) + `"`, "[]", "{}", nest, "[0,4611686018427387904]",
		"[4611686018427387904,0]", "[1152921504606846976,0]", "[0,0]", "", `"\ud800"`, "-0", "01", "1.0", `{"a":`}
	for name, raw := range seedFiles(t) {
		n := binary.LittleEndian.Uint64(raw)
		head, data := string(raw[8:8+n]), raw[8+n:]
		for _, at := range jsonToken.FindAllStringIndex(head, -1) {
			for _, v := range values {
				try(t, file(head[:at[0]]+v+head[at[1]:], data), fmt.Sprintf("%s %v %.30q", name, at, v))
			}
		}
	}
}

// file puts a header before data.
func file(head string, data []byte) []byte {
	out := binary.LittleEndian.AppendUint64(nil, uint64(len(head)))
	return append(append(out, head...), data...)
}

// Two seeds spliced at random, and random bytes exchanged.
func TestSplices(t *testing.T) {
	const seed = 20261123
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	seeds := seedFiles(t)
	list := [][]byte{seeds["ours"], seeds["peft_adapter"], seeds["special_values"]}
	for i := range 2000 {
		a, b := list[r.IntN(3)], list[r.IntN(3)]
		bad := append(bytes.Clone(a[:r.IntN(len(a))]), b[r.IntN(len(b)):]...)
		for range r.IntN(4) {
			if len(bad) > 0 {
				bad[r.IntN(len(bad))] = byte(r.IntN(256))
			}
		}
		try(t, bad, fmt.Sprint("splice ", i))
	}
}

// A shape whose product overflows before a zero is reached must be refused, not handed on to panic elsewhere.
func TestHandmadeDefects(t *testing.T) {
	entry := func(dtype, shape, offsets string) string {
		return fmt.Sprintf(`{"x":{"dtype":"%s","shape":%s,"data_offsets":%s}}`, dtype, shape, offsets)
	}
	for what, c := range map[string]struct {
		head string
		kind error
	}{
		"zero after a huge dimension": {entry("F32", "[4611686018427387904,0]", "[0,0]"), safetensors.ErrOverflow},
		"zero after 2^60":             {entry("U8", "[1152921504606846977,0]", "[0,0]"), safetensors.ErrOverflow},
		"2^64 in a zero tensor":       {entry("U8", "[0,18446744073709551616]", "[0,0]"), safetensors.ErrOverflow},
		"2^63 in a zero tensor":       {entry("U8", "[0,9223372036854775808]", "[0,0]"), safetensors.ErrOverflow},
		"offsets of an empty tensor":  {entry("U8", "[0]", "[9223372036854775807,9223372036854775807]"), safetensors.ErrHole},
		"upper-case key":              {`{"x":{"DTYPE":"U8","shape":[0],"data_offsets":[0,0]}}`, safetensors.ErrMissingField},
		"leading zero":                {entry("U8", "[00]", "[0,0]"), safetensors.ErrJSON},
		"plus sign":                   {entry("U8", "[+0]", "[0,0]"), safetensors.ErrJSON},
		"escape in a name, message":   {"{\"\\u001b[31m\\n\u202e\":1}", safetensors.ErrFieldType},
		"long name, message":          {`{"` + strings.Repeat("é", 5000) + `":{"dtype":"` + strings.Repeat("é", 5000) + `"}}`, safetensors.ErrUnknownDType},
		"short escape":                {`{"\u12`, safetensors.ErrJSON},
		"backslash at the end":        {`{"\`, safetensors.ErrJSON},
	} {
		_, err := safetensors.OpenBytes(file(c.head, nil))
		require.ErrorIs(t, err, c.kind, what)
		checkMessage(t, err)
	}
	for what, head := range map[string]string{
		"zero before a huge dimension": entry("F32", "[0,4611686018427387904]", "[0,0]"),
		"unknown key":                  `{"x":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"note":{"a":[1,2.5e-3,true,null,"\n"]}}}`,
		"no metadata":                  `{"__metadata__":null}`,
	} {
		f, err := safetensors.OpenBytes(file(head, nil))
		require.NoError(t, err, what)
		for _, name := range f.Names() {
			_, err := f.Tensor(name)
			require.NoError(t, err, what)
		}
	}
}

// Large headers cost a small multiple of their size, whatever is in them.
func TestHeaderMemory(t *testing.T) {
	const n = 40_000
	many, dims, meta := &strings.Builder{}, &strings.Builder{}, &strings.Builder{}
	for i := range n {
		fmt.Fprintf(many, `,"%d":{"dtype":"U8","shape":[],"data_offsets":[%d,%d]}`, i, i, i+1)
		dims.WriteString(",1")
		fmt.Fprintf(meta, `,"%d":""`, i)
	}
	zeros := make([]byte, n)
	for what, raw := range map[string][]byte{
		"tensors":    file("{"+many.String()[1:]+"}", zeros),
		"dimensions": file(`{"x":{"dtype":"U8","shape":[`+dims.String()[1:]+`],"data_offsets":[0,1]}}`, zeros[:1]),
		"metadata":   file(`{"__metadata__":{`+meta.String()[1:]+`}}`, nil),
		"braces":     file(strings.Repeat("{", 4_000_000), nil),
		"commas":     file(`{"x":{"shape":[`+strings.Repeat(",", 4_000_000), nil),
		"one name":   file(`{"`+strings.Repeat("x", 4_000_000), nil),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := safetensors.OpenBytes(raw)
		runtime.ReadMemStats(&after)
		if what == "tensors" || what == "dimensions" || what == "metadata" {
			require.NoError(t, err, what)
		} else {
			require.Error(t, err, what)
		}
		used := after.TotalAlloc - before.TotalAlloc
		t.Logf("%s: %d bytes of file, %d allocated", what, len(raw), used)
		require.Less(t, used, uint64(8<<20+8*len(raw)), what)
	}
	f, err := safetensors.OpenBytes(file(`{"__metadata__":{`+strings.Repeat(`"a":"",`, 70_000)+`"b":""}}`, nil))
	require.ErrorIs(t, err, safetensors.ErrDuplicate)
	require.Nil(t, f)
}

// A sparse file of a tebibyte opens at once when its header is right, and is refused at once when not.
func TestSparseFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sparse.safetensors")
	const size = 1 << 40
	head := fmt.Sprintf(`{"x":{"dtype":"U8","shape":[%d],"data_offsets":[0,%d]}}`, size, size)
	raw := file(head, nil)
	require.NoError(t, os.WriteFile(path, raw, 0o644))
	if err := os.Truncate(path, int64(len(raw))+size); err != nil {
		t.Skipf("not run: the file system takes no sparse file of this size: %v", err)
	}
	began := time.Now()
	f, err := openBounded(t, path)
	require.NoError(t, err)
	x, err := f.Tensor("x")
	require.NoError(t, err)
	require.Equal(t, size, x.Len())
	require.NoError(t, f.Close())
	require.NoError(t, os.Truncate(path, int64(len(raw))+size-1))
	_, err = openBounded(t, path)
	require.ErrorIs(t, err, safetensors.ErrTruncated)
	t.Logf("%v", time.Since(began))
}

func FuzzOpen(f *testing.F) {
	for _, raw := range seedFiles(f) {
		f.Add(raw)
	}
	dir := goldens(f)
	for _, sub := range []string{"valid", "invalid"} {
		files, err := filepath.Glob(filepath.Join(dir, sub, "*.safetensors"))
		require.NoError(f, err)
		for _, path := range files {
			raw, err := os.ReadFile(path)
			require.NoError(f, err)
			if len(raw) <= 4096 { // larger seeds cost speed and show no more
				f.Add(raw)
			}
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if !try(t, raw, "fuzz") {
			return
		}
		file, err := safetensors.OpenBytes(raw)
		require.NoError(t, err)
		tensors := map[string]*tensor.Tensor{}
		for _, name := range file.Names() {
			tensors[name], err = file.Tensor(name)
			require.NoError(t, err)
		}
		var once, twice bytes.Buffer
		require.NoError(t, safetensors.Encode(&once, tensors, file.Metadata()))
		again, err := safetensors.OpenBytes(once.Bytes())
		require.NoError(t, err)
		require.Equal(t, file.Metadata(), again.Metadata())
		for name, x := range tensors {
			y, err := again.Tensor(name)
			require.NoError(t, err)
			require.Equal(t, x.DType(), y.DType())
			require.Equal(t, x.Len(), y.Len())
			require.True(t, bytes.Equal(x.Bytes(), y.Bytes()))
			tensors[name] = y
		}
		require.NoError(t, safetensors.Encode(&twice, tensors, again.Metadata()))
		require.True(t, bytes.Equal(once.Bytes(), twice.Bytes()), "writing is stable")
	})
}

// What the index reader accepts is JSON, and its shards are plain names.
func FuzzParseIndex(f *testing.F) {
	for _, s := range []string{`{"metadata":{"total_size":1.5e3},"weight_map":{"a":"m.safetensors"}}`, `{"weight_map":{"a":"b","a":"b"}}`, `{}`, `[`,
		`{"weight_map":{"a":"../x"}}`, `{"WEIGHT_MAP":{"a":"b"}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := safetensors.ParseIndex(raw)
		if err != nil {
			return
		}
		require.True(t, json.Valid(raw), "accepted, but not JSON")
		for _, shard := range m {
			require.NotContains(t, shard, "/")
		}
		require.NotEmpty(t, m)
	})
}
