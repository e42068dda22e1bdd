// Package rowgen writes the vector twins of the row kernels: rows_*.s and rowmath_*.s of package kernels, for AVX2,
// AVX-512 and NEON, from one table of what happens to a vector of elements.
//
// One table means one sequence of roundings: an elementwise kernel has the same bits on the three instruction sets.
// The instructions are chosen by hand in table.go and library.go; what is mechanical (registers, the form of an FMA,
// loops, masked tails, several vectors side by side to hide latency) is done here. The output is committed, reads as
// assembly, and TestGeneratedRows fails when it is not what the tables say. Rewrite it with
//
//	go test ./kernels/internal/rowgen -update
//
// It imports the standard library only. Reading order: table.go, library.go, ir.go, kernel.go, amd64.go with
// amd64_instr.go, arm64.go.
package rowgen
