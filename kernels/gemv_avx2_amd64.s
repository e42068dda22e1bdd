//go:build amd64 && !purego

#include "textflag.h"

// Products with few rows (decoding): dots of 4 rows of W with 1 row of X, or of 3 with 4: 12 sums, 3 registers of W, 1 of
// X. As gemv_avx512_amd64.s with 8 lanes. Widening bfloat16 8 at a time would take as many operations as half of the
// multiply-adds; so 16 are loaded as 8 words, whose low halves are the elements of even place and whose high halves are
// those of odd place: one operation each. X lies in that order (gemvSet.halves), the rest of k%16 as it is.

#define OUT DI
#define X SI
#define LDX R8   // bytes
#define LDX3 R9
#define W DX
#define LDW R10  // bytes
#define LDW3 R11
#define K CX
#define AHEAD R12

DATA high<>+0(SB)/8, $0xffff0000ffff0000
DATA high<>+8(SB)/8, $0xffff0000ffff0000
DATA high<>+16(SB)/8, $0xffff0000ffff0000
DATA high<>+24(SB)/8, $0xffff0000ffff0000
GLOBL high<>(SB), RODATA|NOPTR, $32

#define LOADF32(mem, y) VMOVUPS mem, y
#define LOADF32ONE(mem, x) VMOVSS mem, x
#define LOADBF16ONE(mem, x) MOVWLZX mem, AX; SHLL $16, AX; VMOVD AX, x
#define LOADF16(mem, y) VCVTPH2PS mem, y
#define LOADF16ONE(mem, x) MOVWLZX mem, AX; VMOVD AX, x; VCVTPH2PS x, x

#define LOADI8(mem, y) VPMOVSXBD mem, y; VCVTDQ2PS y, y
#define LOADI8ONE(mem, x) MOVBLSX mem, AX; VMOVD AX, x; VCVTDQ2PS x, x

#define LOADW4(LOAD, a, b, c, d) \
	LOAD((W), a); LOAD((W)(LDW*1), b); LOAD((W)(LDW*2), c); LOAD((W)(LDW3*1), d)
#define LOADW3(LOAD, a, b, c, d) \
	LOAD((W), a); LOAD((W)(LDW*1), b); LOAD((W)(LDW*2), c)

// 1 row of X with 4 of W: sums Y8-Y11
#define STEP1x4 \
	VMOVUPS     (X), Y4; \
	VFMADD231PS Y4, Y0, Y8; VFMADD231PS Y4, Y1, Y9; VFMADD231PS Y4, Y2, Y10; VFMADD231PS Y4, Y3, Y11
#define ONE1x4 \
	VMOVSS      (X), X4; \
	VFMADD231PS Y4, Y0, Y8; VFMADD231PS Y4, Y1, Y9; VFMADD231PS Y4, Y2, Y10; VFMADD231PS Y4, Y3, Y11

// 4 rows of X with 3 of W: sums Y4-Y15, row of X after row of X
#define ROW3(c, d, e) \
	VFMADD231PS Y3, Y0, c; VFMADD231PS Y3, Y1, d; VFMADD231PS Y3, Y2, e
#define STEP4x3AT(at) \
	VMOVUPS at(X), Y3; ROW3(Y4, Y5, Y6); \
	VMOVUPS at(X)(LDX*1), Y3; ROW3(Y7, Y8, Y9); \
	VMOVUPS at(X)(LDX*2), Y3; ROW3(Y10, Y11, Y12); \
	VMOVUPS at(X)(LDX3*1), Y3; ROW3(Y13, Y14, Y15)
#define STEP4x3 STEP4x3AT(0)
#define ONE4x3 \
	VMOVSS (X), X3; ROW3(Y4, Y5, Y6); \
	VMOVSS (X)(LDX*1), X3; ROW3(Y7, Y8, Y9); \
	VMOVSS (X)(LDX*2), X3; ROW3(Y10, Y11, Y12); \
	VMOVSS (X)(LDX3*1), X3; ROW3(Y13, Y14, Y15)

// 16 elements of bfloat16, even places before odd ones
#define HALVES1x4 \
	VMOVDQU (W), Y0; VMOVDQU (W)(LDW*1), Y1; VMOVDQU (W)(LDW*2), Y2; VMOVDQU (W)(LDW3*1), Y3; \
	VMOVUPS (X), Y4; \
	VPSLLD $16, Y0, Y5; VPSLLD $16, Y1, Y6; VPSLLD $16, Y2, Y7; VPSLLD $16, Y3, Y12; \
	VFMADD231PS Y4, Y5, Y8; VFMADD231PS Y4, Y6, Y9; VFMADD231PS Y4, Y7, Y10; VFMADD231PS Y4, Y12, Y11; \
	VMOVUPS 32(X), Y4; \
	VPAND high<>(SB), Y0, Y0; VPAND high<>(SB), Y1, Y1; VPAND high<>(SB), Y2, Y2; VPAND high<>(SB), Y3, Y3; \
	VFMADD231PS Y4, Y0, Y8; VFMADD231PS Y4, Y1, Y9; VFMADD231PS Y4, Y2, Y10; VFMADD231PS Y4, Y3, Y11
#define HALVES4x3 \
	VMOVDQU (W), Y0; VMOVDQU (W)(LDW*1), Y1; VMOVDQU (W)(LDW*2), Y2; \
	VPSLLD $16, Y0, Y0; VPSLLD $16, Y1, Y1; VPSLLD $16, Y2, Y2; \
	STEP4x3AT(0); \
	VMOVDQU (W), Y0; VMOVDQU (W)(LDW*1), Y1; VMOVDQU (W)(LDW*2), Y2; \
	VPAND high<>(SB), Y0, Y0; VPAND high<>(SB), Y1, Y1; VPAND high<>(SB), Y2, Y2; \
	STEP4x3AT(32)

// 16 elements of int8: a line of W is called in 4 times, not 8
#define BYTES1x4AT(o, x) \
	LOADI8(o(W), Y0); LOADI8(o(W)(LDW*1), Y1); LOADI8(o(W)(LDW*2), Y2); LOADI8(o(W)(LDW3*1), Y3); \
	VMOVUPS x(X), Y4; \
	VFMADD231PS Y4, Y0, Y8; VFMADD231PS Y4, Y1, Y9; VFMADD231PS Y4, Y2, Y10; VFMADD231PS Y4, Y3, Y11
#define BYTES1x4 BYTES1x4AT(0, 0); BYTES1x4AT(8, 32)
#define BYTES4x3AT(o, x) \
	LOADI8(o(W), Y0); LOADI8(o(W)(LDW*1), Y1); LOADI8(o(W)(LDW*2), Y2); STEP4x3AT(x)
#define BYTES4x3 BYTES4x3AT(0, 0); BYTES4x3AT(8, 32)

#define ZERO4(a, b, c, d) \
	VXORPS a, a, a; VXORPS b, b, b; VXORPS c, c, c; VXORPS d, d, d
#define ZERO1x4 ZERO4(Y8, Y9, Y10, Y11)
#define ZERO4x3 ZERO1x4; ZERO4(Y4, Y5, Y6, Y7); ZERO4(Y12, Y13, Y14, Y15)

// four outs = the sums of the lanes of a, b, c, d: pairs, quarters, halves
#define LANES4(a, b, c, d, xa, o) \
	VHADDPS      b, a, a; \
	VHADDPS      d, c, c; \
	VHADDPS      c, a, a; \
	VEXTRACTF128 $1, a, X0; \
	VADDPS       X0, xa, X0; \
	VMOVUPS      X0, (o)(OUT)
#define PUT1x4 LANES4(Y8, Y9, Y10, Y11, X8, 0)
#define PUT4x3 LANES4(Y4, Y5, Y6, Y7, X4, 0); LANES4(Y8, Y9, Y10, Y11, X8, 16); LANES4(Y12, Y13, Y14, Y15, X12, 32)

#define PREFETCH4 \
	PREFETCHT0 (AHEAD); PREFETCHT0 (AHEAD)(LDW*1); PREFETCHT0 (AHEAD)(LDW*2); PREFETCHT0 (AHEAD)(LDW3*1)
#define PREFETCH3 \
	PREFETCHT0 (AHEAD); PREFETCHT0 (AHEAD)(LDW*1); PREFETCHT0 (AHEAD)(LDW*2)

#define LOADNONE(mem, y)

// STEP takes LANE elements of k; LOAD has widened W before, unless STEP does
#define BODY(SHIFT, NEXT, LANE, LOADW, LOAD, LOADONE, PREFETCH, ZEROS, STEP, ONE, PUT) \
	MOVQ out+0(FP), OUT; \
	MOVQ x+8(FP), X; \
	MOVQ ldx+16(FP), LDX; \
	MOVQ w+24(FP), W; \
	MOVQ ldw+32(FP), LDW; \
	MOVQ k+40(FP), K; \
	SHLQ $2, LDX; \
	LEAQ (LDX)(LDX*2), LDX3; \
	SHLQ $SHIFT, LDW; \
	LEAQ (LDW)(LDW*2), LDW3; \
	LEAQ NEXT, AHEAD; \
	ZEROS; \
	SUBQ $LANE, K; \
	JLT  tail; \
loop: \
	PREFETCH; \
	LOADW(LOAD, Y0, Y1, Y2, Y3); \
	STEP; \
	ADDQ $(4*LANE), X; \
	ADDQ $(LANE<<SHIFT), W; \
	ADDQ $(LANE<<SHIFT), AHEAD; \
	SUBQ $LANE, K; \
	JGE  loop; \
tail: \
	ADDQ $LANE, K; \
	JZ   done; \
one: \
	LOADW(LOADONE, X0, X1, X2, X3); \
	ONE; \
	ADDQ $4, X; \
	ADDQ $(1<<SHIFT), W; \
	DECQ K; \
	JNZ  one; \
done: \
	PUT; \
	VZEROUPPER; \
	RET

// func gemv1x4F32AVX2(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)
//
// out[i*4+j] = sum over q < k of x[i*ldx+q] * w[j*ldw+q] for i < 1, j < 4, W in f32.
TEXT ·gemv1x4F32AVX2(SB), NOSPLIT, $0-48
	BODY(2, (W)(LDW*4), 8, LOADW4, LOADF32, LOADF32ONE, PREFETCH4, ZERO1x4, STEP1x4, ONE1x4, PUT1x4)

// func gemv4x3F32AVX2(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)
//
// out[i*3+j] = sum over q < k of x[i*ldx+q] * w[j*ldw+q] for i < 4, j < 3, W in f32.
TEXT ·gemv4x3F32AVX2(SB), NOSPLIT, $0-48
	BODY(2, (W)(LDW3*1), 8, LOADW3, LOADF32, LOADF32ONE, PREFETCH3, ZERO4x3, STEP4x3, ONE4x3, PUT4x3)

// func gemv1x4BF16AVX2(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)
//
// out[i*4+j] = sum over q < k of x[i*ldx+q] * w[j*ldw+q] for i < 1, j < 4, W in bf16, X in halves.
TEXT ·gemv1x4BF16AVX2(SB), NOSPLIT, $0-48
	BODY(1, (W)(LDW*4), 16, LOADW4, LOADNONE, LOADBF16ONE, PREFETCH4, ZERO1x4, HALVES1x4, ONE1x4, PUT1x4)

// func gemv4x3BF16AVX2(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)
//
// out[i*3+j] = sum over q < k of x[i*ldx+q] * w[j*ldw+q] for i < 4, j < 3, W in bf16, X in halves.
TEXT ·gemv4x3BF16AVX2(SB), NOSPLIT, $0-48
	BODY(1, (W)(LDW3*1), 16, LOADW3, LOADNONE, LOADBF16ONE, PREFETCH3, ZERO4x3, HALVES4x3, ONE4x3, PUT4x3)

// func gemv1x4F16AVX2(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)
//
// out[i*4+j] = sum over q < k of x[i*ldx+q] * w[j*ldw+q] for i < 1, j < 4, W in f16.
TEXT ·gemv1x4F16AVX2(SB), NOSPLIT, $0-48
	BODY(1, (W)(LDW*4), 8, LOADW4, LOADF16, LOADF16ONE, PREFETCH4, ZERO1x4, STEP1x4, ONE1x4, PUT1x4)

// func gemv4x3F16AVX2(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)
//
// out[i*3+j] = sum over q < k of x[i*ldx+q] * w[j*ldw+q] for i < 4, j < 3, W in f16.
TEXT ·gemv4x3F16AVX2(SB), NOSPLIT, $0-48
	BODY(1, (W)(LDW3*1), 8, LOADW3, LOADF16, LOADF16ONE, PREFETCH3, ZERO4x3, STEP4x3, ONE4x3, PUT4x3)

// func gemv1x4I8AVX2(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)
//
// out[i*4+j] = sum over q < k of x[i*ldx+q] * w[j*ldw+q] for i < 1, j < 4, W in int8.
TEXT ·gemv1x4I8AVX2(SB), NOSPLIT, $0-48
	BODY(0, (W)(LDW*4), 16, LOADW4, LOADNONE, LOADI8ONE, PREFETCH4, ZERO1x4, BYTES1x4, ONE1x4, PUT1x4)

// func gemv4x3I8AVX2(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)
//
// out[i*3+j] = sum over q < k of x[i*ldx+q] * w[j*ldw+q] for i < 4, j < 3, W in int8.
TEXT ·gemv4x3I8AVX2(SB), NOSPLIT, $0-48
	BODY(0, (W)(LDW3*1), 16, LOADW3, LOADNONE, LOADI8ONE, PREFETCH3, ZERO4x3, BYTES4x3, ONE4x3, PUT4x3)
