// Written by package rowgen from table.go; go test ./kernels/internal/rowgen -update rewrites it.

//go:build !purego

#include "textflag.h"

DATA laneMask<>+0(SB)/4, $0xffffffff
DATA laneMask<>+4(SB)/4, $0xffffffff
DATA laneMask<>+8(SB)/4, $0xffffffff
DATA laneMask<>+12(SB)/4, $0xffffffff
DATA laneMask<>+16(SB)/4, $0x00000000
DATA laneMask<>+20(SB)/4, $0x00000000
DATA laneMask<>+24(SB)/4, $0x00000000
DATA laneMask<>+28(SB)/4, $0x00000000
GLOBL laneMask<>(SB), RODATA|NOPTR, $32

// func rotate(x1, x2, cos, sin []float32)
// (x1, x2) = (x1*cos - x2*sin, x2*cos + x1*sin)
TEXT ·rotateNEON(SB), NOSPLIT, $64-96
	MOVD x1_base+0(FP), R0
	MOVD x2_base+24(FP), R1
	MOVD cos_base+48(FP), R2
	MOVD sin_base+72(FP), R3
	MOVD x1_len+8(FP), R5
	CMP $4, R5
	BLT vectorEnd
vector:
	FMOVQ 0(R0), F0 // x1
	FMOVQ 0(R1), F1 // x2
	FMOVQ 0(R2), F2 // cos
	FMOVQ 0(R3), F3 // sin
	WORD $0x6e22dc04 // fmul v4.4s, v0.4s, v2.4s
	WORD $0x6e23dc00 // fmul v0.4s, v0.4s, v3.4s
	WORD $0x4ea3cc24 // fmls v4.4s, v1.4s, v3.4s
	FMOVQ F4, 0(R0) // x1
	WORD $0x4e22cc20 // fmla v0.4s, v1.4s, v2.4s
	FMOVQ F0, 0(R1) // x2
	ADD $16, R0
	ADD $16, R1
	ADD $16, R2
	ADD $16, R3
	SUB $4, R5
	CMP $4, R5
	BGE vector
vectorEnd:
	CBZ R5, done
	MOVD $tail-64(SP), R10
	STP (ZR, ZR), 0(R10)
	ADD $0, R10, R12
	MOVD R5, R6
in0:
	SUB $1, R6
	MOVWU (R0)(R6<<2), R11
	MOVW R11, (R12)(R6<<2)
	CBNZ R6, in0
	STP (ZR, ZR), 16(R10)
	ADD $16, R10, R12
	MOVD R5, R6
in1:
	SUB $1, R6
	MOVWU (R1)(R6<<2), R11
	MOVW R11, (R12)(R6<<2)
	CBNZ R6, in1
	STP (ZR, ZR), 32(R10)
	ADD $32, R10, R12
	MOVD R5, R6
in2:
	SUB $1, R6
	MOVWU (R2)(R6<<2), R11
	MOVW R11, (R12)(R6<<2)
	CBNZ R6, in2
	STP (ZR, ZR), 48(R10)
	ADD $48, R10, R12
	MOVD R5, R6
in3:
	SUB $1, R6
	MOVWU (R3)(R6<<2), R11
	MOVW R11, (R12)(R6<<2)
	CBNZ R6, in3
	FMOVQ 0(R10), F0 // x1
	FMOVQ 16(R10), F1 // x2
	FMOVQ 32(R10), F2 // cos
	FMOVQ 48(R10), F3 // sin
	WORD $0x6e22dc04 // fmul v4.4s, v0.4s, v2.4s
	WORD $0x6e23dc00 // fmul v0.4s, v0.4s, v3.4s
	WORD $0x4ea3cc24 // fmls v4.4s, v1.4s, v3.4s
	FMOVQ F4, 0(R10) // x1
	WORD $0x4e22cc20 // fmla v0.4s, v1.4s, v2.4s
	FMOVQ F0, 16(R10) // x2
	ADD $0, R10, R12
	MOVD R5, R6
out0:
	SUB $1, R6
	MOVWU (R12)(R6<<2), R11
	MOVW R11, (R0)(R6<<2)
	CBNZ R6, out0
	ADD $16, R10, R12
	MOVD R5, R6
out1:
	SUB $1, R6
	MOVWU (R12)(R6<<2), R11
	MOVW R11, (R1)(R6<<2)
	CBNZ R6, out1
done:
	RET

// func axpy(y []float32, a float32, x []float32)
// y += a*x
TEXT ·axpyNEON(SB), NOSPLIT, $32-56
	MOVD y_base+0(FP), R0
	MOVD x_base+32(FP), R1
	MOVD y_len+8(FP), R5
	MOVWU a+24(FP), R6
	VDUP R6, V31.S4
	CMP $8, R5
	BLT roundEnd
round:
	FMOVQ 0(R1), F0 // x
	FMOVQ 16(R1), F1 // x
	FMOVQ 0(R0), F2 // y
	FMOVQ 16(R0), F3 // y
	WORD $0x4e3fcc02 // fmla v2.4s, v0.4s, v31.4s
	WORD $0x4e3fcc23 // fmla v3.4s, v1.4s, v31.4s
	FMOVQ F2, 0(R0) // y
	FMOVQ F3, 16(R0) // y
	ADD $32, R0
	ADD $32, R1
	SUB $8, R5
	CMP $8, R5
	BGE round
roundEnd:
	CMP $4, R5
	BLT vectorEnd
vector:
	FMOVQ 0(R1), F0 // x
	FMOVQ 0(R0), F1 // y
	WORD $0x4e3fcc01 // fmla v1.4s, v0.4s, v31.4s
	FMOVQ F1, 0(R0) // y
	ADD $16, R0
	ADD $16, R1
	SUB $4, R5
	CMP $4, R5
	BGE vector
vectorEnd:
	CBZ R5, done
	MOVD $tail-32(SP), R10
	STP (ZR, ZR), 0(R10)
	ADD $0, R10, R12
	MOVD R5, R6
in0:
	SUB $1, R6
	MOVWU (R0)(R6<<2), R11
	MOVW R11, (R12)(R6<<2)
	CBNZ R6, in0
	STP (ZR, ZR), 16(R10)
	ADD $16, R10, R12
	MOVD R5, R6
in1:
	SUB $1, R6
	MOVWU (R1)(R6<<2), R11
	MOVW R11, (R12)(R6<<2)
	CBNZ R6, in1
	FMOVQ 16(R10), F0 // x
	FMOVQ 0(R10), F1 // y
	WORD $0x4e3fcc01 // fmla v1.4s, v0.4s, v31.4s
	FMOVQ F1, 0(R10) // y
	ADD $0, R10, R12
	MOVD R5, R6
out0:
	SUB $1, R6
	MOVWU (R12)(R6<<2), R11
	MOVW R11, (R0)(R6<<2)
	CBNZ R6, out0
done:
	RET

// func scale(y []float32, a float32, x []float32)
// y = a*x
TEXT ·scaleNEON(SB), NOSPLIT, $32-56
	MOVD y_base+0(FP), R0
	MOVD x_base+32(FP), R1
	MOVD y_len+8(FP), R5
	MOVWU a+24(FP), R6
	VDUP R6, V31.S4
	CMP $8, R5
	BLT roundEnd
round:
	FMOVQ 0(R1), F0 // x
	FMOVQ 16(R1), F1 // x
	WORD $0x6e3fdc00 // fmul v0.4s, v0.4s, v31.4s
	WORD $0x6e3fdc21 // fmul v1.4s, v1.4s, v31.4s
	FMOVQ F0, 0(R0) // y
	FMOVQ F1, 16(R0) // y
	ADD $32, R0
	ADD $32, R1
	SUB $8, R5
	CMP $8, R5
	BGE round
roundEnd:
	CMP $4, R5
	BLT vectorEnd
vector:
	FMOVQ 0(R1), F0 // x
	WORD $0x6e3fdc00 // fmul v0.4s, v0.4s, v31.4s
	FMOVQ F0, 0(R0) // y
	ADD $16, R0
	ADD $16, R1
	SUB $4, R5
	CMP $4, R5
	BGE vector
vectorEnd:
	CBZ R5, done
	MOVD $tail-32(SP), R10
	STP (ZR, ZR), 16(R10)
	ADD $16, R10, R12
	MOVD R5, R6
in1:
	SUB $1, R6
	MOVWU (R1)(R6<<2), R11
	MOVW R11, (R12)(R6<<2)
	CBNZ R6, in1
	FMOVQ 16(R10), F0 // x
	WORD $0x6e3fdc00 // fmul v0.4s, v0.4s, v31.4s
	FMOVQ F0, 0(R10) // y
	ADD $0, R10, R12
	MOVD R5, R6
out0:
	SUB $1, R6
	MOVWU (R12)(R6<<2), R11
	MOVW R11, (R0)(R6<<2)
	CBNZ R6, out0
done:
	RET

// func copy(y, x []float32)
// y = x
TEXT ·copyNEON(SB), NOSPLIT, $32-48
	MOVD y_base+0(FP), R0
	MOVD x_base+24(FP), R1
	MOVD y_len+8(FP), R5
	CMP $16, R5
	BLT roundEnd
round:
	FMOVQ 0(R1), F0 // x
	FMOVQ 16(R1), F1 // x
	FMOVQ 32(R1), F2 // x
	FMOVQ 48(R1), F3 // x
	FMOVQ F0, 0(R0) // y
	FMOVQ F1, 16(R0) // y
	FMOVQ F2, 32(R0) // y
	FMOVQ F3, 48(R0) // y
	ADD $64, R0
	ADD $64, R1
	SUB $16, R5
	CMP $16, R5
	BGE round
roundEnd:
	CMP $4, R5
	BLT vectorEnd
vector:
	FMOVQ 0(R1), F0 // x
	FMOVQ F0, 0(R0) // y
	ADD $16, R0
	ADD $16, R1
	SUB $4, R5
	CMP $4, R5
	BGE vector
vectorEnd:
	CBZ R5, done
	MOVD $tail-32(SP), R10
	STP (ZR, ZR), 16(R10)
	ADD $16, R10, R12
	MOVD R5, R6
in1:
	SUB $1, R6
	MOVWU (R1)(R6<<2), R11
	MOVW R11, (R12)(R6<<2)
	CBNZ R6, in1
	FMOVQ 16(R10), F0 // x
	FMOVQ F0, 0(R10) // y
	ADD $0, R10, R12
	MOVD R5, R6
out0:
	SUB $1, R6
	MOVWU (R12)(R6<<2), R11
	MOVW R11, (R0)(R6<<2)
	CBNZ R6, out0
done:
	RET

// func add(y, a, b []float32)
// y = a + b
TEXT ·addNEON(SB), NOSPLIT, $48-72
	MOVD y_base+0(FP), R0
	MOVD a_base+24(FP), R1
	MOVD b_base+48(FP), R2
	MOVD y_len+8(FP), R5
	CMP $8, R5
	BLT roundEnd
round:
	FMOVQ 0(R1), F0 // a
	FMOVQ 16(R1), F1 // a
	FMOVQ 0(R2), F2 // b
	FMOVQ 16(R2), F3 // b
	WORD $0x4e22d400 // fadd v0.4s, v0.4s, v2.4s
	WORD $0x4e23d421 // fadd v1.4s, v1.4s, v3.4s
	FMOVQ F0, 0(R0) // y
	FMOVQ F1, 16(R0) // y
	ADD $32, R0
	ADD $32, R1
	ADD $32, R2
	SUB $8, R5
	CMP $8, R5
	BGE round
roundEnd:
	CMP $4, R5
	BLT vectorEnd
vector:
	FMOVQ 0(R1), F0 // a
	FMOVQ 0(R2), F1 // b
	WORD $0x4e21d400 // fadd v0.4s, v0.4s, v1.4s
	FMOVQ F0, 0(R0) // y
	ADD $16, R0
	ADD $16, R1
	ADD $16, R2
	SUB $4, R5
	CMP $4, R5
	BGE vector
vectorEnd:
	CBZ R5, done
	MOVD $tail-48(SP), R10
	STP (ZR, ZR), 16(R10)
	ADD $16, R10, R12
	MOVD R5, R6
in1:
	SUB $1, R6
	MOVWU (R1)(R6<<2), R11
	MOVW R11, (R12)(R6<<2)
	CBNZ R6, in1
	STP (ZR, ZR), 32(R10)
	ADD $32, R10, R12
	MOVD R5, R6
in2:
	SUB $1, R6
	MOVWU (R2)(R6<<2), R11
	MOVW R11, (R12)(R6<<2)
	CBNZ R6, in2
	FMOVQ 16(R10), F0 // a
	FMOVQ 32(R10), F1 // b
	WORD $0x4e21d400 // fadd v0.4s, v0.4s, v1.4s
	FMOVQ F0, 0(R10) // y
	ADD $0, R10, R12
	MOVD R5, R6
out0:
	SUB $1, R6
	MOVWU (R12)(R6<<2), R11
	MOVW R11, (R0)(R6<<2)
	CBNZ R6, out0
done:
	RET

// func mul(y, a, b []float32)
// y = a*b
TEXT ·mulNEON(SB), NOSPLIT, $48-72
	MOVD y_base+0(FP), R0
	MOVD a_base+24(FP), R1
	MOVD b_base+48(FP), R2
	MOVD y_len+8(FP), R5
	CMP $8, R5
	BLT roundEnd
round:
	FMOVQ 0(R1), F0 // a
	FMOVQ 16(R1), F1 // a
	FMOVQ 0(R2), F2 // b
	FMOVQ 16(R2), F3 // b
	WORD $0x6e22dc00 // fmul v0.4s, v0.4s, v2.4s
	WORD $0x6e23dc21 // fmul v1.4s, v1.4s, v3.4s
	FMOVQ F0, 0(R0) // y
	FMOVQ F1, 16(R0) // y
	ADD $32, R0
	ADD $32, R1
	ADD $32, R2
	SUB $8, R5
	CMP $8, R5
	BGE round
roundEnd:
	CMP $4, R5
	BLT vectorEnd
vector:
	FMOVQ 0(R1), F0 // a
	FMOVQ 0(R2), F1 // b
	WORD $0x6e21dc00 // fmul v0.4s, v0.4s, v1.4s
	FMOVQ F0, 0(R0) // y
	ADD $16, R0
	ADD $16, R1
	ADD $16, R2
	SUB $4, R5
	CMP $4, R5
	BGE vector
vectorEnd:
	CBZ R5, done
	MOVD $tail-48(SP), R10
	STP (ZR, ZR), 16(R10)
	ADD $16, R10, R12
	MOVD R5, R6
in1:
	SUB $1, R6
	MOVWU (R1)(R6<<2), R11
	MOVW R11, (R12)(R6<<2)
	CBNZ R6, in1
	STP (ZR, ZR), 32(R10)
	ADD $32, R10, R12
	MOVD R5, R6
in2:
	SUB $1, R6
	MOVWU (R2)(R6<<2), R11
	MOVW R11, (R12)(R6<<2)
	CBNZ R6, in2
	FMOVQ 16(R10), F0 // a
	FMOVQ 32(R10), F1 // b
	WORD $0x6e21dc00 // fmul v0.4s, v0.4s, v1.4s
	FMOVQ F0, 0(R10) // y
	ADD $0, R10, R12
	MOVD R5, R6
out0:
	SUB $1, R6
	MOVWU (R12)(R6<<2), R11
	MOVW R11, (R0)(R6<<2)
	CBNZ R6, out0
done:
	RET

// func columnMax(m, y []float32)
// m = max(m, y)
TEXT ·columnMaxNEON(SB), NOSPLIT, $32-48
	MOVD m_base+0(FP), R0
	MOVD y_base+24(FP), R1
	MOVD m_len+8(FP), R5
	CMP $4, R5
	BLT vectorEnd
vector:
	FMOVQ 0(R0), F0 // m
	FMOVQ 0(R1), F1 // y
	WORD $0x4e21f400 // fmax v0.4s, v0.4s, v1.4s
	FMOVQ F0, 0(R0) // m
	ADD $16, R0
	ADD $16, R1
	SUB $4, R5
	CMP $4, R5
	BGE vector
vectorEnd:
	CBZ R5, done
	MOVD $tail-32(SP), R10
	STP (ZR, ZR), 0(R10)
	ADD $0, R10, R12
	MOVD R5, R6
in0:
	SUB $1, R6
	MOVWU (R0)(R6<<2), R11
	MOVW R11, (R12)(R6<<2)
	CBNZ R6, in0
	STP (ZR, ZR), 16(R10)
	ADD $16, R10, R12
	MOVD R5, R6
in1:
	SUB $1, R6
	MOVWU (R1)(R6<<2), R11
	MOVW R11, (R12)(R6<<2)
	CBNZ R6, in1
	FMOVQ 0(R10), F0 // m
	FMOVQ 16(R10), F1 // y
	WORD $0x4e21f400 // fmax v0.4s, v0.4s, v1.4s
	FMOVQ F0, 0(R10) // m
	ADD $0, R10, R12
	MOVD R5, R6
out0:
	SUB $1, R6
	MOVWU (R12)(R6<<2), R11
	MOVW R11, (R0)(R6<<2)
	CBNZ R6, out0
done:
	RET

// func scaleMax(y, x []float32, a float32) float32
// y = a*x; returns max y
TEXT ·scaleMaxNEON(SB), NOSPLIT, $32-60
	MOVD y_base+0(FP), R0
	MOVD x_base+24(FP), R1
	MOVD y_len+8(FP), R5
	MOVWU a+48(FP), R6
	VDUP R6, V31.S4
	MOVD $0xff800000, R6 // -Inf
	VDUP R6, V30.S4
	MOVD $0xff800000, R6 // -Inf
	VDUP R6, V29.S4
	CMP $8, R5
	BLT roundEnd
round:
	FMOVQ 0(R1), F0 // x
	FMOVQ 16(R1), F1 // x
	WORD $0x6e3fdc00 // fmul v0.4s, v0.4s, v31.4s
	WORD $0x6e3fdc21 // fmul v1.4s, v1.4s, v31.4s
	WORD $0x4e20f7de // fmax v30.4s, v30.4s, v0.4s
	WORD $0x4e21f7bd // fmax v29.4s, v29.4s, v1.4s
	FMOVQ F0, 0(R0) // y
	FMOVQ F1, 16(R0) // y
	ADD $32, R0
	ADD $32, R1
	SUB $8, R5
	CMP $8, R5
	BGE round
roundEnd:
	CMP $4, R5
	BLT vectorEnd
vector:
	FMOVQ 0(R1), F0 // x
	WORD $0x6e3fdc00 // fmul v0.4s, v0.4s, v31.4s
	WORD $0x4e20f7de // fmax v30.4s, v30.4s, v0.4s
	FMOVQ F0, 0(R0) // y
	ADD $16, R0
	ADD $16, R1
	SUB $4, R5
	CMP $4, R5
	BGE vector
vectorEnd:
	CBZ R5, done
	MOVD $tail-32(SP), R10
	STP (ZR, ZR), 16(R10)
	ADD $16, R10, R12
	MOVD R5, R6
in1:
	SUB $1, R6
	MOVWU (R1)(R6<<2), R11
	MOVW R11, (R12)(R6<<2)
	CBNZ R6, in1
	MOVD $laneMask<>+16(SB), R6
	SUB R5<<2, R6, R6
	FMOVQ (R6), F28
	FMOVQ 16(R10), F0 // x
	WORD $0x6e3fdc00 // fmul v0.4s, v0.4s, v31.4s
	WORD $0x4e20f7c1 // fmax v1.4s, v30.4s, v0.4s
	WORD $0x6ebc1c3e // bit v30.16b, v1.16b, v28.16b
	FMOVQ F0, 0(R10) // y
	ADD $0, R10, R12
	MOVD R5, R6
out0:
	SUB $1, R6
	MOVWU (R12)(R6<<2), R11
	MOVW R11, (R0)(R6<<2)
	CBNZ R6, out0
done:
	WORD $0x4e3df7de // fmax v30.4s, v30.4s, v29.4s
	WORD $0x6e3ef7de // fmaxp v30.4s, v30.4s, v30.4s
	WORD $0x6e3ef7de // fmaxp v30.4s, v30.4s, v30.4s
	FMOVS F30, ret+56(FP)
	RET

// func capGrad(dx, g, y []float32, invCap float32)
// dx = g*(1 - (y*invCap)²)
TEXT ·capGradNEON(SB), NOSPLIT, $48-76
	MOVD dx_base+0(FP), R0
	MOVD g_base+24(FP), R1
	MOVD y_base+48(FP), R2
	MOVD dx_len+8(FP), R5
	MOVWU invCap+72(FP), R6
	VDUP R6, V31.S4
	MOVD $0x3f800000, R6 // 1
	VDUP R6, V30.S4
	CMP $8, R5
	BLT roundEnd
round:
	FMOVQ 0(R2), F0 // y
	FMOVQ 16(R2), F1 // y
	WORD $0x6e3fdc00 // fmul v0.4s, v0.4s, v31.4s
	WORD $0x6e3fdc21 // fmul v1.4s, v1.4s, v31.4s
	WORD $0x4ebe1fc2 // mov v2.16b, v30.16b
	WORD $0x4ea0cc02 // fmls v2.4s, v0.4s, v0.4s
	WORD $0x4ebe1fc0 // mov v0.16b, v30.16b
	WORD $0x4ea1cc20 // fmls v0.4s, v1.4s, v1.4s
	FMOVQ 0(R1), F1 // g
	FMOVQ 16(R1), F3 // g
	WORD $0x6e21dc42 // fmul v2.4s, v2.4s, v1.4s
	WORD $0x6e23dc00 // fmul v0.4s, v0.4s, v3.4s
	FMOVQ F2, 0(R0) // dx
	FMOVQ F0, 16(R0) // dx
	ADD $32, R0
	ADD $32, R1
	ADD $32, R2
	SUB $8, R5
	CMP $8, R5
	BGE round
roundEnd:
	CMP $4, R5
	BLT vectorEnd
vector:
	FMOVQ 0(R2), F0 // y
	WORD $0x6e3fdc00 // fmul v0.4s, v0.4s, v31.4s
	WORD $0x4ebe1fc1 // mov v1.16b, v30.16b
	WORD $0x4ea0cc01 // fmls v1.4s, v0.4s, v0.4s
	FMOVQ 0(R1), F0 // g
	WORD $0x6e20dc21 // fmul v1.4s, v1.4s, v0.4s
	FMOVQ F1, 0(R0) // dx
	ADD $16, R0
	ADD $16, R1
	ADD $16, R2
	SUB $4, R5
	CMP $4, R5
	BGE vector
vectorEnd:
	CBZ R5, done
	MOVD $tail-48(SP), R10
	STP (ZR, ZR), 16(R10)
	ADD $16, R10, R12
	MOVD R5, R6
in1:
	SUB $1, R6
	MOVWU (R1)(R6<<2), R11
	MOVW R11, (R12)(R6<<2)
	CBNZ R6, in1
	STP (ZR, ZR), 32(R10)
	ADD $32, R10, R12
	MOVD R5, R6
in2:
	SUB $1, R6
	MOVWU (R2)(R6<<2), R11
	MOVW R11, (R12)(R6<<2)
	CBNZ R6, in2
	FMOVQ 32(R10), F0 // y
	WORD $0x6e3fdc00 // fmul v0.4s, v0.4s, v31.4s
	WORD $0x4ebe1fc1 // mov v1.16b, v30.16b
	WORD $0x4ea0cc01 // fmls v1.4s, v0.4s, v0.4s
	FMOVQ 16(R10), F0 // g
	WORD $0x6e20dc21 // fmul v1.4s, v1.4s, v0.4s
	FMOVQ F1, 0(R10) // dx
	ADD $0, R10, R12
	MOVD R5, R6
out0:
	SUB $1, R6
	MOVWU (R12)(R6<<2), R11
	MOVW R11, (R0)(R6<<2)
	CBNZ R6, out0
done:
	RET

// func adamw(p, g, m, v []float32, c *adamwConsts)
// see adamwGeneric: no operation is fused
TEXT ·adamwNEON(SB), NOSPLIT, $64-104
	MOVD p_base+0(FP), R0
	MOVD g_base+24(FP), R1
	MOVD m_base+48(FP), R2
	MOVD v_base+72(FP), R3
	MOVD p_len+8(FP), R5
	MOVD c+96(FP), R7
	MOVWU 0(R7), R6 // gradScale
	VDUP R6, V31.S4
	MOVWU 4(R7), R6 // beta1
	VDUP R6, V30.S4
	MOVWU 8(R7), R6 // gain1
	VDUP R6, V29.S4
	MOVWU 12(R7), R6 // beta2
	VDUP R6, V28.S4
	MOVWU 16(R7), R6 // gain2
	VDUP R6, V27.S4
	MOVWU 20(R7), R6 // decay
	VDUP R6, V26.S4
	MOVWU 24(R7), R6 // rootBias
	VDUP R6, V25.S4
	MOVWU 28(R7), R6 // eps
	VDUP R6, V24.S4
	MOVWU 32(R7), R6 // step
	VDUP R6, V23.S4
	CMP $4, R5
	BLT vectorEnd
vector:
	FMOVQ 0(R1), F0 // g
	WORD $0x6e3fdc00 // fmul v0.4s, v0.4s, v31.4s
	FMOVQ 0(R2), F1 // m
	WORD $0x6e3edc21 // fmul v1.4s, v1.4s, v30.4s
	WORD $0x6e3ddc02 // fmul v2.4s, v0.4s, v29.4s
	WORD $0x4e22d421 // fadd v1.4s, v1.4s, v2.4s
	FMOVQ F1, 0(R2) // m
	FMOVQ 0(R3), F2 // v
	WORD $0x6e3cdc42 // fmul v2.4s, v2.4s, v28.4s
	WORD $0x6e20dc00 // fmul v0.4s, v0.4s, v0.4s
	WORD $0x6e3bdc00 // fmul v0.4s, v0.4s, v27.4s
	WORD $0x4e20d442 // fadd v2.4s, v2.4s, v0.4s
	FMOVQ F2, 0(R3) // v
	WORD $0x6ea1f842 // fsqrt v2.4s, v2.4s
	WORD $0x6e39fc42 // fdiv v2.4s, v2.4s, v25.4s
	WORD $0x4e38d442 // fadd v2.4s, v2.4s, v24.4s
	WORD $0x6e37dc21 // fmul v1.4s, v1.4s, v23.4s
	WORD $0x6e22fc21 // fdiv v1.4s, v1.4s, v2.4s
	FMOVQ 0(R0), F0 // p
	WORD $0x6e3adc00 // fmul v0.4s, v0.4s, v26.4s
	WORD $0x4ea1d400 // fsub v0.4s, v0.4s, v1.4s
	FMOVQ F0, 0(R0) // p
	ADD $16, R0
	ADD $16, R1
	ADD $16, R2
	ADD $16, R3
	SUB $4, R5
	CMP $4, R5
	BGE vector
vectorEnd:
	CBZ R5, done
	MOVD $tail-64(SP), R10
	STP (ZR, ZR), 0(R10)
	ADD $0, R10, R12
	MOVD R5, R6
in0:
	SUB $1, R6
	MOVWU (R0)(R6<<2), R11
	MOVW R11, (R12)(R6<<2)
	CBNZ R6, in0
	STP (ZR, ZR), 16(R10)
	ADD $16, R10, R12
	MOVD R5, R6
in1:
	SUB $1, R6
	MOVWU (R1)(R6<<2), R11
	MOVW R11, (R12)(R6<<2)
	CBNZ R6, in1
	STP (ZR, ZR), 32(R10)
	ADD $32, R10, R12
	MOVD R5, R6
in2:
	SUB $1, R6
	MOVWU (R2)(R6<<2), R11
	MOVW R11, (R12)(R6<<2)
	CBNZ R6, in2
	STP (ZR, ZR), 48(R10)
	ADD $48, R10, R12
	MOVD R5, R6
in3:
	SUB $1, R6
	MOVWU (R3)(R6<<2), R11
	MOVW R11, (R12)(R6<<2)
	CBNZ R6, in3
	FMOVQ 16(R10), F0 // g
	WORD $0x6e3fdc00 // fmul v0.4s, v0.4s, v31.4s
	FMOVQ 32(R10), F1 // m
	WORD $0x6e3edc21 // fmul v1.4s, v1.4s, v30.4s
	WORD $0x6e3ddc02 // fmul v2.4s, v0.4s, v29.4s
	WORD $0x4e22d421 // fadd v1.4s, v1.4s, v2.4s
	FMOVQ F1, 32(R10) // m
	FMOVQ 48(R10), F2 // v
	WORD $0x6e3cdc42 // fmul v2.4s, v2.4s, v28.4s
	WORD $0x6e20dc00 // fmul v0.4s, v0.4s, v0.4s
	WORD $0x6e3bdc00 // fmul v0.4s, v0.4s, v27.4s
	WORD $0x4e20d442 // fadd v2.4s, v2.4s, v0.4s
	FMOVQ F2, 48(R10) // v
	WORD $0x6ea1f842 // fsqrt v2.4s, v2.4s
	WORD $0x6e39fc42 // fdiv v2.4s, v2.4s, v25.4s
	WORD $0x4e38d442 // fadd v2.4s, v2.4s, v24.4s
	WORD $0x6e37dc21 // fmul v1.4s, v1.4s, v23.4s
	WORD $0x6e22fc21 // fdiv v1.4s, v1.4s, v2.4s
	FMOVQ 0(R10), F0 // p
	WORD $0x6e3adc00 // fmul v0.4s, v0.4s, v26.4s
	WORD $0x4ea1d400 // fsub v0.4s, v0.4s, v1.4s
	FMOVQ F0, 0(R10) // p
	ADD $0, R10, R12
	MOVD R5, R6
out0:
	SUB $1, R6
	MOVWU (R12)(R6<<2), R11
	MOVW R11, (R0)(R6<<2)
	CBNZ R6, out0
	ADD $32, R10, R12
	MOVD R5, R6
out2:
	SUB $1, R6
	MOVWU (R12)(R6<<2), R11
	MOVW R11, (R2)(R6<<2)
	CBNZ R6, out2
	ADD $48, R10, R12
	MOVD R5, R6
out3:
	SUB $1, R6
	MOVWU (R12)(R6<<2), R11
	MOVW R11, (R3)(R6<<2)
	CBNZ R6, out3
done:
	RET
