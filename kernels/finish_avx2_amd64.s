//go:build amd64 && !purego

#include "textflag.h"

// The end of a product: rows of finished tiles scaled, added to C and stored.

#define DST DI
#define SRC SI
#define STEP R8 // bytes from one panel of the row to the next
#define N CX    // columns left
#define COLS DX // columns of a panel
#define M BX    // columns left of this panel
#define P R9    // place in the panel
#define ALPHA Y0
#define BETA Y1

#define LOADARGS \
	MOVQ         dst+0(FP), DST; \
	MOVQ         src+8(FP), SRC; \
	MOVQ         step+16(FP), STEP; \
	MOVQ         n+24(FP), N; \
	MOVQ         cols+32(FP), COLS; \
	VBROADCASTSS alpha+40(FP), ALPHA; \
	VBROADCASTSS beta+44(FP), BETA; \
	SHLQ         $2, STEP; \
	VXORPS       Y2, Y2, Y2; \
	VUCOMISS     X2, X1

// func finishF32AVX2(dst, src *float32, step, n, cols int, alpha, beta float32)
//
// dst[j] = alpha*src[(j/cols)*step + j%cols] + beta*dst[j] for j < n; without reading dst when beta is zero.
// The product with beta is rounded, that with alpha is fused into the sum.
TEXT ·finishF32AVX2(SB), NOSPLIT, $0-48
	LOADARGS
	JNE addpanel
	JPS addpanel

panel:
	TESTQ   N, N
	JLE     done
	MOVQ    COLS, M
	CMPQ    M, N
	CMOVQGT N, M
	SUBQ    M, N
	MOVQ    SRC, P
	SUBQ    $8, M
	JLT     tail

loop:
	VMULPS  (P), ALPHA, Y3
	VMOVUPS Y3, (DST)
	ADDQ    $32, P
	ADDQ    $32, DST
	SUBQ    $8, M
	JGE     loop

tail:
	ADDQ $8, M
	JZ   next

one:
	VMULSS (P), X0, X3
	VMOVSS X3, (DST)
	ADDQ   $4, P
	ADDQ   $4, DST
	DECQ   M
	JNZ    one

next:
	ADDQ STEP, SRC
	JMP  panel

addpanel:
	TESTQ   N, N
	JLE     done
	MOVQ    COLS, M
	CMPQ    M, N
	CMOVQGT N, M
	SUBQ    M, N
	MOVQ    SRC, P
	SUBQ    $8, M
	JLT     addtail

addloop:
	VMULPS      (DST), BETA, Y3
	VFMADD231PS (P), ALPHA, Y3
	VMOVUPS     Y3, (DST)
	ADDQ        $32, P
	ADDQ        $32, DST
	SUBQ        $8, M
	JGE         addloop

addtail:
	ADDQ $8, M
	JZ   addnext

addone:
	VMULSS      (DST), X1, X3
	VFMADD231SS (P), X0, X3
	VMOVSS      X3, (DST)
	ADDQ        $4, P
	ADDQ        $4, DST
	DECQ        M
	JNZ         addone

addnext:
	ADDQ STEP, SRC
	JMP  addpanel

done:
	VZEROUPPER
	RET

// Y12 = 1, Y13 = 0x7fff, Y14 = 0x40
#define ROUNDCONSTS \
	VPCMPEQD Y13, Y13, Y13; \
	VPSRLD   $31, Y13, Y12; \
	VPSRLD   $17, Y13, Y13; \
	VPSLLD   $6, Y12, Y14

// r = bfloat16 of r in the low half of each word, as in pack_avx2_amd64.s
#define ROUNDBF16(r, t, u) \
	VCMPPS    $3, r, r, u; \
	VPSRLD    $16, r, t; \
	VPADDD    Y13, r, r; \
	VPAND     t, Y12, Y15; \
	VPADDD    Y15, r, r; \
	VPSRLD    $16, r, r; \
	VPOR      Y14, t, t; \
	VBLENDVPS u, t, r, r

// func finishBF16AVX2(dst *uint16, src *float32, step, n, cols int, alpha, beta float32)
//
// As finishF32AVX2, dst in bfloat16, rounded once.
TEXT ·finishBF16AVX2(SB), NOSPLIT, $0-48
	LOADARGS
	SETNE  AX
	SETPS  R10
	ORB    R10, AX // AX != 0: beta counts
	ROUNDCONSTS

panel:
	TESTQ   N, N
	JLE     done
	MOVQ    COLS, M
	CMPQ    M, N
	CMOVQGT N, M
	SUBQ    M, N
	MOVQ    SRC, P
	SUBQ    $8, M
	JLT     tail

loop:
	VMULPS (P), ALPHA, Y3
	TESTB  AX, AX
	JZ     round
	VPMOVZXWD   (DST), Y3
	VPSLLD      $16, Y3, Y3
	VMULPS      Y3, BETA, Y3
	VFMADD231PS (P), ALPHA, Y3

round:
	ROUNDBF16(Y3, Y4, Y5)
	VEXTRACTI128 $1, Y3, X4
	VPACKUSDW    X4, X3, X3
	VMOVDQU      X3, (DST)
	ADDQ         $32, P
	ADDQ         $16, DST
	SUBQ         $8, M
	JGE          loop

tail:
	ADDQ $8, M
	JZ   next

one:
	VMULSS (P), X0, X3
	TESTB  AX, AX
	JZ     roundone
	MOVWLZX     (DST), R10
	SHLL        $16, R10
	VMOVD       R10, X3
	VMULSS      X3, X1, X3
	VFMADD231SS (P), X0, X3

roundone:
	ROUNDBF16(Y3, Y4, Y5)
	VMOVD X3, R10
	MOVW  R10, (DST)
	ADDQ  $4, P
	ADDQ  $2, DST
	DECQ  M
	JNZ   one

next:
	ADDQ STEP, SRC
	JMP  panel

done:
	VZEROUPPER
	RET
