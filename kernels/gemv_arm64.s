//go:build arm64 && !purego

#include "textflag.h"
#include "raw_arm64.h"

// Dots of 4 rows of W with 1 row of X, or of 2 with 4: see gemv_avx512_amd64.s. Vectors of 4 lanes.

#define OUT R0
#define LDX R1
#define LDW R2
#define K R3
#define X0 R4
#define X1 R5
#define X2 R6
#define X3 R7
#define W0 R8
#define W1 R9
#define W2 R10
#define W3 R11

// 4 elements to a float32 vector; the register numbers of raw macros are those of the names
#define LOADF32(w, n, v) VLD1.P 16(w), [v.S4]
#define LOADBF16(w, n, v) VLD1.P 8(w), [v.H4]; SHLL16(n, n)
#define LOADF16(w, n, v) VLD1.P 8(w), [v.H4]; FCVTL(n, n)
#define ONEF32(w, n, f) FMOVS.P 4(w), f
#define ONEBF16(w, n, f) MOVHU.P 2(w), R12; LSL $16, R12, R12; FMOVS R12, f
#define ONEF16(w, n, f) MOVHU.P 2(w), R12; FMOVS R12, f; FCVTL(n, n)

#define STEP1x4(LOAD) \
	VLD1.P 16(X0), [V4.S4]; \
	LOAD(W0, 0, V0); VFMLA V4.S4, V0.S4, V16.S4; \
	LOAD(W1, 1, V1); VFMLA V4.S4, V1.S4, V17.S4; \
	LOAD(W2, 2, V2); VFMLA V4.S4, V2.S4, V18.S4; \
	LOAD(W3, 3, V3); VFMLA V4.S4, V3.S4, V19.S4
#define LAST1x4(LOAD) \
	FMOVS.P 4(X0), F4; \
	LOAD(W0, 0, F0); VFMLA V4.S4, V0.S4, V16.S4; \
	LOAD(W1, 1, F1); VFMLA V4.S4, V1.S4, V17.S4; \
	LOAD(W2, 2, F2); VFMLA V4.S4, V2.S4, V18.S4; \
	LOAD(W3, 3, F3); VFMLA V4.S4, V3.S4, V19.S4
#define FMA4x2 \
	VFMLA V4.S4, V0.S4, V16.S4; VFMLA V4.S4, V1.S4, V17.S4; \
	VFMLA V5.S4, V0.S4, V18.S4; VFMLA V5.S4, V1.S4, V19.S4; \
	VFMLA V6.S4, V0.S4, V20.S4; VFMLA V6.S4, V1.S4, V21.S4; \
	VFMLA V7.S4, V0.S4, V22.S4; VFMLA V7.S4, V1.S4, V23.S4
#define STEP4x2(LOAD) \
	VLD1.P 16(X0), [V4.S4]; VLD1.P 16(X1), [V5.S4]; VLD1.P 16(X2), [V6.S4]; VLD1.P 16(X3), [V7.S4]; \
	LOAD(W0, 0, V0); LOAD(W1, 1, V1); \
	FMA4x2
#define LAST4x2(LOAD) \
	FMOVS.P 4(X0), F4; FMOVS.P 4(X1), F5; FMOVS.P 4(X2), F6; FMOVS.P 4(X3), F7; \
	LOAD(W0, 0, F0); LOAD(W1, 1, F1); \
	FMA4x2

#define ZERO(a, b, c, d) \
	VEOR a.B16, a.B16, a.B16; VEOR b.B16, b.B16, b.B16; VEOR c.B16, c.B16, c.B16; VEOR d.B16, d.B16, d.B16

// sums of the lanes of four registers, in pairs of pairs
#define PUT4(a, b, c, d) \
	FADDP4S(b, a, a); \
	FADDP4S(d, c, c); \
	FADDP4S(c, a, a)

#define BODY(SHIFT, LOAD, ONE, STEP, LAST) \
	MOVD out+0(FP), OUT; \
	MOVD x+8(FP), X0; \
	MOVD ldx+16(FP), LDX; \
	MOVD w+24(FP), W0; \
	MOVD ldw+32(FP), LDW; \
	MOVD k+40(FP), K; \
	ADD  LDX<<2, X0, X1; \
	ADD  LDX<<2, X1, X2; \
	ADD  LDX<<2, X2, X3; \
	ADD  LDW<<SHIFT, W0, W1; \
	ADD  LDW<<SHIFT, W1, W2; \
	ADD  LDW<<SHIFT, W2, W3; \
	ZERO(V16, V17, V18, V19); \
	ZERO(V20, V21, V22, V23); \
	SUBS $4, K, K; \
	BLT  tail; \
loop: \
	STEP(LOAD); \
	SUBS $4, K, K; \
	BGE  loop; \
tail: \
	ADD  $4, K, K; \
	CBZ  K, done; \
one: \
	LAST(ONE); \
	SUBS $1, K, K; \
	BNE  one; \
done: \
	PUT4(16, 17, 18, 19); \
	PUT4(20, 21, 22, 23)

// func gemv1x4F32NEON(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)
//
// out[i*4+j] = sum over q < k of x[i*ldx+q] * w[j*ldw+q] for i < 1, j < 4, W in f32.
TEXT ·gemv1x4F32NEON(SB), NOSPLIT, $0-48
	BODY(2, LOADF32, ONEF32, STEP1x4, LAST1x4)
	VST1.P [V16.S4], 16(OUT)
	RET

// func gemv4x2F32NEON(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)
//
// out[i*2+j] = sum over q < k of x[i*ldx+q] * w[j*ldw+q] for i < 4, j < 2, W in f32.
TEXT ·gemv4x2F32NEON(SB), NOSPLIT, $0-48
	BODY(2, LOADF32, ONEF32, STEP4x2, LAST4x2)
	VST1.P [V16.S4], 16(OUT)
	VST1   [V20.S4], (OUT)
	RET

// func gemv1x4BF16NEON(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)
//
// out[i*4+j] = sum over q < k of x[i*ldx+q] * w[j*ldw+q] for i < 1, j < 4, W in bf16.
TEXT ·gemv1x4BF16NEON(SB), NOSPLIT, $0-48
	BODY(1, LOADBF16, ONEBF16, STEP1x4, LAST1x4)
	VST1.P [V16.S4], 16(OUT)
	RET

// func gemv4x2BF16NEON(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)
//
// out[i*2+j] = sum over q < k of x[i*ldx+q] * w[j*ldw+q] for i < 4, j < 2, W in bf16.
TEXT ·gemv4x2BF16NEON(SB), NOSPLIT, $0-48
	BODY(1, LOADBF16, ONEBF16, STEP4x2, LAST4x2)
	VST1.P [V16.S4], 16(OUT)
	VST1   [V20.S4], (OUT)
	RET

// func gemv1x4F16NEON(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)
//
// out[i*4+j] = sum over q < k of x[i*ldx+q] * w[j*ldw+q] for i < 1, j < 4, W in f16.
TEXT ·gemv1x4F16NEON(SB), NOSPLIT, $0-48
	BODY(1, LOADF16, ONEF16, STEP1x4, LAST1x4)
	VST1.P [V16.S4], 16(OUT)
	RET

// func gemv4x2F16NEON(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)
//
// out[i*2+j] = sum over q < k of x[i*ldx+q] * w[j*ldw+q] for i < 4, j < 2, W in f16.
TEXT ·gemv4x2F16NEON(SB), NOSPLIT, $0-48
	BODY(1, LOADF16, ONEF16, STEP4x2, LAST4x2)
	VST1.P [V16.S4], 16(OUT)
	VST1   [V20.S4], (OUT)
	RET
