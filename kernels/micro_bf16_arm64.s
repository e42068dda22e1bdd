//go:build arm64 && !purego

#include "textflag.h"
#include "raw_arm64.h"

// Register tile of BFMMLA: 8 rows of S times 8 columns of V as 4 x 4 blocks of 2 x 2 sums = 16 registers, 8 for eight
// steps of the rows of S, 8 for eight of V: all 32. Latency 5 x 2 pipes = 10 independent sums are enough. Eight steps
// take 32 BFMMLA and 16 loads; a BFMMLA is 16 multiply-adds, four times an FMLA.
//
// Operands come in blocks of 2 rows x 4 steps, 16 bytes (foldRows, foldCols in fold.go).

#define C R0
#define V R9
#define K R10
#define MORE R11
#define NEXT R12
#define NEAR R13
#define PSTEP R14
#define L R15

// four steps of the row pair in register s with the four column pairs in v..v+3: sums in d..d+3
#define PAIR(s, v, d) \
	BFMMLA(v, s, d); \
	BFMMLA(v+1, s, d+1); \
	BFMMLA(v+2, s, d+2); \
	BFMMLA(v+3, s, d+3)

// registers of S when eight steps are loaded: row pair p has its first four in 2p, the next in 2p+1
#define EIGHT2P(N) \
	PAIR(0, 8, 16); PAIR(2, 8, 20); \
	PAIR(1, 12, 16); PAIR(3, 12, 20)
#define EIGHT4P(N) \
	PAIR(0, 8, 16); PAIR(2, 8, 20); PAIR(4, 8, 24); PAIR(6, 8, 28); \
	PAIR(1, 12, 16); PAIR(3, 12, 20); PAIR(5, 12, 24); PAIR(7, 12, 28)
#define FOUR2P(N) PAIR(0, 8, 16); PAIR(2, 8, 20)
#define FOUR4P(N) FOUR2P(N); PAIR(4, 8, 24); PAIR(6, 8, 28)

#define LOAD2P(N) \
	VLD1.P 32(R1), [V0.B16, V1.B16]; VLD1.P 32(R2), [V2.B16, V3.B16]
#define LOAD4P(N) \
	LOAD2P(N); \
	VLD1.P 32(R3), [V4.B16, V5.B16]; VLD1.P 32(R4), [V6.B16, V7.B16]
#define HALF2P(N) \
	VLD1.P 16(R1), [V0.B16]; VLD1.P 16(R2), [V2.B16]
#define HALF4P(N) \
	HALF2P(N); \
	VLD1.P 16(R3), [V4.B16]; VLD1.P 16(R4), [V6.B16]

#define ZERO(a, b, c, d) \
	VEOR a.B16, a.B16, a.B16; VEOR b.B16, b.B16, b.B16; VEOR c.B16, c.B16, c.B16; VEOR d.B16, d.B16, d.B16
#define ZERO2P(N) ZERO(V16, V17, V18, V19); ZERO(V20, V21, V22, V23)
#define ZERO4P(N) ZERO2P(N); ZERO(V24, V25, V26, V27); ZERO(V28, V29, V30, V31)

// two rows of C from their four blocks; V0..V3 are the rows in memory order
#define PUTPAIR(a, b, c, d, label) \
	VUZP1  b.D2, a.D2, V0.D2; \
	VUZP1  d.D2, c.D2, V1.D2; \
	VUZP2  b.D2, a.D2, V2.D2; \
	VUZP2  d.D2, c.D2, V3.D2; \
	CBZ    MORE, label; \
	VLD1   (C), [V4.S4, V5.S4, V6.S4, V7.S4]; \
	FADD4S(4, 0, 0); FADD4S(5, 1, 1); FADD4S(6, 2, 2); FADD4S(7, 3, 3); \
label: \
	VST1.P [V0.S4, V1.S4, V2.S4, V3.S4], 64(C)

#define PUT2P(N) PUTPAIR(V16, V17, V18, V19, put0); PUTPAIR(V20, V21, V22, V23, put1)
#define PUT4P(N) PUT2P(N); PUTPAIR(V24, V25, V26, V27, put2); PUTPAIR(V28, V29, V30, V31, put3)

#define BODY(ZEROS, LOADS, EIGHT, HALVES, FOUR, PUT) \
	MOVD c+0(FP), C; \
	MOVD s+8(FP), R1; \
	MOVD lds+16(FP), L; \
	MOVD v+24(FP), V; \
	MOVD k+32(FP), K; \
	MOVD add+40(FP), MORE; \
	MOVD next+48(FP), NEXT; \
	MOVD step+64(FP), PSTEP; \
	MOVD near+72(FP), NEAR; \
	ADD  L<<3, R1, R2; \
	ADD  L<<3, R2, R3; \
	ADD  L<<3, R3, R4; \
	ZEROS(0); \
	SUBS $4, K, K; \
	BLT  tail; \
loop: \
	PRFM (NEXT), PLDL2KEEP; \
	PRFM (NEAR), PLDL2KEEP; \
	ADD  PSTEP, NEXT, NEXT; \
	ADD  $64, NEAR, NEAR; \
	LOADS(0); \
	VLD1.P 64(V), [V8.B16, V9.B16, V10.B16, V11.B16]; \
	VLD1.P 64(V), [V12.B16, V13.B16, V14.B16, V15.B16]; \
	EIGHT(0); \
	SUBS $4, K, K; \
	BGE  loop; \
tail: \
	ADDS $4, K, K; \
	BLE  done; \
four: \
	HALVES(0); \
	VLD1.P 64(V), [V8.B16, V9.B16, V10.B16, V11.B16]; \
	FOUR(0); \
	SUBS $2, K, K; \
	BGT  four; \
done: \
	PUT(0); \
	RET

// func gemm8x8NEONBF16(c, s *float32, lds int, v *float32, k, add int, next unsafe.Pointer, stride, step int, near unsafe.Pointer)
//
// c[i*8+j] = (add != 0 ? c[i*8+j] : 0) + sum over 2k bfloat16 of row i of S times column j of V, for i < 8, j < 8.
// S and V are folded: row pairs of S lie 2*lds words apart, k is rounded up to even. Each four products are added as
// ((a*b + c*d) + sum), then the next two, every sum rounded to odd with denormals as zero; c is added last, to nearest.
// Requires k > 0. Every four words the lines at near and next are prefetched, then near moves on by 64 bytes and next by
// step; any address will do; stride is not used.
TEXT ·gemm8x8NEONBF16(SB), NOSPLIT, $0-80
	BODY(ZERO4P, LOAD4P, EIGHT4P, HALF4P, FOUR4P, PUT4P)

// func gemm4x8NEONBF16(c, s *float32, lds int, v *float32, k, add int, next unsafe.Pointer, stride, step int, near unsafe.Pointer)
//
// As gemm8x8NEONBF16 for i < 4.
TEXT ·gemm4x8NEONBF16(SB), NOSPLIT, $0-80
	BODY(ZERO2P, LOAD2P, EIGHT2P, HALF2P, FOUR2P, PUT2P)

// func foldRowsNEON(dst, even *float32, lds, n int)
//
// dst[4*i..4*i+3] = even[2*i], even[2*i+1], dst[lds+2*i], dst[lds+2*i+1] for 2*i < n, n even and positive. What is
// read at lds is ahead of what is written as long as n <= lds.
TEXT ·foldRowsNEON(SB), NOSPLIT, $0-32
	MOVD dst+0(FP), R0
	MOVD even+8(FP), R1
	MOVD lds+16(FP), R2
	MOVD n+24(FP), R3
	ADD  R2<<2, R0, R2

	SUBS $4, R3, R3
	BLT  last

rows:
	VLD1.P 16(R1), [V0.D2]
	VLD1.P 16(R2), [V1.D2]
	VZIP1  V1.D2, V0.D2, V2.D2
	VZIP2  V1.D2, V0.D2, V3.D2
	VST1.P [V2.D2, V3.D2], 32(R0)
	SUBS   $4, R3, R3
	BGE    rows

last:
	ADDS $4, R3, R3
	BEQ  folded
	MOVD (R1), R4
	MOVD (R2), R5
	STP  (R4, R5), (R0)

folded:
	RET

// func foldColsNEON(panel *float32, n, cols int)
//
// panel[2*i*8+2*j], panel[2*i*8+2*j+1] = panel[2*i*8+j], panel[(2*i+1)*8+j] for 2*i < n, j < 8; n even and positive,
// cols is 8.
TEXT ·foldColsNEON(SB), NOSPLIT, $0-24
	MOVD panel+0(FP), R0
	MOVD n+8(FP), R3

cols:
	VLD1   (R0), [V0.S4, V1.S4, V2.S4, V3.S4]
	VZIP1  V2.S4, V0.S4, V4.S4
	VZIP2  V2.S4, V0.S4, V5.S4
	VZIP1  V3.S4, V1.S4, V6.S4
	VZIP2  V3.S4, V1.S4, V7.S4
	VST1.P [V4.S4, V5.S4, V6.S4, V7.S4], 64(R0)
	SUBS   $2, R3, R3
	BGT    cols
	RET

// func peakNEONBF16(n int)
//
// n times 16 BFMMLA of 16 multiply-adds.
TEXT ·peakNEONBF16(SB), NOSPLIT, $0-8
	MOVD n+0(FP), R0

loop:
	PAIR(0, 8, 16)
	PAIR(1, 8, 20)
	PAIR(2, 8, 24)
	PAIR(3, 8, 28)
	SUBS $1, R0, R0
	BNE  loop
	RET
