//go:build arm64 && !purego

#include "textflag.h"
#include "raw_arm64.h"

// Register tile of NEON: 8 rows of S times 8 columns of V = 16 sums, 8 registers for four steps of the rows of S, 8 for
// four steps of V: all 32. FMLA latency 4 x 2 pipes = 8 independent sums are enough. Four steps take 64 FMLA by
// element and 16 loads.

#define C R0
#define V R9
#define K R10
#define MORE R11
#define NEXT R12
#define NEAR R13
#define PSTEP R14
#define L R15

// step e of the four in registers, V in v0 and v1: sums of row r are V(16+2r), V(17+2r)
#define ROW(r, e, v0, v1) \
	FMLA4S_EL(r, e, v0, 16+2*r); \
	FMLA4S_EL(r, e, v1, 17+2*r)
#define STEP4R(e, v0, v1) ROW(0, e, v0, v1); ROW(1, e, v0, v1); ROW(2, e, v0, v1); ROW(3, e, v0, v1)
#define STEP8R(e, v0, v1) STEP4R(e, v0, v1); ROW(4, e, v0, v1); ROW(5, e, v0, v1); ROW(6, e, v0, v1); ROW(7, e, v0, v1)

#define LOAD4R(N) \
	VLD1.P 16(R1), [V0.S4]; VLD1.P 16(R2), [V1.S4]; VLD1.P 16(R3), [V2.S4]; VLD1.P 16(R4), [V3.S4]
#define LOAD8R(N) \
	LOAD4R(N); \
	VLD1.P 16(R5), [V4.S4]; VLD1.P 16(R6), [V5.S4]; VLD1.P 16(R7), [V6.S4]; VLD1.P 16(R8), [V7.S4]
#define ONE4R(N) \
	FMOVS.P 4(R1), F0; FMOVS.P 4(R2), F1; FMOVS.P 4(R3), F2; FMOVS.P 4(R4), F3
#define ONE8R(N) \
	ONE4R(N); \
	FMOVS.P 4(R5), F4; FMOVS.P 4(R6), F5; FMOVS.P 4(R7), F6; FMOVS.P 4(R8), F7

#define ZERO(a, b, c, d) \
	VEOR a.B16, a.B16, a.B16; VEOR b.B16, b.B16, b.B16; VEOR c.B16, c.B16, c.B16; VEOR d.B16, d.B16, d.B16
#define ZERO4R(N) ZERO(V16, V17, V18, V19); ZERO(V20, V21, V22, V23)
#define ZERO8R(N) ZERO4R(N); ZERO(V24, V25, V26, V27); ZERO(V28, V29, V30, V31)

// the tile lies in memory as rows x 8 floats without gaps
#define ADDTILE(a) \
	VLD1.P 64(R1), [V0.S4, V1.S4, V2.S4, V3.S4]; \
	FADD4S(0, a, a); FADD4S(1, a+1, a+1); FADD4S(2, a+2, a+2); FADD4S(3, a+3, a+3)
#define ADD4R(N) ADDTILE(16); ADDTILE(20)
#define ADD8R(N) ADD4R(N); ADDTILE(24); ADDTILE(28)
#define PUT4R(N) \
	VST1.P [V16.S4, V17.S4, V18.S4, V19.S4], 64(C); VST1.P [V20.S4, V21.S4, V22.S4, V23.S4], 64(C)
#define PUT8R(N) \
	PUT4R(N); \
	VST1.P [V24.S4, V25.S4, V26.S4, V27.S4], 64(C); VST1.P [V28.S4, V29.S4, V30.S4, V31.S4], 64(C)

#define BODY(ZEROS, LOADS, ONES, STEP, TILEADD, TILEPUT) \
	MOVD c+0(FP), C; \
	MOVD s+8(FP), R1; \
	MOVD lds+16(FP), L; \
	MOVD v+24(FP), V; \
	MOVD k+32(FP), K; \
	MOVD add+40(FP), MORE; \
	MOVD next+48(FP), NEXT; \
	MOVD step+64(FP), PSTEP; \
	MOVD near+72(FP), NEAR; \
	ADD  L<<2, R1, R2; \
	ADD  L<<2, R2, R3; \
	ADD  L<<2, R3, R4; \
	ADD  L<<2, R4, R5; \
	ADD  L<<2, R5, R6; \
	ADD  L<<2, R6, R7; \
	ADD  L<<2, R7, R8; \
	ZEROS(0); \
	SUBS $4, K, K; \
	BLT  tail; \
loop: \
	PRFM (NEXT), PLDL2KEEP; \
	PRFM (NEAR), PLDL2KEEP; \
	ADD  PSTEP, NEXT, NEXT; \
	ADD  $64, NEAR, NEAR; \
	LOADS(0); \
	VLD1.P 64(V), [V8.S4, V9.S4, V10.S4, V11.S4]; \
	VLD1.P 64(V), [V12.S4, V13.S4, V14.S4, V15.S4]; \
	STEP(0, 8, 9); \
	STEP(1, 10, 11); \
	STEP(2, 12, 13); \
	STEP(3, 14, 15); \
	SUBS $4, K, K; \
	BGE  loop; \
tail: \
	ADD  $4, K, K; \
	CBZ  K, done; \
one: \
	ONES(0); \
	VLD1.P 32(V), [V8.S4, V9.S4]; \
	STEP(0, 8, 9); \
	SUBS $1, K, K; \
	BNE  one; \
done: \
	CBZ  MORE, store; \
	MOVD C, R1; \
	TILEADD(0); \
store: \
	TILEPUT(0); \
	RET

// func gemm8x8NEON(c, s *float32, lds int, v *float32, k, add int, next unsafe.Pointer, stride, step int, near unsafe.Pointer)
//
// c[i*8+j] = (add != 0 ? c[i*8+j] : 0) + sum over q < k of s[i*lds+q] * v[q*8+j], for i < 8, j < 8.
// The sum starts at zero and runs in the order of q; c is added last.
// Requires k > 0, 8 rows of s, k*8 floats of v. Every four steps the lines at near and next are prefetched, then near
// moves on by 64 bytes and next by step; any address will do; stride is not used.
TEXT ·gemm8x8NEON(SB), NOSPLIT, $0-80
	BODY(ZERO8R, LOAD8R, ONE8R, STEP8R, ADD8R, PUT8R)

// func gemm4x8NEON(c, s *float32, lds int, v *float32, k, add int, next unsafe.Pointer, stride, step int, near unsafe.Pointer)
//
// As gemm8x8NEON for i < 4.
TEXT ·gemm4x8NEON(SB), NOSPLIT, $0-80
	BODY(ZERO4R, LOAD4R, ONE4R, STEP4R, ADD4R, PUT4R)
