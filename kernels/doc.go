// Package kernels is the arithmetic floor of lapidary: matrix products, row kernels and attention tiles on slices.
//
// It knows []float32, bfloat16 and float16 bits and dimensions; it knows no tensor, no model and no file. It is the
// only package with assembly. Every assembly routine has a portable twin in Go that is always compiled and always
// compared in the tests; the level (see [Level]) only chooses between them.
//
// It may import the standard library, github.com/klauspost/cpuid/v2 and golang.org/x/sys, and nothing of lapidary.
//
// Rules that hold for every function here:
//
//   - Shapes are the caller's duty: a wrong one panics with both shapes in the text.
//   - Steady state allocates nothing; scratch memory belongs to the [Pool].
//   - Work is split over blocks of the output only and sums run in a fixed order: a result has the same bits at any
//     number of workers. It does depend on the level.
//   - exp is right to 1.5 and tanh to 3.24 units in the last place; gelu and its slope to 7 roundings of the exponent in the
//     sigmoid and 6 of the rest; y = cap*tanh(z/cap) of the loss to 8 roundings of cap. math_test.go derives the bounds and
//     looks at a sample of all float32 in range, at every one of them with -sweep 1.
//   - No operand is rounded unless its storage says so: float32 operands are multiplied as float32.
//
// Reading order: mat.go (what a matrix is), pool.go (who works), level.go (which instructions), gemm.go (the driver
// of the matrix product), gemm_tile.go (one task), cache.go, pack.go (operands into panels), prefetch.go, micro.go (the inner tile
// and what a level brings), micro_generic.go (the twins), gemv.go (few rows), quant.go and quantise.go (codes and scales), then the assembly beside them; the row kernels stand on their own.
package kernels
