// What the products of NF4 rows have in common on every level of amd64: where an nf4Rows lies in registers, and how the
// scale of a block is found. To be included after the kernels whose arguments are others.

#define W R8
#define OUT DI
#define X SI
#define CODES DX
#define BLOCKS R9
#define ROWS R10
#define SCALES R11 // nil: the scale is QMAP[QS] * SCALE2 + offset, and SCALE2 moves on every 256 blocks
#define QS R12
#define QMAP R13
#define SCALE2 R14
#define FIRST CX
#define LDX R15
#define LDX3 BX

#define ROWARGS \
	MOVQ w+0(FP), W; \
	MOVQ nf4Rows_out(W), OUT; \
	MOVQ nf4Rows_codes(W), CODES; \
	MOVQ nf4Rows_rows(W), ROWS; \
	MOVQ nf4Rows_scales(W), SCALES; \
	MOVQ nf4Rows_qs(W), QS; \
	MOVQ nf4Rows_qmap(W), QMAP; \
	MOVQ nf4Rows_scale2(W), SCALE2; \
	MOVQ nf4Rows_first(W), FIRST

// ROWSTRIDES loads the distances of 4 rows of x.
#define ROWSTRIDES \
	MOVQ nf4Rows_ldx(W), LDX; \
	SHLQ $2, LDX; \
	LEAQ (LDX)(LDX*2), LDX3

// SCALE puts the scale of the block at hand in all lanes of s, and moves on to the next; t and u are used.
#define SCALE(s, t, u) \
	TESTQ        SCALES, SCALES; \
	JZ           double; \
	VBROADCASTSS (SCALES), s; \
	ADDQ         $4, SCALES; \
	JMP          scaled; \
double: \
	CMPQ         FIRST, $const_ScaleBlock; \
	JNE          same; \
	XORQ         FIRST, FIRST; \
	ADDQ         $4, SCALE2; \
same: \
	MOVBLZX      (QS), AX; \
	VBROADCASTSS (QMAP)(AX*4), s; \
	VBROADCASTSS (SCALE2), t; \
	VBROADCASTSS nf4Rows_offset(W), u; \
	VMULPS       t, s, s; \
	VADDPS       u, s, s; \
	INCQ         QS; \
	INCQ         FIRST; \
scaled:
