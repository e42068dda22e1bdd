//go:build amd64 && !purego

#include "textflag.h"

// Products with few rows (decoding): dots of 4 rows of W with 1 or 4 rows of X. W is read once, at the speed of
// memory; 4 (16) sums of 16 lanes hide the latency of the additions, and each step calls in the same place of the
// next 4 rows of W, since a row is about a page and the hardware's prefetcher stops at pages.

#define OUT DI
#define X SI
#define LDX R8   // bytes
#define LDX3 R9
#define W DX
#define LDW R10  // bytes
#define LDW3 R11
#define K CX
#define AHEAD R12

// The tails load by a mask before they widen: such a load touches nothing that the mask leaves out, where widening from memory
// under a mask reads it all on Bochs and, for all that is known, on others.
#define LOADF32(mem, z) VMOVUPS mem, z
#define LOADF32TAIL(mem, z) VMOVUPS.Z mem, K1, z
#define LOADBF16(mem, z) VPMOVZXWD mem, z; VPSLLD $16, z, z
#define LOADBF16TAIL(mem, z) VMOVDQU16.Z mem, K1, Y5; VPMOVZXWD Y5, z; VPSLLD $16, z, z
#define LOADF16(mem, z) VCVTPH2PS mem, z
#define LOADF16TAIL(mem, z) VMOVDQU16.Z mem, K1, Y5; VCVTPH2PS Y5, z

#define LOADI8(mem, z) VPMOVSXBD mem, z; VCVTDQ2PS z, z
#define LOADI8TAIL(mem, z) VMOVDQU8.Z mem, K1, X5; VPMOVSXBD X5, z; VCVTDQ2PS z, z

#define LOADW(LOAD) \
	LOAD((W), Z0); LOAD((W)(LDW*1), Z1); LOAD((W)(LDW*2), Z2); LOAD((W)(LDW3*1), Z3)

// sums of row x with the 4 rows of W
#define DOT(a, b, c, d) \
	VFMADD231PS Z4, Z0, a; VFMADD231PS Z4, Z1, b; VFMADD231PS Z4, Z2, c; VFMADD231PS Z4, Z3, d

#define STEP1(LOADX) \
	LOADX((X), Z4); DOT(Z16, Z17, Z18, Z19)
#define STEP4(LOADX) \
	STEP1(LOADX); \
	LOADX((X)(LDX*1), Z4); DOT(Z20, Z21, Z22, Z23); \
	LOADX((X)(LDX*2), Z4); DOT(Z24, Z25, Z26, Z27); \
	LOADX((X)(LDX3*1), Z4); DOT(Z28, Z29, Z30, Z31)

#define ZERO4(a, b, c, d) \
	VPXORD a, a, a; VPXORD b, b, b; VPXORD c, c, c; VPXORD d, d, d
#define ZEROROWS1 ZERO4(Z16, Z17, Z18, Z19)
#define ZEROROWS4 ZEROROWS1; ZERO4(Z20, Z21, Z22, Z23); ZERO4(Z24, Z25, Z26, Z27); ZERO4(Z28, Z29, Z30, Z31)

#include "lanes_avx512_amd64.h"

#define PUT4(a, b, c, d, o) \
	LANES(a, o); LANES(b, o+4); LANES(c, o+8); LANES(d, o+12)
#define PUTROWS1 PUT4(Z16, Z17, Z18, Z19, 0)
#define PUTROWS4 PUTROWS1; PUT4(Z20, Z21, Z22, Z23, 16); PUT4(Z24, Z25, Z26, Z27, 32); PUT4(Z28, Z29, Z30, Z31, 48)

#define BODY(SHIFT, LOAD, LOADTAIL, ZEROS, STEP, PUT) \
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
	LEAQ (W)(LDW*4), AHEAD; \
	ZEROS; \
	SUBQ $16, K; \
	JLT  tail; \
loop: \
	PREFETCHT0 (AHEAD); \
	PREFETCHT0 (AHEAD)(LDW*1); \
	PREFETCHT0 (AHEAD)(LDW*2); \
	PREFETCHT0 (AHEAD)(LDW3*1); \
	LOADW(LOAD); \
	STEP(LOADF32); \
	ADDQ $64, X; \
	ADDQ $(16<<SHIFT), W; \
	ADDQ $(16<<SHIFT), AHEAD; \
	SUBQ $16, K; \
	JGE  loop; \
tail: \
	ADDQ $16, K; \
	JZ   done; \
	MOVL $1, AX; \
	SHLL CX, AX; \
	DECL AX; \
	KMOVW AX, K1; \
	LOADW(LOADTAIL); \
	STEP(LOADF32TAIL); \
done: \
	PUT; \
	VZEROUPPER; \
	RET

// func gemv1x4F32AVX512(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)
//
// out[i*4+j] = sum over q < k of x[i*ldx+q] * w[j*ldw+q] for i < 1, j < 4, W in f32.
TEXT ·gemv1x4F32AVX512(SB), NOSPLIT, $0-48
	BODY(2, LOADF32, LOADF32TAIL, ZEROROWS1, STEP1, PUTROWS1)

// func gemv4x4F32AVX512(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)
//
// out[i*4+j] = sum over q < k of x[i*ldx+q] * w[j*ldw+q] for i < 4, j < 4, W in f32.
TEXT ·gemv4x4F32AVX512(SB), NOSPLIT, $0-48
	BODY(2, LOADF32, LOADF32TAIL, ZEROROWS4, STEP4, PUTROWS4)

// func gemv1x4BF16AVX512(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)
//
// out[i*4+j] = sum over q < k of x[i*ldx+q] * w[j*ldw+q] for i < 1, j < 4, W in bf16.
TEXT ·gemv1x4BF16AVX512(SB), NOSPLIT, $0-48
	BODY(1, LOADBF16, LOADBF16TAIL, ZEROROWS1, STEP1, PUTROWS1)

// func gemv4x4BF16AVX512(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)
//
// out[i*4+j] = sum over q < k of x[i*ldx+q] * w[j*ldw+q] for i < 4, j < 4, W in bf16.
TEXT ·gemv4x4BF16AVX512(SB), NOSPLIT, $0-48
	BODY(1, LOADBF16, LOADBF16TAIL, ZEROROWS4, STEP4, PUTROWS4)

// func gemv1x4F16AVX512(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)
//
// out[i*4+j] = sum over q < k of x[i*ldx+q] * w[j*ldw+q] for i < 1, j < 4, W in f16.
TEXT ·gemv1x4F16AVX512(SB), NOSPLIT, $0-48
	BODY(1, LOADF16, LOADF16TAIL, ZEROROWS1, STEP1, PUTROWS1)

// func gemv4x4F16AVX512(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)
//
// out[i*4+j] = sum over q < k of x[i*ldx+q] * w[j*ldw+q] for i < 4, j < 4, W in f16.
TEXT ·gemv4x4F16AVX512(SB), NOSPLIT, $0-48
	BODY(1, LOADF16, LOADF16TAIL, ZEROROWS4, STEP4, PUTROWS4)

// func gemv1x4I8AVX512(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)
//
// out[i*4+j] = sum over q < k of x[i*ldx+q] * w[j*ldw+q] for i < 1, j < 4, W in int8.
TEXT ·gemv1x4I8AVX512(SB), NOSPLIT, $0-48
	BODY(0, LOADI8, LOADI8TAIL, ZEROROWS1, STEP1, PUTROWS1)

// func gemv4x4I8AVX512(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)
//
// out[i*4+j] = sum over q < k of x[i*ldx+q] * w[j*ldw+q] for i < 4, j < 4, W in int8.
TEXT ·gemv4x4I8AVX512(SB), NOSPLIT, $0-48
	BODY(0, LOADI8, LOADI8TAIL, ZEROROWS4, STEP4, PUTROWS4)
