package tokenizer

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

// AddedToken is a token that is found in the text before any merging.
type AddedToken struct {
	ID         int32  `json:"id"`
	Content    string `json:"content"`
	SingleWord bool   `json:"single_word"`
	LStrip     bool   `json:"lstrip"`
	RStrip     bool   `json:"rstrip"`
	Normalized bool   `json:"normalized"` // matched after spaces became U+2581
	Special    bool   `json:"special"`    // left out by skipSpecial
}

// matcher finds added tokens leftmost-longest. It is a trie with its edges in one array.
// An anchored walk from each possible first byte is enough: tokens are short (maxAddedBytes) and begin with few bytes.
type matcher struct {
	tokens     []AddedToken
	first      [256]bool
	nodes      []trieNode
	labels     []byte
	targets    []int32
	normalized bool // match the text as it is after normalization
}

type trieNode struct {
	lo, hi int32 // edges
	token  int32 // index into tokens, -1 when none ends here
}

// newMatcher builds a matcher, nil when there is nothing to match. Contents must be distinct and not empty.
func newMatcher(tokens []AddedToken, normalized bool) *matcher {
	if len(tokens) == 0 {
		return nil
	}
	m := &matcher{tokens: slices.Clone(tokens), normalized: normalized}
	if normalized {
		for i := range m.tokens {
			m.tokens[i].Content = string(appendNormalized(nil, m.tokens[i].Content))
		}
	}
	slices.SortStableFunc(m.tokens, func(a, b AddedToken) int {
		switch {
		case a.Content < b.Content:
			return -1
		case a.Content > b.Content:
			return 1
		}
		return 0
	})
	m.build()
	return m
}

// build lays the trie out breadth first, each node owning a range of the sorted tokens.
func (m *matcher) build() {
	type job struct {
		node, lo, hi int32
		depth        int
	}
	m.nodes = []trieNode{{token: -1}}
	queue := []job{{0, 0, int32(len(m.tokens)), 0}}
	for len(queue) > 0 {
		j := queue[0]
		queue = queue[1:]
		lo := j.lo
		for lo < j.hi && len(m.tokens[lo].Content) == j.depth {
			m.nodes[j.node].token = lo
			lo++
		}
		m.nodes[j.node].lo = int32(len(m.labels))
		for lo < j.hi {
			b := m.tokens[lo].Content[j.depth]
			hi := lo + 1
			for hi < j.hi && m.tokens[hi].Content[j.depth] == b {
				hi++
			}
			child := int32(len(m.nodes))
			m.nodes = append(m.nodes, trieNode{token: -1})
			m.labels = append(m.labels, b)
			m.targets = append(m.targets, child)
			queue = append(queue, job{child, lo, hi, j.depth + 1})
			lo = hi
		}
		m.nodes[j.node].hi = int32(len(m.labels))
	}
	for _, b := range m.labels[m.nodes[0].lo:m.nodes[0].hi] {
		m.first[b] = true
		if m.normalized && b == spaceBytes[0] {
			m.first[' '] = true
		}
		if m.normalized && b == replacementBytes[0] {
			for c := 0x80; c < 0x100; c++ {
				m.first[c] = true // what is not UTF-8 becomes U+FFFD
			}
		}
	}
}

const (
	spaceBytes       = "\u2581"
	replacementBytes = "\ufffd"
)

func (m *matcher) step(node int32, b byte) int32 {
	n := &m.nodes[node]
	for e := n.lo; e < n.hi; e++ {
		if m.labels[e] == b {
			return m.targets[e]
		}
	}
	return -1
}

func (m *matcher) steps(node int32, bytes string) int32 {
	for i := 0; i < len(bytes) && node >= 0; i++ {
		node = m.step(node, bytes[i])
	}
	return node
}

// at returns the longest token that begins at s[i], and where it ends.
func (m *matcher) at(s string, i int) (token *AddedToken, end int) {
	node, best := int32(0), int32(-1)
	for i < len(s) {
		n := 1
		switch {
		case !m.normalized || (s[i] < 0x80 && s[i] != ' '):
			node = m.step(node, s[i])
		case s[i] == ' ':
			node = m.steps(node, spaceBytes)
		default:
			var r rune
			if r, n = utf8.DecodeRuneInString(s[i:]); r == utf8.RuneError && n == 1 {
				node = m.steps(node, replacementBytes)
			} else {
				node = m.steps(node, s[i:i+n])
			}
		}
		if node < 0 {
			break
		}
		i += n
		if t := m.nodes[node].token; t >= 0 {
			best, end = t, i
		}
	}
	if best < 0 {
		return nil, 0
	}
	return &m.tokens[best], end
}

// next finds the first token in s at or after from; done is where the previous token ended.
func (m *matcher) next(s string, from, done int) (token *AddedToken, start, end int) {
	for i := from; i < len(s); i++ {
		if !m.first[s[i]] || (m.normalized && !utf8.RuneStart(s[i]) && i > 0 && insideRune(s, i)) {
			continue
		}
		t, stop := m.at(s, i)
		if t == nil {
			continue
		}
		if t.SingleWord && (wordBefore(s[:i]) || wordAfter(s[stop:])) {
			i = stop - 1
			continue
		}
		start = i
		if t.LStrip {
			start = max(m.trimRight(s[:i]), done)
		}
		if t.RStrip {
			stop += m.spanLeft(s[stop:])
		}
		return t, start, stop
	}
	return nil, len(s), len(s)
}

// insideRune reports whether the continuation byte s[i] belongs to a valid character that began before it.
func insideRune(s string, i int) bool {
	for k := 1; k < utf8.UTFMax && k <= i; k++ {
		if utf8.RuneStart(s[i-k]) {
			_, n := utf8.DecodeRuneInString(s[i-k:])
			return n > k
		}
	}
	return false
}

func (m *matcher) isSpace(r rune) bool {
	return unicode.IsSpace(r) && !(m.normalized && r == ' ')
}

func (m *matcher) trimRight(s string) int {
	for len(s) > 0 {
		r, n := utf8.DecodeLastRuneInString(s)
		if !m.isSpace(r) {
			break
		}
		s = s[:len(s)-n]
	}
	return len(s)
}

func (m *matcher) spanLeft(s string) int {
	i := 0
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		if !m.isSpace(r) {
			break
		}
		i += n
	}
	return i
}

func isWord(r rune) bool {
	return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r) || unicode.Is(unicode.Pc, r) ||
		unicode.Is(unicode.Other_Alphabetic, r) || unicode.Is(unicode.Join_Control, r) || unicode.Is(unicode.Nl, r)
}

func wordBefore(s string) bool {
	r, n := utf8.DecodeLastRuneInString(s)
	return n > 0 && isWord(r)
}

func wordAfter(s string) bool {
	r, n := utf8.DecodeRuneInString(s)
	return n > 0 && isWord(r)
}

// appendNormalized writes s as it is merged: spaces as U+2581, bytes that are not UTF-8 as U+FFFD.
func appendNormalized(dst []byte, s string) []byte {
	for i := 0; i < len(s); {
		if s[i] == ' ' {
			dst = append(dst, spaceBytes...)
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		dst = utf8.AppendRune(dst, r)
		i += n
	}
	return dst
}
