// Package bound checks everything that comes from outside before the program acts on it: sizes before memory is
// allocated, depth and steps before a parser recurses or loops, names before they become paths, text before it is
// printed.
//
// A file's word about its own size is never believed. A count is turned into an int only when that many elements
// fit into the bytes that are really there; unknown amounts are read in steps of at most one mebibyte, so a lie
// costs one step and not the memory of the machine. recover is no defence here: neither running out of memory nor
// overflowing the stack can be recovered from.
//
// It imports the standard library only.
//
// Read arith.go, read.go, budget.go, then name.go, escape.go and open.go.
package bound
