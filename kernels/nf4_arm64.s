//go:build arm64 && !purego

#include "go_asm.h"
#include "textflag.h"
#include "raw_arm64.h"

// NF4 with NEON: TBL looks sixteen codes up among sixteen bytes. The table is four planes of bytes, and values are put
// together from four lookups by zipping: 12 operations for 16 values.

// bytes 0 to 3 of the sixteen values
DATA nf4Planes<>+0(SB)/8, $0x00713f4da030b100
DATA nf4Planes<>+8(SB)/8, $0x00b3abb83adde3ff
DATA nf4Planes<>+16(SB)/8, $0x007835a2326b3900
DATA nf4Planes<>+24(SB)/8, $0x001307a40304cafa
DATA nf4Planes<>+32(SB)/8, $0x00ba3d91ca063280
DATA nf4Planes<>+40(SB)/8, $0x803910e1ad7c24a2
DATA nf4Planes<>+48(SB)/8, $0x00bdbebebebfbfbf
DATA nf4Planes<>+56(SB)/8, $0x3f3f3f3e3e3e3e3d
GLOBL nf4Planes<>(SB), RODATA|NOPTR, $64

// V28 to V31 = the planes, V27 = the lower half of each byte
#define PLANES \
	MOVD $nf4Planes<>(SB), R14; \
	VLD1 (R14), [V28.B16, V29.B16, V30.B16, V31.B16]; \
	VMOVI $15, V27.B16

// V4 to V7 = the values of codes 0-3, 4-7, 8-11, 12-15 of V0
#define LOOKUP \
	VTBL  V0.B16, [V28.B16], V1.B16; \
	VTBL  V0.B16, [V29.B16], V2.B16; \
	VTBL  V0.B16, [V30.B16], V3.B16; \
	VTBL  V0.B16, [V31.B16], V4.B16; \
	VZIP1 V2.B16, V1.B16, V5.B16; \
	VZIP2 V2.B16, V1.B16, V1.B16; \
	VZIP1 V4.B16, V3.B16, V6.B16; \
	VZIP2 V4.B16, V3.B16, V3.B16; \
	VZIP1 V6.H8, V5.H8, V4.H8; \
	VZIP2 V6.H8, V5.H8, V5.H8; \
	VZIP1 V3.H8, V1.H8, V6.H8; \
	VZIP2 V3.H8, V1.H8, V7.H8

#define ARGS \
	MOVD  w+0(FP), W; \
	MOVD  nf4Rows_out(W), OUT; \
	MOVD  nf4Rows_codes(W), CODES; \
	MOVD  nf4Rows_rows(W), ROWS; \
	MOVD  nf4Rows_scales(W), SCALES; \
	MOVD  nf4Rows_qs(W), QS; \
	MOVD  nf4Rows_qmap(W), QMAP; \
	MOVD  nf4Rows_scale2(W), SCALE2; \
	MOVD  nf4Rows_first(W), FIRST; \
	FMOVS nf4Rows_offset(W), F26; \
	PLANES; \
	CBZ   ROWS, done

#define DST R1
#define SRC R2
#define SCALES R9
#define N R8

// 32 values from 16 bytes of codes
#define WIDEN \
	VLD1.P 16(SRC), [V9.B16]; \
	VUSHR  $4, V9.B16, V8.B16; \
	VAND   V27.B16, V9.B16, V9.B16; \
	VZIP1  V9.B16, V8.B16, V0.B16; \
	LOOKUP; \
	PUT; \
	VZIP2  V9.B16, V8.B16, V0.B16; \
	LOOKUP; \
	PUT
#define PUT \
	FMUL4S(24, 4, 4); \
	FMUL4S(24, 5, 5); \
	FMUL4S(24, 6, 6); \
	FMUL4S(24, 7, 7); \
	VST1.P [V4.S4, V5.S4, V6.S4, V7.S4], 64(DST)

// func nf4WidenNEON(dst *float32, codes *byte, scales *float32, blocks int)
//
// dst[64*b+i] = table[code 64*b+i] * scales[b] for b < blocks, i < 64.
TEXT ·nf4WidenNEON(SB), NOSPLIT, $0-32
	MOVD dst+0(FP), DST
	MOVD codes+8(FP), SRC
	MOVD scales+16(FP), SCALES
	MOVD blocks+24(FP), N
	PLANES
	CBZ  N, done

block:
	FMOVS.P 4(SCALES), F24
	VDUP    V24.S[0], V24.S4
	WIDEN
	WIDEN
	SUBS    $1, N, N
	BNE     block

done:
	RET

#undef SCALES

#define W R0
#define OUT R1
#define X0 R2
#define X1 R3
#define X2 R4
#define X3 R5
#define CODES R6
#define BLOCKS R7
#define ROWS R8
#define SCALES R9 // nil: the scale is QMAP[QS] * SCALE2 + offset, and SCALE2 moves on every 256 blocks
#define QS R10
#define QMAP R11
#define SCALE2 R12
#define FIRST R13
#define LDX R15 // bytes

// V24, V25 = codes of even and odd elements of half a block
#define SPLIT \
	VLD1.P 16(CODES), [V25.B16]; \
	VUSHR  $4, V25.B16, V24.B16; \
	VAND   V27.B16, V25.B16, V25.B16

// the sums of a row of x with the values in V4 to V7
#define DOT(x, a, b) \
	VLD1.P 64(x), [V8.S4, V9.S4, V10.S4, V11.S4]; \
	VFMLA  V8.S4, V4.S4, a; \
	VFMLA  V9.S4, V5.S4, b; \
	VFMLA  V10.S4, V6.S4, a; \
	VFMLA  V11.S4, V7.S4, b

#define ZERO(v) VEOR v.B16, v.B16, v.B16

#define HALF(DOTS) \
	SPLIT; \
	VMOV V24.B16, V0.B16; \
	LOOKUP; \
	DOTS; \
	VMOV V25.B16, V0.B16; \
	LOOKUP; \
	DOTS

// TOTALS adds the scale, in all lanes of V24, times the sums of a block
#define BODY(BEGIN, ZEROBLOCK, DOTS, TOTALS, PUTROWS) \
row: \
	MOVD nf4Rows_x(W), X0; \
	MOVD nf4Rows_blocks(W), BLOCKS; \
	BEGIN; \
block: \
	ZEROBLOCK; \
	HALF(DOTS); \
	HALF(DOTS); \
	CBZ SCALES, double; \
	FMOVS.P 4(SCALES), F24; \
	B scaled; \
double: \
	CMP $const_ScaleBlock, FIRST; \
	BNE same; \
	MOVD ZR, FIRST; \
	ADD $4, SCALE2, SCALE2; \
same: \
	MOVBU.P 1(QS), R14; \
	ADD R14<<2, QMAP, R14; \
	FMOVS (R14), F24; \
	FMOVS (SCALE2), F25; \
	FMULS F25, F24, F24; \
	FADDS F26, F24, F24; \
	ADD $1, FIRST, FIRST; \
scaled: \
	VDUP V24.S[0], V24.S4; \
	TOTALS; \
	SUBS $1, BLOCKS, BLOCKS; \
	BNE block; \
	PUTROWS; \
	SUBS $1, ROWS, ROWS; \
	BNE row; \
done: \
	RET

#define BEGIN1 ZERO(V12)
#define ZEROBLOCK1 ZERO(V16); ZERO(V17)
#define DOTS1 DOT(X0, V16.S4, V17.S4)
#define TOTALS1 \
	FADD4S(17, 16, 16); \
	VFMLA V24.S4, V16.S4, V12.S4
#define PUTROWS1 \
	FADDP4S(12, 12, 12); \
	FADDP4S(12, 12, 12); \
	FMOVS.P F12, 4(OUT)

#define BEGIN4 \
	ADD LDX, X0, X1; \
	ADD LDX, X1, X2; \
	ADD LDX, X2, X3; \
	BEGIN1; ZERO(V13); ZERO(V14); ZERO(V15)
#define ZEROBLOCK4 \
	ZEROBLOCK1; ZERO(V18); ZERO(V19); ZERO(V20); ZERO(V21); ZERO(V22); ZERO(V23)
#define DOTS4 \
	DOTS1; \
	DOT(X1, V18.S4, V19.S4); \
	DOT(X2, V20.S4, V21.S4); \
	DOT(X3, V22.S4, V23.S4)
#define TOTALS4 \
	TOTALS1; \
	FADD4S(19, 18, 18); \
	FADD4S(21, 20, 20); \
	FADD4S(23, 22, 22); \
	VFMLA V24.S4, V18.S4, V13.S4; \
	VFMLA V24.S4, V20.S4, V14.S4; \
	VFMLA V24.S4, V22.S4, V15.S4
#define PUTROWS4 \
	FADDP4S(13, 12, 12); \
	FADDP4S(15, 14, 14); \
	FADDP4S(14, 12, 12); \
	VST1.P [V12.S4], 16(OUT)

// func nf4OneNEON(w *nf4Rows)
//
// The dots of one row of x: out[j] += scale of a block times its sum, block after block.
TEXT ·nf4OneNEON(SB), NOSPLIT, $0-8
	ARGS
	BODY(BEGIN1, ZEROBLOCK1, DOTS1, TOTALS1, PUTROWS1)

// func nf4FourNEON(w *nf4Rows)
//
// The dots of four rows of x: what is added, and in which order, is for each what nf4OneNEON does.
TEXT ·nf4FourNEON(SB), NOSPLIT, $0-8
	ARGS
	MOVD nf4Rows_ldx(W), LDX
	LSL  $2, LDX, LDX
	BODY(BEGIN4, ZEROBLOCK4, DOTS4, TOTALS4, PUTROWS4)
