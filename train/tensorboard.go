package train

import (
	"encoding/binary"
	"hash/crc32"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// TensorBoard's event file is a sequence of records
//
//	u64 length | u32 masked crc of the length | data | u32 masked crc of the data    (little-endian)
//
// whose data are Event messages. Only the fields that a training run needs are written; the numbers are those of
// tensorflow's event.proto, summary.proto and tensor.proto.

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// maskedCRC keeps a checksum of data that itself holds checksums from looking like one (tsl/lib/hash/crc32c.h).
func maskedCRC(data []byte) uint32 {
	c := crc32.Checksum(data, castagnoli)
	return (c>>15 | c<<17) + 0xa282ead8
}

func appendRecord(dst, data []byte) []byte {
	var head [8]byte
	binary.LittleEndian.PutUint64(head[:], uint64(len(data)))
	dst = append(dst, head[:]...)
	dst = binary.LittleEndian.AppendUint32(dst, maskedCRC(head[:]))
	dst = append(dst, data...)
	return binary.LittleEndian.AppendUint32(dst, maskedCRC(data))
}

func appendDouble(b []byte, num protowire.Number, v float64) []byte {
	return protowire.AppendFixed64(protowire.AppendTag(b, num, protowire.Fixed64Type), math.Float64bits(v))
}

func appendInt(b []byte, num protowire.Number, v int64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, num, protowire.VarintType), uint64(v))
}

func appendMessage(b []byte, num protowire.Number, message []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, num, protowire.BytesType), message)
}

func appendString(b []byte, num protowire.Number, s string) []byte {
	return protowire.AppendString(protowire.AppendTag(b, num, protowire.BytesType), s)
}

// eventHeader starts a message Event: wall_time = 1, step = 2.
func eventHeader(wall float64, step int) []byte {
	b := appendDouble(nil, 1, wall)
	if step != 0 {
		b = appendInt(b, 2, int64(step))
	}
	return b
}

// versionEvent must be the first record of a file: file_version = 3.
func versionEvent(wall float64) []byte {
	return appendString(eventHeader(wall, 0), 3, "brain.Event:2")
}

// purgeEvent tells TensorBoard to forget the steps from step on that older files of the run hold: session_log = 7
// with status = 1 START.
func purgeEvent(wall float64, step int) []byte {
	return appendMessage(eventHeader(wall, step), 7, appendInt(nil, 1, 1))
}

// scalarEvent carries values of one step: summary = 5, value = 1 {tag = 1, simple_value = 2}.
func scalarEvent(wall float64, step int, values []scalar) []byte {
	var summary []byte
	for _, v := range values {
		value := appendString(nil, 1, v.tag)
		value = protowire.AppendFixed32(protowire.AppendTag(value, 2, protowire.Fixed32Type), math.Float32bits(float32(v.value)))
		summary = appendMessage(summary, 1, value)
	}
	return appendMessage(eventHeader(wall, step), 5, summary)
}

// textEvent carries Markdown for the text page: value {tag = 1, tensor = 8 {dtype = 1, shape = 2, string_val = 8},
// metadata = 9 {plugin_data = 1 {plugin_name = 1}}}.
func textEvent(wall float64, tag, text string) []byte {
	const dtString = 7
	tensor := appendInt(nil, 1, dtString)
	tensor = appendMessage(tensor, 2, appendMessage(nil, 2, appendInt(nil, 1, 1)))
	tensor = appendString(tensor, 8, text)
	value := appendString(nil, 1, tag+"/text_summary")
	value = appendMessage(value, 8, tensor)
	value = appendMessage(value, 9, appendMessage(nil, 1, appendString(nil, 1, "text")))
	return appendMessage(eventHeader(wall, 0), 5, appendMessage(nil, 1, value))
}

type scalar struct {
	tag   string
	value float64
}
