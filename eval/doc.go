// Package eval measures a model: function calls by the rules of the Berkeley leaderboard, names and arguments one by
// one, false calls, each with a confidence interval.
//
// It may import data and the rooms below; it knows no architecture.
//
// Reading order: calls.go (what a call is), bfcl.go (which rule, one call against one answer), bfclparam.go (types and
// values of an argument), bfclvalue.go (equality as Python has it), bfclread.go (tool lists and ground truths),
// scorecase.go (a row as a question with its answer), scorepredictions.go (a model's answers), score.go (the figures), task.go (what is
// measured, and on which rows).
package eval
