//go:build amd64 && !purego

#include "textflag.h"

// Register tile of AVX2: 6 rows of S times 16 columns of V = 12 of the 16 YMM registers, 2 for V, 2 for the
// broadcast. FMA latency 4-5 cycles x 2 ports = 10 independent sums are enough. A step of k takes 6 cycles of
// arithmetic and 8 loads on 2 ports = 4 cycles.

#define C DI
#define S SI
#define S3 R8  // row 3 of S
#define L R9   // row stride of S in bytes
#define V DX
#define K CX
#define ADD AX
#define NEXT BX // what is prefetched
#define PSTEP R10
#define NEAR R11

#define V0 Y0
#define V1 Y1
#define B0 Y2
#define B1 Y3

#define LOADV(u) \
	VMOVUPS (64*u)(V), V0; \
	VMOVUPS (64*u+32)(V), V1

#define ROW2(s, t, c0, c1, d0, d1) \
	VBROADCASTSS s, B0; \
	VBROADCASTSS t, B1; \
	VFMADD231PS  V0, B0, c0; \
	VFMADD231PS  V1, B0, c1; \
	VFMADD231PS  V0, B1, d0; \
	VFMADD231PS  V1, B1, d1

#define STEP2(u) \
	LOADV(u); \
	ROW2((4*u)(S), (4*u)(S)(L*1), Y4, Y5, Y6, Y7)
#define STEP4(u) \
	STEP2(u); \
	ROW2((4*u)(S)(L*2), (4*u)(S3), Y8, Y9, Y10, Y11)
#define STEP6(u) \
	STEP4(u); \
	ROW2((4*u)(S3)(L*1), (4*u)(S3)(L*2), Y12, Y13, Y14, Y15)

#define ZERO4(a, b, c, d) \
	VXORPS a, a, a; VXORPS b, b, b; VXORPS c, c, c; VXORPS d, d, d
#define ZERO2R ZERO4(Y4, Y5, Y6, Y7)
#define ZERO4R ZERO2R; ZERO4(Y8, Y9, Y10, Y11)
#define ZERO6R ZERO4R; ZERO4(Y12, Y13, Y14, Y15)

// the tile lies in memory as rows x 16 floats without gaps
#define ADD4(o, a, b, c, d) \
	VADDPS (o)(C), a, a; VADDPS (o+32)(C), b, b; VADDPS (o+64)(C), c, c; VADDPS (o+96)(C), d, d
#define PUT4(o, a, b, c, d) \
	VMOVUPS a, (o)(C); VMOVUPS b, (o+32)(C); VMOVUPS c, (o+64)(C); VMOVUPS d, (o+96)(C)
#define TILE2R(OP) OP(0, Y4, Y5, Y6, Y7)
#define TILE4R(OP) TILE2R(OP); OP(128, Y8, Y9, Y10, Y11)
#define TILE6R(OP) TILE4R(OP); OP(256, Y12, Y13, Y14, Y15)

#define BODY(ZEROS, STEP, TILE) \
	MOVQ    c+0(FP), C; \
	MOVQ    s+8(FP), S; \
	MOVQ    lds+16(FP), L; \
	MOVQ    v+24(FP), V; \
	MOVQ    k+32(FP), K; \
	MOVQ    add+40(FP), ADD; \
	MOVQ    next+48(FP), NEXT; \
	MOVQ    step+64(FP), PSTEP; \
	MOVQ    near+72(FP), NEAR; \
	SHLQ    $2, L; \
	LEAQ    (L)(L*2), S3; \
	ADDQ    S, S3; \
	ZEROS; \
	SUBQ    $4, K; \
	JLT     tail; \
	PCALIGN $32; \
loop: \
	PREFETCHT1 (NEXT); \
	PREFETCHT1 (NEAR); \
	ADDQ    PSTEP, NEXT; \
	ADDQ    $64, NEAR; \
	STEP(0); \
	STEP(1); \
	STEP(2); \
	STEP(3); \
	ADDQ    $16, S; \
	ADDQ    $16, S3; \
	ADDQ    $256, V; \
	SUBQ    $4, K; \
	JGE     loop; \
tail: \
	ADDQ    $4, K; \
	JZ      done; \
one: \
	STEP(0); \
	ADDQ    $4, S; \
	ADDQ    $4, S3; \
	ADDQ    $64, V; \
	DECQ    K; \
	JNZ     one; \
done: \
	TESTQ   ADD, ADD; \
	JZ      store; \
	TILE(ADD4); \
store: \
	TILE(PUT4); \
	VZEROUPPER; \
	RET

// func gemm6x16AVX2(c, s *float32, lds int, v *float32, k, add int, next unsafe.Pointer, stride, step int, near unsafe.Pointer)
//
// c[i*16+j] = (add != 0 ? c[i*16+j] : 0) + sum over q < k of s[i*lds+q] * v[q*16+j], for i < 6, j < 16.
// The sum starts at zero and runs in the order of q; c is added last.
// Requires k > 0, 6 rows of s, k*16 floats of v. Every four steps the lines at near and next are prefetched, then near
// moves on by 64 bytes and next by step; any address will do; stride is not used.
TEXT ·gemm6x16AVX2(SB), NOSPLIT, $0-80
	BODY(ZERO6R, STEP6, TILE6R)

// func gemm4x16AVX2(c, s *float32, lds int, v *float32, k, add int, next unsafe.Pointer, stride, step int, near unsafe.Pointer)
//
// As gemm6x16AVX2 for i < 4.
TEXT ·gemm4x16AVX2(SB), NOSPLIT, $0-80
	BODY(ZERO4R, STEP4, TILE4R)

// func gemm2x16AVX2(c, s *float32, lds int, v *float32, k, add int, next unsafe.Pointer, stride, step int, near unsafe.Pointer)
//
// As gemm6x16AVX2 for i < 2.
TEXT ·gemm2x16AVX2(SB), NOSPLIT, $0-80
	BODY(ZERO2R, STEP2, TILE2R)
