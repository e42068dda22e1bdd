//go:build amd64 && !purego

#include "textflag.h"

// Decoding's attention: one row of queries with many rows of keys or values at a call. Each result has the bits of as many
// calls of dotAVX2 and axpyAVX2.

// func dotRowsAVX2(out *float32, ldo int, k *float32, ldk, n int, q *float32, d int)
//
// out[j*ldo] = sum over p < d of k[j*ldk+p] * q[p] for j < n. Requires n positive, d a positive multiple of 8.
TEXT ·dotRowsAVX2(SB), NOSPLIT, $0-56
	MOVQ out+0(FP), DI
	MOVQ ldo+8(FP), R8
	MOVQ k+16(FP), SI
	MOVQ ldk+24(FP), R9
	MOVQ n+32(FP), R10
	MOVQ q+40(FP), DX
	MOVQ d+48(FP), R11
	SHLQ $2, R8
	SHLQ $2, R9
row:
	VXORPS Y15, Y15, Y15
	VXORPS Y14, Y14, Y14
	VXORPS Y13, Y13, Y13
	VXORPS Y12, Y12, Y12
	XORQ AX, AX
	MOVQ R11, CX
	SUBQ $32, CX
	JLT  eights
round:
	VMOVUPS (SI)(AX*4), Y0
	VMOVUPS 32(SI)(AX*4), Y1
	VMOVUPS 64(SI)(AX*4), Y2
	VMOVUPS 96(SI)(AX*4), Y3
	VFMADD231PS (DX)(AX*4), Y0, Y15
	VFMADD231PS 32(DX)(AX*4), Y1, Y14
	VFMADD231PS 64(DX)(AX*4), Y2, Y13
	VFMADD231PS 96(DX)(AX*4), Y3, Y12
	ADDQ $32, AX
	SUBQ $32, CX
	JGE  round
eights:
	ADDQ $32, CX
	JZ   sum
eight:
	VMOVUPS (SI)(AX*4), Y0
	VFMADD231PS (DX)(AX*4), Y0, Y15
	ADDQ $8, AX
	SUBQ $8, CX
	JNZ  eight
sum:
	VADDPS Y13, Y15, Y15
	VADDPS Y12, Y14, Y14
	VADDPS Y14, Y15, Y0
	VEXTRACTF128 $1, Y0, X1
	VADDPS X1, X0, X0
	VPERMILPS $0x4e, X0, X1
	VADDPS X1, X0, X0
	VPERMILPS $0xb1, X0, X1
	VADDPS X1, X0, X0
	VMOVSS X0, (DI)
	ADDQ R8, DI
	ADDQ R9, SI
	DECQ R10
	JNZ  row
	VZEROUPPER
	RET

// func axpyRowsAVX2(y, s *float32, lds int, v *float32, ldv, n, d int)
//
// y[p] += s[j*lds] * v[j*ldv+p] for j < n, one after another, p < d. Requires n positive, d a positive multiple of 8.
TEXT ·axpyRowsAVX2(SB), NOSPLIT, $0-56
	MOVQ y+0(FP), DI
	MOVQ s+8(FP), R8
	MOVQ lds+16(FP), R9
	MOVQ v+24(FP), R10
	MOVQ ldv+32(FP), R11
	MOVQ n+40(FP), R12
	MOVQ d+48(FP), CX
	SHLQ $2, R9
	SHLQ $2, R11
	SUBQ $32, CX
	JLT  eights
wide:
	VMOVUPS (DI), Y0
	VMOVUPS 32(DI), Y1
	VMOVUPS 64(DI), Y2
	VMOVUPS 96(DI), Y3
	MOVQ R8, DX
	MOVQ R10, SI
	MOVQ R12, AX
wideRow:
	VBROADCASTSS (DX), Y4
	VFMADD231PS (SI), Y4, Y0
	VFMADD231PS 32(SI), Y4, Y1
	VFMADD231PS 64(SI), Y4, Y2
	VFMADD231PS 96(SI), Y4, Y3
	ADDQ R9, DX
	ADDQ R11, SI
	DECQ AX
	JNZ  wideRow
	VMOVUPS Y0, (DI)
	VMOVUPS Y1, 32(DI)
	VMOVUPS Y2, 64(DI)
	VMOVUPS Y3, 96(DI)
	ADDQ $128, DI
	ADDQ $128, R10
	SUBQ $32, CX
	JGE  wide
eights:
	ADDQ $32, CX
	JZ   done
eight:
	VMOVUPS (DI), Y0
	MOVQ R8, DX
	MOVQ R10, SI
	MOVQ R12, AX
eightRow:
	VBROADCASTSS (DX), Y4
	VFMADD231PS (SI), Y4, Y0
	ADDQ R9, DX
	ADDQ R11, SI
	DECQ AX
	JNZ  eightRow
	VMOVUPS Y0, (DI)
	ADDQ $32, DI
	ADDQ $32, R10
	SUBQ $8, CX
	JNZ  eight
done:
	VZEROUPPER
	RET
