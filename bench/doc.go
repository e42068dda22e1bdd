// Package bench holds benchmarks over the shapes of Gemma-2; it has no code of its own. Run, for example:
//
//	go test -run=NONE -bench='Gemm/.*m=512' ./bench
//
// Names are made for benchstat: isa=avx512/op=fwd/w=bf16/m=512/n=9216/k=2304. Each product reports GFLOP/s and its
// share of a register-only peak measured in the same process, right before and after it.
//
// It may import every layer below cmd.
package bench
