package train_test

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"

	"lapidary/train"
)

// The CRC32C values of RFC 3720 B.4, masked by hand: rotate right by 15, add 0xa282ead8.
func TestMaskedCRC(t *testing.T) {
	zeros := make([]byte, 32)
	crc := uint32(0x8a9136aa)
	assert.Equal(t, (crc>>15|crc<<17)+0xa282ead8, train.MaskedCRC(zeros))
}

// The first record of every event file TensorFlow writes, with wall time 0 written out: known bytes.
func TestRecordBytes(t *testing.T) {
	event := train.VersionEvent(1.5)
	assert.Equal(t, "09"+"000000000000f83f"+"1a0d"+hex.EncodeToString([]byte("brain.Event:2")), hex.EncodeToString(event))
	record := train.AppendRecord(nil, event)
	// Length 24, its masked checksum (the four bytes every TensorFlow event file has at offset 8), data, checksum.
	assert.Equal(t, "1800000000000000"+"a37f4b22", hex.EncodeToString(record[:12]))
	assert.Equal(t, train.MaskedCRC(event), binary.LittleEndian.Uint32(record[36:]))

	assert.Equal(t, "09"+"000000000000f03f"+"1003"+"2a13"+"0a11"+"0a0a"+hex.EncodeToString([]byte("train/loss"))+"15"+"0000203f"+"",
		hex.EncodeToString(train.ScalarEvent(1, 3, "train/loss", 0.625)))
}

// readEvents is a reader of its own: records, then scalars by tag and step.
func readEvents(t testing.TB, raw []byte) (scalars map[string]map[int64]float32, purged []int64) {
	t.Helper()
	scalars = map[string]map[int64]float32{}
	for first := true; len(raw) > 0; first = false {
		n := binary.LittleEndian.Uint64(raw)
		require.Equal(t, train.MaskedCRC(raw[:8]), binary.LittleEndian.Uint32(raw[8:]))
		event := raw[12 : 12+n]
		require.Equal(t, train.MaskedCRC(event), binary.LittleEndian.Uint32(raw[12+n:]))
		raw = raw[16+n:]
		f := fields(t, event)
		if first {
			require.Equal(t, "brain.Event:2", string(f[3].([]byte)))
			continue
		}
		step, _ := f[2].(uint64)
		if f[7] != nil {
			purged = append(purged, int64(step))
		}
		if f[5] == nil {
			continue
		}
		summary := f[5].([]byte)
		for len(summary) > 0 {
			_, _, n := protowire.ConsumeTag(summary)
			value, m := protowire.ConsumeBytes(summary[n:])
			require.Positive(t, m)
			summary = summary[n+m:]
			v := fields(t, value)
			if bits, ok := v[2].(uint32); ok {
				tag := string(v[1].([]byte))
				if scalars[tag] == nil {
					scalars[tag] = map[int64]float32{}
				}
				require.NotContains(t, scalars[tag], int64(step), "%s has step %d twice", tag, step)
				scalars[tag][int64(step)] = math.Float32frombits(bits)
			}
		}
	}
	return scalars, purged
}

func fields(t testing.TB, b []byte) map[protowire.Number]any {
	t.Helper()
	out := map[protowire.Number]any{}
	for len(b) > 0 {
		num, typ, n := protowire.ConsumeTag(b)
		require.Positive(t, n)
		b = b[n:]
		switch typ {
		case protowire.VarintType:
			out[num], n = protowire.ConsumeVarint(b)
		case protowire.Fixed32Type:
			out[num], n = protowire.ConsumeFixed32(b)
		case protowire.Fixed64Type:
			out[num], n = protowire.ConsumeFixed64(b)
		case protowire.BytesType:
			out[num], n = protowire.ConsumeBytes(b)
		}
		require.Positive(t, n)
		b = b[n:]
	}
	return out
}

func eventFiles(t testing.TB, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "runs", "*", "events.out.tfevents.*"))
	require.NoError(t, err)
	return files
}

// One file, every logging step once, also after a stop and a resume.
func TestEventsOfAResumedRun(t *testing.T) {
	dir := stoppedAt(t, 7)
	_, err := resumed(t, dir, 1)
	require.NoError(t, err)
	files := eventFiles(t, dir)
	require.Len(t, files, 1)
	scalars, purged := readEvents(t, []byte(readFile(t, files[0])))
	assert.Empty(t, purged)
	for _, tag := range []string{"loss", "grad_norm", "learning_rate", "epoch", "num_tokens", "tokens_per_second"} {
		assert.Len(t, scalars["train/"+tag], 6, tag)
	}
	for _, tag := range []string{"train_loss", "train_runtime", "train_samples_per_second", "train_steps_per_second"} {
		assert.Len(t, scalars["train/"+tag], 1, tag)
	}
	for _, tag := range []string{"loss", "runtime", "samples_per_second", "steps_per_second"} {
		assert.Len(t, scalars["eval/"+tag], 5, tag)
	}
	var state struct {
		History []map[string]float64 `json:"log_history"`
	}
	require.NoError(t, json.Unmarshal([]byte(readFile(t, dir, "checkpoint-13", "trainer_state.json")), &state))
	for _, e := range state.History {
		if v, ok := e["loss"]; ok {
			assert.Equal(t, float32(v), scalars["train/loss"][int64(e["step"])])
		}
	}
}

// Where the event file is gone, a new one tells TensorBoard which steps it repeats, and is the only one: a minute
// later, so that its name, which has the second in it, is another.
func TestALostEventFileIsBegunAnew(t *testing.T) {
	dir := stoppedAt(t, 7)
	for _, f := range eventFiles(t, dir) {
		require.NoError(t, os.Remove(f))
	}
	cfg := toyConfig(dir)
	cfg.ResumeFromCheckpoint = "latest"
	in := toyInputs(t, newToy(0.2), 1)
	in.SetClock(func() time.Time { return time.Now().Add(time.Minute) })
	_, err := train.Run(t.Context(), cfg, in)
	require.NoError(t, err)
	files := eventFiles(t, dir)
	require.Len(t, files, 1)
	scalars, purged := readEvents(t, []byte(readFile(t, files[0])))
	assert.Equal(t, []int64{8}, purged)
	assert.Len(t, scalars["train/loss"], 3)
}

func TestNoEventsWhereNoneAreWanted(t *testing.T) {
	dir := t.TempDir()
	cfg := toyConfig(dir)
	cfg.ReportTo = "none"
	_, err := train.Run(t.Context(), cfg, toyInputs(t, newToy(0), 1))
	require.NoError(t, err)
	assert.Empty(t, eventFiles(t, dir))
	assert.True(t, strings.HasPrefix(readFile(t, dir, "metrics.jsonl"), `{"step":1,"loss":`))
}
