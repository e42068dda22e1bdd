//go:build amd64 && !purego

#include "textflag.h"

// Products with many of the few rows: the dots of 16 rows of X, which lie in lanes, with 6 rows of W, whose elements are
// broadcast. 12 sums, 2 registers of X, 2 of W: as the tile of a product with many rows.
//
// A dot is summed as gemv_avx2_amd64.s sums it, whose lane l adds the elements of place l mod 8 and whose 8 lanes are
// added by pairs, quarters and halves: here lane after lane is a sum of its own. Nothing is added across lanes.
//
// Of bfloat16 a word of 32 bits is broadcast, which holds the elements of two steps of a lane: a shift widens the first, a
// mask the second, while the products go on.

#define OUT DI
#define X SI
#define XBASE R10
#define W DX
#define WBASE R11
#define LDW R8 // bytes
#define AHEAD AX // what is called in
#define LDW3 R12
#define W3 R9
#define N CX
#define STEPS R13

#define ROW(mem, w, a, b) \
	VBROADCASTSS mem, w; VFMADD231PS Y12, w, a; VFMADD231PS Y13, w, b

#define EACH(DO) \
	DO(0, Y0); DO(32, Y1); DO(64, Y2); DO(96, Y3); DO(128, Y4); DO(160, Y5); \
	DO(192, Y6); DO(224, Y7); DO(256, Y8); DO(288, Y9); DO(320, Y10); DO(352, Y11)
#define ZERO(o, y) VXORPS y, y, y
#define PUT0(o, y) VMOVUPS y, o(OUT)
#define PUT1(o, y) VMOVUPS y, (384+o)(OUT)
#define PUT2(o, y) VMOVUPS y, (768+o)(OUT)
#define ADD0(o, y) VADDPS o(OUT), y, y
#define ADD1(o, y) VADDPS (384+o)(OUT), y, y
#define ADD2(o, y) VADDPS (768+o)(OUT), y, y
#define PLUS0(o, y) VADDPS Y12, y, y

#define BEGIN(l) \
	LEAQ (64*l)(XBASE), X; \
	LEAQ (4*l)(WBASE), W; \
	LEAQ (W)(LDW3*1), W3; \
	MOVQ STEPS, N; \
	EACH(ZERO)

// the sums of lane l
#define LANE(l, loop) \
	BEGIN(l); \
loop: \
	VMOVUPS (X), Y12; \
	VMOVUPS 32(X), Y13; \
	ROW((W), Y14, Y0, Y1); \
	ROW((W)(LDW*1), Y15, Y2, Y3); \
	ROW((W)(LDW*2), Y14, Y4, Y5); \
	ROW((W3), Y15, Y6, Y7); \
	ROW((W3)(LDW*1), Y14, Y8, Y9); \
	ROW((W3)(LDW*2), Y15, Y10, Y11); \
	ADDQ $512, X; \
	ADDQ $32, W; \
	ADDQ $32, W3; \
	DECQ N; \
	JNZ  loop

// the sums of eight lanes, added by pairs, quarters and halves. A sum of blocks begins at zero, which makes -0 0.
#define LANES(LANE) \
	LANE(0, lane0); \
	EACH(PUT0); \
	LANE(1, lane1); \
	EACH(ADD0); \
	EACH(PUT0); \
	LANE(2, lane2); \
	EACH(PUT1); \
	LANE(3, lane3); \
	EACH(ADD1); \
	EACH(ADD0); \
	EACH(PUT0); \
	LANE(4, lane4); \
	EACH(PUT1); \
	LANE(5, lane5); \
	EACH(ADD1); \
	EACH(PUT1); \
	LANE(6, lane6); \
	EACH(PUT2); \
	LANE(7, lane7); \
	EACH(ADD2); \
	EACH(ADD1); \
	EACH(ADD0); \
	VXORPS Y12, Y12, Y12; \
	EACH(PLUS0); \
	EACH(PUT0)

// func gemvTurnedAVX2(out, x, w *float32, ldw, k int)
//
// out[j*16+i] = sum over q < k of x[q*16+i] * w[j*ldw+q] for i < 16, j < 6. Requires k a positive multiple of 8.
// out[96:288] is room for what is added later.
TEXT ·gemvTurnedAVX2(SB), NOSPLIT, $0-40
	MOVQ out+0(FP), OUT
	MOVQ x+8(FP), XBASE
	MOVQ w+16(FP), WBASE
	MOVQ ldw+24(FP), LDW
	MOVQ k+32(FP), STEPS
	SHLQ $2, LDW
	LEAQ (LDW)(LDW*2), LDW3
	SHRQ $3, STEPS
	LANES(LANE)
	VZEROUPPER
	RET


DATA highWords<>+0(SB)/8, $0xffff0000ffff0000
DATA highWords<>+8(SB)/8, $0xffff0000ffff0000
DATA highWords<>+16(SB)/8, $0xffff0000ffff0000
DATA highWords<>+24(SB)/8, $0xffff0000ffff0000
GLOBL highWords<>(SB), RODATA|NOPTR, $32

#define FIRST(mem, a, b) \
	VPBROADCASTD mem, Y14; VPSLLD $16, Y14, Y14; VFMADD231PS Y12, Y14, a; VFMADD231PS Y13, Y14, b
#define SECOND(mem, a, b) \
	VPBROADCASTD mem, Y14; VPAND Y15, Y14, Y14; VFMADD231PS Y12, Y14, a; VFMADD231PS Y13, Y14, b
#define ROWS(STEP) \
	STEP((W), Y0, Y1); \
	STEP((W)(LDW*1), Y2, Y3); \
	STEP((W)(LDW*2), Y4, Y5); \
	STEP((W3), Y6, Y7); \
	STEP((W3)(LDW*1), Y8, Y9); \
	STEP((W3)(LDW*2), Y10, Y11)

#define LANEBF16(l, loop) \
	BEGIN(l); \
loop: \
	VMOVUPS (X), Y12; \
	VMOVUPS 32(X), Y13; \
	ROWS(FIRST); \
	VMOVUPS 512(X), Y12; \
	VMOVUPS 544(X), Y13; \
	ROWS(SECOND); \
	PREFETCHT0 (AHEAD); \
	ADDQ $32, AHEAD; \
	ADDQ $1024, X; \
	ADDQ $32, W; \
	ADDQ $32, W3; \
	DECQ N; \
	JNZ  loop

// func gemvTurnedBF16AVX2(out, x *float32, w *uint16, ldw, k int)
//
// The same with w of bfloat16, in the order of x: of every 16 elements those of even place before those of odd place.
// Requires k a positive multiple of 16.
TEXT ·gemvTurnedBF16AVX2(SB), NOSPLIT, $0-40
	MOVQ out+0(FP), OUT
	MOVQ x+8(FP), XBASE
	MOVQ w+16(FP), WBASE
	MOVQ ldw+24(FP), LDW
	MOVQ k+32(FP), STEPS
	ADDQ LDW, LDW
	LEAQ (LDW)(LDW*2), LDW3
	SHRQ $4, STEPS
	LEAQ 2048(WBASE), AHEAD
	VMOVDQU highWords<>(SB), Y15
	LANES(LANEBF16)
	VZEROUPPER
	RET

DATA magnitude<>+0(SB)/8, $0x7fffffff7fffffff
DATA magnitude<>+8(SB)/8, $0x7fffffff7fffffff
DATA magnitude<>+16(SB)/8, $0x7fffffff7fffffff
DATA magnitude<>+24(SB)/8, $0x7fffffff7fffffff
GLOBL magnitude<>(SB), RODATA|NOPTR, $32
DATA finite<>+0(SB)/8, $0x7f7fffff7f7fffff
DATA finite<>+8(SB)/8, $0x7f7fffff7f7fffff
DATA finite<>+16(SB)/8, $0x7f7fffff7f7fffff
DATA finite<>+24(SB)/8, $0x7f7fffff7f7fffff
GLOBL finite<>(SB), RODATA|NOPTR, $32

// func turnedTopsAVX2(tops, x *float32, n int)
//
// tops[i] = the largest of x[j*16+i], j < n, or NaN where one of them is not finite, for i < 16. Requires n positive.
TEXT ·turnedTopsAVX2(SB), NOSPLIT, $0-24
	MOVQ tops+0(FP), DI
	MOVQ x+8(FP), SI
	MOVQ n+16(FP), CX
	VMOVDQU magnitude<>(SB), Y15
	VMOVDQU finite<>(SB), Y14
	VMOVUPS (SI), Y0
	VMOVUPS 32(SI), Y1
	VPXOR Y2, Y2, Y2
	VPXOR Y3, Y3, Y3
next:
	VMOVUPS (SI), Y4
	VMOVUPS 32(SI), Y5
	VMAXPS Y4, Y0, Y0
	VMAXPS Y5, Y1, Y1
	VPAND Y15, Y4, Y4
	VPAND Y15, Y5, Y5
	VPMAXSD Y4, Y2, Y2 // the largest magnitude, as a whole number
	VPMAXSD Y5, Y3, Y3
	ADDQ $64, SI
	DECQ CX
	JNZ  next
	VPCMPGTD Y14, Y2, Y2 // all ones is NaN
	VPCMPGTD Y14, Y3, Y3
	VORPS Y2, Y0, Y0
	VORPS Y3, Y1, Y1
	VMOVUPS Y0, (DI)
	VMOVUPS Y1, 32(DI)
	VZEROUPPER
	RET
