// Written by package rowgen from table.go; go test ./kernels/internal/rowgen -update rewrites it.

//go:build !purego

#include "textflag.h"

// Constants, one name per bit pattern.
DATA c3f800000<>+0(SB)/8, $0x3f8000003f800000
DATA c3f800000<>+8(SB)/8, $0x3f8000003f800000
DATA c3f800000<>+16(SB)/8, $0x3f8000003f800000
DATA c3f800000<>+24(SB)/8, $0x3f8000003f800000
GLOBL c3f800000<>(SB), RODATA|NOPTR, $32
DATA laneMask<>+0(SB)/4, $0xffffffff
DATA laneMask<>+4(SB)/4, $0xffffffff
DATA laneMask<>+8(SB)/4, $0xffffffff
DATA laneMask<>+12(SB)/4, $0xffffffff
DATA laneMask<>+16(SB)/4, $0xffffffff
DATA laneMask<>+20(SB)/4, $0xffffffff
DATA laneMask<>+24(SB)/4, $0xffffffff
DATA laneMask<>+28(SB)/4, $0xffffffff
DATA laneMask<>+32(SB)/4, $0x00000000
DATA laneMask<>+36(SB)/4, $0x00000000
DATA laneMask<>+40(SB)/4, $0x00000000
DATA laneMask<>+44(SB)/4, $0x00000000
DATA laneMask<>+48(SB)/4, $0x00000000
DATA laneMask<>+52(SB)/4, $0x00000000
DATA laneMask<>+56(SB)/4, $0x00000000
DATA laneMask<>+60(SB)/4, $0x00000000
GLOBL laneMask<>(SB), RODATA|NOPTR, $64

// func sumSquares(x []float32) float32
// Σ x²
TEXT ·sumSquaresAVX2(SB), NOSPLIT, $0-28
	MOVQ x_base+0(FP), DI
	MOVQ x_len+8(FP), CX
	VPXOR Y14, Y14, Y14
	VPXOR Y13, Y13, Y13
	VPXOR Y12, Y12, Y12
	VPXOR Y11, Y11, Y11
	XORQ AX, AX
	CMPQ CX, $32
	JLT roundEnd
round:
	PREFETCHT0 2048(DI)(AX*4)
	PREFETCHT0 2112(DI)(AX*4)
	VMOVUPS (DI)(AX*4), Y0 // x
	VMOVUPS 32(DI)(AX*4), Y1 // x
	VMOVUPS 64(DI)(AX*4), Y2 // x
	VMOVUPS 96(DI)(AX*4), Y3 // x
	VFMADD231PS Y0, Y0, Y14
	VFMADD231PS Y1, Y1, Y13
	VFMADD231PS Y2, Y2, Y12
	VFMADD231PS Y3, Y3, Y11
	ADDQ $32, AX
	SUBQ $32, CX
	CMPQ CX, $32
	JGE round
roundEnd:
	CMPQ CX, $8
	JLT vectorEnd
vector:
	PREFETCHT0 2048(DI)(AX*4)
	VMOVUPS (DI)(AX*4), Y0 // x
	VFMADD231PS Y0, Y0, Y14
	ADDQ $8, AX
	SUBQ $8, CX
	CMPQ CX, $8
	JGE vector
vectorEnd:
	TESTQ CX, CX
	JZ done
	LEAQ laneMask<>(SB), BX
	NEGQ CX
	VMOVDQU 32(BX)(CX*4), Y15
	VMASKMOVPS (DI)(AX*4), Y15, Y0 // x
	VFMADD231PS Y0, Y0, Y14
done:
	VADDPS Y12, Y14, Y14
	VADDPS Y11, Y13, Y13
	VADDPS Y13, Y14, Y14
	VMOVAPS Y14, Y0
	VEXTRACTF128 $1, Y0, X1
	VADDPS X1, X0, X0
	VPERMILPS $0x4e, X0, X1
	VADDPS X1, X0, X0
	VPERMILPS $0xb1, X0, X1
	VADDPS X1, X0, X0
	VMOVSS X0, ret+24(FP)
	VZEROUPPER
	RET

// func dot(a, b []float32) float32
// Σ a*b
TEXT ·dotAVX2(SB), NOSPLIT, $0-52
	MOVQ a_base+0(FP), DI
	MOVQ b_base+24(FP), SI
	MOVQ a_len+8(FP), CX
	VPXOR Y14, Y14, Y14
	VPXOR Y13, Y13, Y13
	VPXOR Y12, Y12, Y12
	VPXOR Y11, Y11, Y11
	XORQ AX, AX
	CMPQ CX, $32
	JLT roundEnd
round:
	VMOVUPS (DI)(AX*4), Y0 // a
	VMOVUPS 32(DI)(AX*4), Y1 // a
	VMOVUPS 64(DI)(AX*4), Y2 // a
	VMOVUPS 96(DI)(AX*4), Y3 // a
	VMOVUPS (SI)(AX*4), Y4 // b
	VMOVUPS 32(SI)(AX*4), Y5 // b
	VMOVUPS 64(SI)(AX*4), Y6 // b
	VMOVUPS 96(SI)(AX*4), Y7 // b
	VFMADD231PS Y4, Y0, Y14
	VFMADD231PS Y5, Y1, Y13
	VFMADD231PS Y6, Y2, Y12
	VFMADD231PS Y7, Y3, Y11
	ADDQ $32, AX
	SUBQ $32, CX
	CMPQ CX, $32
	JGE round
roundEnd:
	CMPQ CX, $8
	JLT vectorEnd
vector:
	VMOVUPS (DI)(AX*4), Y0 // a
	VMOVUPS (SI)(AX*4), Y1 // b
	VFMADD231PS Y1, Y0, Y14
	ADDQ $8, AX
	SUBQ $8, CX
	CMPQ CX, $8
	JGE vector
vectorEnd:
	TESTQ CX, CX
	JZ done
	LEAQ laneMask<>(SB), BX
	NEGQ CX
	VMOVDQU 32(BX)(CX*4), Y15
	VMASKMOVPS (DI)(AX*4), Y15, Y0 // a
	VMASKMOVPS (SI)(AX*4), Y15, Y1 // b
	VFMADD231PS Y1, Y0, Y14
done:
	VADDPS Y12, Y14, Y14
	VADDPS Y11, Y13, Y13
	VADDPS Y13, Y14, Y14
	VMOVAPS Y14, Y0
	VEXTRACTF128 $1, Y0, X1
	VADDPS X1, X0, X0
	VPERMILPS $0x4e, X0, X1
	VADDPS X1, X0, X0
	VPERMILPS $0xb1, X0, X1
	VADDPS X1, X0, X0
	VMOVSS X0, ret+48(FP)
	VZEROUPPER
	RET

// func normScale(y, x, w []float32, r float32)
// y = x*r*(1+w)
TEXT ·normScaleAVX2(SB), NOSPLIT, $0-76
	MOVQ y_base+0(FP), DI
	MOVQ x_base+24(FP), SI
	MOVQ w_base+48(FP), DX
	MOVQ y_len+8(FP), CX
	VBROADCASTSS r+72(FP), Y14
	XORQ AX, AX
	CMPQ CX, $16
	JLT roundEnd
round:
	VMOVUPS (SI)(AX*4), Y0 // x
	VMOVUPS 32(SI)(AX*4), Y1 // x
	VMOVUPS (DX)(AX*4), Y2 // w
	VMOVUPS 32(DX)(AX*4), Y3 // w
	VMULPS Y14, Y0, Y0
	VMULPS Y14, Y1, Y1
	VADDPS c3f800000<>(SB), Y2, Y2 // 1
	VADDPS c3f800000<>(SB), Y3, Y3 // 1
	VMULPS Y2, Y0, Y0
	VMULPS Y3, Y1, Y1
	VMOVUPS Y0, (DI)(AX*4) // y
	VMOVUPS Y1, 32(DI)(AX*4) // y
	ADDQ $16, AX
	SUBQ $16, CX
	CMPQ CX, $16
	JGE round
roundEnd:
	CMPQ CX, $8
	JLT vectorEnd
vector:
	VMOVUPS (SI)(AX*4), Y0 // x
	VMOVUPS (DX)(AX*4), Y1 // w
	VMULPS Y14, Y0, Y0
	VADDPS c3f800000<>(SB), Y1, Y1 // 1
	VMULPS Y1, Y0, Y0
	VMOVUPS Y0, (DI)(AX*4) // y
	ADDQ $8, AX
	SUBQ $8, CX
	CMPQ CX, $8
	JGE vector
vectorEnd:
	TESTQ CX, CX
	JZ done
	LEAQ laneMask<>(SB), BX
	NEGQ CX
	VMOVDQU 32(BX)(CX*4), Y15
	VMASKMOVPS (SI)(AX*4), Y15, Y0 // x
	VMASKMOVPS (DX)(AX*4), Y15, Y1 // w
	VMULPS Y14, Y0, Y0
	VADDPS c3f800000<>(SB), Y1, Y1 // 1
	VMULPS Y1, Y0, Y0
	VMASKMOVPS Y0, Y15, (DI)(AX*4) // y
done:
	VZEROUPPER
	RET

// func normScaleAdd(y, res, x, w []float32, r float32)
// y = res + x*r*(1+w)
TEXT ·normScaleAddAVX2(SB), NOSPLIT, $0-100
	MOVQ y_base+0(FP), DI
	MOVQ res_base+24(FP), SI
	MOVQ x_base+48(FP), DX
	MOVQ w_base+72(FP), R8
	MOVQ y_len+8(FP), CX
	VBROADCASTSS r+96(FP), Y14
	XORQ AX, AX
	CMPQ CX, $16
	JLT roundEnd
round:
	VMOVUPS (DX)(AX*4), Y0 // x
	VMOVUPS 32(DX)(AX*4), Y1 // x
	VMOVUPS (R8)(AX*4), Y2 // w
	VMOVUPS 32(R8)(AX*4), Y3 // w
	VMOVUPS (SI)(AX*4), Y4 // res
	VMOVUPS 32(SI)(AX*4), Y5 // res
	VMULPS Y14, Y0, Y0
	VMULPS Y14, Y1, Y1
	VADDPS c3f800000<>(SB), Y2, Y2 // 1
	VADDPS c3f800000<>(SB), Y3, Y3 // 1
	VFMADD231PS Y2, Y0, Y4
	VFMADD231PS Y3, Y1, Y5
	VMOVUPS Y4, (DI)(AX*4) // y
	VMOVUPS Y5, 32(DI)(AX*4) // y
	ADDQ $16, AX
	SUBQ $16, CX
	CMPQ CX, $16
	JGE round
roundEnd:
	CMPQ CX, $8
	JLT vectorEnd
vector:
	VMOVUPS (DX)(AX*4), Y0 // x
	VMOVUPS (R8)(AX*4), Y1 // w
	VMOVUPS (SI)(AX*4), Y2 // res
	VMULPS Y14, Y0, Y0
	VADDPS c3f800000<>(SB), Y1, Y1 // 1
	VFMADD231PS Y1, Y0, Y2
	VMOVUPS Y2, (DI)(AX*4) // y
	ADDQ $8, AX
	SUBQ $8, CX
	CMPQ CX, $8
	JGE vector
vectorEnd:
	TESTQ CX, CX
	JZ done
	LEAQ laneMask<>(SB), BX
	NEGQ CX
	VMOVDQU 32(BX)(CX*4), Y15
	VMASKMOVPS (DX)(AX*4), Y15, Y0 // x
	VMASKMOVPS (R8)(AX*4), Y15, Y1 // w
	VMASKMOVPS (SI)(AX*4), Y15, Y2 // res
	VMULPS Y14, Y0, Y0
	VADDPS c3f800000<>(SB), Y1, Y1 // 1
	VFMADD231PS Y1, Y0, Y2
	VMASKMOVPS Y2, Y15, (DI)(AX*4) // y
done:
	VZEROUPPER
	RET

// func normDot(dy, x, w []float32) float32
// Σ dy*(1+w)*x
TEXT ·normDotAVX2(SB), NOSPLIT, $0-76
	MOVQ dy_base+0(FP), DI
	MOVQ x_base+24(FP), SI
	MOVQ w_base+48(FP), DX
	MOVQ dy_len+8(FP), CX
	VPXOR Y14, Y14, Y14
	VPXOR Y13, Y13, Y13
	VPXOR Y12, Y12, Y12
	VPXOR Y11, Y11, Y11
	XORQ AX, AX
	CMPQ CX, $32
	JLT roundEnd
round:
	VMOVUPS (DI)(AX*4), Y0 // dy
	VMOVUPS 32(DI)(AX*4), Y1 // dy
	VMOVUPS 64(DI)(AX*4), Y2 // dy
	VMOVUPS 96(DI)(AX*4), Y3 // dy
	VMOVUPS (DX)(AX*4), Y4 // w
	VMOVUPS 32(DX)(AX*4), Y5 // w
	VMOVUPS 64(DX)(AX*4), Y6 // w
	VMOVUPS 96(DX)(AX*4), Y7 // w
	VFMADD231PS Y4, Y0, Y0
	VFMADD231PS Y5, Y1, Y1
	VFMADD231PS Y6, Y2, Y2
	VFMADD231PS Y7, Y3, Y3
	VMOVUPS (SI)(AX*4), Y4 // x
	VMOVUPS 32(SI)(AX*4), Y5 // x
	VMOVUPS 64(SI)(AX*4), Y6 // x
	VMOVUPS 96(SI)(AX*4), Y7 // x
	VFMADD231PS Y4, Y0, Y14
	VFMADD231PS Y5, Y1, Y13
	VFMADD231PS Y6, Y2, Y12
	VFMADD231PS Y7, Y3, Y11
	ADDQ $32, AX
	SUBQ $32, CX
	CMPQ CX, $32
	JGE round
roundEnd:
	CMPQ CX, $8
	JLT vectorEnd
vector:
	VMOVUPS (DI)(AX*4), Y0 // dy
	VMOVUPS (DX)(AX*4), Y1 // w
	VFMADD231PS Y1, Y0, Y0
	VMOVUPS (SI)(AX*4), Y1 // x
	VFMADD231PS Y1, Y0, Y14
	ADDQ $8, AX
	SUBQ $8, CX
	CMPQ CX, $8
	JGE vector
vectorEnd:
	TESTQ CX, CX
	JZ done
	LEAQ laneMask<>(SB), BX
	NEGQ CX
	VMOVDQU 32(BX)(CX*4), Y15
	VMASKMOVPS (DI)(AX*4), Y15, Y0 // dy
	VMASKMOVPS (DX)(AX*4), Y15, Y1 // w
	VFMADD231PS Y1, Y0, Y0
	VMASKMOVPS (SI)(AX*4), Y15, Y1 // x
	VFMADD231PS Y1, Y0, Y14
done:
	VADDPS Y12, Y14, Y14
	VADDPS Y11, Y13, Y13
	VADDPS Y13, Y14, Y14
	VMOVAPS Y14, Y0
	VEXTRACTF128 $1, Y0, X1
	VADDPS X1, X0, X0
	VPERMILPS $0x4e, X0, X1
	VADDPS X1, X0, X0
	VPERMILPS $0xb1, X0, X1
	VADDPS X1, X0, X0
	VMOVSS X0, ret+72(FP)
	VZEROUPPER
	RET

// func normGrad(dx, dy, x, w []float32, r, c float32)
// dx = r*(dy*(1+w) - x*c)
TEXT ·normGradAVX2(SB), NOSPLIT, $0-104
	MOVQ dx_base+0(FP), DI
	MOVQ dy_base+24(FP), SI
	MOVQ x_base+48(FP), DX
	MOVQ w_base+72(FP), R8
	MOVQ dx_len+8(FP), CX
	VBROADCASTSS r+96(FP), Y14
	VBROADCASTSS c+100(FP), Y13
	XORQ AX, AX
	CMPQ CX, $16
	JLT roundEnd
round:
	VMOVUPS (SI)(AX*4), Y0 // dy
	VMOVUPS 32(SI)(AX*4), Y1 // dy
	VMOVUPS (R8)(AX*4), Y2 // w
	VMOVUPS 32(R8)(AX*4), Y3 // w
	VMOVUPS (DX)(AX*4), Y4 // x
	VMOVUPS 32(DX)(AX*4), Y5 // x
	VFMADD231PS Y2, Y0, Y0
	VFMADD231PS Y3, Y1, Y1
	VFNMADD231PS Y13, Y4, Y0
	VFNMADD231PS Y13, Y5, Y1
	VMULPS Y14, Y0, Y0
	VMULPS Y14, Y1, Y1
	VMOVUPS Y0, (DI)(AX*4) // dx
	VMOVUPS Y1, 32(DI)(AX*4) // dx
	ADDQ $16, AX
	SUBQ $16, CX
	CMPQ CX, $16
	JGE round
roundEnd:
	CMPQ CX, $8
	JLT vectorEnd
vector:
	VMOVUPS (SI)(AX*4), Y0 // dy
	VMOVUPS (R8)(AX*4), Y1 // w
	VMOVUPS (DX)(AX*4), Y2 // x
	VFMADD231PS Y1, Y0, Y0
	VFNMADD231PS Y13, Y2, Y0
	VMULPS Y14, Y0, Y0
	VMOVUPS Y0, (DI)(AX*4) // dx
	ADDQ $8, AX
	SUBQ $8, CX
	CMPQ CX, $8
	JGE vector
vectorEnd:
	TESTQ CX, CX
	JZ done
	LEAQ laneMask<>(SB), BX
	NEGQ CX
	VMOVDQU 32(BX)(CX*4), Y15
	VMASKMOVPS (SI)(AX*4), Y15, Y0 // dy
	VMASKMOVPS (R8)(AX*4), Y15, Y1 // w
	VMASKMOVPS (DX)(AX*4), Y15, Y2 // x
	VFMADD231PS Y1, Y0, Y0
	VFNMADD231PS Y13, Y2, Y0
	VMULPS Y14, Y0, Y0
	VMASKMOVPS Y0, Y15, (DI)(AX*4) // dx
done:
	VZEROUPPER
	RET

// func mulScaleAdd(acc, a, b []float32, r float32)
// acc += a*b*r
TEXT ·mulScaleAddAVX2(SB), NOSPLIT, $0-76
	MOVQ acc_base+0(FP), DI
	MOVQ a_base+24(FP), SI
	MOVQ b_base+48(FP), DX
	MOVQ acc_len+8(FP), CX
	VBROADCASTSS r+72(FP), Y14
	XORQ AX, AX
	CMPQ CX, $16
	JLT roundEnd
round:
	VMOVUPS (SI)(AX*4), Y0 // a
	VMOVUPS 32(SI)(AX*4), Y1 // a
	VMOVUPS (DX)(AX*4), Y2 // b
	VMOVUPS 32(DX)(AX*4), Y3 // b
	VMULPS Y2, Y0, Y0
	VMULPS Y3, Y1, Y1
	VMOVUPS (DI)(AX*4), Y2 // acc
	VMOVUPS 32(DI)(AX*4), Y3 // acc
	VFMADD231PS Y14, Y0, Y2
	VFMADD231PS Y14, Y1, Y3
	VMOVUPS Y2, (DI)(AX*4) // acc
	VMOVUPS Y3, 32(DI)(AX*4) // acc
	ADDQ $16, AX
	SUBQ $16, CX
	CMPQ CX, $16
	JGE round
roundEnd:
	CMPQ CX, $8
	JLT vectorEnd
vector:
	VMOVUPS (SI)(AX*4), Y0 // a
	VMOVUPS (DX)(AX*4), Y1 // b
	VMULPS Y1, Y0, Y0
	VMOVUPS (DI)(AX*4), Y1 // acc
	VFMADD231PS Y14, Y0, Y1
	VMOVUPS Y1, (DI)(AX*4) // acc
	ADDQ $8, AX
	SUBQ $8, CX
	CMPQ CX, $8
	JGE vector
vectorEnd:
	TESTQ CX, CX
	JZ done
	LEAQ laneMask<>(SB), BX
	NEGQ CX
	VMOVDQU 32(BX)(CX*4), Y15
	VMASKMOVPS (SI)(AX*4), Y15, Y0 // a
	VMASKMOVPS (DX)(AX*4), Y15, Y1 // b
	VMULPS Y1, Y0, Y0
	VMASKMOVPS (DI)(AX*4), Y15, Y1 // acc
	VFMADD231PS Y14, Y0, Y1
	VMASKMOVPS Y1, Y15, (DI)(AX*4) // acc
done:
	VZEROUPPER
	RET

// func rotate(x1, x2, cos, sin []float32)
// (x1, x2) = (x1*cos - x2*sin, x2*cos + x1*sin)
TEXT ·rotateAVX2(SB), NOSPLIT, $0-96
	MOVQ x1_base+0(FP), DI
	MOVQ x2_base+24(FP), SI
	MOVQ cos_base+48(FP), DX
	MOVQ sin_base+72(FP), R8
	MOVQ x1_len+8(FP), CX
	XORQ AX, AX
	CMPQ CX, $8
	JLT vectorEnd
vector:
	VMOVUPS (DI)(AX*4), Y0 // x1
	VMOVUPS (SI)(AX*4), Y1 // x2
	VMOVUPS (DX)(AX*4), Y2 // cos
	VMOVUPS (R8)(AX*4), Y3 // sin
	VMULPS Y2, Y0, Y4
	VMULPS Y3, Y0, Y0
	VFNMADD231PS Y3, Y1, Y4
	VMOVUPS Y4, (DI)(AX*4) // x1
	VFMADD231PS Y2, Y1, Y0
	VMOVUPS Y0, (SI)(AX*4) // x2
	ADDQ $8, AX
	SUBQ $8, CX
	CMPQ CX, $8
	JGE vector
vectorEnd:
	TESTQ CX, CX
	JZ done
	LEAQ laneMask<>(SB), BX
	NEGQ CX
	VMOVDQU 32(BX)(CX*4), Y15
	VMASKMOVPS (DI)(AX*4), Y15, Y0 // x1
	VMASKMOVPS (SI)(AX*4), Y15, Y1 // x2
	VMASKMOVPS (DX)(AX*4), Y15, Y2 // cos
	VMASKMOVPS (R8)(AX*4), Y15, Y3 // sin
	VMULPS Y2, Y0, Y4
	VMULPS Y3, Y0, Y0
	VFNMADD231PS Y3, Y1, Y4
	VMASKMOVPS Y4, Y15, (DI)(AX*4) // x1
	VFMADD231PS Y2, Y1, Y0
	VMASKMOVPS Y0, Y15, (SI)(AX*4) // x2
done:
	VZEROUPPER
	RET

// func axpy(y []float32, a float32, x []float32)
// y += a*x
TEXT ·axpyAVX2(SB), NOSPLIT, $0-56
	MOVQ y_base+0(FP), DI
	MOVQ x_base+32(FP), SI
	MOVQ y_len+8(FP), CX
	VBROADCASTSS a+24(FP), Y14
	XORQ AX, AX
	CMPQ CX, $16
	JLT roundEnd
round:
	VMOVUPS (SI)(AX*4), Y0 // x
	VMOVUPS 32(SI)(AX*4), Y1 // x
	VMOVUPS (DI)(AX*4), Y2 // y
	VMOVUPS 32(DI)(AX*4), Y3 // y
	VFMADD231PS Y14, Y0, Y2
	VFMADD231PS Y14, Y1, Y3
	VMOVUPS Y2, (DI)(AX*4) // y
	VMOVUPS Y3, 32(DI)(AX*4) // y
	ADDQ $16, AX
	SUBQ $16, CX
	CMPQ CX, $16
	JGE round
roundEnd:
	CMPQ CX, $8
	JLT vectorEnd
vector:
	VMOVUPS (SI)(AX*4), Y0 // x
	VMOVUPS (DI)(AX*4), Y1 // y
	VFMADD231PS Y14, Y0, Y1
	VMOVUPS Y1, (DI)(AX*4) // y
	ADDQ $8, AX
	SUBQ $8, CX
	CMPQ CX, $8
	JGE vector
vectorEnd:
	TESTQ CX, CX
	JZ done
	LEAQ laneMask<>(SB), BX
	NEGQ CX
	VMOVDQU 32(BX)(CX*4), Y15
	VMASKMOVPS (SI)(AX*4), Y15, Y0 // x
	VMASKMOVPS (DI)(AX*4), Y15, Y1 // y
	VFMADD231PS Y14, Y0, Y1
	VMASKMOVPS Y1, Y15, (DI)(AX*4) // y
done:
	VZEROUPPER
	RET
