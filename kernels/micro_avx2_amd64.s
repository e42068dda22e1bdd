//go:build amd64 && !purego

#include "textflag.h"

// Register tile of AVX2: 6 rows of S times 16 columns of V = 12 of the 16 YMM registers, 2 for V, 2 for the
// broadcast. FMA latency 4-5 cycles x 2 ports = 10 independent sums are enough. A step of k takes 6 cycles of
// arithmetic and 8 loads on 2 ports = 4 cycles; its 20 instructions take 3.4 of 6 slots a cycle. S is interleaved, so
// that one register addresses it all, a round of 4 steps has 3 instructions of its own, and tiles follow each other
// without a call between them: all that stands between the multiply-adds was measured to cost its share.

#define ARG DI
#define C SI
#define S DX
#define V R8
#define K CX
#define ROUNDS AX
#define NEXT BX // what is prefetched
#define NEAR R9
#define PSTEP R10
#define OUT R11
#define OUTROW R12
#define ROW3 R13 // the address of row 3 of the output

// fields of column
#define SUMS_ 0
#define S_ 8
#define V_ 16
#define K_ 24
#define TILES_ 32
#define JUMP_ 40
#define ADD_ 48
#define OUT_ 56
#define OUTROW_ 64
#define ALPHA_ 72
#define BETA_ 76
#define NEXT_ 80
#define NEAR_ 88
#define STEP_ 96
#define STRIDE_ 104

#define V0 Y0
#define V1 Y1
#define B0 Y2
#define B1 Y3

#define LOADV(u) \
	VMOVUPS (64*u)(V), V0; \
	VMOVUPS (64*u+32)(V), V1

// two rows of S
#define ROW2(u, r, c0, c1, d0, d1) \
	VBROADCASTSS (24*u+4*r)(S), B0; \
	VBROADCASTSS (24*u+4*r+4)(S), B1; \
	VFMADD231PS  V0, B0, c0; \
	VFMADD231PS  V1, B0, c1; \
	VFMADD231PS  V0, B1, d0; \
	VFMADD231PS  V1, B1, d1

#define STEP2(u) \
	LOADV(u); \
	ROW2(u, 0, Y4, Y5, Y6, Y7)
#define STEP4(u) \
	STEP2(u); \
	ROW2(u, 2, Y8, Y9, Y10, Y11)
#define STEP6(u) \
	STEP4(u); \
	ROW2(u, 4, Y12, Y13, Y14, Y15)

#define ZERO4(o, a, b, c, d) \
	VXORPS a, a, a; VXORPS b, b, b; VXORPS c, c, c; VXORPS d, d, d
// the sums of a tile lie in memory as rows x 16 floats without gaps
#define ADD4(o, a, b, c, d) \
	VADDPS (o)(C), a, a; VADDPS (o+32)(C), b, b; VADDPS (o+64)(C), c, c; VADDPS (o+96)(C), d, d
#define PUT4(o, a, b, c, d) \
	VMOVUPS a, (o)(C); VMOVUPS b, (o+32)(C); VMOVUPS c, (o+64)(C); VMOVUPS d, (o+96)(C)
#define SCALE4(o, a, b, c, d) \
	VMULPS a, Y0, a; VMULPS b, Y0, b; VMULPS c, Y0, c; VMULPS d, Y0, d
// what alpha times the sums is fused with: beta times what is there
#define BLEND(m, a) \
	VMULPS m, Y1, Y2; VFMADD231PS a, Y0, Y2; VMOVAPS Y2, a
#define BLENDROW(m, n, a, b) BLEND(m, a); BLEND(n, b)
#define OUTROW2(m, n, a, b) VMOVUPS a, m; VMOVUPS b, n

#define TILE2R(OP) OP(0, Y4, Y5, Y6, Y7)
#define TILE4R(OP) TILE2R(OP); OP(128, Y8, Y9, Y10, Y11)
#define TILE6R(OP) TILE4R(OP); OP(256, Y12, Y13, Y14, Y15)

#define ROWS2R(OP) \
	OP((OUT), 32(OUT), Y4, Y5); \
	OP((OUT)(OUTROW*1), 32(OUT)(OUTROW*1), Y6, Y7)
#define ROWS4R(OP) \
	ROWS2R(OP); \
	OP((OUT)(OUTROW*2), 32(OUT)(OUTROW*2), Y8, Y9); \
	OP((ROW3), 32(ROW3), Y10, Y11)
#define ROWS6R(OP) \
	ROWS4R(OP); \
	OP((ROW3)(OUTROW*1), 32(ROW3)(OUTROW*1), Y12, Y13); \
	OP((ROW3)(OUTROW*2), 32(ROW3)(OUTROW*2), Y14, Y15)

#define CALL2R PREFETCHT0 (OUT); PREFETCHT0 (OUT)(OUTROW*1)
#define CALL4R CALL2R; PREFETCHT0 (OUT)(OUTROW*2); PREFETCHT0 (ROW3)
#define CALL6R CALL4R; PREFETCHT0 (ROW3)(OUTROW*1); PREFETCHT0 (ROW3)(OUTROW*2)

// A segment of 16 steps calls in as many of S that come AHEADS bytes later: the first panel of V that meets rows of S finds
// them in L3. A third of a tile ahead is 750 cycles.
#define AHEADS 3072
#define AHEAD \
	PREFETCHT1 (AHEADS)(S); \
	PREFETCHT1 (AHEADS+64)(S); \
	PREFETCHT1 (AHEADS+128)(S); \
	PREFETCHT1 (AHEADS+192)(S); \
	PREFETCHT1 (AHEADS+256)(S); \
	PREFETCHT1 (AHEADS+320)(S)

#define BODY(rows, STEP, TILE, ROWS, CALL) \
	MOVQ  r+0(FP), ARG; \
	MOVQ  SUMS_(ARG), C; \
	MOVQ  S_(ARG), S; \
	MOVQ  NEXT_(ARG), NEXT; \
	MOVQ  NEAR_(ARG), NEAR; \
	MOVQ  STEP_(ARG), PSTEP; \
	MOVQ  OUT_(ARG), OUT; \
	MOVQ  OUTROW_(ARG), OUTROW; \
tile: \
	MOVQ  V_(ARG), V; \
	MOVQ  K_(ARG), K; \
	TESTQ OUT, OUT; \
	JZ    sums; \
	LEAQ  (OUTROW)(OUTROW*2), ROW3; \
	ADDQ  OUT, ROW3; \
	CALL; \
sums: \
	CMPQ  ADD_(ARG), $0; \
	JEQ   fresh; \
	PREFETCHT0 (C); \
	PREFETCHT0 64(C); \
	PREFETCHT0 128(C); \
	PREFETCHT0 192(C); \
	PREFETCHT0 256(C); \
	PREFETCHT0 320(C); \
fresh: \
	TILE(ZERO4); \
	SUBQ  $16, K; \
	JLT   rest; \
	PCALIGN $32; \
segment: \
	PREFETCHT1 (NEXT); \
	PREFETCHT1 (NEAR); \
	AHEAD; \
	ADDQ  PSTEP, NEXT; \
	ADDQ  $64, NEAR; \
	MOVL  $4, ROUNDS; \
	PCALIGN $32; \
loop: \
	STEP(0); \
	STEP(1); \
	STEP(2); \
	STEP(3); \
	ADDQ  $96, S; \
	ADDQ  $256, V; \
	DECL  ROUNDS; \
	JNZ   loop; \
	SUBQ  $16, K; \
	JGE   segment; \
rest: \
	ADDQ  $16, K; \
	JZ    done; \
one: \
	STEP(0); \
	ADDQ  $24, S; \
	ADDQ  $64, V; \
	DECQ  K; \
	JNZ   one; \
done: \
	CMPQ  ADD_(ARG), $0; \
	JEQ   whole; \
	TILE(ADD4); \
whole: \
	TESTQ OUT, OUT; \
	JNZ   finish; \
	TILE(PUT4); \
next: \
	ADDQ  $(64*rows), C; \
	ADDQ  JUMP_(ARG), S; \
	ADDQ  STRIDE_(ARG), NEXT; \
	DECQ  TILES_(ARG); \
	JNZ   tile; \
	VZEROUPPER; \
	RET; \
finish: \
	VBROADCASTSS ALPHA_(ARG), Y0; \
	VBROADCASTSS BETA_(ARG), Y1; \
	VXORPS   Y2, Y2, Y2; \
	VUCOMISS X2, X1; \
	JNE   blend; \
	JPS   blend; \
	TILE(SCALE4); \
store: \
	ROWS(OUTROW2); \
	IMUL3Q $rows, OUTROW, ROW3; \
	ADDQ  ROW3, OUT; \
	JMP   next; \
blend: \
	ROWS(BLENDROW); \
	JMP   store

// func column6x16AVX2(r *column)
//
// See column: r.tiles tiles of 6 rows of S, one below the other, against one panel of 16 columns of V. A sum starts
// at zero and runs in the order of k; the sums so far are added last, then alpha and beta come in.
TEXT ·column6x16AVX2(SB), NOSPLIT, $0-8
	BODY(6, STEP6, TILE6R, ROWS6R, CALL6R)

// func column4x16AVX2(r *column)
//
// As column6x16AVX2 for the first 4 of 6 rows.
TEXT ·column4x16AVX2(SB), NOSPLIT, $0-8
	BODY(4, STEP4, TILE4R, ROWS4R, CALL4R)

// func column2x16AVX2(r *column)
//
// As column6x16AVX2 for the first 2 of 6 rows.
TEXT ·column2x16AVX2(SB), NOSPLIT, $0-8
	BODY(2, STEP2, TILE2R, ROWS2R, CALL2R)
