package safetensors_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

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

func readJSON(t *testing.T, path string, v any) {
	t.Helper()
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, v))
}

func digest(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

// Every file that the reference package made, or that is legal by hand, reads as the package reads it; what the package
// wrote is written again with the same bytes.
func TestGoldenValid(t *testing.T) {
	dir := testshared.Path(t, "golden/safetensors")
	var manifest map[string]goldenFile
	readJSON(t, filepath.Join(dir, "manifest.json"), &manifest)
	require.NotEmpty(t, manifest)
	for name, want := range manifest {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(dir, "valid", name)
			f, err := safetensors.Open(path)
			require.NoError(t, err)
			defer f.Close()
			require.Len(t, f.Names(), len(want.Tensors))
			tensors := map[string]*tensor.Tensor{}
			for tn, w := range want.Tensors {
				info, ok := f.Info(tn)
				require.True(t, ok, tn)
				require.Equal(t, w.DType, info.DType.String())
				require.Equal(t, append([]int{}, w.Shape...), append([]int{}, info.Shape...))
				require.Equal(t, w.Offsets, [2]int64{info.Begin, info.End})
				raw, err := f.Bytes(tn)
				require.NoError(t, err)
				require.Equal(t, w.SHA256, digest(raw))
				tensors[tn], err = f.Tensor(tn)
				require.NoError(t, err)
				require.True(t, bytes.Equal(raw, tensors[tn].Bytes()))
			}
			if len(want.Metadata) > 0 {
				require.Equal(t, want.Metadata, f.Metadata())
			}
			if strings.Contains(name, "hand_") || len(want.Metadata) > 1 { // the package orders several keys at random
				return
			}
			var again bytes.Buffer
			require.NoError(t, safetensors.Encode(&again, tensors, f.Metadata()))
			require.Equal(t, want.SHA256, digest(again.Bytes()), "written again")
		})
	}
}

// Every bad file gets what the table expects, in a message that names the file, with little memory.
func TestGoldenInvalid(t *testing.T) {
	dir := testshared.Path(t, "golden/safetensors")
	var rows []struct {
		File, Why, Expect string
	}
	readJSON(t, filepath.Join(dir, "invalid.json"), &rows)
	require.NotEmpty(t, rows)
	for _, row := range rows {
		t.Run(filepath.Base(row.File), func(t *testing.T) {
			path := filepath.Join(dir, "invalid", filepath.Base(row.File))
			stat, err := os.Stat(path)
			require.NoError(t, err)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			f, err := safetensors.Open(path)
			runtime.ReadMemStats(&after)
			require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(32<<20+8*stat.Size()), "memory")
			switch row.Expect {
			case "reject":
				require.Error(t, err, row.Why)
			case "accept":
				require.NoError(t, err, row.Why)
			}
			if err != nil {
				require.Contains(t, err.Error(), filepath.Base(path))
				require.LessOrEqual(t, len(strings.TrimPrefix(err.Error(), dir)), 300)
				require.NotRegexp(t, `[\x00-\x1f]`, err.Error())
				return
			}
			require.NoError(t, f.Close())
		})
	}
}

func TestGoldenSharded(t *testing.T) {
	dir := testshared.Path(t, "golden/safetensors/valid/sharded")
	c, err := safetensors.OpenCheckpoint(dir)
	require.NoError(t, err)
	defer c.Close()
	require.Greater(t, len(c.Files()), 1)
	for _, name := range c.Names() {
		_, err := c.Tensor(name)
		require.NoError(t, err)
	}
}
