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
	CMP $8, R5
	BLT roundEnd
round:
	FMOVQ 0(R0), F0 // x
	FMOVQ 16(R0), F1 // x
	WORD $0x4e20cc1f // fmla v31.4s, v0.4s, v0.4s
	WORD $0x4e21cc3e // fmla v30.4s, v1.4s, v1.4s
	ADD $32, R0
	SUB $8, R5
	CMP $8, R5
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
	FMOVQ (R6), F29
	FMOVQ 0(R10), F0 // x
	WORD $0x4e20cc1f // fmla v31.4s, v0.4s, v0.4s
done:
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

// func normScale(y, x, w, next []float32, r float32) float32
// y = x*r*(1+w); returns Σ next²
TEXT ·normScaleNEON(SB), NOSPLIT, $64-108
	MOVD y_base+0(FP), R0
	MOVD x_base+24(FP), R1
	MOVD w_base+48(FP), R2
	MOVD next_base+72(FP), R3
	MOVD y_len+8(FP), R5
	MOVWU r+96(FP), R6
	VDUP R6, V31.S4
	VEOR V30.B16, V30.B16, V30.B16
	VEOR V29.B16, V29.B16, V29.B16
	MOVD $0x3f800000, R6 // 1
	VDUP R6, V28.S4
	CMP $8, R5
	BLT roundEnd
round:
	FMOVQ 0(R1), F0 // x
	FMOVQ 16(R1), F1 // x
	FMOVQ 0(R2), F2 // w
	FMOVQ 16(R2), F3 // w
	WORD $0x6e3fdc00 // fmul v0.4s, v0.4s, v31.4s
	WORD $0x6e3fdc21 // fmul v1.4s, v1.4s, v31.4s
	WORD $0x4e3cd442 // fadd v2.4s, v2.4s, v28.4s
	WORD $0x4e3cd463 // fadd v3.4s, v3.4s, v28.4s
	WORD $0x6e22dc00 // fmul v0.4s, v0.4s, v2.4s
	WORD $0x6e23dc21 // fmul v1.4s, v1.4s, v3.4s
	FMOVQ F0, 0(R0) // y
	FMOVQ F1, 16(R0) // y
	FMOVQ 0(R3), F0 // next
	FMOVQ 16(R3), F1 // next
	WORD $0x4e20cc1e // fmla v30.4s, v0.4s, v0.4s
	WORD $0x4e21cc3d // fmla v29.4s, v1.4s, v1.4s
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
	FMOVQ 0(R1), F0 // x
	FMOVQ 0(R2), F1 // w
	WORD $0x6e3fdc00 // fmul v0.4s, v0.4s, v31.4s
	WORD $0x4e3cd421 // fadd v1.4s, v1.4s, v28.4s
	WORD $0x6e21dc00 // fmul v0.4s, v0.4s, v1.4s
	FMOVQ F0, 0(R0) // y
	FMOVQ 0(R3), F0 // next
	WORD $0x4e20cc1e // fmla v30.4s, v0.4s, v0.4s
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
	MOVD $laneMask<>+16(SB), R6
	SUB R5<<2, R6, R6
	FMOVQ (R6), F27
	FMOVQ 16(R10), F0 // x
	FMOVQ 32(R10), F1 // w
	WORD $0x6e3fdc00 // fmul v0.4s, v0.4s, v31.4s
	WORD $0x4e3cd421 // fadd v1.4s, v1.4s, v28.4s
	WORD $0x6e21dc00 // fmul v0.4s, v0.4s, v1.4s
	FMOVQ F0, 0(R10) // y
	FMOVQ 48(R10), F0 // next
	WORD $0x4e20cc1e // fmla v30.4s, v0.4s, v0.4s
	ADD $0, R10, R12
	MOVD R5, R6
out0:
	SUB $1, R6
	MOVWU (R12)(R6<<2), R11
	MOVW R11, (R0)(R6<<2)
	CBNZ R6, out0
done:
	WORD $0x4e3dd7de // fadd v30.4s, v30.4s, v29.4s
	WORD $0x6e3ed7de // faddp v30.4s, v30.4s, v30.4s
	WORD $0x6e3ed7de // faddp v30.4s, v30.4s, v30.4s
	FMOVS F30, ret+104(FP)
	RET

// func normScaleAdd(y, res, x, w, next []float32, r float32) float32
// y = res + x*r*(1+w); returns Σ next²
TEXT ·normScaleAddNEON(SB), NOSPLIT, $80-132
	MOVD y_base+0(FP), R0
	MOVD res_base+24(FP), R1
	MOVD x_base+48(FP), R2
	MOVD w_base+72(FP), R3
	MOVD next_base+96(FP), R4
	MOVD y_len+8(FP), R5
	MOVWU r+120(FP), R6
	VDUP R6, V31.S4
	VEOR V30.B16, V30.B16, V30.B16
	VEOR V29.B16, V29.B16, V29.B16
	MOVD $0x3f800000, R6 // 1
	VDUP R6, V28.S4
	CMP $8, R5
	BLT roundEnd
round:
	FMOVQ 0(R2), F0 // x
	FMOVQ 16(R2), F1 // x
	FMOVQ 0(R3), F2 // w
	FMOVQ 16(R3), F3 // w
	WORD $0x6e3fdc00 // fmul v0.4s, v0.4s, v31.4s
	WORD $0x6e3fdc21 // fmul v1.4s, v1.4s, v31.4s
	WORD $0x4e3cd442 // fadd v2.4s, v2.4s, v28.4s
	WORD $0x4e3cd463 // fadd v3.4s, v3.4s, v28.4s
	FMOVQ 0(R1), F4 // res
	FMOVQ 16(R1), F5 // res
	WORD $0x4e22cc04 // fmla v4.4s, v0.4s, v2.4s
	WORD $0x4e23cc25 // fmla v5.4s, v1.4s, v3.4s
	FMOVQ F4, 0(R0) // y
	FMOVQ F5, 16(R0) // y
	FMOVQ 0(R4), F0 // next
	FMOVQ 16(R4), F1 // next
	WORD $0x4e20cc1e // fmla v30.4s, v0.4s, v0.4s
	WORD $0x4e21cc3d // fmla v29.4s, v1.4s, v1.4s
	ADD $32, R0
	ADD $32, R1
	ADD $32, R2
	ADD $32, R3
	ADD $32, R4
	SUB $8, R5
	CMP $8, R5
	BGE round
roundEnd:
	CMP $4, R5
	BLT vectorEnd
vector:
	FMOVQ 0(R2), F0 // x
	FMOVQ 0(R3), F1 // w
	WORD $0x6e3fdc00 // fmul v0.4s, v0.4s, v31.4s
	WORD $0x4e3cd421 // fadd v1.4s, v1.4s, v28.4s
	FMOVQ 0(R1), F2 // res
	WORD $0x4e21cc02 // fmla v2.4s, v0.4s, v1.4s
	FMOVQ F2, 0(R0) // y
	FMOVQ 0(R4), F0 // next
	WORD $0x4e20cc1e // fmla v30.4s, v0.4s, v0.4s
	ADD $16, R0
	ADD $16, R1
	ADD $16, R2
	ADD $16, R3
	ADD $16, R4
	SUB $4, R5
	CMP $4, R5
	BGE vector
vectorEnd:
	CBZ R5, done
	MOVD $tail-80(SP), R10
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
	STP (ZR, ZR), 64(R10)
	ADD $64, R10, R12
	MOVD R5, R6
in4:
	SUB $1, R6
	MOVWU (R4)(R6<<2), R11
	MOVW R11, (R12)(R6<<2)
	CBNZ R6, in4
	MOVD $laneMask<>+16(SB), R6
	SUB R5<<2, R6, R6
	FMOVQ (R6), F27
	FMOVQ 32(R10), F0 // x
	FMOVQ 48(R10), F1 // w
	WORD $0x6e3fdc00 // fmul v0.4s, v0.4s, v31.4s
	WORD $0x4e3cd421 // fadd v1.4s, v1.4s, v28.4s
	FMOVQ 16(R10), F2 // res
	WORD $0x4e21cc02 // fmla v2.4s, v0.4s, v1.4s
	FMOVQ F2, 0(R10) // y
	FMOVQ 64(R10), F0 // next
	WORD $0x4e20cc1e // fmla v30.4s, v0.4s, v0.4s
	ADD $0, R10, R12
	MOVD R5, R6
out0:
	SUB $1, R6
	MOVWU (R12)(R6<<2), R11
	MOVW R11, (R0)(R6<<2)
	CBNZ R6, out0
done:
	WORD $0x4e3dd7de // fadd v30.4s, v30.4s, v29.4s
	WORD $0x6e3ed7de // faddp v30.4s, v30.4s, v30.4s
	WORD $0x6e3ed7de // faddp v30.4s, v30.4s, v30.4s
	FMOVS F30, ret+128(FP)
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
	CMP $8, R5
	BLT roundEnd
round:
	FMOVQ 0(R2), F0 // w
	FMOVQ 16(R2), F1 // w
	FMOVQ 0(R0), F2 // dy
	FMOVQ 16(R0), F3 // dy
	WORD $0x4e20cc42 // fmla v2.4s, v2.4s, v0.4s
	WORD $0x4e21cc63 // fmla v3.4s, v3.4s, v1.4s
	FMOVQ 0(R1), F0 // x
	FMOVQ 16(R1), F1 // x
	WORD $0x4e20cc5f // fmla v31.4s, v2.4s, v0.4s
	WORD $0x4e21cc7e // fmla v30.4s, v3.4s, v1.4s
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
	FMOVQ 0(R2), F0 // w
	FMOVQ 0(R0), F1 // dy
	WORD $0x4e20cc21 // fmla v1.4s, v1.4s, v0.4s
	FMOVQ 0(R1), F0 // x
	WORD $0x4e20cc3f // fmla v31.4s, v1.4s, v0.4s
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
	FMOVQ (R6), F29
	FMOVQ 32(R10), F0 // w
	FMOVQ 0(R10), F1 // dy
	WORD $0x4e20cc21 // fmla v1.4s, v1.4s, v0.4s
	FMOVQ 16(R10), F0 // x
	WORD $0x4e20cc3f // fmla v31.4s, v1.4s, v0.4s
done:
	WORD $0x4e3ed7ff // fadd v31.4s, v31.4s, v30.4s
	WORD $0x6e3fd7ff // faddp v31.4s, v31.4s, v31.4s
	WORD $0x6e3fd7ff // faddp v31.4s, v31.4s, v31.4s
	FMOVS F31, ret+72(FP)
	RET

// func normGrad(dx, dy, x, w, ndy, nx []float32, r, c float32) float32
// dx = r*(dy*(1+w) - x*c); returns Σ ndy*(1+w)*nx
TEXT ·normGradNEON(SB), NOSPLIT, $96-156
	MOVD dx_base+0(FP), R0
	MOVD dy_base+24(FP), R1
	MOVD x_base+48(FP), R2
	MOVD w_base+72(FP), R3
	MOVD ndy_base+96(FP), R4
	MOVD nx_base+120(FP), R13
	MOVD dx_len+8(FP), R5
	MOVWU r+144(FP), R6
	VDUP R6, V31.S4
	MOVWU c+148(FP), R6
	VDUP R6, V30.S4
	VEOR V29.B16, V29.B16, V29.B16
	VEOR V28.B16, V28.B16, V28.B16
	CMP $8, R5
	BLT roundEnd
round:
	FMOVQ 0(R3), F0 // w
	FMOVQ 16(R3), F1 // w
	FMOVQ 0(R1), F2 // dy
	FMOVQ 16(R1), F3 // dy
	FMOVQ 0(R2), F4 // x
	FMOVQ 16(R2), F5 // x
	WORD $0x4e20cc42 // fmla v2.4s, v2.4s, v0.4s
	WORD $0x4e21cc63 // fmla v3.4s, v3.4s, v1.4s
	WORD $0x4ebecc82 // fmls v2.4s, v4.4s, v30.4s
	WORD $0x4ebecca3 // fmls v3.4s, v5.4s, v30.4s
	WORD $0x6e3fdc42 // fmul v2.4s, v2.4s, v31.4s
	WORD $0x6e3fdc63 // fmul v3.4s, v3.4s, v31.4s
	FMOVQ F2, 0(R0) // dx
	FMOVQ F3, 16(R0) // dx
	FMOVQ 0(R4), F2 // ndy
	FMOVQ 16(R4), F3 // ndy
	WORD $0x4e20cc42 // fmla v2.4s, v2.4s, v0.4s
	WORD $0x4e21cc63 // fmla v3.4s, v3.4s, v1.4s
	FMOVQ 0(R13), F0 // nx
	FMOVQ 16(R13), F1 // nx
	WORD $0x4e20cc5d // fmla v29.4s, v2.4s, v0.4s
	WORD $0x4e21cc7c // fmla v28.4s, v3.4s, v1.4s
	ADD $32, R0
	ADD $32, R1
	ADD $32, R2
	ADD $32, R3
	ADD $32, R4
	ADD $32, R13
	SUB $8, R5
	CMP $8, R5
	BGE round
roundEnd:
	CMP $4, R5
	BLT vectorEnd
vector:
	FMOVQ 0(R3), F0 // w
	FMOVQ 0(R1), F1 // dy
	FMOVQ 0(R2), F2 // x
	WORD $0x4e20cc21 // fmla v1.4s, v1.4s, v0.4s
	WORD $0x4ebecc41 // fmls v1.4s, v2.4s, v30.4s
	WORD $0x6e3fdc21 // fmul v1.4s, v1.4s, v31.4s
	FMOVQ F1, 0(R0) // dx
	FMOVQ 0(R4), F1 // ndy
	WORD $0x4e20cc21 // fmla v1.4s, v1.4s, v0.4s
	FMOVQ 0(R13), F0 // nx
	WORD $0x4e20cc3d // fmla v29.4s, v1.4s, v0.4s
	ADD $16, R0
	ADD $16, R1
	ADD $16, R2
	ADD $16, R3
	ADD $16, R4
	ADD $16, R13
	SUB $4, R5
	CMP $4, R5
	BGE vector
vectorEnd:
	CBZ R5, done
	MOVD $tail-96(SP), R10
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
	STP (ZR, ZR), 64(R10)
	ADD $64, R10, R12
	MOVD R5, R6
in4:
	SUB $1, R6
	MOVWU (R4)(R6<<2), R11
	MOVW R11, (R12)(R6<<2)
	CBNZ R6, in4
	STP (ZR, ZR), 80(R10)
	ADD $80, R10, R12
	MOVD R5, R6
in5:
	SUB $1, R6
	MOVWU (R13)(R6<<2), R11
	MOVW R11, (R12)(R6<<2)
	CBNZ R6, in5
	MOVD $laneMask<>+16(SB), R6
	SUB R5<<2, R6, R6
	FMOVQ (R6), F27
	FMOVQ 48(R10), F0 // w
	FMOVQ 16(R10), F1 // dy
	FMOVQ 32(R10), F2 // x
	WORD $0x4e20cc21 // fmla v1.4s, v1.4s, v0.4s
	WORD $0x4ebecc41 // fmls v1.4s, v2.4s, v30.4s
	WORD $0x6e3fdc21 // fmul v1.4s, v1.4s, v31.4s
	FMOVQ F1, 0(R10) // dx
	FMOVQ 64(R10), F1 // ndy
	WORD $0x4e20cc21 // fmla v1.4s, v1.4s, v0.4s
	FMOVQ 80(R10), F0 // nx
	WORD $0x4e20cc3d // fmla v29.4s, v1.4s, v0.4s
	ADD $0, R10, R12
	MOVD R5, R6
out0:
	SUB $1, R6
	MOVWU (R12)(R6<<2), R11
	MOVW R11, (R0)(R6<<2)
	CBNZ R6, out0
done:
	WORD $0x4e3cd7bd // fadd v29.4s, v29.4s, v28.4s
	WORD $0x6e3dd7bd // faddp v29.4s, v29.4s, v29.4s
	WORD $0x6e3dd7bd // faddp v29.4s, v29.4s, v29.4s
	FMOVS F29, ret+152(FP)
	RET

// func normGradAdd(dx, dy, x, w, ndy, nx []float32, r, c float32) float32
// dx += r*(dy*(1+w) - x*c); returns Σ ndy*(1+w)*nx
TEXT ·normGradAddNEON(SB), NOSPLIT, $96-156
	MOVD dx_base+0(FP), R0
	MOVD dy_base+24(FP), R1
	MOVD x_base+48(FP), R2
	MOVD w_base+72(FP), R3
	MOVD ndy_base+96(FP), R4
	MOVD nx_base+120(FP), R13
	MOVD dx_len+8(FP), R5
	MOVWU r+144(FP), R6
	VDUP R6, V31.S4
	MOVWU c+148(FP), R6
	VDUP R6, V30.S4
	VEOR V29.B16, V29.B16, V29.B16
	VEOR V28.B16, V28.B16, V28.B16
	CMP $8, R5
	BLT roundEnd
round:
	FMOVQ 0(R3), F0 // w
	FMOVQ 16(R3), F1 // w
	FMOVQ 0(R1), F2 // dy
	FMOVQ 16(R1), F3 // dy
	FMOVQ 0(R2), F4 // x
	FMOVQ 16(R2), F5 // x
	WORD $0x4e20cc42 // fmla v2.4s, v2.4s, v0.4s
	WORD $0x4e21cc63 // fmla v3.4s, v3.4s, v1.4s
	WORD $0x4ebecc82 // fmls v2.4s, v4.4s, v30.4s
	WORD $0x4ebecca3 // fmls v3.4s, v5.4s, v30.4s
	WORD $0x6e3fdc42 // fmul v2.4s, v2.4s, v31.4s
	WORD $0x6e3fdc63 // fmul v3.4s, v3.4s, v31.4s
	FMOVQ 0(R0), F4 // dx
	FMOVQ 16(R0), F5 // dx
	WORD $0x4e24d442 // fadd v2.4s, v2.4s, v4.4s
	WORD $0x4e25d463 // fadd v3.4s, v3.4s, v5.4s
	FMOVQ F2, 0(R0) // dx
	FMOVQ F3, 16(R0) // dx
	FMOVQ 0(R4), F2 // ndy
	FMOVQ 16(R4), F3 // ndy
	WORD $0x4e20cc42 // fmla v2.4s, v2.4s, v0.4s
	WORD $0x4e21cc63 // fmla v3.4s, v3.4s, v1.4s
	FMOVQ 0(R13), F0 // nx
	FMOVQ 16(R13), F1 // nx
	WORD $0x4e20cc5d // fmla v29.4s, v2.4s, v0.4s
	WORD $0x4e21cc7c // fmla v28.4s, v3.4s, v1.4s
	ADD $32, R0
	ADD $32, R1
	ADD $32, R2
	ADD $32, R3
	ADD $32, R4
	ADD $32, R13
	SUB $8, R5
	CMP $8, R5
	BGE round
roundEnd:
	CMP $4, R5
	BLT vectorEnd
vector:
	FMOVQ 0(R3), F0 // w
	FMOVQ 0(R1), F1 // dy
	FMOVQ 0(R2), F2 // x
	WORD $0x4e20cc21 // fmla v1.4s, v1.4s, v0.4s
	WORD $0x4ebecc41 // fmls v1.4s, v2.4s, v30.4s
	WORD $0x6e3fdc21 // fmul v1.4s, v1.4s, v31.4s
	FMOVQ 0(R0), F2 // dx
	WORD $0x4e22d421 // fadd v1.4s, v1.4s, v2.4s
	FMOVQ F1, 0(R0) // dx
	FMOVQ 0(R4), F1 // ndy
	WORD $0x4e20cc21 // fmla v1.4s, v1.4s, v0.4s
	FMOVQ 0(R13), F0 // nx
	WORD $0x4e20cc3d // fmla v29.4s, v1.4s, v0.4s
	ADD $16, R0
	ADD $16, R1
	ADD $16, R2
	ADD $16, R3
	ADD $16, R4
	ADD $16, R13
	SUB $4, R5
	CMP $4, R5
	BGE vector
vectorEnd:
	CBZ R5, done
	MOVD $tail-96(SP), R10
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
	STP (ZR, ZR), 64(R10)
	ADD $64, R10, R12
	MOVD R5, R6
in4:
	SUB $1, R6
	MOVWU (R4)(R6<<2), R11
	MOVW R11, (R12)(R6<<2)
	CBNZ R6, in4
	STP (ZR, ZR), 80(R10)
	ADD $80, R10, R12
	MOVD R5, R6
in5:
	SUB $1, R6
	MOVWU (R13)(R6<<2), R11
	MOVW R11, (R12)(R6<<2)
	CBNZ R6, in5
	MOVD $laneMask<>+16(SB), R6
	SUB R5<<2, R6, R6
	FMOVQ (R6), F27
	FMOVQ 48(R10), F0 // w
	FMOVQ 16(R10), F1 // dy
	FMOVQ 32(R10), F2 // x
	WORD $0x4e20cc21 // fmla v1.4s, v1.4s, v0.4s
	WORD $0x4ebecc41 // fmls v1.4s, v2.4s, v30.4s
	WORD $0x6e3fdc21 // fmul v1.4s, v1.4s, v31.4s
	FMOVQ 0(R10), F2 // dx
	WORD $0x4e22d421 // fadd v1.4s, v1.4s, v2.4s
	FMOVQ F1, 0(R10) // dx
	FMOVQ 64(R10), F1 // ndy
	WORD $0x4e20cc21 // fmla v1.4s, v1.4s, v0.4s
	FMOVQ 80(R10), F0 // nx
	WORD $0x4e20cc3d // fmla v29.4s, v1.4s, v0.4s
	ADD $0, R10, R12
	MOVD R5, R6
out0:
	SUB $1, R6
	MOVWU (R12)(R6<<2), R11
	MOVW R11, (R0)(R6<<2)
	CBNZ R6, out0
done:
	WORD $0x4e3cd7bd // fadd v29.4s, v29.4s, v28.4s
	WORD $0x6e3dd7bd // faddp v29.4s, v29.4s, v29.4s
	WORD $0x6e3dd7bd // faddp v29.4s, v29.4s, v29.4s
	FMOVS F29, ret+152(FP)
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
