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
	Axes      Axis // of the language: Inventive, and perhaps Hard
	// Copies is the share in percent of documents that are random pieces to be copied, of up to Longest tokens. Where
	// Grown is set they begin with Shortest and are Longest after so many rows.
	Copies                   int
	Shortest, Longest, Grown int
	// Bindings is the share in percent of what is left that are tools of random pieces, whose words have up to WordPieces
	// pieces. Where WordsGrown is set they begin with one and have as many after so many rows, and nothing that is not
	// offered is asked for in the first half of these.
	Bindings, WordPieces, WordsGrown int
}

// Len implements train.Dataset.
func (c *Corpus) Len() int { return c.Rows }

// Row implements train.Dataset.
func (c *Corpus) Row(i int) data.Example {
	r := rand.New(rand.NewPCG(c.Seed, uint64(i)))
	longest := c.Longest
	if c.Grown > 0 {
		longest = min(longest, c.Shortest+(c.Longest-c.Shortest)*i/c.Grown)
	}
	e := data.Example{Source: data.Source{File: "corpus", Line: i + 1}}
	for len(e.IDs) < c.Tokens {
		var ids, labels []int32
		if r.IntN(100) < c.Copies {
			ids, labels = copies(r, c.Tokenizer.VocabSize(), longest)
		} else if c.Bindings > 0 && r.IntN(100) < c.Bindings {
			most, doubts := c.WordPieces, true
			if c.WordsGrown > 0 {
				most = min(most, 1+c.WordPieces*i/c.WordsGrown)
				doubts = 2*i > c.WordsGrown
			}
			ids, labels = bindings(r, c.Tokenizer, most, doubts)
		} else {
			ids, labels = encode(c.Tokenizer, conversation(r, c.Axes))
		}
		e.IDs, e.Labels, e.Lengths = append(e.IDs, ids...), append(e.Labels, labels...), append(e.Lengths, len(ids))
	}
	return e
}
