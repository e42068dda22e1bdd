//go:build amd64 && !purego

#include "textflag.h"
#include "raw_amd64.h"

// Register tile of AVX-512: 14 rows of S times 32 columns of V = 28 of the 32 ZMM registers, 2 for V, 1 for the
// broadcast. FMA latency 4 cycles x 2 ports = 8 independent sums are enough; 28 leave room for a late load.
// A step of k loads 2 vectors and broadcasts 14 words for 28 FMAs: 16 loads against 14 (two 512-bit ports) or 28
// (Zen 4, two 256-bit ports) cycles of arithmetic.

#define C DI
#define S SI
#define S7 R8  // row 7 of S
#define L R9   // row stride of S in bytes, and its multiples
#define L3 R10
#define L5 R11
#define V DX
#define K CX
#define ADD AX
#define NEXT BX  // what is prefetched, the stride of its rows, the bytes a round moves on
#define STRIDE R12
#define PSTEP R13
#define NEAR R15

// Memory needed soon, a little with every round of four steps: a burst would wait for its own misses.
#define PREFETCH \
	PREFETCHT1 (NEXT); \
	PREFETCHT1 (NEXT)(STRIDE*1); \
	PREFETCHT1 (NEXT)(STRIDE*2); \
	PREFETCHT1 (NEAR); \
	ADDQ       PSTEP, NEXT; \
	ADDQ       $64, NEAR

#define V0 Z0
#define V1 Z1
#define B Z2

// c[row] += s * v for two vectors
#define ROW(s, c0, c1) \
	VBROADCASTSS s, B; \
	VFMADD231PS  V0, B, c0; \
	VFMADD231PS  V1, B, c1

// VDPBF16PS takes register numbers: V0 = 0, V1 = 1, B = 2
#define ROWBF(s, c0, c1) \
	VBROADCASTSS s, B; \
	VDPBF16PS(0, 2, c0); \
	VDPBF16PS(1, 2, c1)

#define LOADV(u) \
	VMOVUPS (128*u)(V), V0; \
	VMOVUPS (128*u+64)(V), V1

#define STEP4(ROW, u, z4, z5, z6, z7, z8, z9, z10, z11) \
	LOADV(u); \
	ROW((4*u)(S), z4, z5); \
	ROW((4*u)(S)(L*1), z6, z7); \
	ROW((4*u)(S)(L*2), z8, z9); \
	ROW((4*u)(S)(L3*1), z10, z11)

#define STEP4MORE(ROW, u, z12, z13, z14, z15, z16, z17, z18, z19) \
	ROW((4*u)(S)(L*4), z12, z13); \
	ROW((4*u)(S)(L5*1), z14, z15); \
	ROW((4*u)(S)(L3*2), z16, z17); \
	ROW((4*u)(S7), z18, z19)

#define STEP6MORE(ROW, u, z20, z21, z22, z23, z24, z25, z26, z27, z28, z29, z30, z31) \
	ROW((4*u)(S7)(L*1), z20, z21); \
	ROW((4*u)(S7)(L*2), z22, z23); \
	ROW((4*u)(S7)(L3*1), z24, z25); \
	ROW((4*u)(S7)(L*4), z26, z27); \
	ROW((4*u)(S7)(L5*1), z28, z29); \
	ROW((4*u)(S7)(L3*2), z30, z31)

#define F32STEP4(u)  STEP4(ROW, u, Z4, Z5, Z6, Z7, Z8, Z9, Z10, Z11)
#define F32STEP8(u)  F32STEP4(u); STEP4MORE(ROW, u, Z12, Z13, Z14, Z15, Z16, Z17, Z18, Z19)
#define F32STEP14(u) F32STEP8(u); STEP6MORE(ROW, u, Z20, Z21, Z22, Z23, Z24, Z25, Z26, Z27, Z28, Z29, Z30, Z31)
#define BF16STEP4(u)  STEP4(ROWBF, u, 4, 5, 6, 7, 8, 9, 10, 11)
#define BF16STEP8(u)  BF16STEP4(u); STEP4MORE(ROWBF, u, 12, 13, 14, 15, 16, 17, 18, 19)
#define BF16STEP14(u) BF16STEP8(u); STEP6MORE(ROWBF, u, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31)

#define ZERO8(a, b, c, d, e, f, g, h) \
	VPXORD a, a, a; VPXORD b, b, b; VPXORD c, c, c; VPXORD d, d, d; \
	VPXORD e, e, e; VPXORD f, f, f; VPXORD g, g, g; VPXORD h, h, h
#define ZERO4R  ZERO8(Z4, Z5, Z6, Z7, Z8, Z9, Z10, Z11)
#define ZERO8R  ZERO4R; ZERO8(Z12, Z13, Z14, Z15, Z16, Z17, Z18, Z19)
#define ZERO14R ZERO8R; ZERO8(Z20, Z21, Z22, Z23, Z24, Z25, Z26, Z27); ZERO8(Z28, Z29, Z30, Z31, Z28, Z29, Z30, Z31)

// the tile lies in memory as rows x 32 floats without gaps
#define ADD4(o, a, b, c, d) \
	VADDPS (o)(C), a, a; VADDPS (o+64)(C), b, b; VADDPS (o+128)(C), c, c; VADDPS (o+192)(C), d, d
#define PUT4(o, a, b, c, d) \
	VMOVUPS a, (o)(C); VMOVUPS b, (o+64)(C); VMOVUPS c, (o+128)(C); VMOVUPS d, (o+192)(C)
#define TILE4R(OP)  OP(0, Z4, Z5, Z6, Z7); OP(256, Z8, Z9, Z10, Z11)
#define TILE8R(OP)  TILE4R(OP); OP(512, Z12, Z13, Z14, Z15); OP(768, Z16, Z17, Z18, Z19)
#define TILE14R(OP) TILE8R(OP); OP(1024, Z20, Z21, Z22, Z23); OP(1280, Z24, Z25, Z26, Z27); OP(1536, Z28, Z29, Z30, Z31)

#define LOADARGS \
	MOVQ c+0(FP), C; \
	MOVQ s+8(FP), S; \
	MOVQ lds+16(FP), L; \
	MOVQ v+24(FP), V; \
	MOVQ k+32(FP), K; \
	MOVQ add+40(FP), ADD; \
	MOVQ next+48(FP), NEXT; \
	MOVQ stride+56(FP), STRIDE; \
	MOVQ step+64(FP), PSTEP; \
	MOVQ near+72(FP), NEAR; \
	SHLQ $2, L; \
	LEAQ (L)(L*2), L3; \
	LEAQ (L)(L*4), L5; \
	LEAQ (S)(L5*1), S7; \
	LEAQ (S7)(L*2), S7

// The loop: four steps of k, then single ones. Labels are local to each TEXT.
#define BODY(ZEROS, STEP, TILE) \
	LOADARGS; \
	ZEROS; \
	SUBQ  $4, K; \
	JLT   tail; \
	PCALIGN $32; \
loop: \
	PREFETCH; \
	STEP(0); \
	STEP(1); \
	STEP(2); \
	STEP(3); \
	ADDQ  $16, S; \
	ADDQ  $16, S7; \
	ADDQ  $512, V; \
	SUBQ  $4, K; \
	JGE   loop; \
tail: \
	ADDQ  $4, K; \
	JZ    done; \
one: \
	STEP(0); \
	ADDQ  $4, S; \
	ADDQ  $4, S7; \
	ADDQ  $128, V; \
	DECQ  K; \
	JNZ   one; \
done: \
	TESTQ ADD, ADD; \
	JZ    store; \
	TILE(ADD4); \
store: \
	TILE(PUT4); \
	VZEROUPPER; \
	RET

// func gemm14x32AVX512(c, s *float32, lds int, v *float32, k, add int, next unsafe.Pointer, stride, step int, near unsafe.Pointer)
//
// c[i*32+j] = (add != 0 ? c[i*32+j] : 0) + sum over q < k of s[i*lds+q] * v[q*32+j], for i < 14, j < 32.
// The sum starts at zero and runs in the order of q; c is added last.
// Requires k > 0, 14 rows of s, k*32 floats of v. Every four steps the lines at near, next, next+stride and
// next+2*stride are prefetched, then near moves on by 64 bytes and next by step; any address will do.
TEXT ·gemm14x32AVX512(SB), NOSPLIT, $0-80
	BODY(ZERO14R, F32STEP14, TILE14R)

// func gemm8x32AVX512(c, s *float32, lds int, v *float32, k, add int, next unsafe.Pointer, stride, step int, near unsafe.Pointer)
//
// As gemm14x32AVX512 for i < 8.
TEXT ·gemm8x32AVX512(SB), NOSPLIT, $0-80
	BODY(ZERO8R, F32STEP8, TILE8R)

// func gemm4x32AVX512(c, s *float32, lds int, v *float32, k, add int, next unsafe.Pointer, stride, step int, near unsafe.Pointer)
//
// As gemm14x32AVX512 for i < 4.
TEXT ·gemm4x32AVX512(SB), NOSPLIT, $0-80
	BODY(ZERO4R, F32STEP4, TILE4R)

// func gemm14x32AVX512BF16(c, s *float32, lds int, v *float32, k, add int, next unsafe.Pointer, stride, step int, near unsafe.Pointer)
//
// As gemm14x32AVX512 with words of two bfloat16: s[i*lds+q] holds elements 2q (low half) and 2q+1 of row i,
// v[q*32+j] elements 2q and 2q+1 of column j. Each step adds the odd product, then the even one, both fused,
// round to nearest, denormal operands and results as zero.
TEXT ·gemm14x32AVX512BF16(SB), NOSPLIT, $0-80
	BODY(ZERO14R, BF16STEP14, TILE14R)

// func gemm8x32AVX512BF16(c, s *float32, lds int, v *float32, k, add int, next unsafe.Pointer, stride, step int, near unsafe.Pointer)
//
// As gemm14x32AVX512BF16 for i < 8.
TEXT ·gemm8x32AVX512BF16(SB), NOSPLIT, $0-80
	BODY(ZERO8R, BF16STEP8, TILE8R)

// func gemm4x32AVX512BF16(c, s *float32, lds int, v *float32, k, add int, next unsafe.Pointer, stride, step int, near unsafe.Pointer)
//
// As gemm14x32AVX512BF16 for i < 4.
TEXT ·gemm4x32AVX512BF16(SB), NOSPLIT, $0-80
	BODY(ZERO4R, BF16STEP4, TILE4R)
