//go:build amd64 && !purego

#include "textflag.h"

// Products with few rows (decoding): dots of 4 rows of W with 1 row of X, or of 2 with 4 (12 of 16 registers). As
// gemv_avx512_amd64.s with 8 lanes.

#define OUT DI
#define X SI
#define LDX R8   // bytes
#define LDX3 R9
#define W DX
#define LDW R10  // bytes
#define LDW3 R11
#define K CX
#define AHEAD R12

#define LOADF32(mem, y) VMOVUPS mem, y
#define LOADF32ONE(mem, x) VMOVSS mem, x
#define LOADBF16(mem, y) VPMOVZXWD mem, y; VPSLLD $16, y, y
#define LOADBF16ONE(mem, x) MOVWLZX mem, AX; SHLL $16, AX; VMOVD AX, x
#define LOADF16(mem, y) VCVTPH2PS mem, y
#define LOADF16ONE(mem, x) MOVWLZX mem, AX; VMOVD AX, x; VCVTPH2PS x, x

#define LOADW4(LOAD, a, b, c, d) \
	LOAD((W), a); LOAD((W)(LDW*1), b); LOAD((W)(LDW*2), c); LOAD((W)(LDW3*1), d)
#define LOADW2(LOAD, a, b, c, d) \
	LOAD((W), a); LOAD((W)(LDW*1), b)

// 1 row of X with 4 of W: sums Y8-Y11
#define STEP1x4 \
	VMOVUPS     (X), Y4; \
	VFMADD231PS Y4, Y0, Y8; VFMADD231PS Y4, Y1, Y9; VFMADD231PS Y4, Y2, Y10; VFMADD231PS Y4, Y3, Y11
#define ONE1x4 \
	VMOVSS      (X), X4; \
	VFMADD231PS Y4, Y0, Y8; VFMADD231PS Y4, Y1, Y9; VFMADD231PS Y4, Y2, Y10; VFMADD231PS Y4, Y3, Y11

// 4 rows of X with 2 of W: sums Y8-Y15, row of X after row of X
#define ROW2(c, d) \
	VFMADD231PS Y4, Y0, c; VFMADD231PS Y4, Y1, d
#define STEP4x2 \
	VMOVUPS (X), Y4; ROW2(Y8, Y9); \
	VMOVUPS (X)(LDX*1), Y4; ROW2(Y10, Y11); \
	VMOVUPS (X)(LDX*2), Y4; ROW2(Y12, Y13); \
	VMOVUPS (X)(LDX3*1), Y4; ROW2(Y14, Y15)
#define ONE4x2 \
	VMOVSS (X), X4; ROW2(Y8, Y9); \
	VMOVSS (X)(LDX*1), X4; ROW2(Y10, Y11); \
	VMOVSS (X)(LDX*2), X4; ROW2(Y12, Y13); \
	VMOVSS (X)(LDX3*1), X4; ROW2(Y14, Y15)

#define ZERO4(a, b, c, d) \
	VXORPS a, a, a; VXORPS b, b, b; VXORPS c, c, c; VXORPS d, d, d
#define ZERO1x4 ZERO4(Y8, Y9, Y10, Y11)
#define ZERO4x2 ZERO1x4; ZERO4(Y12, Y13, Y14, Y15)

// out = sum of the lanes of y: halves, quarters, pairs
#define LANES(y, x, o) \
	VEXTRACTF128 $1, y, X1; \
	VADDPS       X1, x, X0; \
	VMOVHLPS     X0, X0, X1; \
	VADDPS       X1, X0, X0; \
	VMOVSHDUP    X0, X1; \
	VADDSS       X1, X0, X0; \
	VMOVSS       X0, (o)(OUT)
#define PUT1x4 LANES(Y8, X8, 0); LANES(Y9, X9, 4); LANES(Y10, X10, 8); LANES(Y11, X11, 12)
#define PUT4x2 PUT1x4; LANES(Y12, X12, 16); LANES(Y13, X13, 20); LANES(Y14, X14, 24); LANES(Y15, X15, 28)

#define PREFETCH4 \
	PREFETCHT0 (AHEAD); PREFETCHT0 (AHEAD)(LDW*1); PREFETCHT0 (AHEAD)(LDW*2); PREFETCHT0 (AHEAD)(LDW3*1)
#define PREFETCH2 \
	PREFETCHT0 (AHEAD); PREFETCHT0 (AHEAD)(LDW*1)

#define BODY(SHIFT, ROWS, LOADW, LOAD, LOADONE, PREFETCH, ZEROS, STEP, ONE, PUT) \
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
	LEAQ (W)(LDW*ROWS), AHEAD; \
	ZEROS; \
	SUBQ $8, K; \
	JLT  tail; \
loop: \
	PREFETCH; \
	LOADW(LOAD, Y0, Y1, Y2, Y3); \
	STEP; \
	ADDQ $32, X; \
	ADDQ $(8<<SHIFT), W; \
	ADDQ $(8<<SHIFT), AHEAD; \
	SUBQ $8, K; \
	JGE  loop; \
tail: \
	ADDQ $8, K; \
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
	BODY(2, 4, LOADW4, LOADF32, LOADF32ONE, PREFETCH4, ZERO1x4, STEP1x4, ONE1x4, PUT1x4)

// func gemv4x2F32AVX2(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)
//
// out[i*2+j] = sum over q < k of x[i*ldx+q] * w[j*ldw+q] for i < 4, j < 2, W in f32.
TEXT ·gemv4x2F32AVX2(SB), NOSPLIT, $0-48
	BODY(2, 2, LOADW2, LOADF32, LOADF32ONE, PREFETCH2, ZERO4x2, STEP4x2, ONE4x2, PUT4x2)

// func gemv1x4BF16AVX2(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)
//
// out[i*4+j] = sum over q < k of x[i*ldx+q] * w[j*ldw+q] for i < 1, j < 4, W in bf16.
TEXT ·gemv1x4BF16AVX2(SB), NOSPLIT, $0-48
	BODY(1, 4, LOADW4, LOADBF16, LOADBF16ONE, PREFETCH4, ZERO1x4, STEP1x4, ONE1x4, PUT1x4)

// func gemv4x2BF16AVX2(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)
//
// out[i*2+j] = sum over q < k of x[i*ldx+q] * w[j*ldw+q] for i < 4, j < 2, W in bf16.
TEXT ·gemv4x2BF16AVX2(SB), NOSPLIT, $0-48
	BODY(1, 2, LOADW2, LOADBF16, LOADBF16ONE, PREFETCH2, ZERO4x2, STEP4x2, ONE4x2, PUT4x2)

// func gemv1x4F16AVX2(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)
//
// out[i*4+j] = sum over q < k of x[i*ldx+q] * w[j*ldw+q] for i < 1, j < 4, W in f16.
TEXT ·gemv1x4F16AVX2(SB), NOSPLIT, $0-48
	BODY(1, 4, LOADW4, LOADF16, LOADF16ONE, PREFETCH4, ZERO1x4, STEP1x4, ONE1x4, PUT1x4)

// func gemv4x2F16AVX2(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)
//
// out[i*2+j] = sum over q < k of x[i*ldx+q] * w[j*ldw+q] for i < 4, j < 2, W in f16.
TEXT ·gemv4x2F16AVX2(SB), NOSPLIT, $0-48
	BODY(1, 2, LOADW2, LOADF16, LOADF16ONE, PREFETCH2, ZERO4x2, STEP4x2, ONE4x2, PUT4x2)
