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

// func sumSquares(x []float32) float32
// Σ x²
TEXT ·sumSquaresNEON(SB), NOSPLIT, $16-28
	MOVD x_base+0(FP), R0
	MOVD x_len+8(FP), R5
	VEOR V31.B16, V31.B16, V31.B16
	VEOR V30.B16, V30.B16, V30.B16
	VEOR V29.B16, V29.B16, V29.B16
	VEOR V28.B16, V28.B16, V28.B16
	CMP $16, R5
	BLT roundEnd
round:
	FMOVQ 0(R0), F0 // x
	FMOVQ 16(R0), F1 // x
	FMOVQ 32(R0), F2 // x
	FMOVQ 48(R0), F3 // x
	WORD $0x4e20cc1f // fmla v31.4s, v0.4s, v0.4s
	WORD $0x4e21cc3e // fmla v30.4s, v1.4s, v1.4s
	WORD $0x4e22cc5d // fmla v29.4s, v2.4s, v2.4s
	WORD $0x4e23cc7c // fmla v28.4s, v3.4s, v3.4s
	ADD $64, R0
	SUB $16, R5
	CMP $16, R5
	BGE round
roundEnd:
	CMP $4, R5
	BLT vectorEnd
vector:
	FMOVQ 0(R0), F0 // x
	WORD $0x4e20cc1f // fmla v31.4s, v0.4s, v0.4s
	ADD $16, R0
	SUB $4, R5
	CMP $4, R5
	BGE vector
vectorEnd:
	CBZ R5, done
	MOVD $tail-16(SP), R10
	STP (ZR, ZR), 0(R10)
	ADD $0, R10, R12
	MOVD R5, R6
in0:
	SUB $1, R6
	MOVWU (R0)(R6<<2), R11
	MOVW R11, (R12)(R6<<2)
	CBNZ R6, in0
	MOVD $laneMask<>+16(SB), R6
	SUB R5<<2, R6, R6
	FMOVQ (R6), F27
	FMOVQ 0(R10), F0 // x
	WORD $0x4e20cc1f // fmla v31.4s, v0.4s, v0.4s
done:
	WORD $0x4e3dd7ff // fadd v31.4s, v31.4s, v29.4s
	WORD $0x4e3cd7de // fadd v30.4s, v30.4s, v28.4s
	WORD $0x4e3ed7ff // fadd v31.4s, v31.4s, v30.4s
	WORD $0x6e3fd7ff // faddp v31.4s, v31.4s, v31.4s
	WORD $0x6e3fd7ff // faddp v31.4s, v31.4s, v31.4s
	FMOVS F31, ret+24(FP)
	RET

// func dot(a, b []float32) float32
// Σ a*b
TEXT ·dotNEON(SB), NOSPLIT, $32-52
	MOVD a_base+0(FP), R0
	MOVD b_base+24(FP), R1
	MOVD a_len+8(FP), R5
	VEOR V31.B16, V31.B16, V31.B16
	VEOR V30.B16, V30.B16, V30.B16
	VEOR V29.B16, V29.B16, V29.B16
	VEOR V28.B16, V28.B16, V28.B16
	CMP $16, R5
	BLT roundEnd
round:
	FMOVQ 0(R0), F0 // a
	FMOVQ 16(R0), F1 // a
	FMOVQ 32(R0), F2 // a
	FMOVQ 48(R0), F3 // a
	FMOVQ 0(R1), F4 // b
	FMOVQ 16(R1), F5 // b
	FMOVQ 32(R1), F6 // b
	FMOVQ 48(R1), F7 // b
	WORD $0x4e24cc1f // fmla v31.4s, v0.4s, v4.4s
	WORD $0x4e25cc3e // fmla v30.4s, v1.4s, v5.4s
	WORD $0x4e26cc5d // fmla v29.4s, v2.4s, v6.4s
	WORD $0x4e27cc7c // fmla v28.4s, v3.4s, v7.4s
	ADD $64, R0
	ADD $64, R1
	SUB $16, R5
	CMP $16, R5
	BGE round
roundEnd:
	CMP $4, R5
	BLT vectorEnd
vector:
	FMOVQ 0(R0), F0 // a
	FMOVQ 0(R1), F1 // b
	WORD $0x4e21cc1f // fmla v31.4s, v0.4s, v1.4s
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
	MOVD $laneMask<>+16(SB), R6
	SUB R5<<2, R6, R6
	FMOVQ (R6), F27
	FMOVQ 0(R10), F0 // a
	FMOVQ 16(R10), F1 // b
	WORD $0x4e21cc1f // fmla v31.4s, v0.4s, v1.4s
done:
	WORD $0x4e3dd7ff // fadd v31.4s, v31.4s, v29.4s
	WORD $0x4e3cd7de // fadd v30.4s, v30.4s, v28.4s
	WORD $0x4e3ed7ff // fadd v31.4s, v31.4s, v30.4s
	WORD $0x6e3fd7ff // faddp v31.4s, v31.4s, v31.4s
	WORD $0x6e3fd7ff // faddp v31.4s, v31.4s, v31.4s
	FMOVS F31, ret+48(FP)
	RET

// func normScale(y, x, w []float32, r float32)
// y = x*r*(1+w)
TEXT ·normScaleNEON(SB), NOSPLIT, $48-76
	MOVD y_base+0(FP), R0
	MOVD x_base+24(FP), R1
	MOVD w_base+48(FP), R2
	MOVD y_len+8(FP), R5
	MOVWU r+72(FP), R6
	VDUP R6, V31.S4
	MOVD $0x3f800000, R6 // 1
	VDUP R6, V30.S4
	CMP $8, R5
	BLT roundEnd
round:
	FMOVQ 0(R1), F0 // x
	FMOVQ 16(R1), F1 // x
	FMOVQ 0(R2), F2 // w
	FMOVQ 16(R2), F3 // w
	WORD $0x6e3fdc00 // fmul v0.4s, v0.4s, v31.4s
	WORD $0x6e3fdc21 // fmul v1.4s, v1.4s, v31.4s
	WORD $0x4e3ed442 // fadd v2.4s, v2.4s, v30.4s
	WORD $0x4e3ed463 // fadd v3.4s, v3.4s, v30.4s
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
	FMOVQ 0(R1), F0 // x
	FMOVQ 0(R2), F1 // w
	WORD $0x6e3fdc00 // fmul v0.4s, v0.4s, v31.4s
	WORD $0x4e3ed421 // fadd v1.4s, v1.4s, v30.4s
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
	FMOVQ 16(R10), F0 // x
	FMOVQ 32(R10), F1 // w
	WORD $0x6e3fdc00 // fmul v0.4s, v0.4s, v31.4s
	WORD $0x4e3ed421 // fadd v1.4s, v1.4s, v30.4s
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

// func normScaleAdd(y, res, x, w []float32, r float32)
// y = res + x*r*(1+w)
TEXT ·normScaleAddNEON(SB), NOSPLIT, $64-100
	MOVD y_base+0(FP), R0
	MOVD res_base+24(FP), R1
	MOVD x_base+48(FP), R2
	MOVD w_base+72(FP), R3
	MOVD y_len+8(FP), R5
	MOVWU r+96(FP), R6
	VDUP R6, V31.S4
	MOVD $0x3f800000, R6 // 1
	VDUP R6, V30.S4
	CMP $8, R5
	BLT roundEnd
round:
	FMOVQ 0(R2), F0 // x
	FMOVQ 16(R2), F1 // x
	FMOVQ 0(R3), F2 // w
	FMOVQ 16(R3), F3 // w
	FMOVQ 0(R1), F4 // res
	FMOVQ 16(R1), F5 // res
	WORD $0x6e3fdc00 // fmul v0.4s, v0.4s, v31.4s
	WORD $0x6e3fdc21 // fmul v1.4s, v1.4s, v31.4s
	WORD $0x4e3ed442 // fadd v2.4s, v2.4s, v30.4s
	WORD $0x4e3ed463 // fadd v3.4s, v3.4s, v30.4s
	WORD $0x4e22cc04 // fmla v4.4s, v0.4s, v2.4s
	WORD $0x4e23cc25 // fmla v5.4s, v1.4s, v3.4s
	FMOVQ F4, 0(R0) // y
	FMOVQ F5, 16(R0) // y
	ADD $32, R0
	ADD $32, R1
	ADD $32, R2
	ADD $32, R3
	SUB $8, R5
	CMP $8, R5
	BGE round
roundEnd:
	CMP $4, R5
	BLT vectorEnd
vector:
	FMOVQ 0(R2), F0 // x
	FMOVQ 0(R3), F1 // w
	FMOVQ 0(R1), F2 // res
	WORD $0x6e3fdc00 // fmul v0.4s, v0.4s, v31.4s
	WORD $0x4e3ed421 // fadd v1.4s, v1.4s, v30.4s
	WORD $0x4e21cc02 // fmla v2.4s, v0.4s, v1.4s
	FMOVQ F2, 0(R0) // y
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
	FMOVQ 32(R10), F0 // x
	FMOVQ 48(R10), F1 // w
	FMOVQ 16(R10), F2 // res
	WORD $0x6e3fdc00 // fmul v0.4s, v0.4s, v31.4s
	WORD $0x4e3ed421 // fadd v1.4s, v1.4s, v30.4s
	WORD $0x4e21cc02 // fmla v2.4s, v0.4s, v1.4s
	FMOVQ F2, 0(R10) // y
	ADD $0, R10, R12
	MOVD R5, R6
out0:
	SUB $1, R6
	MOVWU (R12)(R6<<2), R11
	MOVW R11, (R0)(R6<<2)
	CBNZ R6, out0
done:
	RET

// func normDot(dy, x, w []float32) float32
// Σ dy*(1+w)*x
TEXT ·normDotNEON(SB), NOSPLIT, $48-76
	MOVD dy_base+0(FP), R0
	MOVD x_base+24(FP), R1
	MOVD w_base+48(FP), R2
	MOVD dy_len+8(FP), R5
	VEOR V31.B16, V31.B16, V31.B16
	VEOR V30.B16, V30.B16, V30.B16
	VEOR V29.B16, V29.B16, V29.B16
	VEOR V28.B16, V28.B16, V28.B16
	CMP $16, R5
	BLT roundEnd
round:
	FMOVQ 0(R0), F0 // dy
	FMOVQ 16(R0), F1 // dy
	FMOVQ 32(R0), F2 // dy
	FMOVQ 48(R0), F3 // dy
	FMOVQ 0(R2), F4 // w
	FMOVQ 16(R2), F5 // w
	FMOVQ 32(R2), F6 // w
	FMOVQ 48(R2), F7 // w
	WORD $0x4e24cc00 // fmla v0.4s, v0.4s, v4.4s
	WORD $0x4e25cc21 // fmla v1.4s, v1.4s, v5.4s
	WORD $0x4e26cc42 // fmla v2.4s, v2.4s, v6.4s
	WORD $0x4e27cc63 // fmla v3.4s, v3.4s, v7.4s
	FMOVQ 0(R1), F4 // x
	FMOVQ 16(R1), F5 // x
	FMOVQ 32(R1), F6 // x
	FMOVQ 48(R1), F7 // x
	WORD $0x4e24cc1f // fmla v31.4s, v0.4s, v4.4s
	WORD $0x4e25cc3e // fmla v30.4s, v1.4s, v5.4s
	WORD $0x4e26cc5d // fmla v29.4s, v2.4s, v6.4s
	WORD $0x4e27cc7c // fmla v28.4s, v3.4s, v7.4s
	ADD $64, R0
	ADD $64, R1
	ADD $64, R2
	SUB $16, R5
	CMP $16, R5
	BGE round
roundEnd:
	CMP $4, R5
	BLT vectorEnd
vector:
	FMOVQ 0(R0), F0 // dy
	FMOVQ 0(R2), F1 // w
	WORD $0x4e21cc00 // fmla v0.4s, v0.4s, v1.4s
	FMOVQ 0(R1), F1 // x
	WORD $0x4e21cc1f // fmla v31.4s, v0.4s, v1.4s
	ADD $16, R0
	ADD $16, R1
	ADD $16, R2
	SUB $4, R5
	CMP $4, R5
	BGE vector
vectorEnd:
	CBZ R5, done
	MOVD $tail-48(SP), R10
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
	MOVD $laneMask<>+16(SB), R6
	SUB R5<<2, R6, R6
	FMOVQ (R6), F27
	FMOVQ 0(R10), F0 // dy
	FMOVQ 32(R10), F1 // w
	WORD $0x4e21cc00 // fmla v0.4s, v0.4s, v1.4s
	FMOVQ 16(R10), F1 // x
	WORD $0x4e21cc1f // fmla v31.4s, v0.4s, v1.4s
done:
	WORD $0x4e3dd7ff // fadd v31.4s, v31.4s, v29.4s
	WORD $0x4e3cd7de // fadd v30.4s, v30.4s, v28.4s
	WORD $0x4e3ed7ff // fadd v31.4s, v31.4s, v30.4s
	WORD $0x6e3fd7ff // faddp v31.4s, v31.4s, v31.4s
	WORD $0x6e3fd7ff // faddp v31.4s, v31.4s, v31.4s
	FMOVS F31, ret+72(FP)
	RET

// func normGrad(dx, dy, x, w []float32, r, c float32)
// dx = r*(dy*(1+w) - x*c)
TEXT ·normGradNEON(SB), NOSPLIT, $64-104
	MOVD dx_base+0(FP), R0
	MOVD dy_base+24(FP), R1
	MOVD x_base+48(FP), R2
	MOVD w_base+72(FP), R3
	MOVD dx_len+8(FP), R5
	MOVWU r+96(FP), R6
	VDUP R6, V31.S4
	MOVWU c+100(FP), R6
	VDUP R6, V30.S4
	CMP $8, R5
	BLT roundEnd
round:
	FMOVQ 0(R1), F0 // dy
	FMOVQ 16(R1), F1 // dy
	FMOVQ 0(R3), F2 // w
	FMOVQ 16(R3), F3 // w
	FMOVQ 0(R2), F4 // x
	FMOVQ 16(R2), F5 // x
	WORD $0x4e22cc00 // fmla v0.4s, v0.4s, v2.4s
	WORD $0x4e23cc21 // fmla v1.4s, v1.4s, v3.4s
	WORD $0x4ebecc80 // fmls v0.4s, v4.4s, v30.4s
	WORD $0x4ebecca1 // fmls v1.4s, v5.4s, v30.4s
	WORD $0x6e3fdc00 // fmul v0.4s, v0.4s, v31.4s
	WORD $0x6e3fdc21 // fmul v1.4s, v1.4s, v31.4s
	FMOVQ F0, 0(R0) // dx
	FMOVQ F1, 16(R0) // dx
	ADD $32, R0
	ADD $32, R1
	ADD $32, R2
	ADD $32, R3
	SUB $8, R5
	CMP $8, R5
	BGE round
roundEnd:
	CMP $4, R5
	BLT vectorEnd
vector:
	FMOVQ 0(R1), F0 // dy
	FMOVQ 0(R3), F1 // w
	FMOVQ 0(R2), F2 // x
	WORD $0x4e21cc00 // fmla v0.4s, v0.4s, v1.4s
	WORD $0x4ebecc40 // fmls v0.4s, v2.4s, v30.4s
	WORD $0x6e3fdc00 // fmul v0.4s, v0.4s, v31.4s
	FMOVQ F0, 0(R0) // dx
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
	FMOVQ 16(R10), F0 // dy
	FMOVQ 48(R10), F1 // w
	FMOVQ 32(R10), F2 // x
	WORD $0x4e21cc00 // fmla v0.4s, v0.4s, v1.4s
	WORD $0x4ebecc40 // fmls v0.4s, v2.4s, v30.4s
	WORD $0x6e3fdc00 // fmul v0.4s, v0.4s, v31.4s
	FMOVQ F0, 0(R10) // dx
	ADD $0, R10, R12
	MOVD R5, R6
out0:
	SUB $1, R6
	MOVWU (R12)(R6<<2), R11
	MOVW R11, (R0)(R6<<2)
	CBNZ R6, out0
done:
	RET

// func mulScaleAdd(acc, a, b []float32, r float32)
// acc += a*b*r
TEXT ·mulScaleAddNEON(SB), NOSPLIT, $48-76
	MOVD acc_base+0(FP), R0
	MOVD a_base+24(FP), R1
	MOVD b_base+48(FP), R2
	MOVD acc_len+8(FP), R5
	MOVWU r+72(FP), R6
	VDUP R6, V31.S4
	CMP $8, R5
	BLT roundEnd
round:
	FMOVQ 0(R1), F0 // a
	FMOVQ 16(R1), F1 // a
	FMOVQ 0(R2), F2 // b
	FMOVQ 16(R2), F3 // b
	WORD $0x6e22dc00 // fmul v0.4s, v0.4s, v2.4s
	WORD $0x6e23dc21 // fmul v1.4s, v1.4s, v3.4s
	FMOVQ 0(R0), F2 // acc
	FMOVQ 16(R0), F3 // acc
	WORD $0x4e3fcc02 // fmla v2.4s, v0.4s, v31.4s
	WORD $0x4e3fcc23 // fmla v3.4s, v1.4s, v31.4s
	FMOVQ F2, 0(R0) // acc
	FMOVQ F3, 16(R0) // acc
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
	FMOVQ 0(R0), F1 // acc
	WORD $0x4e3fcc01 // fmla v1.4s, v0.4s, v31.4s
	FMOVQ F1, 0(R0) // acc
	ADD $16, R0
	ADD $16, R1
	ADD $16, R2
	SUB $4, R5
	CMP $4, R5
	BGE vector
vectorEnd:
	CBZ R5, done
	MOVD $tail-48(SP), R10
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
	FMOVQ 16(R10), F0 // a
	FMOVQ 32(R10), F1 // b
	WORD $0x6e21dc00 // fmul v0.4s, v0.4s, v1.4s
	FMOVQ 0(R10), F1 // acc
	WORD $0x4e3fcc01 // fmla v1.4s, v0.4s, v31.4s
	FMOVQ F1, 0(R10) // acc
	ADD $0, R10, R12
	MOVD R5, R6
out0:
	SUB $1, R6
	MOVWU (R12)(R6<<2), R11
	MOVW R11, (R0)(R6<<2)
	CBNZ R6, out0
done:
	RET

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
