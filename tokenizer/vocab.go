package tokenizer

import (
	"hash/maphash"
)

// kind is what a piece is for. Numbers follow ModelProto.SentencePiece.Type; 0 is an id without a piece.
type kind uint8

const (
	kindHole kind = iota
	kindNormal
	kindUnknown
	kindControl
	kindUser
	kindUnused
	kindByte
)

// vocabulary maps ids to pieces and back. The index is an open hash table over the pieces: half the memory of
// a Go map of strings and, at two lookups a merge, what loading a large tokenizer.json spends its time on.
type vocabulary struct {
	pieces []string
	kinds  []kind
	seed   maphash.Seed
	slots  []slot
	used   int
}

type slot struct {
	tag uint32 // upper half of the hash
	id  int32  // id+1, 0 when empty
}

// newVocabulary prepares room for n ids.
func newVocabulary(n int) *vocabulary {
	size := 16
	for size < 2*n {
		size *= 2
	}
	return &vocabulary{pieces: make([]string, n), kinds: make([]kind, n), seed: maphash.MakeSeed(), slots: make([]slot, size)}
}

// add places a piece at an id within range. It reports the id that holds the same piece already, or -1.
func (v *vocabulary) add(id int32, piece string, k kind) (prior int32) {
	h := maphash.String(v.seed, piece)
	mask := uint64(len(v.slots) - 1)
	i := h & mask
	for v.slots[i].id != 0 {
		if v.slots[i].tag == uint32(h>>32) && v.pieces[v.slots[i].id-1] == piece {
			return v.slots[i].id - 1
		}
		i = (i + 1) & mask
	}
	v.slots[i] = slot{tag: uint32(h >> 32), id: id + 1}
	v.pieces[id], v.kinds[id] = piece, k
	v.used++
	return -1
}

// grow appends a piece with the next id and returns the id.
func (v *vocabulary) grow(piece string, k kind) int32 {
	id := int32(len(v.pieces))
	v.pieces = append(v.pieces, "")
	v.kinds = append(v.kinds, kindHole)
	if 2*(v.used+1) > len(v.slots) {
		v.rehash()
	}
	v.add(id, piece, k)
	return id
}

func (v *vocabulary) rehash() {
	old := v.slots
	v.slots = make([]slot, 2*len(old))
	mask := uint64(len(v.slots) - 1)
	for _, s := range old {
		if s.id == 0 {
			continue
		}
		i := maphash.String(v.seed, v.pieces[s.id-1]) & mask
		for v.slots[i].id != 0 {
			i = (i + 1) & mask
		}
		v.slots[i] = s
	}
}

// lookup returns the id of a piece, or -1.
func (v *vocabulary) lookup(piece []byte) int32 {
	h := maphash.Bytes(v.seed, piece)
	mask := uint64(len(v.slots) - 1)
	for i := h & mask; v.slots[i].id != 0; i = (i + 1) & mask {
		if v.slots[i].tag == uint32(h>>32) && v.pieces[v.slots[i].id-1] == string(piece) {
			return v.slots[i].id - 1
		}
	}
	return -1
}

func (v *vocabulary) lookupString(piece string) int32 {
	h := maphash.String(v.seed, piece)
	mask := uint64(len(v.slots) - 1)
	for i := h & mask; v.slots[i].id != 0; i = (i + 1) & mask {
		if v.slots[i].tag == uint32(h>>32) && v.pieces[v.slots[i].id-1] == piece {
			return v.slots[i].id - 1
		}
	}
	return -1
}

// runeTable maps single characters to ids, in pages so that a sparse alphabet stays small.
type runeTable struct {
	pages [(0x110000 >> 8)]*[256]int32
}

func (t *runeTable) set(r rune, id int32) {
	p := t.pages[r>>8]
	if p == nil {
		p = new([256]int32)
		for i := range p {
			p[i] = -1
		}
		t.pages[r>>8] = p
	}
	p[r&0xff] = id
}

// get returns the id of a character, or -1. r must be a valid code point.
func (t *runeTable) get(r rune) int32 {
	if p := t.pages[r>>8]; p != nil {
		return p[r&0xff]
	}
	return -1
}

// byteValue reads a byte piece, "<0x41>" being 0x41.
func byteValue(piece string) (byte, bool) {
	if len(piece) != 6 || piece[:3] != "<0x" || piece[5] != '>' {
		return 0, false
	}
	hi, ok1 := hexDigit(piece[3])
	lo, ok2 := hexDigit(piece[4])
	return hi<<4 | lo, ok1 && ok2
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}
