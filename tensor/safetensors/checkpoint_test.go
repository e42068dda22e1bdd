package safetensors_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/internal/durable"
	"lapidary/tensor"
	"lapidary/tensor/safetensors"
)

// The reference checkpoint opens, and is written again with the same bytes, index included.
func TestGoldenSharded(t *testing.T) {
	dir := filepath.Join(goldens(t), "valid", "sharded")
	c, err := safetensors.OpenCheckpoint(dir)
	require.NoError(t, err)
	defer c.Close()
	require.Len(t, c.Files(), 4)
	require.Len(t, c.Names(), 10)
	require.Equal(t, map[string]string{"format": "pt"}, c.Metadata())

	var entries []safetensors.Entry
	names := []string{"model.layers.0.mlp.up_proj.weight", "model.layers.0.input_layernorm.weight", "model.layers.1.mlp.up_proj.weight",
		"model.layers.1.input_layernorm.weight", "model.layers.2.mlp.up_proj.weight", "model.layers.2.input_layernorm.weight",
		"model.layers.3.mlp.up_proj.weight", "model.layers.3.input_layernorm.weight", "model.embed_tokens.weight", "model.norm.weight"}
	for _, name := range names {
		x, err := c.Tensor(name)
		require.NoError(t, err)
		entries = append(entries, safetensors.Entries(map[string]*tensor.Tensor{name: x})...)
	}
	out := t.TempDir()
	require.NoError(t, safetensors.WriteSharded(durable.Folder(out), entries, 512))
	written, err := filepath.Glob(filepath.Join(out, "*"))
	require.NoError(t, err)
	require.Len(t, written, 5)
	for _, path := range written {
		want, err := os.ReadFile(filepath.Join(dir, filepath.Base(path)))
		require.NoError(t, err)
		got, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, string(want), string(got), filepath.Base(path))
	}
}

// A tensor that is too large for any shard has one to itself, and the shard before it goes on; the order is
// huggingface_hub's.
func TestSplit(t *testing.T) {
	var entries []safetensors.Entry
	for i, n := range []int{3, 20, 4, 4, 10, 1} {
		entries = append(entries, safetensors.Entries(map[string]*tensor.Tensor{fmt.Sprint("t", i): tensor.New(tensor.U8, n)})...)
	}
	out := t.TempDir()
	require.NoError(t, safetensors.WriteSharded(durable.Folder(out), entries, 10))
	var index struct {
		Metadata  map[string]int
		WeightMap map[string]string `json:"weight_map"`
	}
	readJSON(t, filepath.Join(out, safetensors.IndexFile), &index)
	require.Equal(t, 42, index.Metadata["total_size"])
	got := ""
	for i := range entries {
		got += strings.TrimPrefix(index.WeightMap[fmt.Sprint("t", i)], "model-0000")[:1]
	}
	// t1 (20) stands alone and is closed first; t0 and t2 fill the next, t3 begins another, t4 (10) does not fit to it,
	// nor t5 (1) to t4.
	require.Equal(t, "212345", got)

	single := t.TempDir()
	require.NoError(t, safetensors.WriteSharded(durable.Folder(single), entries, 42))
	c, err := safetensors.OpenCheckpoint(single)
	require.NoError(t, err)
	defer c.Close()
	require.Len(t, c.Files(), 1)
	require.NoFileExists(t, filepath.Join(single, safetensors.IndexFile))
}

// sharded makes a directory with an index and shards of one-byte tensors.
func sharded(t *testing.T, weightMap string, shards map[string][]string) string {
	t.Helper()
	dir := t.TempDir()
	if weightMap != "" {
		require.NoError(t, os.WriteFile(filepath.Join(dir, safetensors.IndexFile), []byte(weightMap), 0o644))
	}
	for name, tensors := range shards {
		m := map[string]*tensor.Tensor{}
		for _, n := range tensors {
			m[n] = tensor.New(tensor.U8, 1)
		}
		require.NoError(t, safetensors.Write(filepath.Join(dir, name), m, nil))
	}
	return dir
}

func TestBadIndexes(t *testing.T) {
	one := map[string][]string{"s1": {"a"}}
	for what, c := range map[string]struct {
		index  string
		shards map[string][]string
		kind   error
	}{
		"nothing there":         {"", nil, safetensors.ErrNoCheckpoint},
		"empty file":            {" ", one, safetensors.ErrJSON},
		"not JSON":              {"{", one, safetensors.ErrJSON},
		"two values":            {`{"weight_map":{"a":"s1"}} {}`, one, safetensors.ErrJSON},
		"not UTF-8":             {"{\"weight_map\":{\"\xff\":\"s1\"}}", one, safetensors.ErrUTF8},
		"no weight_map":         {`{"metadata":{}}`, one, safetensors.ErrIndex},
		"other case":            {`{"Weight_Map":{"a":"s1"}}`, one, safetensors.ErrIndex},
		"empty weight_map":      {`{"weight_map":{}}`, one, safetensors.ErrIndex},
		"weight_map a list":     {`{"weight_map":["s1"]}`, one, safetensors.ErrIndex},
		"weight_map null":       {`{"weight_map":null}`, one, safetensors.ErrIndex},
		"shard a number":        {`{"weight_map":{"a":1}}`, one, safetensors.ErrIndex},
		"two weight_maps":       {`{"weight_map":{"a":"s1"},"weight_map":{"a":"s1"}}`, one, safetensors.ErrDuplicate},
		"tensor twice":          {`{"weight_map":{"a":"s1","\u0061":"s1"}}`, one, safetensors.ErrDuplicate},
		"shard missing":         {`{"weight_map":{"a":"s1","b":"s2"}}`, one, safetensors.ErrShardMissing},
		"tensor not in shard":   {`{"weight_map":{"a":"s1","b":"s1"}}`, one, safetensors.ErrNotInShard},
		"tensor in wrong shard": {`{"weight_map":{"a":"s2","b":"s1"}}`, map[string][]string{"s1": {"a"}, "s2": {"b"}}, safetensors.ErrNotInShard},
		"tensor in two shards":  {`{"weight_map":{"a":"s1","b":"s2"}}`, map[string][]string{"s1": {"a"}, "s2": {"a", "b"}}, safetensors.ErrTwoShards},
		"index names itself":    {`{"weight_map":{"a":"` + safetensors.IndexFile + `"}}`, one, safetensors.ErrHeaderTooLarge},
		"deep":                  {strings.Repeat(`{"weight_map":`, 1000), one, safetensors.ErrIndex}, // refused at its second level
		"deep elsewhere":        {`{"metadata":` + strings.Repeat("[", 100_000), one, safetensors.ErrDepth},
	} {
		opened, err := safetensors.OpenCheckpoint(sharded(t, c.index, c.shards))
		require.ErrorIs(t, err, c.kind, what)
		require.Nil(t, opened)
		require.NotRegexp(t, `[\x00-\x1f\x7f]`, err.Error())
	}
	for _, name := range []string{"../x", "a/../../x", "/etc/passwd", `C:\x`, `..\x`, "x\x00y", "", ".", "..", "./x", "x/", strings.Repeat("a", 4096),
		"con", "x.", "~/x", "$HOME/x", "%2e%2e/x", "a\u202eb", "a\nb", "a\x1b[31m", "file:///x", "http://x", "/proc/self/mem", "/dev/zero"} {
		q, err := json.Marshal(name)
		require.NoError(t, err)
		_, err = safetensors.OpenCheckpoint(sharded(t, `{"weight_map":{"a":`+string(q)+`}}`, one))
		require.ErrorIs(t, err, safetensors.ErrShardName, "%q", name)
		checkMessage(t, err)
	}
}

// What other tools write is taken: odd totals, unknown keys, unmapped tensors.
func TestTolerantIndex(t *testing.T) {
	c, err := safetensors.OpenCheckpoint(sharded(t,
		`{"metadata":{"total_size":1.5e99,"total_parameters":null},"extra":[{}],"weight_map":{"a":"s1","b":"s2"}}`,
		map[string][]string{"s1": {"a", "unmapped"}, "s2": {"b"}}))
	require.NoError(t, err)
	defer c.Close()
	require.Equal(t, []string{"a", "unmapped", "b"}, c.Names())
	for _, name := range c.Names() {
		_, err := c.Tensor(name)
		require.NoError(t, err)
		_, ok := c.Info(name)
		require.True(t, ok)
	}
	_, err = c.Tensor("c\n")
	require.ErrorIs(t, err, safetensors.ErrNotFound)
	checkMessage(t, err)
	_, ok := c.Info("c")
	require.False(t, ok)
}

// The single file wins over an index beside it, in a hub cache too, where files are links into blobs.
func TestHubCache(t *testing.T) {
	repo := t.TempDir()
	blobs, snap := filepath.Join(repo, "blobs"), filepath.Join(repo, "snapshots", "c0ffee")
	require.NoError(t, os.MkdirAll(blobs, 0o755))
	require.NoError(t, os.MkdirAll(snap, 0o755))
	require.NoError(t, safetensors.Write(filepath.Join(blobs, "abc"), map[string]*tensor.Tensor{"a": tensor.New(tensor.F32, 2)}, nil))
	require.NoError(t, os.WriteFile(filepath.Join(blobs, "def"), []byte(`{"weight_map":{"a":"shard.safetensors"}}`), 0o644))
	require.NoError(t, os.Symlink("../../blobs/abc", filepath.Join(snap, "shard.safetensors")))
	require.NoError(t, os.Symlink("../../blobs/def", filepath.Join(snap, safetensors.IndexFile)))
	c, err := safetensors.OpenCheckpoint(snap)
	require.NoError(t, err)
	assert.Equal(t, []string{"a"}, c.Names())
	require.NoError(t, c.Close())

	outside := filepath.Join(t.TempDir(), "x")
	require.NoError(t, safetensors.Write(outside, map[string]*tensor.Tensor{"b": tensor.New(tensor.F32, 2)}, nil))
	require.NoError(t, os.Symlink(outside, filepath.Join(snap, safetensors.SingleFile)))
	_, err = safetensors.OpenCheckpoint(snap)
	require.Error(t, err, "a link out of the cache")
	require.NoError(t, os.Remove(filepath.Join(snap, safetensors.SingleFile)))
	require.NoError(t, os.Symlink("../../blobs/abc", filepath.Join(snap, safetensors.SingleFile)))
	c, err = safetensors.OpenCheckpoint(snap)
	require.NoError(t, err)
	require.Equal(t, filepath.Join(snap, safetensors.SingleFile), c.Files()[0].Path())
	require.NoError(t, c.Close())
}
