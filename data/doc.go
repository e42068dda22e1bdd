// Package data turns files of conversations, prompts, texts and token ids into training examples: ids, labels and
// document lengths. It knows formats, chat rendering and tokens, and nothing of tensors.
//
// It may import tokenizer, tokenizer/chat and internal/...; nothing of the numbers wing.
//
// Reading order: source.go (which files), lines.go and parquet.go (rows of a file), value.go (what a row is made of),
// format.go and the format_*.go files (what a row means), example.go (ids and labels), weights.go (what a
// kind of span counts in the loss), load.go (a whole set, in parallel), pack.go and order.go (what a step sees), then audit*.go, show.go and convert.go, which look after a
// data set before it is trained on.
package data
