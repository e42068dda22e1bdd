// Written by package rowgen from table.go; go test ./kernels/internal/rowgen -update rewrites it.

//go:build !purego

#include "textflag.h"

// Constants, one name per bit pattern.
DATA c3f800000<>+0(SB)/4, $0x3f800000
GLOBL c3f800000<>(SB), RODATA|NOPTR, $4
DATA cff800000<>+0(SB)/4, $0xff800000
GLOBL cff800000<>(SB), RODATA|NOPTR, $4

// func rotate(x1, x2, cos, sin []float32)
// (x1, x2) = (x1*cos - x2*sin, x2*cos + x1*sin)
TEXT ·rotateAVX512(SB), NOSPLIT, $0-96
	MOVQ x1_base+0(FP), DI
	MOVQ x2_base+24(FP), SI
	MOVQ cos_base+48(FP), DX
	MOVQ sin_base+72(FP), R8
	MOVQ x1_len+8(FP), CX
	XORQ AX, AX
	CMPQ CX, $16
	JLT vectorEnd
vector:
	VMOVUPS (DI)(AX*4), Z0 // x1
	VMOVUPS (SI)(AX*4), Z1 // x2
	VMOVUPS (DX)(AX*4), Z2 // cos
	VMOVUPS (R8)(AX*4), Z3 // sin
	VMULPS Z2, Z0, Z4
	VMULPS Z3, Z0, Z0
	VFNMADD231PS Z3, Z1, Z4
	VMOVUPS Z4, (DI)(AX*4) // x1
	VFMADD231PS Z2, Z1, Z0
	VMOVUPS Z0, (SI)(AX*4) // x2
	ADDQ $16, AX
	SUBQ $16, CX
	CMPQ CX, $16
	JGE vector
vectorEnd:
	TESTQ CX, CX
	JZ done
	MOVL $1, BX
	SHLL CX, BX
	DECL BX
	KMOVW BX, K1
	VMOVUPS.Z (DI)(AX*4), K1, Z0 // x1
	VMOVUPS.Z (SI)(AX*4), K1, Z1 // x2
	VMOVUPS.Z (DX)(AX*4), K1, Z2 // cos
	VMOVUPS.Z (R8)(AX*4), K1, Z3 // sin
	VMULPS Z2, Z0, Z4
	VMULPS Z3, Z0, Z0
	VFNMADD231PS Z3, Z1, Z4
	VMOVUPS Z4, K1, (DI)(AX*4) // x1
	VFMADD231PS Z2, Z1, Z0
	VMOVUPS Z0, K1, (SI)(AX*4) // x2
done:
	VZEROUPPER
	RET

// func axpy(y []float32, a float32, x []float32)
// y += a*x
TEXT ·axpyAVX512(SB), NOSPLIT, $0-56
	MOVQ y_base+0(FP), DI
	MOVQ x_base+32(FP), SI
	MOVQ y_len+8(FP), CX
	VBROADCASTSS a+24(FP), Z31
	XORQ AX, AX
	CMPQ CX, $32
	JLT roundEnd
round:
	VMOVUPS (SI)(AX*4), Z0 // x
	VMOVUPS 64(SI)(AX*4), Z1 // x
	VMOVUPS (DI)(AX*4), Z2 // y
	VMOVUPS 64(DI)(AX*4), Z3 // y
	VFMADD231PS Z31, Z0, Z2
	VFMADD231PS Z31, Z1, Z3
	VMOVUPS Z2, (DI)(AX*4) // y
	VMOVUPS Z3, 64(DI)(AX*4) // y
	ADDQ $32, AX
	SUBQ $32, CX
	CMPQ CX, $32
	JGE round
roundEnd:
	CMPQ CX, $16
	JLT vectorEnd
vector:
	VMOVUPS (SI)(AX*4), Z0 // x
	VMOVUPS (DI)(AX*4), Z1 // y
	VFMADD231PS Z31, Z0, Z1
	VMOVUPS Z1, (DI)(AX*4) // y
	ADDQ $16, AX
	SUBQ $16, CX
	CMPQ CX, $16
	JGE vector
vectorEnd:
	TESTQ CX, CX
	JZ done
	MOVL $1, BX
	SHLL CX, BX
	DECL BX
	KMOVW BX, K1
	VMOVUPS.Z (SI)(AX*4), K1, Z0 // x
	VMOVUPS.Z (DI)(AX*4), K1, Z1 // y
	VFMADD231PS Z31, Z0, Z1
	VMOVUPS Z1, K1, (DI)(AX*4) // y
done:
	VZEROUPPER
	RET

// func scale(y []float32, a float32, x []float32)
// y = a*x
TEXT ·scaleAVX512(SB), NOSPLIT, $0-56
	MOVQ y_base+0(FP), DI
	MOVQ x_base+32(FP), SI
	MOVQ y_len+8(FP), CX
	VBROADCASTSS a+24(FP), Z31
	XORQ AX, AX
	CMPQ CX, $32
	JLT roundEnd
round:
	VMOVUPS (SI)(AX*4), Z0 // x
	VMOVUPS 64(SI)(AX*4), Z1 // x
	VMULPS Z31, Z0, Z0
	VMULPS Z31, Z1, Z1
	VMOVUPS Z0, (DI)(AX*4) // y
	VMOVUPS Z1, 64(DI)(AX*4) // y
	ADDQ $32, AX
	SUBQ $32, CX
	CMPQ CX, $32
	JGE round
roundEnd:
	CMPQ CX, $16
	JLT vectorEnd
vector:
	VMOVUPS (SI)(AX*4), Z0 // x
	VMULPS Z31, Z0, Z0
	VMOVUPS Z0, (DI)(AX*4) // y
	ADDQ $16, AX
	SUBQ $16, CX
	CMPQ CX, $16
	JGE vector
vectorEnd:
	TESTQ CX, CX
	JZ done
	MOVL $1, BX
	SHLL CX, BX
	DECL BX
	KMOVW BX, K1
	VMOVUPS.Z (SI)(AX*4), K1, Z0 // x
	VMULPS Z31, Z0, Z0
	VMOVUPS Z0, K1, (DI)(AX*4) // y
done:
	VZEROUPPER
	RET

// func scaleStream(y []float32, a float32, x []float32)
// y = a*x, written past the caches
TEXT ·scaleStreamAVX512(SB), NOSPLIT, $0-56
	MOVQ y_base+0(FP), DI
	MOVQ x_base+32(FP), SI
	MOVQ y_len+8(FP), CX
	VBROADCASTSS a+24(FP), Z31
	XORQ AX, AX
	CMPQ CX, $32
	JLT roundEnd
round:
	VMOVUPS (SI)(AX*4), Z0 // x
	VMOVUPS 64(SI)(AX*4), Z1 // x
	VMULPS Z31, Z0, Z0
	VMULPS Z31, Z1, Z1
	VMOVNTPS Z0, (DI)(AX*4) // y
	VMOVNTPS Z1, 64(DI)(AX*4) // y
	ADDQ $32, AX
	SUBQ $32, CX
	CMPQ CX, $32
	JGE round
roundEnd:
	CMPQ CX, $16
	JLT vectorEnd
vector:
	VMOVUPS (SI)(AX*4), Z0 // x
	VMULPS Z31, Z0, Z0
	VMOVNTPS Z0, (DI)(AX*4) // y
	ADDQ $16, AX
	SUBQ $16, CX
	CMPQ CX, $16
	JGE vector
vectorEnd:
	TESTQ CX, CX
	JZ done
	MOVL $1, BX
	SHLL CX, BX
	DECL BX
	KMOVW BX, K1
	VMOVUPS.Z (SI)(AX*4), K1, Z0 // x
	VMULPS Z31, Z0, Z0
	VMOVUPS Z0, K1, (DI)(AX*4) // y
done:
	VZEROUPPER
	RET

// func copy(y, x []float32)
// y = x
TEXT ·copyAVX512(SB), NOSPLIT, $0-48
	MOVQ y_base+0(FP), DI
	MOVQ x_base+24(FP), SI
	MOVQ y_len+8(FP), CX
	XORQ AX, AX
	CMPQ CX, $64
	JLT roundEnd
round:
	VMOVUPS (SI)(AX*4), Z0 // x
	VMOVUPS 64(SI)(AX*4), Z1 // x
	VMOVUPS 128(SI)(AX*4), Z2 // x
	VMOVUPS 192(SI)(AX*4), Z3 // x
	VMOVUPS Z0, (DI)(AX*4) // y
	VMOVUPS Z1, 64(DI)(AX*4) // y
	VMOVUPS Z2, 128(DI)(AX*4) // y
	VMOVUPS Z3, 192(DI)(AX*4) // y
	ADDQ $64, AX
	SUBQ $64, CX
	CMPQ CX, $64
	JGE round
roundEnd:
	CMPQ CX, $16
	JLT vectorEnd
vector:
	VMOVUPS (SI)(AX*4), Z0 // x
	VMOVUPS Z0, (DI)(AX*4) // y
	ADDQ $16, AX
	SUBQ $16, CX
	CMPQ CX, $16
	JGE vector
vectorEnd:
	TESTQ CX, CX
	JZ done
	MOVL $1, BX
	SHLL CX, BX
	DECL BX
	KMOVW BX, K1
	VMOVUPS.Z (SI)(AX*4), K1, Z0 // x
	VMOVUPS Z0, K1, (DI)(AX*4) // y
done:
	VZEROUPPER
	RET

// func copyStream(y, x []float32)
// y = x, written past the caches
TEXT ·copyStreamAVX512(SB), NOSPLIT, $0-48
	MOVQ y_base+0(FP), DI
	MOVQ x_base+24(FP), SI
	MOVQ y_len+8(FP), CX
	XORQ AX, AX
	CMPQ CX, $64
	JLT roundEnd
round:
	VMOVUPS (SI)(AX*4), Z0 // x
	VMOVUPS 64(SI)(AX*4), Z1 // x
	VMOVUPS 128(SI)(AX*4), Z2 // x
	VMOVUPS 192(SI)(AX*4), Z3 // x
	VMOVNTPS Z0, (DI)(AX*4) // y
	VMOVNTPS Z1, 64(DI)(AX*4) // y
	VMOVNTPS Z2, 128(DI)(AX*4) // y
	VMOVNTPS Z3, 192(DI)(AX*4) // y
	ADDQ $64, AX
	SUBQ $64, CX
	CMPQ CX, $64
	JGE round
roundEnd:
	CMPQ CX, $16
	JLT vectorEnd
vector:
	VMOVUPS (SI)(AX*4), Z0 // x
	VMOVNTPS Z0, (DI)(AX*4) // y
	ADDQ $16, AX
	SUBQ $16, CX
	CMPQ CX, $16
	JGE vector
vectorEnd:
	TESTQ CX, CX
	JZ done
	MOVL $1, BX
	SHLL CX, BX
	DECL BX
	KMOVW BX, K1
	VMOVUPS.Z (SI)(AX*4), K1, Z0 // x
	VMOVUPS Z0, K1, (DI)(AX*4) // y
done:
	VZEROUPPER
	RET

// func add(y, a, b []float32)
// y = a + b
TEXT ·addAVX512(SB), NOSPLIT, $0-72
	MOVQ y_base+0(FP), DI
	MOVQ a_base+24(FP), SI
	MOVQ b_base+48(FP), DX
	MOVQ y_len+8(FP), CX
	XORQ AX, AX
	CMPQ CX, $32
	JLT roundEnd
round:
	VMOVUPS (SI)(AX*4), Z0 // a
	VMOVUPS 64(SI)(AX*4), Z1 // a
	VMOVUPS (DX)(AX*4), Z2 // b
	VMOVUPS 64(DX)(AX*4), Z3 // b
	VADDPS Z2, Z0, Z0
	VADDPS Z3, Z1, Z1
	VMOVUPS Z0, (DI)(AX*4) // y
	VMOVUPS Z1, 64(DI)(AX*4) // y
	ADDQ $32, AX
	SUBQ $32, CX
	CMPQ CX, $32
	JGE round
roundEnd:
	CMPQ CX, $16
	JLT vectorEnd
vector:
	VMOVUPS (SI)(AX*4), Z0 // a
	VMOVUPS (DX)(AX*4), Z1 // b
	VADDPS Z1, Z0, Z0
	VMOVUPS Z0, (DI)(AX*4) // y
	ADDQ $16, AX
	SUBQ $16, CX
	CMPQ CX, $16
	JGE vector
vectorEnd:
	TESTQ CX, CX
	JZ done
	MOVL $1, BX
	SHLL CX, BX
	DECL BX
	KMOVW BX, K1
	VMOVUPS.Z (SI)(AX*4), K1, Z0 // a
	VMOVUPS.Z (DX)(AX*4), K1, Z1 // b
	VADDPS Z1, Z0, Z0
	VMOVUPS Z0, K1, (DI)(AX*4) // y
done:
	VZEROUPPER
	RET

// func addStream(y, a, b []float32)
// y = a + b, written past the caches
TEXT ·addStreamAVX512(SB), NOSPLIT, $0-72
	MOVQ y_base+0(FP), DI
	MOVQ a_base+24(FP), SI
	MOVQ b_base+48(FP), DX
	MOVQ y_len+8(FP), CX
	XORQ AX, AX
	CMPQ CX, $32
	JLT roundEnd
round:
	VMOVUPS (SI)(AX*4), Z0 // a
	VMOVUPS 64(SI)(AX*4), Z1 // a
	VMOVUPS (DX)(AX*4), Z2 // b
	VMOVUPS 64(DX)(AX*4), Z3 // b
	VADDPS Z2, Z0, Z0
	VADDPS Z3, Z1, Z1
	VMOVNTPS Z0, (DI)(AX*4) // y
	VMOVNTPS Z1, 64(DI)(AX*4) // y
	ADDQ $32, AX
	SUBQ $32, CX
	CMPQ CX, $32
	JGE round
roundEnd:
	CMPQ CX, $16
	JLT vectorEnd
vector:
	VMOVUPS (SI)(AX*4), Z0 // a
	VMOVUPS (DX)(AX*4), Z1 // b
	VADDPS Z1, Z0, Z0
	VMOVNTPS Z0, (DI)(AX*4) // y
	ADDQ $16, AX
	SUBQ $16, CX
	CMPQ CX, $16
	JGE vector
vectorEnd:
	TESTQ CX, CX
	JZ done
	MOVL $1, BX
	SHLL CX, BX
	DECL BX
	KMOVW BX, K1
	VMOVUPS.Z (SI)(AX*4), K1, Z0 // a
	VMOVUPS.Z (DX)(AX*4), K1, Z1 // b
	VADDPS Z1, Z0, Z0
	VMOVUPS Z0, K1, (DI)(AX*4) // y
done:
	VZEROUPPER
	RET

// func mul(y, a, b []float32)
// y = a*b
TEXT ·mulAVX512(SB), NOSPLIT, $0-72
	MOVQ y_base+0(FP), DI
	MOVQ a_base+24(FP), SI
	MOVQ b_base+48(FP), DX
	MOVQ y_len+8(FP), CX
	XORQ AX, AX
	CMPQ CX, $32
	JLT roundEnd
round:
	VMOVUPS (SI)(AX*4), Z0 // a
	VMOVUPS 64(SI)(AX*4), Z1 // a
	VMOVUPS (DX)(AX*4), Z2 // b
	VMOVUPS 64(DX)(AX*4), Z3 // b
	VMULPS Z2, Z0, Z0
	VMULPS Z3, Z1, Z1
	VMOVUPS Z0, (DI)(AX*4) // y
	VMOVUPS Z1, 64(DI)(AX*4) // y
	ADDQ $32, AX
	SUBQ $32, CX
	CMPQ CX, $32
	JGE round
roundEnd:
	CMPQ CX, $16
	JLT vectorEnd
vector:
	VMOVUPS (SI)(AX*4), Z0 // a
	VMOVUPS (DX)(AX*4), Z1 // b
	VMULPS Z1, Z0, Z0
	VMOVUPS Z0, (DI)(AX*4) // y
	ADDQ $16, AX
	SUBQ $16, CX
	CMPQ CX, $16
	JGE vector
vectorEnd:
	TESTQ CX, CX
	JZ done
	MOVL $1, BX
	SHLL CX, BX
	DECL BX
	KMOVW BX, K1
	VMOVUPS.Z (SI)(AX*4), K1, Z0 // a
	VMOVUPS.Z (DX)(AX*4), K1, Z1 // b
	VMULPS Z1, Z0, Z0
	VMOVUPS Z0, K1, (DI)(AX*4) // y
done:
	VZEROUPPER
	RET

// func mulStream(y, a, b []float32)
// y = a*b, written past the caches
TEXT ·mulStreamAVX512(SB), NOSPLIT, $0-72
	MOVQ y_base+0(FP), DI
	MOVQ a_base+24(FP), SI
	MOVQ b_base+48(FP), DX
	MOVQ y_len+8(FP), CX
	XORQ AX, AX
	CMPQ CX, $32
	JLT roundEnd
round:
	VMOVUPS (SI)(AX*4), Z0 // a
	VMOVUPS 64(SI)(AX*4), Z1 // a
	VMOVUPS (DX)(AX*4), Z2 // b
	VMOVUPS 64(DX)(AX*4), Z3 // b
	VMULPS Z2, Z0, Z0
	VMULPS Z3, Z1, Z1
	VMOVNTPS Z0, (DI)(AX*4) // y
	VMOVNTPS Z1, 64(DI)(AX*4) // y
	ADDQ $32, AX
	SUBQ $32, CX
	CMPQ CX, $32
	JGE round
roundEnd:
	CMPQ CX, $16
	JLT vectorEnd
vector:
	VMOVUPS (SI)(AX*4), Z0 // a
	VMOVUPS (DX)(AX*4), Z1 // b
	VMULPS Z1, Z0, Z0
	VMOVNTPS Z0, (DI)(AX*4) // y
	ADDQ $16, AX
	SUBQ $16, CX
	CMPQ CX, $16
	JGE vector
vectorEnd:
	TESTQ CX, CX
	JZ done
	MOVL $1, BX
	SHLL CX, BX
	DECL BX
	KMOVW BX, K1
	VMOVUPS.Z (SI)(AX*4), K1, Z0 // a
	VMOVUPS.Z (DX)(AX*4), K1, Z1 // b
	VMULPS Z1, Z0, Z0
	VMOVUPS Z0, K1, (DI)(AX*4) // y
done:
	VZEROUPPER
	RET

// func columnMax(m, y []float32)
// m = max(m, y)
TEXT ·columnMaxAVX512(SB), NOSPLIT, $0-48
	MOVQ m_base+0(FP), DI
	MOVQ y_base+24(FP), SI
	MOVQ m_len+8(FP), CX
	XORQ AX, AX
	CMPQ CX, $16
	JLT vectorEnd
vector:
	VMOVUPS (DI)(AX*4), Z0 // m
	VMOVUPS (SI)(AX*4), Z1 // y
	VMAXPS Z1, Z0, Z0
	VMOVUPS Z0, (DI)(AX*4) // m
	ADDQ $16, AX
	SUBQ $16, CX
	CMPQ CX, $16
	JGE vector
vectorEnd:
	TESTQ CX, CX
	JZ done
	MOVL $1, BX
	SHLL CX, BX
	DECL BX
	KMOVW BX, K1
	VMOVUPS.Z (DI)(AX*4), K1, Z0 // m
	VMOVUPS.Z (SI)(AX*4), K1, Z1 // y
	VMAXPS Z1, Z0, Z0
	VMOVUPS Z0, K1, (DI)(AX*4) // m
done:
	VZEROUPPER
	RET

// func scaleMax(y, x []float32, a float32) float32
// y = a*x; returns max y
TEXT ·scaleMaxAVX512(SB), NOSPLIT, $0-60
	MOVQ y_base+0(FP), DI
	MOVQ x_base+24(FP), SI
	MOVQ y_len+8(FP), CX
	VBROADCASTSS a+48(FP), Z31
	VBROADCASTSS cff800000<>(SB), Z30 // -Inf
	VBROADCASTSS cff800000<>(SB), Z29 // -Inf
	XORQ AX, AX
	CMPQ CX, $32
	JLT roundEnd
round:
	VMOVUPS (SI)(AX*4), Z0 // x
	VMOVUPS 64(SI)(AX*4), Z1 // x
	VMULPS Z31, Z0, Z0
	VMULPS Z31, Z1, Z1
	VMAXPS Z0, Z30, Z30
	VMAXPS Z1, Z29, Z29
	VMOVUPS Z0, (DI)(AX*4) // y
	VMOVUPS Z1, 64(DI)(AX*4) // y
	ADDQ $32, AX
	SUBQ $32, CX
	CMPQ CX, $32
	JGE round
roundEnd:
	CMPQ CX, $16
	JLT vectorEnd
vector:
	VMOVUPS (SI)(AX*4), Z0 // x
	VMULPS Z31, Z0, Z0
	VMAXPS Z0, Z30, Z30
	VMOVUPS Z0, (DI)(AX*4) // y
	ADDQ $16, AX
	SUBQ $16, CX
	CMPQ CX, $16
	JGE vector
vectorEnd:
	TESTQ CX, CX
	JZ done
	MOVL $1, BX
	SHLL CX, BX
	DECL BX
	KMOVW BX, K1
	VMOVUPS.Z (SI)(AX*4), K1, Z0 // x
	VMULPS Z31, Z0, Z0
	VMAXPS Z0, Z30, K1, Z30
	VMOVUPS Z0, K1, (DI)(AX*4) // y
done:
	VMAXPS Z29, Z30, Z30
	VMOVAPS Z30, Z0
	VEXTRACTF64X4 $1, Z0, Y1
	VMAXPS Y1, Y0, Y0
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
TEXT ·capGradAVX512(SB), NOSPLIT, $0-76
	MOVQ dx_base+0(FP), DI
	MOVQ g_base+24(FP), SI
	MOVQ y_base+48(FP), DX
	MOVQ dx_len+8(FP), CX
	VBROADCASTSS invCap+72(FP), Z31
	VBROADCASTSS c3f800000<>(SB), Z30 // 1
	XORQ AX, AX
	CMPQ CX, $32
	JLT roundEnd
round:
	VMOVUPS (DX)(AX*4), Z0 // y
	VMOVUPS 64(DX)(AX*4), Z1 // y
	VMULPS Z31, Z0, Z0
	VMULPS Z31, Z1, Z1
	VFNMADD213PS Z30, Z0, Z0 // 1
	VFNMADD213PS Z30, Z1, Z1 // 1
	VMOVUPS (SI)(AX*4), Z2 // g
	VMOVUPS 64(SI)(AX*4), Z3 // g
	VMULPS Z2, Z0, Z0
	VMULPS Z3, Z1, Z1
	VMOVUPS Z0, (DI)(AX*4) // dx
	VMOVUPS Z1, 64(DI)(AX*4) // dx
	ADDQ $32, AX
	SUBQ $32, CX
	CMPQ CX, $32
	JGE round
roundEnd:
	CMPQ CX, $16
	JLT vectorEnd
vector:
	VMOVUPS (DX)(AX*4), Z0 // y
	VMULPS Z31, Z0, Z0
	VFNMADD213PS Z30, Z0, Z0 // 1
	VMOVUPS (SI)(AX*4), Z1 // g
	VMULPS Z1, Z0, Z0
	VMOVUPS Z0, (DI)(AX*4) // dx
	ADDQ $16, AX
	SUBQ $16, CX
	CMPQ CX, $16
	JGE vector
vectorEnd:
	TESTQ CX, CX
	JZ done
	MOVL $1, BX
	SHLL CX, BX
	DECL BX
	KMOVW BX, K1
	VMOVUPS.Z (DX)(AX*4), K1, Z0 // y
	VMULPS Z31, Z0, Z0
	VFNMADD213PS Z30, Z0, Z0 // 1
	VMOVUPS.Z (SI)(AX*4), K1, Z1 // g
	VMULPS Z1, Z0, Z0
	VMOVUPS Z0, K1, (DI)(AX*4) // dx
done:
	VZEROUPPER
	RET

// func adamw(p, g, m, v []float32, c *adamwConsts)
// see adamwGeneric: no operation is fused
TEXT ·adamwAVX512(SB), NOSPLIT, $0-104
	MOVQ p_base+0(FP), DI
	MOVQ g_base+24(FP), SI
	MOVQ m_base+48(FP), DX
	MOVQ v_base+72(FP), R8
	MOVQ p_len+8(FP), CX
	MOVQ c+96(FP), R11
	VBROADCASTSS 0(R11), Z31 // gradScale
	VBROADCASTSS 4(R11), Z30 // beta1
	VBROADCASTSS 8(R11), Z29 // gain1
	VBROADCASTSS 12(R11), Z28 // beta2
	VBROADCASTSS 16(R11), Z27 // gain2
	VBROADCASTSS 20(R11), Z26 // decay
	VBROADCASTSS 24(R11), Z25 // rootBias
	VBROADCASTSS 28(R11), Z24 // eps
	VBROADCASTSS 32(R11), Z23 // step
	XORQ AX, AX
	CMPQ CX, $16
	JLT vectorEnd
vector:
	VMOVUPS (SI)(AX*4), Z0 // g
	VMULPS Z31, Z0, Z0
	VMOVUPS (DX)(AX*4), Z1 // m
	VMULPS Z30, Z1, Z1
	VMULPS Z29, Z0, Z2
	VADDPS Z2, Z1, Z1
	VMOVUPS Z1, (DX)(AX*4) // m
	VMOVUPS (R8)(AX*4), Z2 // v
	VMULPS Z28, Z2, Z2
	VMULPS Z0, Z0, Z0
	VMULPS Z27, Z0, Z0
	VADDPS Z0, Z2, Z2
	VMOVUPS Z2, (R8)(AX*4) // v
	VSQRTPS Z2, Z2
	VDIVPS Z25, Z2, Z2
	VADDPS Z24, Z2, Z2
	VMULPS Z23, Z1, Z1
	VDIVPS Z2, Z1, Z1
	VMOVUPS (DI)(AX*4), Z0 // p
	VMULPS Z26, Z0, Z0
	VSUBPS Z1, Z0, Z0
	VMOVUPS Z0, (DI)(AX*4) // p
	ADDQ $16, AX
	SUBQ $16, CX
	CMPQ CX, $16
	JGE vector
vectorEnd:
	TESTQ CX, CX
	JZ done
	MOVL $1, BX
	SHLL CX, BX
	DECL BX
	KMOVW BX, K1
	VMOVUPS.Z (SI)(AX*4), K1, Z0 // g
	VMULPS Z31, Z0, Z0
	VMOVUPS.Z (DX)(AX*4), K1, Z1 // m
	VMULPS Z30, Z1, Z1
	VMULPS Z29, Z0, Z2
	VADDPS Z2, Z1, Z1
	VMOVUPS Z1, K1, (DX)(AX*4) // m
	VMOVUPS.Z (R8)(AX*4), K1, Z2 // v
	VMULPS Z28, Z2, Z2
	VMULPS Z0, Z0, Z0
	VMULPS Z27, Z0, Z0
	VADDPS Z0, Z2, Z2
	VMOVUPS Z2, K1, (R8)(AX*4) // v
	VSQRTPS Z2, Z2
	VDIVPS Z25, Z2, Z2
	VADDPS Z24, Z2, Z2
	VMULPS Z23, Z1, Z1
	VDIVPS Z2, Z1, Z1
	VMOVUPS.Z (DI)(AX*4), K1, Z0 // p
	VMULPS Z26, Z0, Z0
	VSUBPS Z1, Z0, Z0
	VMOVUPS Z0, K1, (DI)(AX*4) // p
done:
	VZEROUPPER
	RET
