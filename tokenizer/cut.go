package tokenizer

import "unicode/utf8"

// space is what an ASCII space becomes before merging.
const space = '\u2581'

// cutter knows which two neighbouring characters occur side by side in some piece that merging can produce.
// Where they do not, no merge crosses and the text may be cut there: the parts merge independently, with the
// same result. This is what makes encoding linear on ordinary text and short parts worth caching.
//
// Pairs of ASCII characters are held exactly; others in a hashed bit set, which can only err towards not cutting.
type cutter struct {
	ascii [128][2]uint64
	wide  [1 << 12]uint64
	never bool // no cut at all: some merge works on what is not text
}

// fold lets a space and what it becomes count as one character.
func fold(r rune) rune {
	if r == space {
		return ' '
	}
	return r
}

func widePair(a, b rune) uint32 {
	h := uint64(a)<<32 | uint64(b)
	h *= 0x9e3779b97f4a7c15
	return uint32(h >> (64 - 18))
}

// learn records the pairs inside a piece.
func (c *cutter) learn(piece string) {
	prev := rune(-1)
	for i := 0; i < len(piece); {
		r, n := utf8.DecodeRuneInString(piece[i:])
		i += n
		r = fold(r)
		switch {
		case prev < 0:
		case prev < 128 && r < 128:
			c.ascii[prev][r>>6] |= 1 << (r & 63)
		default:
			h := widePair(prev, r)
			c.wide[h>>6] |= 1 << (h & 63)
		}
		prev = r
	}
}

// joins reports whether some merge may join a and b, both folded.
func (c *cutter) joins(a, b rune) bool {
	if a < 128 && b < 128 {
		return c.ascii[a][b>>6]>>(b&63)&1 != 0
	}
	h := widePair(a, b)
	return c.wide[h>>6]>>(h&63)&1 != 0
}

// end returns where the part of s that begins at start ends: the first place no merge can cross.
func (c *cutter) end(s string, start int) int {
	if c.never {
		return len(s)
	}
	prev, n := utf8.DecodeRuneInString(s[start:])
	prev = fold(prev)
	for i := start + n; i < len(s); {
		b := s[i]
		if b < 128 && prev < 128 {
			if c.ascii[prev][b>>6]>>(b&63)&1 == 0 {
				return i
			}
			prev = rune(b)
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		r = fold(r)
		if !c.joins(prev, r) {
			return i
		}
		prev = r
		i += n
	}
	return len(s)
}
