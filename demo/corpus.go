package demo

import (
	"math/rand/v2"

	"lapidary/data"
	"lapidary/tokenizer"
)

// Corpus is a training set whose rows are made when they are asked for, each a function of the seed and its number.
type Corpus struct {
	Tokenizer *tokenizer.Tokenizer
	Rows      int
	Tokens    int // a row is documents up to about so many tokens
	Seed      uint64
	// Copies is the share in percent of documents that are random pieces to be copied. They grow from Shortest to
	// Longest tokens over the rows.
	Copies            int
	Shortest, Longest int
	// Arguments is the share in percent of the other documents that write a request's arguments as JSON.
	Arguments int
}

// Len implements train.Dataset.
func (c *Corpus) Len() int { return c.Rows }

// Row implements train.Dataset.
func (c *Corpus) Row(i int) data.Example {
	r := rand.New(rand.NewPCG(c.Seed, uint64(i)))
	longest := c.Shortest + (c.Longest-c.Shortest)*i/c.Rows
	e := data.Example{Source: data.Source{File: "corpus", Line: i + 1}}
	for len(e.IDs) < c.Tokens {
		var ids, labels []int32
		switch {
		case r.IntN(100) < c.Copies:
			ids, labels = copies(r, firstPiece(), c.Tokenizer.VocabSize(), longest)
		case c.Arguments > 0 && r.IntN(100) < c.Arguments:
			ids, labels = encode(c.Tokenizer, argumentsAsJSON(r, 0))
		default:
			ids, labels = encode(c.Tokenizer, anyDialogue(r))
		}
		e.IDs, e.Labels, e.Lengths = append(e.IDs, ids...), append(e.Labels, labels...), append(e.Lengths, len(ids))
	}
	return e
}

// firstPiece is the first id that is a piece of words: control, fixed and byte pieces come before.
func firstPiece() int { return 4 + len(pieces) + 256 }
