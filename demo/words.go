package demo

import (
	"hash/fnv"
	"math/rand/v2"
	"strings"
)

// Axis is a set of things that training never shows; a test set may draw from any of them.
type Axis uint16

// What can be held out. A combination is a verb and a noun that both occur, but not in one tool.
const (
	HeldNoun Axis = 1 << iota
	HeldVerb
	HeldParameter
	HeldValue
	HeldCombination

	// Inventive holds nothing out: most words are invented, as they are in training. With few listed ones among them,
	// names are copied and not recalled.
	Inventive

	// Hard, beside Inventive, makes training harder than an exam is: words of arbitrary fragments and of a longer list, and
	// tools and requests that share a verb or a noun more often.
	Hard

	// Foreign, in training, gives what no tool fits parameters of its own; without it they are often those of a tool that is
	// offered.
	Foreign

	// Crossing offers mostly lists in which neither a verb nor a noun tells the tool by itself.
	Crossing

	// Reading, in pretraining, asks also what a tool needs, which stands in the list alone.
	Reading

	// AllHeld is what a user's own tools are: nothing of them was seen.
	AllHeld = HeldNoun | HeldVerb | HeldParameter | HeldValue
)

// training tells whether the words are those of training, where no held-out one may occur.
func (a Axis) training() bool { return a&^(Inventive|Hard|Foreign|Crossing|Reading) == 0 }

// heldShare is the share of words, one in so many, that training never shows.
const heldShare = 6

// held tells on which side of the split a word stands, a function of the word alone: a word that is held out as a noun
// is no seen value either.
func held(word string) bool {
	h := fnv.New64a()
	h.Write([]byte(word))
	x := h.Sum64()
	x ^= x >> 29
	x *= 0xbf58476d1ce4e5b9 // FNV's low bits alone are weak for short words
	return (x>>32)%heldShare == 0
}

var (
	verbs = []string{"find", "send", "open", "count", "make", "show", "move", "sell", "lend", "hide", "paint", "check",
		"start", "stop", "mend", "weigh", "order", "book", "clean", "print", "lock", "rent", "sort", "load", "fetch", "bake",
		"build", "feed", "test", "wash", "bring", "trace", "pack", "cut", "call", "mark"}
	nouns = []string{"lamp", "boat", "tent", "door", "horse", "garden", "bridge", "ticket", "parcel", "kettle", "ladder",
		"mirror", "pillow", "basket", "candle", "drum", "engine", "farm", "glove", "harbor", "island", "jacket", "kite",
		"lantern", "market", "needle", "oven", "piano", "quilt", "river", "saddle", "table", "umbrella", "violin", "wagon",
		"anchor", "barrel", "clock", "desk", "feather", "guitar", "hammer", "ink", "jar", "key", "letter", "map", "net",
		"orchard", "pencil", "rope", "sail", "tower", "valley", "wheel", "balcony", "camera", "dish", "fence", "hotel"}
	parameters = []string{"city", "size", "name", "color", "date", "price", "owner", "street", "level", "weight", "code",
		"team", "year", "room", "speed", "floor", "brand", "shape", "month", "route", "shelf", "hour", "guest", "total",
		"limit", "place", "title", "length", "style", "depth"}
)

// Syllables of invented words: an onset, a vowel, often a coda. The short ones stand several times, which makes them likelier.
var (
	onsets = strings.Fields("b c d f g h j k l m n p r s t v w z b d f g k l m n p r s t br ch cl gr pl qu sh st th tr")
	nuclei = strings.Fields("a e i o u a e i o u a e i o u ai ea ee oo ou")
	codas  = strings.Fields("l n r s t d m p ck ld ng nd nt rd rt st")
)

// invented makes a word that no language has, of two or three syllables.
func invented(r *rand.Rand) string {
	w := ""
	for range 2 + r.IntN(3)/2 {
		w += onsets[r.IntN(len(onsets))] + nuclei[r.IntN(len(nuclei))]
		if r.IntN(4) == 0 {
			w += codas[r.IntN(len(codas))]
		}
	}
	return w
}

// word draws a word from the wanted side of the split: from the list, or with the given chance in percent
// an invented one.
func word(r *rand.Rand, axes Axis, list []string, inventedPercent int, wantHeld bool) string {
	for {
		var w string
		switch {
		case r.IntN(100) < inventedPercent:
			if w = invented(r); axes&Hard != 0 && r.IntN(2) == 0 {
				w = pieced(r)
			}
		case axes&Hard != 0 && r.IntN(2) == 0:
			w = english[r.IntN(len(english))]
		default:
			w = list[r.IntN(len(list))]
		}
		if held(w) == wantHeld {
			return w
		}
	}
}

func noun(r *rand.Rand, axes Axis) string {
	return word(r, axes, nouns, axes.invented(50, 75), axes&HeldNoun != 0)
}

func verb(r *rand.Rand, axes Axis) string {
	return word(r, axes, verbs, axes.invented(20, 50), axes&HeldVerb != 0)
}

func parameter(r *rand.Rand, axes Axis) string {
	return word(r, axes, parameters, axes.invented(30, 75), axes&HeldParameter != 0)
}

// invented picks the share of invented words in percent: the usual one, or that of training.
func (a Axis) invented(usual, inventive int) int {
	if a&Inventive != 0 {
		return inventive
	}
	return usual
}

// text draws a value that is a word; digits draws a whole number as it is written.
func text(r *rand.Rand, axes Axis) string { return word(r, axes, nil, 100, axes&HeldValue != 0) }

func digits(r *rand.Rand, axes Axis) string {
	for {
		n := 1 + r.IntN(3)
		d := []byte{byte('1' + r.IntN(9))}
		for range n {
			d = append(d, byte('0'+r.IntN(10)))
		}
		if held(string(d)) == (axes&HeldValue != 0) {
			return string(d)
		}
	}
}
