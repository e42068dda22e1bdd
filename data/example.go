package data

import "fmt"

// Ignore is the label of a token that carries no loss.
const Ignore int32 = -100

// Source is where an example comes from. Line counts from 1; in a Parquet file it is the row.
type Source struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

func (s Source) String() string { return fmt.Sprintf("%s:%d", s.File, s.Line) }

// Example is one training row. Label i is the label of token i itself, unshifted as in Hugging Face's files; the loss
// compares it with the prediction made at token i-1.
type Example struct {
	IDs       []int32
	Labels    []int32
	Weights   []float32 // of the labels in the loss; nil: all 1
	Lengths   []int     // of the documents of a packed row; nil: one document
	Source    Source
	Truncated bool
}

// Documents are the lengths of the row's documents; tokens of one do not see those of another.
func (e Example) Documents() []int {
	if e.Lengths == nil {
		return []int{len(e.IDs)}
	}
	return e.Lengths
}

// LabelTokens counts the tokens the loss is computed on. The first token of a document is never predicted.
func (e Example) LabelTokens() int {
	n, at := 0, 0
	for _, length := range e.Documents() {
		for i := at + 1; i < at+length; i++ {
			if e.Labels[i] >= 0 {
				n++
			}
		}
		at += length
	}
	return n
}

// Concat joins examples into one ragged micro-batch: all tokens in a row, without padding. Starts has an entry for
// each document and a last one for the end.
func Concat(examples ...Example) (ids, labels []int32, starts []int) {
	starts = []int{0}
	for _, e := range examples {
		ids = append(ids, e.IDs...)
		labels = append(labels, e.Labels...)
		for _, length := range e.Documents() {
			starts = append(starts, starts[len(starts)-1]+length)
		}
	}
	return ids, labels, starts
}
