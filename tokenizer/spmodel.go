package tokenizer

import (
	"fmt"
	"math"
	"sort"
	"strings"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
)

// Fields of sentencepiece_model.proto that matter here.
const (
	fieldPieces     = 1
	fieldTrainer    = 2
	fieldNormalizer = 3
	fieldSelfTest   = 4

	fieldPieceText  = 1
	fieldPieceScore = 2
	fieldPieceType  = 3

	fieldModelType    = 3
	fieldVocabSize    = 4
	fieldSuffix       = 24
	fieldSplitDigits  = 25
	fieldByteFallback = 35
	fieldUnkID        = 40
	fieldBOSID        = 41
	fieldEOSID        = 42
	fieldPadID        = 43
	fieldUnkSurface   = 44
	fieldUnkPiece     = 45 // and bos, eos, pad

	fieldCharsmap     = 2
	fieldDummyPrefix  = 3
	fieldExtraSpaces  = 4
	fieldEscapeSpaces = 5

	modelTypeBPE = 2
	maxSelfTests = 1 << 12
)

// modelReader reads a tokenizer.model. proto2 fields that are absent have the defaults of the schema.
type modelReader struct {
	t      *Tokenizer
	pieces []modelPiece
	// trainer
	modelType    uint64
	suffix       bool
	byteFallback bool
	ids          [4]int64 // unk, bos, eos, pad
	// normalizer
	charsmap                               []byte
	dummyPrefix, extraSpaces, escapeSpaces bool

	selfTests [][2]string
}

type modelPiece struct {
	text  string
	score float32
	kind  uint64
}

func readModel(data []byte) (*Tokenizer, error) {
	r := &modelReader{t: &Tokenizer{rules: RulesSentencePiece, unkSurface: " \u2047 "}, modelType: 1,
		ids: [4]int64{0, 1, 2, -1}, dummyPrefix: true, extraSpaces: true, escapeSpaces: true}
	if err := fields(data, r.top); err != nil {
		return nil, err
	}
	if err := r.settings(); err != nil {
		return nil, err
	}
	if err := r.vocabulary(); err != nil {
		return nil, err
	}
	if err := r.specials(); err != nil {
		return nil, err
	}
	return r.t, r.runSelfTests()
}

// value is one field as it stands on the wire.
type value struct {
	varint uint64
	bytes  []byte
	bits32 uint32
	typ    protowire.Type
}

// fields walks one message, one level deep: nested messages are walked by f, unknown fields skipped by their wire type.
func fields(b []byte, f func(num protowire.Number, v value) error) error {
	for len(b) > 0 {
		num, typ, n := protowire.ConsumeTag(b)
		if n < 0 {
			return fmt.Errorf("%w: %v", ErrMalformed, protowire.ParseError(n))
		}
		b = b[n:]
		v := value{typ: typ}
		switch typ {
		case protowire.VarintType:
			v.varint, n = protowire.ConsumeVarint(b)
		case protowire.BytesType:
			v.bytes, n = protowire.ConsumeBytes(b)
		case protowire.Fixed32Type:
			v.bits32, n = protowire.ConsumeFixed32(b)
		case protowire.Fixed64Type:
			_, n = protowire.ConsumeFixed64(b)
		default: // groups: no field of this schema, and their nesting is unbounded
			return fmt.Errorf("%w: field %d: wire type %d", ErrMalformed, num, typ)
		}
		if n < 0 {
			return fmt.Errorf("%w: field %d: %v", ErrMalformed, num, protowire.ParseError(n))
		}
		b = b[n:]
		if err := f(num, v); err != nil {
			return err
		}
	}
	return nil
}

// want checks the wire type of a field that is used.
func (v value) want(typ protowire.Type, field string) error {
	if v.typ != typ {
		return fieldError(field, ErrMalformed, "wire type %d, expected %d", v.typ, typ)
	}
	return nil
}

func (r *modelReader) top(num protowire.Number, v value) error {
	name := map[protowire.Number]string{fieldPieces: "pieces", fieldTrainer: "trainer_spec", fieldNormalizer: "normalizer_spec",
		fieldSelfTest: "self_test_data"}[num]
	if name == "" {
		return nil
	}
	if num == fieldPieces {
		name = fmt.Sprintf("pieces[%d]", len(r.pieces))
	}
	if err := v.want(protowire.BytesType, name); err != nil {
		return err
	}
	var err error
	switch num {
	case fieldPieces:
		err = r.piece(v.bytes)
	case fieldTrainer:
		err = fields(v.bytes, r.trainer)
	case fieldNormalizer:
		err = fields(v.bytes, r.normalizer)
	case fieldSelfTest:
		err = fields(v.bytes, r.selfTest)
	}
	return inField(name, err)
}

func (r *modelReader) piece(b []byte) error {
	p := modelPiece{kind: uint64(kindNormal)}
	err := fields(b, func(num protowire.Number, v value) error {
		switch num {
		case fieldPieceText:
			p.text = string(v.bytes)
			return v.want(protowire.BytesType, "piece")
		case fieldPieceScore:
			p.score = math.Float32frombits(v.bits32)
			return v.want(protowire.Fixed32Type, "score")
		case fieldPieceType:
			p.kind = v.varint
			return v.want(protowire.VarintType, "type")
		}
		return nil
	})
	if err != nil {
		return err
	}
	switch {
	case p.text == "":
		return fieldError("piece", ErrMalformed, "empty")
	case !utf8.ValidString(p.text):
		return fieldError("piece", ErrMalformed, "%s is not UTF-8", show(p.text))
	case math.IsNaN(float64(p.score)) || math.IsInf(float64(p.score), 0):
		return fieldError("score", ErrMalformed, "%v", p.score)
	case p.kind < uint64(kindNormal) || p.kind > uint64(kindByte):
		return fieldError("type", ErrMalformed, "%d", p.kind)
	case kind(p.kind) == kindUser && len(p.text) > maxAddedBytes:
		return fieldError("piece", ErrTooLarge, "user-defined piece of %d bytes, at most %d", len(p.text), maxAddedBytes)
	case len(p.text) > maxPieceBytes:
		return fieldError("piece", ErrTooLarge, "%d bytes, at most %d", len(p.text), maxPieceBytes)
	case len(r.pieces) >= maxPieces:
		return fieldError("", ErrTooLarge, "more than %d pieces", maxPieces)
	}
	r.pieces = append(r.pieces, p)
	return nil
}

func (r *modelReader) trainer(num protowire.Number, v value) error {
	switch num {
	case fieldModelType:
		r.modelType = v.varint
	case fieldSuffix:
		r.suffix = v.varint != 0
	case fieldByteFallback:
		r.byteFallback = v.varint != 0
	case fieldUnkID, fieldBOSID, fieldEOSID, fieldPadID:
		r.ids[num-fieldUnkID] = int64(int32(v.varint))
	case fieldUnkSurface:
		r.t.unkSurface = string(v.bytes)
		return v.want(protowire.BytesType, "unk_surface")
	default:
		return nil
	}
	return v.want(protowire.VarintType, fmt.Sprintf("field %d", num))
}

func (r *modelReader) normalizer(num protowire.Number, v value) error {
	switch num {
	case fieldCharsmap:
		r.charsmap = v.bytes
		return v.want(protowire.BytesType, "precompiled_charsmap")
	case fieldDummyPrefix:
		r.dummyPrefix = v.varint != 0
	case fieldExtraSpaces:
		r.extraSpaces = v.varint != 0
	case fieldEscapeSpaces:
		r.escapeSpaces = v.varint != 0
	default:
		return nil
	}
	return v.want(protowire.VarintType, fmt.Sprintf("field %d", num))
}

func (r *modelReader) selfTest(num protowire.Number, v value) error {
	if num != 1 || len(r.selfTests) >= maxSelfTests {
		return nil
	}
	if err := v.want(protowire.BytesType, "samples"); err != nil {
		return err
	}
	var s [2]string
	err := fields(v.bytes, func(num protowire.Number, v value) error {
		if num == 1 || num == 2 {
			s[num-1] = string(v.bytes)
		}
		return nil
	})
	r.selfTests = append(r.selfTests, s)
	return err
}

// settings refuses what Gemma's models do not use.
func (r *modelReader) settings() error {
	for _, c := range []struct {
		field string
		bad   bool
		found string
	}{
		{"trainer_spec.model_type", r.modelType != modelTypeBPE, fmt.Sprintf("%d, only 2 (BPE)", r.modelType)},
		{"trainer_spec.byte_fallback", !r.byteFallback, "false, only true"},
		{"trainer_spec.treat_whitespace_as_suffix", r.suffix, "true, only false"},
		{"normalizer_spec.precompiled_charsmap", len(r.charsmap) > 0, "a character map, only the identity"},
		{"normalizer_spec.add_dummy_prefix", r.dummyPrefix, "true, only false"},
		{"normalizer_spec.remove_extra_whitespaces", r.extraSpaces, "true, only false"},
		{"normalizer_spec.escape_whitespaces", !r.escapeSpaces, "false, only true"},
	} {
		if c.bad {
			return fieldError(c.field, ErrUnsupported, "found %s is implemented", c.found)
		}
	}
	return nil
}

// vocabulary enters the pieces and derives ranks, byte ids and cuts.
func (r *modelReader) vocabulary() error {
	t := r.t
	t.vocab, t.cuts = newVocabulary(len(r.pieces)), &cutter{}
	t.modelSize = int32(len(r.pieces))
	for i := range t.byteIDs {
		t.byteIDs[i] = -1
	}
	for i, p := range r.pieces {
		field := fmt.Sprintf("pieces[%d]", i)
		if prior := t.vocab.add(int32(i), p.text, kind(p.kind)); prior >= 0 {
			return fieldError(field, ErrMalformed, "%s is piece %d already", show(p.text), prior)
		}
		switch kind(p.kind) {
		case kindUnknown:
			if t.unk != "" {
				return fieldError(field, ErrMalformed, "second unknown piece, the first is %s", show(t.unk))
			}
			t.unk = p.text
		case kindByte:
			b, ok := byteValue(p.text)
			if !ok || t.byteIDs[b] >= 0 {
				return fieldError(field, ErrMalformed, "byte piece %s", show(p.text))
			}
			t.byteIDs[b] = int32(i)
		case kindUnused:
			t.cuts.never = true // how it is taken apart depends on the whole text
			fallthrough
		case kindNormal, kindUser:
			t.longest = max(t.longest, len(p.text))
			t.cuts.learn(p.text)
		}
		if kind(p.kind) == kindUser && strings.Contains(p.text, " ") {
			return fieldError(field, ErrUnsupported, "space inside the user-defined piece %s", show(p.text))
		}
	}
	if t.unk == "" {
		return fieldError("pieces", ErrMalformed, "no unknown piece")
	}
	for b, id := range t.byteIDs {
		if id < 0 {
			return fieldError("pieces", ErrMalformed, "byte fallback without piece %s", bytePiece(byte(b)))
		}
	}
	r.rankScores()
	return nil
}

// rankScores replaces scores by ranks, 0 being the best; equal scores share a rank.
func (r *modelReader) rankScores() {
	order := make([]int, len(r.pieces))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return r.pieces[order[a]].score > r.pieces[order[b]].score })
	r.t.scoreRank = make([]uint32, len(r.pieces))
	rank := uint32(0)
	for i, id := range order {
		if i > 0 && r.pieces[id].score != r.pieces[order[i-1]].score {
			rank++
		}
		r.t.scoreRank[id] = rank
	}
}

// specials enters control, unknown and user-defined pieces as added tokens and the template of BOS.
func (r *modelReader) specials() error {
	t := r.t
	t.addedIDs = map[int32]int{}
	for i, p := range r.pieces {
		k := kind(p.kind)
		if k != kindControl && k != kindUnknown && k != kindUser {
			continue
		}
		t.added = append(t.added, AddedToken{ID: int32(i), Content: p.text, Special: k != kindUser, Normalized: k == kindUser})
	}
	t.sortAdded()
	var names [4]string
	for i, id := range r.ids {
		name := [4]string{"unk_id", "bos_id", "eos_id", "pad_id"}[i]
		if id >= int64(len(r.pieces)) {
			return fieldError("trainer_spec."+name, ErrMalformed, "%d in a vocabulary of %d", id, len(r.pieces))
		}
		if id >= 0 {
			names[i] = r.pieces[id].text
		}
	}
	t.modelTokens = [3]string{names[1], names[2], names[3]}
	t.single, t.pair = []templatePart{{sequence: 1}}, []templatePart{{sequence: 1}, {sequence: 2}}
	if names[1] != "" {
		bos := templatePart{id: int32(r.ids[1])}
		t.single, t.pair = []templatePart{bos, {sequence: 1}}, []templatePart{bos, {sequence: 1}, bos, {sequence: 2}}
	}
	return nil
}

// runSelfTests encodes the samples that a model carries to prove its reader right.
func (r *modelReader) runSelfTests() error {
	for i, s := range r.selfTests {
		ids := r.t.Encode(s[0])
		pieces := make([]string, len(ids))
		for k, id := range ids {
			pieces[k] = r.t.vocab.pieces[id]
		}
		if got := strings.Join(pieces, " "); got != s[1] {
			return fieldError(fmt.Sprintf("self_test_data.samples[%d]", i), ErrMalformed, "%s gives %s, expected %s", show(s[0]), show(got), show(s[1]))
		}
	}
	return nil
}
