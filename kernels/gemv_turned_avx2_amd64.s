//go:build amd64 && !purego

#include "textflag.h"

// Products with many of the few rows: the dots of 16 rows of X, which lie in lanes, with 6 rows of W, whose elements are
// broadcast. 12 sums, 2 registers of X, 2 of W: as the tile of a product with many rows.
//
// A dot is summed as gemv_avx2_amd64.s sums it, whose lane l adds the elements of place l mod 8 and whose 8 lanes are
// added by pairs, quarters and halves: here lane after lane is a sum of its own. Nothing is added across lanes.

#define OUT DI
#define X SI
#define XBASE R10
#define W DX
#define WBASE R11
#define LDW R8 // bytes
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

// the sums of lane l
#define LANE(l, loop) \
	LEAQ (64*l)(XBASE), X; \
	LEAQ (4*l)(WBASE), W; \
	LEAQ (W)(LDW3*1), W3; \
	MOVQ STEPS, N; \
	EACH(ZERO); \
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
	LANE(0, lane0)
	EACH(PUT0)
	LANE(1, lane1)
	EACH(ADD0)
	EACH(PUT0)
	LANE(2, lane2)
	EACH(PUT1)
	LANE(3, lane3)
	EACH(ADD1)
	EACH(ADD0)
	EACH(PUT0)
	LANE(4, lane4)
	EACH(PUT1)
	LANE(5, lane5)
	EACH(ADD1)
	EACH(PUT1)
	LANE(6, lane6)
	EACH(PUT2)
	LANE(7, lane7)
	EACH(ADD2)
	EACH(ADD1)
	EACH(ADD0)
	VXORPS Y12, Y12, Y12 // a sum of blocks begins at zero, which makes -0 0
	EACH(PLUS0)
	EACH(PUT0)
	VZEROUPPER
	RET

DATA highWords<>+0(SB)/8, $0xffff0000ffff0000
DATA highWords<>+8(SB)/8, $0xffff0000ffff0000
DATA highWords<>+16(SB)/8, $0xffff0000ffff0000
DATA highWords<>+24(SB)/8, $0xffff0000ffff0000
GLOBL highWords<>(SB), RODATA|NOPTR, $32

// func widenHalvesAVX2(dst *float32, src *uint16, lds, rows, n int)
//
// dst[j*n:(j+1)*n] = src[j*lds:j*lds+n] as float32 for j < rows, of every 16 those of even place before those of odd
// place. Requires rows positive and n a positive multiple of 16.
TEXT ·widenHalvesAVX2(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ lds+16(FP), R8
	MOVQ rows+24(FP), R9
	MOVQ n+32(FP), R10
	SUBQ R10, R8
	ADDQ R8, R8 // bytes from the end of a row to the next
	VMOVDQU highWords<>(SB), Y3
row:
	MOVQ R10, CX
halves:
	VMOVDQU (SI), Y0
	VPSLLD  $16, Y0, Y1
	VPAND   Y3, Y0, Y2
	VMOVUPS Y1, (DI)
	VMOVUPS Y2, 32(DI)
	PREFETCHT0 2048(SI)
	ADDQ $32, SI
	ADDQ $64, DI
	SUBQ $16, CX
	JG   halves
	ADDQ R8, SI
	DECQ R9
	JNZ  row
	VZEROUPPER
	RET
