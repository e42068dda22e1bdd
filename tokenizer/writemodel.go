package tokenizer

import (
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// writeModel writes a tokenizer.model: control pieces, user-defined ones, bytes, merged pieces with falling scores,
// characters with scores below them.
func writeModel(c TrainConfig, merged []string, chars []rune) []byte {
	var out []byte
	piece := func(text string, score float32, k kind) {
		var p []byte
		p = protowire.AppendTag(p, fieldPieceText, protowire.BytesType)
		p = protowire.AppendString(p, text)
		p = protowire.AppendTag(p, fieldPieceScore, protowire.Fixed32Type)
		p = protowire.AppendFixed32(p, math.Float32bits(score))
		if k != kindNormal {
			p = protowire.AppendTag(p, fieldPieceType, protowire.VarintType)
			p = protowire.AppendVarint(p, uint64(k))
		}
		out = protowire.AppendTag(out, fieldPieces, protowire.BytesType)
		out = protowire.AppendBytes(out, p)
	}
	for _, p := range controlPieces {
		k := kindControl
		if p == "<unk>" {
			k = kindUnknown
		}
		piece(p, 0, k)
	}
	for _, u := range c.UserDefined {
		piece(u, 0, kindUser)
	}
	for b := range 256 {
		piece(bytePiece(byte(b)), 0, kindByte)
	}
	for i, m := range merged {
		piece(m, -float32(i), kindNormal)
	}
	for i, r := range chars {
		piece(string(r), -float32(len(merged)+i), kindNormal)
	}
	out = protowire.AppendTag(out, fieldTrainer, protowire.BytesType)
	out = protowire.AppendBytes(out, trainerSpec(c))
	out = protowire.AppendTag(out, fieldNormalizer, protowire.BytesType)
	return protowire.AppendBytes(out, normalizerSpec())
}

func trainerSpec(c TrainConfig) []byte {
	var b []byte
	varint := func(field protowire.Number, v int) {
		b = protowire.AppendTag(b, field, protowire.VarintType)
		b = protowire.AppendVarint(b, uint64(int64(v)))
	}
	varint(fieldModelType, modelTypeBPE)
	varint(fieldVocabSize, c.VocabSize)
	if c.SplitDigits {
		varint(fieldSplitDigits, 1)
	}
	varint(fieldByteFallback, 1)
	varint(fieldUnkID, 3)
	varint(fieldBOSID, 2)
	varint(fieldEOSID, 1)
	varint(fieldPadID, 0)
	for i, name := range []string{"<unk>", "<bos>", "<eos>", "<pad>"} {
		b = protowire.AppendTag(b, fieldUnkPiece+protowire.Number(i), protowire.BytesType)
		b = protowire.AppendString(b, name)
	}
	return b
}

func normalizerSpec() []byte {
	b := protowire.AppendTag(nil, 1, protowire.BytesType)
	b = protowire.AppendString(b, "identity")
	for _, f := range []struct {
		field protowire.Number
		v     uint64
	}{{fieldDummyPrefix, 0}, {fieldExtraSpaces, 0}, {fieldEscapeSpaces, 1}} {
		b = protowire.AppendTag(b, f.field, protowire.VarintType)
		b = protowire.AppendVarint(b, f.v)
	}
	return b
}
