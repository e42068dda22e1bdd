// Written by package rowgen from table.go; go test ./kernels/internal/rowgen -update rewrites it.

//go:build !purego

#include "textflag.h"

// Constants, one name per bit pattern.
DATA c3f800000<>+0(SB)/8, $0x3f8000003f800000
DATA c3f800000<>+8(SB)/8, $0x3f8000003f800000
DATA c3f800000<>+16(SB)/8, $0x3f8000003f800000
DATA c3f800000<>+24(SB)/8, $0x3f8000003f800000
GLOBL c3f800000<>(SB), RODATA|NOPTR, $32
DATA cff800000<>+0(SB)/8, $0xff800000ff800000
DATA cff800000<>+8(SB)/8, $0xff800000ff800000
DATA cff800000<>+16(SB)/8, $0xff800000ff800000
DATA cff800000<>+24(SB)/8, $0xff800000ff800000
GLOBL cff800000<>(SB), RODATA|NOPTR, $32
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
	VBROADCASTSS a+24(FP), Y15
	XORQ AX, AX
	CMPQ CX, $16
	JLT roundEnd
round:
	VMOVUPS (SI)(AX*4), Y0 // x
	VMOVUPS 32(SI)(AX*4), Y1 // x
	VMOVUPS (DI)(AX*4), Y2 // y
	VMOVUPS 32(DI)(AX*4), Y3 // y
	VFMADD231PS Y15, Y0, Y2
	VFMADD231PS Y15, Y1, Y3
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
	VFMADD231PS Y15, Y0, Y1
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
	VMOVDQU 32(BX)(CX*4), Y14
	VMASKMOVPS (SI)(AX*4), Y14, Y0 // x
	VMASKMOVPS (DI)(AX*4), Y14, Y1 // y
	VFMADD231PS Y15, Y0, Y1
	VMASKMOVPS Y1, Y14, (DI)(AX*4) // y
done:
	VZEROUPPER
	RET

// func scale(y []float32, a float32, x []float32)
// y = a*x
TEXT ·scaleAVX2(SB), NOSPLIT, $0-56
	MOVQ y_base+0(FP), DI
	MOVQ x_base+32(FP), SI
	MOVQ y_len+8(FP), CX
	VBROADCASTSS a+24(FP), Y15
	XORQ AX, AX
	CMPQ CX, $16
	JLT roundEnd
round:
	VMOVUPS (SI)(AX*4), Y0 // x
	VMOVUPS 32(SI)(AX*4), Y1 // x
	VMULPS Y15, Y0, Y0
	VMULPS Y15, Y1, Y1
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
	VMULPS Y15, Y0, Y0
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
	VMOVDQU 32(BX)(CX*4), Y14
	VMASKMOVPS (SI)(AX*4), Y14, Y0 // x
	VMULPS Y15, Y0, Y0
	VMASKMOVPS Y0, Y14, (DI)(AX*4) // y
done:
	VZEROUPPER
	RET

// func scaleStream(y []float32, a float32, x []float32)
// y = a*x, written past the caches
TEXT ·scaleStreamAVX2(SB), NOSPLIT, $0-56
	MOVQ y_base+0(FP), DI
	MOVQ x_base+32(FP), SI
	MOVQ y_len+8(FP), CX
	VBROADCASTSS a+24(FP), Y15
	XORQ AX, AX
	CMPQ CX, $16
	JLT roundEnd
round:
	VMOVUPS (SI)(AX*4), Y0 // x
	VMOVUPS 32(SI)(AX*4), Y1 // x
	VMULPS Y15, Y0, Y0
	VMULPS Y15, Y1, Y1
	VMOVNTPS Y0, (DI)(AX*4) // y
	VMOVNTPS Y1, 32(DI)(AX*4) // y
	ADDQ $16, AX
	SUBQ $16, CX
	CMPQ CX, $16
	JGE round
roundEnd:
	CMPQ CX, $8
	JLT vectorEnd
vector:
	VMOVUPS (SI)(AX*4), Y0 // x
	VMULPS Y15, Y0, Y0
	VMOVNTPS Y0, (DI)(AX*4) // y
	ADDQ $8, AX
	SUBQ $8, CX
	CMPQ CX, $8
	JGE vector
vectorEnd:
	TESTQ CX, CX
	JZ done
	LEAQ laneMask<>(SB), BX
	NEGQ CX
	VMOVDQU 32(BX)(CX*4), Y14
	VMASKMOVPS (SI)(AX*4), Y14, Y0 // x
	VMULPS Y15, Y0, Y0
	VMASKMOVPS Y0, Y14, (DI)(AX*4) // y
done:
	VZEROUPPER
	RET

// func copy(y, x []float32)
// y = x
TEXT ·copyAVX2(SB), NOSPLIT, $0-48
	MOVQ y_base+0(FP), DI
	MOVQ x_base+24(FP), SI
	MOVQ y_len+8(FP), CX
	XORQ AX, AX
	CMPQ CX, $32
	JLT roundEnd
round:
	VMOVUPS (SI)(AX*4), Y0 // x
	VMOVUPS 32(SI)(AX*4), Y1 // x
	VMOVUPS 64(SI)(AX*4), Y2 // x
	VMOVUPS 96(SI)(AX*4), Y3 // x
	VMOVUPS Y0, (DI)(AX*4) // y
	VMOVUPS Y1, 32(DI)(AX*4) // y
	VMOVUPS Y2, 64(DI)(AX*4) // y
	VMOVUPS Y3, 96(DI)(AX*4) // y
	ADDQ $32, AX
	SUBQ $32, CX
	CMPQ CX, $32
	JGE round
roundEnd:
	CMPQ CX, $8
	JLT vectorEnd
vector:
	VMOVUPS (SI)(AX*4), Y0 // x
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
	VMASKMOVPS Y0, Y15, (DI)(AX*4) // y
done:
	VZEROUPPER
	RET

// func copyStream(y, x []float32)
// y = x, written past the caches
TEXT ·copyStreamAVX2(SB), NOSPLIT, $0-48
	MOVQ y_base+0(FP), DI
	MOVQ x_base+24(FP), SI
	MOVQ y_len+8(FP), CX
	XORQ AX, AX
	CMPQ CX, $32
	JLT roundEnd
round:
	VMOVUPS (SI)(AX*4), Y0 // x
	VMOVUPS 32(SI)(AX*4), Y1 // x
	VMOVUPS 64(SI)(AX*4), Y2 // x
	VMOVUPS 96(SI)(AX*4), Y3 // x
	VMOVNTPS Y0, (DI)(AX*4) // y
	VMOVNTPS Y1, 32(DI)(AX*4) // y
	VMOVNTPS Y2, 64(DI)(AX*4) // y
	VMOVNTPS Y3, 96(DI)(AX*4) // y
	ADDQ $32, AX
	SUBQ $32, CX
	CMPQ CX, $32
	JGE round
roundEnd:
	CMPQ CX, $8
	JLT vectorEnd
vector:
	VMOVUPS (SI)(AX*4), Y0 // x
	VMOVNTPS Y0, (DI)(AX*4) // y
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
	VMASKMOVPS Y0, Y15, (DI)(AX*4) // y
done:
	VZEROUPPER
	RET

// func add(y, a, b []float32)
// y = a + b
TEXT ·addAVX2(SB), NOSPLIT, $0-72
	MOVQ y_base+0(FP), DI
	MOVQ a_base+24(FP), SI
	MOVQ b_base+48(FP), DX
	MOVQ y_len+8(FP), CX
	XORQ AX, AX
	CMPQ CX, $16
	JLT roundEnd
round:
	VMOVUPS (SI)(AX*4), Y0 // a
	VMOVUPS 32(SI)(AX*4), Y1 // a
	VMOVUPS (DX)(AX*4), Y2 // b
	VMOVUPS 32(DX)(AX*4), Y3 // b
	VADDPS Y2, Y0, Y0
	VADDPS Y3, Y1, Y1
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
	VMOVUPS (SI)(AX*4), Y0 // a
	VMOVUPS (DX)(AX*4), Y1 // b
	VADDPS Y1, Y0, Y0
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
	VMASKMOVPS (SI)(AX*4), Y15, Y0 // a
	VMASKMOVPS (DX)(AX*4), Y15, Y1 // b
	VADDPS Y1, Y0, Y0
	VMASKMOVPS Y0, Y15, (DI)(AX*4) // y
done:
	VZEROUPPER
	RET

// func addStream(y, a, b []float32)
// y = a + b, written past the caches
TEXT ·addStreamAVX2(SB), NOSPLIT, $0-72
	MOVQ y_base+0(FP), DI
	MOVQ a_base+24(FP), SI
	MOVQ b_base+48(FP), DX
	MOVQ y_len+8(FP), CX
	XORQ AX, AX
	CMPQ CX, $16
	JLT roundEnd
round:
	VMOVUPS (SI)(AX*4), Y0 // a
	VMOVUPS 32(SI)(AX*4), Y1 // a
	VMOVUPS (DX)(AX*4), Y2 // b
	VMOVUPS 32(DX)(AX*4), Y3 // b
	VADDPS Y2, Y0, Y0
	VADDPS Y3, Y1, Y1
	VMOVNTPS Y0, (DI)(AX*4) // y
	VMOVNTPS Y1, 32(DI)(AX*4) // y
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
	VADDPS Y1, Y0, Y0
	VMOVNTPS Y0, (DI)(AX*4) // y
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
	VADDPS Y1, Y0, Y0
	VMASKMOVPS Y0, Y15, (DI)(AX*4) // y
done:
	VZEROUPPER
	RET

// func mul(y, a, b []float32)
// y = a*b
TEXT ·mulAVX2(SB), NOSPLIT, $0-72
	MOVQ y_base+0(FP), DI
	MOVQ a_base+24(FP), SI
	MOVQ b_base+48(FP), DX
	MOVQ y_len+8(FP), CX
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
	VMOVUPS (SI)(AX*4), Y0 // a
	VMOVUPS (DX)(AX*4), Y1 // b
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
	VMASKMOVPS (SI)(AX*4), Y15, Y0 // a
	VMASKMOVPS (DX)(AX*4), Y15, Y1 // b
	VMULPS Y1, Y0, Y0
	VMASKMOVPS Y0, Y15, (DI)(AX*4) // y
done:
	VZEROUPPER
	RET

// func mulStream(y, a, b []float32)
// y = a*b, written past the caches
TEXT ·mulStreamAVX2(SB), NOSPLIT, $0-72
	MOVQ y_base+0(FP), DI
	MOVQ a_base+24(FP), SI
	MOVQ b_base+48(FP), DX
	MOVQ y_len+8(FP), CX
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
	VMOVNTPS Y0, (DI)(AX*4) // y
	VMOVNTPS Y1, 32(DI)(AX*4) // y
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
	VMOVNTPS Y0, (DI)(AX*4) // y
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
	VMASKMOVPS Y0, Y15, (DI)(AX*4) // y
done:
	VZEROUPPER
	RET

// func columnMax(m, y []float32)
// m = max(m, y)
TEXT ·columnMaxAVX2(SB), NOSPLIT, $0-48
	MOVQ m_base+0(FP), DI
	MOVQ y_base+24(FP), SI
	MOVQ m_len+8(FP), CX
	XORQ AX, AX
	CMPQ CX, $8
	JLT vectorEnd
vector:
	VMOVUPS (DI)(AX*4), Y0 // m
	VMOVUPS (SI)(AX*4), Y1 // y
	VMAXPS Y1, Y0, Y0
	VMOVUPS Y0, (DI)(AX*4) // m
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
	VMASKMOVPS (DI)(AX*4), Y15, Y0 // m
	VMASKMOVPS (SI)(AX*4), Y15, Y1 // y
	VMAXPS Y1, Y0, Y0
	VMASKMOVPS Y0, Y15, (DI)(AX*4) // m
done:
	VZEROUPPER
	RET

// func scaleMax(y, x []float32, a float32) float32
// y = a*x; returns max y
TEXT ·scaleMaxAVX2(SB), NOSPLIT, $0-60
	MOVQ y_base+0(FP), DI
	MOVQ x_base+24(FP), SI
	MOVQ y_len+8(FP), CX
	VBROADCASTSS a+48(FP), Y15
	VMOVUPS cff800000<>(SB), Y14 // -Inf
	VMOVUPS cff800000<>(SB), Y13 // -Inf
	XORQ AX, AX
	CMPQ CX, $16
	JLT roundEnd
round:
	VMOVUPS (SI)(AX*4), Y0 // x
	VMOVUPS 32(SI)(AX*4), Y1 // x
	VMULPS Y15, Y0, Y0
	VMULPS Y15, Y1, Y1
	VMAXPS Y0, Y14, Y14
	VMAXPS Y1, Y13, Y13
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
	VMULPS Y15, Y0, Y0
	VMAXPS Y0, Y14, Y14
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
	VMOVDQU 32(BX)(CX*4), Y12
	VMASKMOVPS (SI)(AX*4), Y12, Y0 // x
	VMULPS Y15, Y0, Y0
	VMAXPS Y0, Y14, Y1
	VBLENDVPS Y12, Y1, Y14, Y14
	VMASKMOVPS Y0, Y12, (DI)(AX*4) // y
done:
	VMAXPS Y13, Y14, Y14
	VMOVAPS Y14, Y0
	VEXTRACTF128 $1, Y0, X1
	VMAXPS X1, X0, X0
	VPERMILPS $0x4e, X0, X1
	VMAXPS X1, X0, X0
	VPERMILPS $0xb1, X0, X1
	VMAXPS X1, X0, X0
	VMOVSS X0, ret+56(FP)
	VZEROUPPER
	RET

// func capGrad(dx, g, y []float32, invCap float32)
// dx = g*(1 - (y*invCap)²)
TEXT ·capGradAVX2(SB), NOSPLIT, $0-76
	MOVQ dx_base+0(FP), DI
	MOVQ g_base+24(FP), SI
	MOVQ y_base+48(FP), DX
	MOVQ dx_len+8(FP), CX
	VBROADCASTSS invCap+72(FP), Y15
	XORQ AX, AX
	CMPQ CX, $16
	JLT roundEnd
round:
	VMOVUPS (DX)(AX*4), Y0 // y
	VMOVUPS 32(DX)(AX*4), Y1 // y
	VMULPS Y15, Y0, Y0
	VMULPS Y15, Y1, Y1
	VMOVUPS c3f800000<>(SB), Y2 // 1
	VFNMADD213PS Y2, Y0, Y0 // 1
	VFNMADD213PS Y2, Y1, Y1 // 1
	VMOVUPS (SI)(AX*4), Y2 // g
	VMOVUPS 32(SI)(AX*4), Y3 // g
	VMULPS Y2, Y0, Y0
	VMULPS Y3, Y1, Y1
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
	VMOVUPS (DX)(AX*4), Y0 // y
	VMULPS Y15, Y0, Y0
	VFNMADD213PS c3f800000<>(SB), Y0, Y0 // 1
	VMOVUPS (SI)(AX*4), Y1 // g
	VMULPS Y1, Y0, Y0
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
	VMOVDQU 32(BX)(CX*4), Y14
	VMASKMOVPS (DX)(AX*4), Y14, Y0 // y
	VMULPS Y15, Y0, Y0
	VFNMADD213PS c3f800000<>(SB), Y0, Y0 // 1
	VMASKMOVPS (SI)(AX*4), Y14, Y1 // g
	VMULPS Y1, Y0, Y0
	VMASKMOVPS Y0, Y14, (DI)(AX*4) // dx
done:
	VZEROUPPER
	RET

// func adamw(p, g, m, v []float32, c *adamwConsts)
// see adamwGeneric: no operation is fused
TEXT ·adamwAVX2(SB), NOSPLIT, $0-104
	MOVQ p_base+0(FP), DI
	MOVQ g_base+24(FP), SI
	MOVQ m_base+48(FP), DX
	MOVQ v_base+72(FP), R8
	MOVQ p_len+8(FP), CX
	MOVQ c+96(FP), R11
	XORQ AX, AX
	CMPQ CX, $8
	JLT vectorEnd
vector:
	VMOVUPS (SI)(AX*4), Y0 // g
	VBROADCASTSS 0(R11), Y1 // gradScale
	VMULPS Y1, Y0, Y0
	VMOVUPS (DX)(AX*4), Y1 // m
	VBROADCASTSS 4(R11), Y2 // beta1
	VMULPS Y2, Y1, Y1
	VBROADCASTSS 8(R11), Y2 // gain1
	VMULPS Y2, Y0, Y2
	VADDPS Y2, Y1, Y1
	VMOVUPS Y1, (DX)(AX*4) // m
	VMOVUPS (R8)(AX*4), Y2 // v
	VBROADCASTSS 12(R11), Y3 // beta2
	VMULPS Y3, Y2, Y2
	VMULPS Y0, Y0, Y0
	VBROADCASTSS 16(R11), Y3 // gain2
	VMULPS Y3, Y0, Y0
	VADDPS Y0, Y2, Y2
	VMOVUPS Y2, (R8)(AX*4) // v
	VSQRTPS Y2, Y2
	VBROADCASTSS 24(R11), Y0 // rootBias
	VDIVPS Y0, Y2, Y2
	VBROADCASTSS 28(R11), Y0 // eps
	VADDPS Y0, Y2, Y2
	VBROADCASTSS 32(R11), Y0 // step
	VMULPS Y0, Y1, Y1
	VDIVPS Y2, Y1, Y1
	VMOVUPS (DI)(AX*4), Y0 // p
	VBROADCASTSS 20(R11), Y2 // decay
	VMULPS Y2, Y0, Y0
	VSUBPS Y1, Y0, Y0
	VMOVUPS Y0, (DI)(AX*4) // p
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
	VMASKMOVPS (SI)(AX*4), Y15, Y0 // g
	VBROADCASTSS 0(R11), Y1 // gradScale
	VMULPS Y1, Y0, Y0
	VMASKMOVPS (DX)(AX*4), Y15, Y1 // m
	VBROADCASTSS 4(R11), Y2 // beta1
	VMULPS Y2, Y1, Y1
	VBROADCASTSS 8(R11), Y2 // gain1
	VMULPS Y2, Y0, Y2
	VADDPS Y2, Y1, Y1
	VMASKMOVPS Y1, Y15, (DX)(AX*4) // m
	VMASKMOVPS (R8)(AX*4), Y15, Y2 // v
	VBROADCASTSS 12(R11), Y3 // beta2
	VMULPS Y3, Y2, Y2
	VMULPS Y0, Y0, Y0
	VBROADCASTSS 16(R11), Y3 // gain2
	VMULPS Y3, Y0, Y0
	VADDPS Y0, Y2, Y2
	VMASKMOVPS Y2, Y15, (R8)(AX*4) // v
	VSQRTPS Y2, Y2
	VBROADCASTSS 24(R11), Y0 // rootBias
	VDIVPS Y0, Y2, Y2
	VBROADCASTSS 28(R11), Y0 // eps
	VADDPS Y0, Y2, Y2
	VBROADCASTSS 32(R11), Y0 // step
	VMULPS Y0, Y1, Y1
	VDIVPS Y2, Y1, Y1
	VMASKMOVPS (DI)(AX*4), Y15, Y0 // p
	VBROADCASTSS 20(R11), Y2 // decay
	VMULPS Y2, Y0, Y0
	VSUBPS Y1, Y0, Y0
	VMASKMOVPS Y0, Y15, (DI)(AX*4) // p
done:
	VZEROUPPER
	RET
