package safetensors_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	oracle "github.com/nlpodyssey/safetensors"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/internal/testshared"
	"lapidary/tensor"
	"lapidary/tensor/safetensors"
)

type goldenFile struct {
	Metadata    map[string]string `json:"metadata"`
	HeaderOrder []string          `json:"header_order"`
	SHA256      string            `json:"file_sha256"`
	Tensors     map[string]struct {
		DType   string   `json:"dtype"`
		Shape   []int    `json:"shape"`
		Offsets [2]int64 `json:"data_offsets"`
		SHA256  string   `json:"sha256"`
	} `json:"tensors"`
}

type badFile struct {
	File, Why, Expect string
}

// goldens unpacks the reference files and returns their folder.
func goldens(t testing.TB) string {
	t.Helper()
	packed, err := os.Open("testdata/golden.tar.gz")
	require.NoError(t, err)
	defer packed.Close()
	plain, err := gzip.NewReader(packed)
	require.NoError(t, err)
	dir := t.TempDir()
	for tr := tar.NewReader(plain); ; {
		h, err := tr.Next()
		if err == io.EOF {
			return filepath.Join(dir, "safetensors")
		}
		require.NoError(t, err)
		path := filepath.Join(dir, h.Name)
		if h.Typeflag == tar.TypeDir {
			require.NoError(t, os.MkdirAll(path, 0o755))
			continue
		}
		raw, err := io.ReadAll(tr)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(path, raw, 0o644))
	}
}

func readJSON(t testing.TB, path string, v any) {
	t.Helper()
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, v))
}

func digest(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

// The packed copies are the reference files, all of them.
func TestGoldenCopyIsWhole(t *testing.T) {
	shared, ours := testshared.Path(t, "golden/safetensors"), goldens(t)
	count := 0
	require.NoError(t, filepath.WalkDir(shared, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(shared, path)
		require.NoError(t, err)
		want, err := os.ReadFile(path)
		require.NoError(t, err)
		got, err := os.ReadFile(filepath.Join(ours, rel))
		require.NoError(t, err)
		require.Equal(t, digest(want), digest(got), rel)
		count++
		return nil
	}))
	assert.Greater(t, count, 200)
}

// Every file that the reference package made, or that is legal by hand, reads as the package reads it; what the
// package wrote is written again with the same bytes.
func TestGoldenValid(t *testing.T) {
	dir := goldens(t)
	var manifest map[string]goldenFile
	readJSON(t, filepath.Join(dir, "manifest.json"), &manifest)
	require.Len(t, manifest, 24)
	rewritten := 0
	for name, want := range manifest {
		t.Run(name, func(t *testing.T) {
			f, err := safetensors.Open(filepath.Join(dir, "valid", name))
			require.NoError(t, err)
			defer f.Close()
			tensors := checkAgainst(t, f, want)
			checkAgainstOracle(t, f)
			require.Equal(t, want.Metadata, f.Metadata())
			if strings.Contains(name, "hand_") {
				return
			}
			require.Equal(t, want.HeaderOrder, append([]string{}, f.Names()...))
			if len(want.Metadata) > 1 { // the package orders several keys at random
				return
			}
			var again bytes.Buffer
			require.NoError(t, safetensors.Encode(&again, tensors, f.Metadata()))
			require.Equal(t, want.SHA256, digest(again.Bytes()), "written again")
			rewritten++
		})
	}
	assert.Equal(t, 11, rewritten)
}

func checkAgainst(t *testing.T, f *safetensors.File, want goldenFile) map[string]*tensor.Tensor {
	t.Helper()
	require.Len(t, f.Names(), len(want.Tensors))
	tensors := map[string]*tensor.Tensor{}
	for name, w := range want.Tensors {
		info, ok := f.Info(name)
		require.True(t, ok, name)
		require.Equal(t, w.DType, info.DType.String())
		require.Equal(t, append([]int{}, w.Shape...), append([]int{}, info.Shape...))
		require.Equal(t, w.Offsets, [2]int64{info.Begin, info.End})
		raw, err := f.Bytes(name)
		require.NoError(t, err)
		require.Equal(t, w.SHA256, digest(raw))
		tensors[name], err = f.Tensor(name)
		require.NoError(t, err)
		require.True(t, bytes.Equal(raw, tensors[name].Bytes()))
	}
	return tensors
}

// checkAgainstOracle compares with an independent reader, which knows neither sub-byte types nor the later 8-bit ones.
func checkAgainstOracle(t *testing.T, f *safetensors.File) {
	t.Helper()
	raw, err := os.ReadFile(f.Path())
	require.NoError(t, err)
	theirs, err := oracle.Deserialize(raw)
	if err != nil {
		require.ErrorContains(t, err, "invalid DType string value")
		require.Contains(t, []string{"hand_f4_pair.safetensors", "dtypes.safetensors", "scalars_and_zero.safetensors"}, filepath.Base(f.Path()))
		return
	}
	require.Equal(t, theirs.Len(), len(f.Infos()))
	for _, info := range f.Infos() {
		v, ok := theirs.Tensor(info.Name)
		require.True(t, ok)
		ours, err := f.Bytes(info.Name)
		require.NoError(t, err)
		require.True(t, bytes.Equal(v.Data(), ours), info.Name)
		require.Equal(t, v.DType().String(), info.DType.String())
		require.Len(t, v.Shape(), len(info.Shape))
		for i, d := range v.Shape() {
			require.EqualValues(t, d, info.Shape[i])
		}
	}
}

// kinds names the error of bad files that were made to show one defect.
var kinds = map[error][]string{
	safetensors.ErrTooShort:       {"empty_file", "seven_bytes"},
	safetensors.ErrHeaderPastEnd:  {"only_length", "length_file_size", "length_one_past_end", "length_100MB", "truncated_0"},
	safetensors.ErrHeaderTooLarge: {"length_100MB_plus_1", "length_2_31", "length_wraps_32", "length_2_64_minus_1", "length_minus_8", "gguf_magic", "zip_magic", "json_file"},
	safetensors.ErrUTF8:           {"length_plus_1", "utf8_bad_name", "utf8_cut", "utf8_surrogate", "utf8_overlong"},
	safetensors.ErrJSON: {"length_zero", "length_minus_1", "header_array", "header_null", "header_spaces", "header_unclosed", "header_extra_brace",
		"header_two_values", "header_comma", "header_comment", "header_single_quotes", "header_nul", "header_bom", "header_nan", "header_control",
		"lone_surrogate", "bad_escape"},
	safetensors.ErrDepth:     {"nested_in_extra", "nested_object_1000", "nested_object_10000"},
	safetensors.ErrDuplicate: {"dup_same", "dup_diff", "dup_escaped", "dup_dtype", "dup_meta", "dup_meta_key", "dup_split"},
	safetensors.ErrMetadata:  {"meta_number", "meta_null_value", "meta_nested", "meta_bool", "meta_array", "meta_string"},
	safetensors.ErrMissingField: {"no_dtype", "no_shape", "no_offsets", "entry_empty",
		"mutant_008", "nested_object_100"},
	safetensors.ErrFieldType: {"dtype_number", "dtype_null", "shape_negative", "shape_float", "shape_exp", "shape_string", "shape_null", "shape_object",
		"shape_nested", "shape_bool", "offsets_one", "offsets_three", "offsets_empty", "offsets_negative", "offsets_minus", "offsets_float",
		"offsets_null", "offsets_object", "entry_null", "entry_string", "entry_number", "nested_array_100", "nested_array_10000"},
	safetensors.ErrUnknownDType: {"dtype_unknown", "dtype_lower", "dtype_empty"},
	safetensors.ErrOverflow: {"shape_wrap_to_2k", "shape_wrap_bytes", "shape_wrap_zero", "shape_wrap_bits", "shape_wrap_63", "shape_huge_dim",
		"shape_dim_2_64", "shape_many_dims", "shape_wrap_then_zero", "offset_2_64_over", "offset_2_63", "offset_wrap", "long_number"},
	safetensors.ErrRange:     {"begin_after_end"},
	safetensors.ErrSubByte:   {"odd_bits_f4", "odd_bits_f6"},
	safetensors.ErrSize:      {"shape_too_small", "shape_too_big", "scalar_size"},
	safetensors.ErrHole:      {"first_not_zero", "hole"},
	safetensors.ErrOverlap:   {"overlap", "same_range", "inside", "empty_inside"},
	safetensors.ErrTruncated: {"truncated_3", "truncated_5", "truncated_6"},
	safetensors.ErrTrailing:  {"trailing_1", "trailing_8", "trailing_4096", "trailing_zip", "data_no_tensors"},
}

// Every bad file gets what the table expects, with the error of its defect, in a message that names the file, with
// little memory.
func TestGoldenInvalid(t *testing.T) {
	dir := goldens(t)
	var rows []badFile
	readJSON(t, filepath.Join(dir, "invalid.json"), &rows)
	require.Len(t, rows, 196)
	want := map[string]error{}
	for kind, files := range kinds {
		for _, file := range files {
			want[file+".safetensors"] = kind
		}
	}
	for _, row := range rows {
		t.Run(row.File, func(t *testing.T) {
			path := filepath.Join(dir, "invalid", row.File)
			f, err := openBounded(t, path)
			switch row.Expect {
			case "reject":
				require.Error(t, err, row.Why)
			case "accept":
				require.NoError(t, err, row.Why)
			}
			if kind := want[row.File]; kind != nil {
				require.ErrorIs(t, err, kind, row.Why)
				delete(want, row.File)
			}
			if err == nil {
				use(t, f)
				require.NoError(t, f.Close())
			}
		})
	}
	require.Empty(t, want, "no such file in the table")
}

// openBounded opens a file and checks what holds for every one, good or bad: bounded memory, and an error that names
// the file in one short line without control characters.
func openBounded(t testing.TB, path string) (*safetensors.File, error) {
	t.Helper()
	stat, err := os.Stat(path)
	require.NoError(t, err)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f, err := safetensors.Open(path)
	runtime.ReadMemStats(&after)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20+8*stat.Size()), "memory")
	if err != nil {
		checkMessage(t, err)
		require.Contains(t, err.Error(), filepath.Base(path))
		var fe *safetensors.FormatError
		require.True(t, errors.As(err, &fe))
	}
	return f, err
}

func checkMessage(t testing.TB, err error) {
	t.Helper()
	require.LessOrEqual(t, len(err.Error()), 300)
	require.NotRegexp(t, `[\x00-\x1f\x7f]`, err.Error())
	require.True(t, strings.ToValidUTF8(err.Error(), "") == err.Error())
}

// use reads every tensor and writes the file again; what was written must read the same.
func use(t testing.TB, f *safetensors.File) {
	t.Helper()
	tensors := map[string]*tensor.Tensor{}
	for _, name := range f.Names() {
		x, err := f.Tensor(name)
		require.NoError(t, err)
		tensors[name] = x
	}
	path := filepath.Join(t.TempDir(), "again.safetensors")
	require.NoError(t, safetensors.Write(path, tensors, f.Metadata()))
	again, err := safetensors.Open(path)
	require.NoError(t, err)
	defer again.Close()
	require.Equal(t, f.Metadata(), again.Metadata())
	require.Len(t, again.Names(), len(tensors))
	for name, x := range tensors {
		y, err := again.Tensor(name)
		require.NoError(t, err)
		require.Equal(t, x.DType(), y.DType())
		require.Equal(t, append([]int{}, x.Shape()...), append([]int{}, y.Shape()...))
		require.True(t, bytes.Equal(x.Bytes(), y.Bytes()))
	}
}
