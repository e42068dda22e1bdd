//go:build amd64 && !purego

#include "go_asm.h"
#include "textflag.h"

// NF4: a code of 4 bits is looked up among 16 float32. VPSHUFB looks up bytes, so the table is four planes of bytes and a
// value is put together from four lookups by unpacking: 12 shuffles for 32 values, where VPERMPS, two of them and a blend
// for 8 values at two uops each, would take half as many again.

// bytes 0 to 3 of the sixteen values, each plane twice
DATA nf4Planes<>+0(SB)/8, $0x00713f4da030b100
DATA nf4Planes<>+8(SB)/8, $0x00b3abb83adde3ff
DATA nf4Planes<>+16(SB)/8, $0x00713f4da030b100
DATA nf4Planes<>+24(SB)/8, $0x00b3abb83adde3ff
DATA nf4Planes<>+32(SB)/8, $0x007835a2326b3900
DATA nf4Planes<>+40(SB)/8, $0x001307a40304cafa
DATA nf4Planes<>+48(SB)/8, $0x007835a2326b3900
DATA nf4Planes<>+56(SB)/8, $0x001307a40304cafa
DATA nf4Planes<>+64(SB)/8, $0x00ba3d91ca063280
DATA nf4Planes<>+72(SB)/8, $0x803910e1ad7c24a2
DATA nf4Planes<>+80(SB)/8, $0x00ba3d91ca063280
DATA nf4Planes<>+88(SB)/8, $0x803910e1ad7c24a2
DATA nf4Planes<>+96(SB)/8, $0x00bdbebebebfbfbf
DATA nf4Planes<>+104(SB)/8, $0x3f3f3f3e3e3e3e3d
DATA nf4Planes<>+112(SB)/8, $0x00bdbebebebfbfbf
DATA nf4Planes<>+120(SB)/8, $0x3f3f3f3e3e3e3e3d
GLOBL nf4Planes<>(SB), RODATA|NOPTR, $128

// the low half of each byte
DATA nf4Mask<>+0(SB)/8, $0x0f0f0f0f0f0f0f0f
DATA nf4Mask<>+8(SB)/8, $0x0f0f0f0f0f0f0f0f
DATA nf4Mask<>+16(SB)/8, $0x0f0f0f0f0f0f0f0f
DATA nf4Mask<>+24(SB)/8, $0x0f0f0f0f0f0f0f0f
GLOBL nf4Mask<>(SB), RODATA|NOPTR, $32

// quadruples of codes into the lanes that unpacking takes them from
DATA nf4Pairs<>+0(SB)/8, $0x0000000200000000
DATA nf4Pairs<>+8(SB)/8, $0x0000000600000004
DATA nf4Pairs<>+16(SB)/8, $0x0000000300000001
DATA nf4Pairs<>+24(SB)/8, $0x0000000700000005
GLOBL nf4Pairs<>(SB), RODATA|NOPTR, $32

// and out of the lanes that packing leaves them in
DATA nf4Lanes<>+0(SB)/8, $0x0000000400000000
DATA nf4Lanes<>+8(SB)/8, $0x0000000500000001
DATA nf4Lanes<>+16(SB)/8, $0x0000000600000002
DATA nf4Lanes<>+24(SB)/8, $0x0000000700000003
GLOBL nf4Lanes<>(SB), RODATA|NOPTR, $32

// the first code of a pair goes into the upper half
DATA nf4Shift<>+0(SB)/8, $0x0110011001100110
DATA nf4Shift<>+8(SB)/8, $0x0110011001100110
DATA nf4Shift<>+16(SB)/8, $0x0110011001100110
DATA nf4Shift<>+24(SB)/8, $0x0110011001100110
GLOBL nf4Shift<>(SB), RODATA|NOPTR, $32

// midpoints between the values, each eight times
DATA nf4Bounds<>+0(SB)/8, $0xbf591cd8bf591cd8
DATA nf4Bounds<>+8(SB)/8, $0xbf591cd8bf591cd8
DATA nf4Bounds<>+16(SB)/8, $0xbf591cd8bf591cd8
DATA nf4Bounds<>+24(SB)/8, $0xbf591cd8bf591cd8
DATA nf4Bounds<>+32(SB)/8, $0xbf1c5270bf1c5270
DATA nf4Bounds<>+40(SB)/8, $0xbf1c5270bf1c5270
DATA nf4Bounds<>+48(SB)/8, $0xbf1c5270bf1c5270
DATA nf4Bounds<>+56(SB)/8, $0xbf1c5270bf1c5270
DATA nf4Bounds<>+64(SB)/8, $0xbeeb8480beeb8480
DATA nf4Bounds<>+72(SB)/8, $0xbeeb8480beeb8480
DATA nf4Bounds<>+80(SB)/8, $0xbeeb8480beeb8480
DATA nf4Bounds<>+88(SB)/8, $0xbeeb8480beeb8480
DATA nf4Bounds<>+96(SB)/8, $0xbeadea76beadea76
DATA nf4Bounds<>+104(SB)/8, $0xbeadea76beadea76
DATA nf4Bounds<>+112(SB)/8, $0xbeadea76beadea76
DATA nf4Bounds<>+120(SB)/8, $0xbeadea76beadea76
DATA nf4Bounds<>+128(SB)/8, $0xbe703cecbe703cec
DATA nf4Bounds<>+136(SB)/8, $0xbe703cecbe703cec
DATA nf4Bounds<>+144(SB)/8, $0xbe703cecbe703cec
DATA nf4Bounds<>+152(SB)/8, $0xbe703cecbe703cec
DATA nf4Bounds<>+160(SB)/8, $0xbe0d38bcbe0d38bc
DATA nf4Bounds<>+168(SB)/8, $0xbe0d38bcbe0d38bc
DATA nf4Bounds<>+176(SB)/8, $0xbe0d38bcbe0d38bc
DATA nf4Bounds<>+184(SB)/8, $0xbe0d38bcbe0d38bc
DATA nf4Bounds<>+192(SB)/8, $0xbd3a7871bd3a7871
DATA nf4Bounds<>+200(SB)/8, $0xbd3a7871bd3a7871
DATA nf4Bounds<>+208(SB)/8, $0xbd3a7871bd3a7871
DATA nf4Bounds<>+216(SB)/8, $0xbd3a7871bd3a7871
DATA nf4Bounds<>+224(SB)/8, $0x3d22faff3d22faff
DATA nf4Bounds<>+232(SB)/8, $0x3d22faff3d22faff
DATA nf4Bounds<>+240(SB)/8, $0x3d22faff3d22faff
DATA nf4Bounds<>+248(SB)/8, $0x3d22faff3d22faff
DATA nf4Bounds<>+256(SB)/8, $0x3df648623df64862
DATA nf4Bounds<>+264(SB)/8, $0x3df648623df64862
DATA nf4Bounds<>+272(SB)/8, $0x3df648623df64862
DATA nf4Bounds<>+280(SB)/8, $0x3df648623df64862
DATA nf4Bounds<>+288(SB)/8, $0x3e5067e03e5067e0
DATA nf4Bounds<>+296(SB)/8, $0x3e5067e03e5067e0
DATA nf4Bounds<>+304(SB)/8, $0x3e5067e03e5067e0
DATA nf4Bounds<>+312(SB)/8, $0x3e5067e03e5067e0
DATA nf4Bounds<>+320(SB)/8, $0x3e9582d43e9582d4
DATA nf4Bounds<>+328(SB)/8, $0x3e9582d43e9582d4
DATA nf4Bounds<>+336(SB)/8, $0x3e9582d43e9582d4
DATA nf4Bounds<>+344(SB)/8, $0x3e9582d43e9582d4
DATA nf4Bounds<>+352(SB)/8, $0x3ec753f93ec753f9
DATA nf4Bounds<>+360(SB)/8, $0x3ec753f93ec753f9
DATA nf4Bounds<>+368(SB)/8, $0x3ec753f93ec753f9
DATA nf4Bounds<>+376(SB)/8, $0x3ec753f93ec753f9
DATA nf4Bounds<>+384(SB)/8, $0x3f006d043f006d04
DATA nf4Bounds<>+392(SB)/8, $0x3f006d043f006d04
DATA nf4Bounds<>+400(SB)/8, $0x3f006d043f006d04
DATA nf4Bounds<>+408(SB)/8, $0x3f006d043f006d04
DATA nf4Bounds<>+416(SB)/8, $0x3f248daf3f248daf
DATA nf4Bounds<>+424(SB)/8, $0x3f248daf3f248daf
DATA nf4Bounds<>+432(SB)/8, $0x3f248daf3f248daf
DATA nf4Bounds<>+440(SB)/8, $0x3f248daf3f248daf
DATA nf4Bounds<>+448(SB)/8, $0x3f5c89da3f5c89da
DATA nf4Bounds<>+456(SB)/8, $0x3f5c89da3f5c89da
DATA nf4Bounds<>+464(SB)/8, $0x3f5c89da3f5c89da
DATA nf4Bounds<>+472(SB)/8, $0x3f5c89da3f5c89da
GLOBL nf4Bounds<>(SB), RODATA|NOPTR, $480

// all bits but the sign
DATA nf4Abs<>+0(SB)/8, $0x7fffffff7fffffff
DATA nf4Abs<>+8(SB)/8, $0x7fffffff7fffffff
DATA nf4Abs<>+16(SB)/8, $0x7fffffff7fffffff
DATA nf4Abs<>+24(SB)/8, $0x7fffffff7fffffff
GLOBL nf4Abs<>(SB), RODATA|NOPTR, $32

// the least divisor, and one
DATA nf4Least<>+0(SB)/8, $0x3f800000006ce3ee
GLOBL nf4Least<>(SB), RODATA|NOPTR, $8

#define PLANES \
	VMOVDQU nf4Planes<>+0(SB), Y12; \
	VMOVDQU nf4Planes<>+32(SB), Y13; \
	VMOVDQU nf4Planes<>+64(SB), Y14; \
	VMOVDQU nf4Planes<>+96(SB), Y15; \
	VMOVDQU nf4Mask<>(SB), Y11

// Y5, Y6, Y3, Y2 = values of bytes 0-3, 4-7, 8-11, 12-15 of each lane of codes
#define LOOKUP(codes) \
	VPSHUFB    codes, Y12, Y2; \
	VPSHUFB    codes, Y13, Y3; \
	VPSHUFB    codes, Y14, Y4; \
	VPSHUFB    codes, Y15, Y5; \
	VPUNPCKLBW Y3, Y2, Y6; \
	VPUNPCKHBW Y3, Y2, Y2; \
	VPUNPCKLBW Y5, Y4, Y3; \
	VPUNPCKHBW Y5, Y4, Y4; \
	VPUNPCKLWD Y3, Y6, Y5; \
	VPUNPCKHWD Y3, Y6, Y6; \
	VPUNPCKLWD Y4, Y2, Y3; \
	VPUNPCKHWD Y4, Y2, Y2

#define DST DI
#define SRC SI
#define SCALES R8
#define N CX

// 16 bytes of codes at off(SRC) are 32 values at to(DST)
#define WIDEN(off, to) \
	VMOVDQU     off(SRC), X0; \
	VPSRLW      $4, X0, X1; \
	VPAND       X11, X1, X1; \
	VPAND       X11, X0, X0; \
	VPUNPCKLBW  X0, X1, X2; \
	VPUNPCKHBW  X0, X1, X3; \
	VINSERTI128 $1, X3, Y2, Y2; \
	VPERMD      Y2, Y10, Y1; \
	LOOKUP(Y1); \
	VMULPS      Y9, Y5, Y5; \
	VMULPS      Y9, Y6, Y6; \
	VMULPS      Y9, Y3, Y3; \
	VMULPS      Y9, Y2, Y2; \
	VMOVUPS     Y5, (to)(DST); \
	VMOVUPS     Y6, (to+32)(DST); \
	VMOVUPS     Y3, (to+64)(DST); \
	VMOVUPS     Y2, (to+96)(DST)

// func nf4WidenAVX2(dst *float32, codes *byte, scales *float32, blocks int)
//
// dst[64*b+i] = table[code 64*b+i] * scales[b] for b < blocks, i < 64.
TEXT ·nf4WidenAVX2(SB), NOSPLIT, $0-32
	MOVQ    dst+0(FP), DST
	MOVQ    codes+8(FP), SRC
	MOVQ    scales+16(FP), SCALES
	MOVQ    blocks+24(FP), N
	PLANES
	VMOVDQU nf4Pairs<>(SB), Y10
	JMP     check

block:
	VBROADCASTSS (SCALES), Y9
	WIDEN(0, 0)
	WIDEN(16, 128)
	ADDQ         $4, SCALES
	ADDQ         $32, SRC
	ADDQ         $256, DST

check:
	DECQ N
	JGE  block
	VZEROUPPER
	RET

#undef SRC
#undef SCALES
#undef N

#include "nf4_amd64.h"

// Y1, Y0 = codes of even and odd elements of a block
#define SPLIT \
	VMOVDQU (CODES), Y0; \
	VPSRLW  $4, Y0, Y1; \
	VPAND   Y11, Y1, Y1; \
	VPAND   Y11, Y0, Y0

// out[o] = sum of the lanes of y: halves, quarters, pairs
#define LANES(y, x, o) \
	VEXTRACTF128 $1, y, X1; \
	VADDPS       X1, x, X0; \
	VMOVHLPS     X0, X0, X1; \
	VADDPS       X1, X0, X0; \
	VMOVSHDUP    X0, X1; \
	VADDSS       X1, X0, X0; \
	VMOVSS       X0, (o)(OUT)

// func nf4OneAVX2(w *nf4Rows)
//
// The dots of one row of x. Sums of a block: Y7 over even elements, Y5 over odd ones, of the row: Y10.
TEXT ·nf4OneAVX2(SB), NOSPLIT, $0-8
	ROWARGS
	PLANES
	JMP check1

row1:
	MOVQ   nf4Rows_x(W), X
	MOVQ   nf4Rows_blocks(W), BLOCKS
	VXORPS Y10, Y10, Y10

block1:
	PREFETCHT0  2048(CODES)
	SPLIT
	LOOKUP(Y1)
	VMULPS      (X), Y5, Y7
	VFMADD231PS 32(X), Y6, Y7
	VFMADD231PS 64(X), Y3, Y7
	VFMADD231PS 96(X), Y2, Y7
	LOOKUP(Y0)
	VMULPS      128(X), Y5, Y5
	VFMADD231PS 160(X), Y6, Y5
	VFMADD231PS 192(X), Y3, Y5
	VFMADD231PS 224(X), Y2, Y5
	VADDPS      Y5, Y7, Y7
	ADDQ        $32, CODES
	ADDQ        $256, X
	SCALE(Y6, Y0, Y1)
	VFMADD231PS Y7, Y6, Y10
	DECQ        BLOCKS
	JNZ         block1
	LANES(Y10, X10, 0)
	ADDQ        $4, OUT

check1:
	DECQ ROWS
	JGE  row1
	VZEROUPPER
	RET

// the sums of a block with 4 rows of x
#define MUL4(y, o) \
	VMULPS (o)(X), y, Y7; \
	VMULPS (o)(X)(LDX*1), y, Y8; \
	VMULPS (o)(X)(LDX*2), y, Y9; \
	VMULPS (o)(X)(LDX3*1), y, Y10
#define FMA4(y, o) \
	VFMADD231PS (o)(X), y, Y7; \
	VFMADD231PS (o)(X)(LDX*1), y, Y8; \
	VFMADD231PS (o)(X)(LDX*2), y, Y9; \
	VFMADD231PS (o)(X)(LDX3*1), y, Y10
#define TOTAL(y, t) \
	VMOVUPS     t, Y0; \
	VFMADD231PS y, Y6, Y0; \
	VMOVUPS     Y0, t

// func nf4FourAVX2(w *nf4Rows)
//
// The dots of four rows of x: what is added, and in which order, is for each what nf4OneAVX2 does.
TEXT ·nf4FourAVX2(SB), NOSPLIT, $256-8
	ROWARGS
	ROWSTRIDES
	PLANES
	JMP check4

row4:
	MOVQ    nf4Rows_x(W), X
	MOVQ    nf4Rows_blocks(W), BLOCKS
	VXORPS  Y0, Y0, Y0
	VMOVUPS Y0, t0-128(SP)
	VMOVUPS Y0, t1-96(SP)
	VMOVUPS Y0, t2-64(SP)
	VMOVUPS Y0, t3-32(SP)

block4:
	PREFETCHT0 2048(CODES)
	SPLIT
	LOOKUP(Y1)
	MUL4(Y5, 0)
	FMA4(Y6, 32)
	FMA4(Y3, 64)
	FMA4(Y2, 96)
	VMOVUPS    Y7, s0-256(SP)
	VMOVUPS    Y8, s1-224(SP)
	VMOVUPS    Y9, s2-192(SP)
	VMOVUPS    Y10, s3-160(SP)
	LOOKUP(Y0)
	MUL4(Y5, 128)
	FMA4(Y6, 160)
	FMA4(Y3, 192)
	FMA4(Y2, 224)
	VADDPS     s0-256(SP), Y7, Y7
	VADDPS     s1-224(SP), Y8, Y8
	VADDPS     s2-192(SP), Y9, Y9
	VADDPS     s3-160(SP), Y10, Y10
	ADDQ       $32, CODES
	ADDQ       $256, X
	SCALE(Y6, Y0, Y1)
	TOTAL(Y7, t0-128(SP))
	TOTAL(Y8, t1-96(SP))
	TOTAL(Y9, t2-64(SP))
	TOTAL(Y10, t3-32(SP))
	DECQ    BLOCKS
	JNZ     block4
	VMOVUPS t0-128(SP), Y7
	VMOVUPS t1-96(SP), Y8
	VMOVUPS t2-64(SP), Y9
	VMOVUPS t3-32(SP), Y10
	LANES(Y7, X7, 0)
	LANES(Y8, X8, 4)
	LANES(Y9, X9, 8)
	LANES(Y10, X10, 12)
	ADDQ    $16, OUT

check4:
	DECQ ROWS
	JGE  row4
	VZEROUPPER
	RET

#undef X
#undef CODES
#undef SCALES

#define CODES DI
#define SCALES R8
#define SRC SI
#define N CX

#define LARGER(mem, y) \
	VPAND   mem, Y15, Y1; \
	VPMAXUD Y1, y, y

// c = codes of the eight numbers at mem times Y13
#define COUNT(b, s, c) \
	VCMPPS $6, nf4Bounds<>+b(SB), s, Y1; \
	VPSUBD Y1, c, c
#define CODE8(mem, c) \
	VMULPS mem, Y13, Y0; \
	VPXOR  c, c, c; \
	COUNT(0, Y0, c); COUNT(32, Y0, c); COUNT(64, Y0, c); COUNT(96, Y0, c); COUNT(128, Y0, c); \
	COUNT(160, Y0, c); COUNT(192, Y0, c); COUNT(224, Y0, c); COUNT(256, Y0, c); COUNT(288, Y0, c); \
	COUNT(320, Y0, c); COUNT(352, Y0, c); COUNT(384, Y0, c); COUNT(416, Y0, c); COUNT(448, Y0, c)

// 32 numbers at off(SRC) become 16 bytes at to(CODES)
#define CODE32(off, to) \
	CODE8((off)(SRC), Y2); \
	CODE8((off+32)(SRC), Y3); \
	CODE8((off+64)(SRC), Y4); \
	CODE8((off+96)(SRC), Y5); \
	VPACKUSDW  Y3, Y2, Y2; \
	VPACKUSDW  Y5, Y4, Y4; \
	VPACKUSWB  Y4, Y2, Y2; \
	VPERMD     Y2, Y14, Y2; \
	VPMADDUBSW nf4Shift<>(SB), Y2, Y2; \
	VPACKUSWB  Y2, Y2, Y2; \
	VPERMQ     $8, Y2, Y2; \
	VMOVDQU    X2, to(CODES)

// func nf4QuantiseAVX2(codes *byte, scales, src *float32, blocks int)
//
// scales[b] = largest magnitude of src[64*b:64*b+64], a NaN larger than all, and the codes of src/scales[b], the divisor at
// least 1e-38. Predicate 6 (not less or equal) counts a NaN as above every bound.
TEXT ·nf4QuantiseAVX2(SB), NOSPLIT, $0-32
	MOVQ    codes+0(FP), CODES
	MOVQ    scales+8(FP), SCALES
	MOVQ    src+16(FP), SRC
	MOVQ    blocks+24(FP), N
	VMOVDQU nf4Abs<>(SB), Y15
	VMOVDQU nf4Lanes<>(SB), Y14
	JMP     check

block:
	VPAND        (SRC), Y15, Y0
	LARGER(32(SRC), Y0)
	LARGER(64(SRC), Y0)
	LARGER(96(SRC), Y0)
	LARGER(128(SRC), Y0)
	LARGER(160(SRC), Y0)
	LARGER(192(SRC), Y0)
	LARGER(224(SRC), Y0)
	VEXTRACTI128 $1, Y0, X1
	VPMAXUD      X1, X0, X0
	VPSHUFD      $0x4e, X0, X1
	VPMAXUD      X1, X0, X0
	VPSHUFD      $0xb1, X0, X1
	VPMAXUD      X1, X0, X0
	VMOVSS       X0, (SCALES)
	VMOVSS       nf4Least<>+0(SB), X1
	VMAXSS       X0, X1, X1             // the second operand, X0, where one is a NaN
	VMOVSS       nf4Least<>+4(SB), X2
	VDIVSS       X1, X2, X1
	VBROADCASTSS X1, Y13
	CODE32(0, 0)
	CODE32(128, 16)
	ADDQ         $4, SCALES
	ADDQ         $256, SRC
	ADDQ         $32, CODES

check:
	DECQ N
	JGE  block
	VZEROUPPER
	RET

// func packI8AVX2(dst *float32, src *byte, n int, scale float32)
//
// dst[i] = int8(src[i]) * scale for i < n.
TEXT ·packI8AVX2(SB), NOSPLIT, $0-28
	MOVQ         dst+0(FP), DST
	MOVQ         src+8(FP), SRC
	MOVQ         n+16(FP), N
	VBROADCASTSS scale+24(FP), Y15
	SUBQ         $32, N
	JLT          small

loop:
	VPMOVSXBD (SRC), Y0
	VPMOVSXBD 8(SRC), Y1
	VPMOVSXBD 16(SRC), Y2
	VPMOVSXBD 24(SRC), Y3
	VCVTDQ2PS Y0, Y0
	VCVTDQ2PS Y1, Y1
	VCVTDQ2PS Y2, Y2
	VCVTDQ2PS Y3, Y3
	VMULPS    Y15, Y0, Y0
	VMULPS    Y15, Y1, Y1
	VMULPS    Y15, Y2, Y2
	VMULPS    Y15, Y3, Y3
	VMOVUPS   Y0, (DST)
	VMOVUPS   Y1, 32(DST)
	VMOVUPS   Y2, 64(DST)
	VMOVUPS   Y3, 96(DST)
	ADDQ      $32, SRC
	ADDQ      $128, DST
	SUBQ      $32, N
	JGE       loop

small:
	ADDQ $32-8, N
	JLT  tail

eight:
	VPMOVSXBD (SRC), Y0
	VCVTDQ2PS Y0, Y0
	VMULPS    Y15, Y0, Y0
	VMOVUPS   Y0, (DST)
	ADDQ      $8, SRC
	ADDQ      $32, DST
	SUBQ      $8, N
	JGE       eight

tail:
	ADDQ $8, N
	JZ   done

one:
	MOVBLSX  (SRC), AX
	VCVTSI2SSL AX, X0, X0
	VMULSS   X15, X0, X0
	VMOVSS   X0, (DST)
	INCQ     SRC
	ADDQ     $4, DST
	DECQ     N
	JNZ      one

done:
	VZEROUPPER
	RET
