//go:build amd64 && !purego

#include "go_asm.h"
#include "textflag.h"

// NF4 with AVX-512: a register holds the sixteen values, and VPERMPS looks sixteen codes up in it, by the low four bits of
// each lane whatever stands above. So a code costs a sixteenth of a shift and of a permutation; what is computed for 64
// weights, 4 of each and 4 multiply-adds, is less than half of what memory takes for them.

// the sixteen values
DATA nf4Table<>+0(SB)/8, $0xbf3239b1bf800000
DATA nf4Table<>+8(SB)/8, $0xbeca32a0bf066b30
DATA nf4Table<>+16(SB)/8, $0xbe3d353fbe91a24d
DATA nf4Table<>+24(SB)/8, $0x00000000bdba7871
DATA nf4Table<>+32(SB)/8, $0x3e24cae33da2faff
DATA nf4Table<>+40(SB)/8, $0x3ead033a3e7c04dd
DATA nf4Table<>+48(SB)/8, $0x3f1007ab3ee1a4b8
DATA nf4Table<>+56(SB)/8, $0x3f8000003f3913b3
GLOBL nf4Table<>(SB), RODATA|NOPTR, $64

// of a block twice in a register, the lower half looks at the lower four bits of each byte, the upper half at the upper four
DATA nf4Nibble<>+0(SB)/8, $0x0000000000000000
DATA nf4Nibble<>+8(SB)/8, $0x0000000000000000
DATA nf4Nibble<>+16(SB)/8, $0x0000000000000000
DATA nf4Nibble<>+24(SB)/8, $0x0000000000000000
DATA nf4Nibble<>+32(SB)/8, $0x0000000400000004
DATA nf4Nibble<>+40(SB)/8, $0x0000000400000004
DATA nf4Nibble<>+48(SB)/8, $0x0000000400000004
DATA nf4Nibble<>+56(SB)/8, $0x0000000400000004
GLOBL nf4Nibble<>(SB), RODATA|NOPTR, $64
DATA nf4Byte<>+0(SB)/4, $8
GLOBL nf4Byte<>(SB), RODATA|NOPTR, $4

// even lanes look at the upper four bits of a byte, odd ones at the lower four
DATA nf4Natural<>+0(SB)/8, $0x0000000000000004
DATA nf4Natural<>+8(SB)/8, $0x0000000000000004
DATA nf4Natural<>+16(SB)/8, $0x0000000000000004
DATA nf4Natural<>+24(SB)/8, $0x0000000000000004
DATA nf4Natural<>+32(SB)/8, $0x0000000000000004
DATA nf4Natural<>+40(SB)/8, $0x0000000000000004
DATA nf4Natural<>+48(SB)/8, $0x0000000000000004
DATA nf4Natural<>+56(SB)/8, $0x0000000000000004
GLOBL nf4Natural<>(SB), RODATA|NOPTR, $64

#define TABLE Z31

#define SHIFTS \
	VMOVUPS      nf4Table<>(SB), TABLE; \
	VPBROADCASTD nf4Byte<>(SB), Z4; \
	VMOVUPS      nf4Nibble<>(SB), Z27; \
	VPADDD       Z4, Z27, Z28; \
	VPADDD       Z4, Z28, Z29; \
	VPADDD       Z4, Z29, Z30

#define DST DI
#define SRC SI
#define SCALES R8
#define N CX

// 8 bytes of codes at off(SRC) are 16 values at to(DST)
#define WIDEN16(off, to) \
	VPMOVZXBQ  off(SRC), Z0; \
	VMOVSLDUP  Z0, Z0; \
	VPSRLVD    Z30, Z0, Z0; \
	VPERMPS    TABLE, Z0, Z0; \
	VMULPS     Z29, Z0, Z0; \
	VMOVUPS    Z0, to(DST)

// func nf4WidenAVX512(dst *float32, codes *byte, scales *float32, blocks int)
//
// dst[64*b+i] = table[code 64*b+i] * scales[b] for b < blocks, i < 64.
TEXT ·nf4WidenAVX512(SB), NOSPLIT, $0-32
	MOVQ    dst+0(FP), DST
	MOVQ    codes+8(FP), SRC
	MOVQ    scales+16(FP), SCALES
	MOVQ    blocks+24(FP), N
	VMOVUPS nf4Table<>(SB), TABLE
	VMOVUPS nf4Natural<>(SB), Z30
	JMP     check

block:
	VBROADCASTSS (SCALES), Z29
	WIDEN16(0, 0)
	WIDEN16(8, 64)
	WIDEN16(16, 128)
	WIDEN16(24, 192)
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
#include "lanes_avx512_amd64.h"

// Z0 to Z3 = the values of a block in the order of orderAVX512
#define LOOKUP \
	PREFETCHT0      2048(CODES); \
	VBROADCASTI64X4 (CODES), Z3; \
	VPSRLVD         Z27, Z3, Z0; \
	VPSRLVD         Z28, Z3, Z1; \
	VPSRLVD         Z29, Z3, Z2; \
	VPSRLVD         Z30, Z3, Z3; \
	VPERMPS         TABLE, Z0, Z0; \
	VPERMPS         TABLE, Z1, Z1; \
	VPERMPS         TABLE, Z2, Z2; \
	VPERMPS         TABLE, Z3, Z3

// s = sum of a block with the row of x at a
#define DOT(a, s) \
	VMULPS      (0)a, Z0, s; \
	VFMADD231PS (64)a, Z1, s; \
	VFMADD231PS (128)a, Z2, s; \
	VFMADD231PS (192)a, Z3, s

#define ZEROROWS1 VPXORD Z20, Z20, Z20
#define ZEROROWS4 \
	ZEROROWS1; \
	VPXORD Z21, Z21, Z21; \
	VPXORD Z22, Z22, Z22; \
	VPXORD Z23, Z23, Z23
#define DOTS1 DOT((X), Z16)
#define DOTS4 \
	DOTS1; \
	DOT((X)(LDX*1), Z17); \
	DOT((X)(LDX*2), Z18); \
	DOT((X)(LDX3*1), Z19)
#define TOTALS1 VFMADD231PS Z16, Z4, Z20
#define TOTALS4 \
	TOTALS1; \
	VFMADD231PS Z17, Z4, Z21; \
	VFMADD231PS Z18, Z4, Z22; \
	VFMADD231PS Z19, Z4, Z23
#define PUTROWS1 \
	LANES(Z20, 0); \
	ADDQ $4, OUT
#define PUTROWS4 \
	LANES(Z20, 0); \
	LANES(Z21, 4); \
	LANES(Z22, 8); \
	LANES(Z23, 12); \
	ADDQ $16, OUT

#define BODY(ZEROROWS, DOTS, TOTALS, PUTROWS) \
	JMP check; \
row: \
	MOVQ nf4Rows_x(W), X; \
	MOVQ nf4Rows_blocks(W), BLOCKS; \
	ZEROROWS; \
block: \
	LOOKUP; \
	DOTS; \
	ADDQ $32, CODES; \
	ADDQ $256, X; \
	SCALE(Z4, Z5, Z6); \
	TOTALS; \
	DECQ BLOCKS; \
	JNZ block; \
	PUTROWS; \
check: \
	DECQ ROWS; \
	JGE row; \
	VZEROUPPER; \
	RET

// func nf4OneAVX512(w *nf4Rows)
//
// The dots of one row of x: out[j] += scale of a block times its sum, block after block.
TEXT ·nf4OneAVX512(SB), NOSPLIT, $0-8
	ROWARGS
	SHIFTS
	BODY(ZEROROWS1, DOTS1, TOTALS1, PUTROWS1)

// func nf4FourAVX512(w *nf4Rows)
//
// The dots of four rows of x: what is added, and in which order, is for each what nf4OneAVX512 does.
TEXT ·nf4FourAVX512(SB), NOSPLIT, $0-8
	ROWARGS
	ROWSTRIDES
	SHIFTS
	BODY(ZEROROWS4, DOTS4, TOTALS4, PUTROWS4)
