// Written by package rowgen from table.go; TestGeneratedRows rewrites it with -update.

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

// func exp(y, x []float32)
// y = e^x
TEXT ·expNEON(SB), NOSPLIT, $32-48
	MOVD y_base+0(FP), R0
	MOVD x_base+24(FP), R1
	MOVD y_len+8(FP), R5
	MOVD $0x7f800000, R6 // +Inf
	VDUP R6, V31.S4
	MOVD $0x42b17217, R6 // 88.72283
	VDUP R6, V30.S4
	MOVD $0x3fb8aa3b, R6 // 1.442695
	VDUP R6, V29.S4
	MOVD $0x4b400000, R6 // 1.2582912e+07
	VDUP R6, V28.S4
	MOVD $0x3f317218, R6 // 0.6931472
	VDUP R6, V27.S4
	MOVD $0xb102e308, R6 // -1.9046542e-09
	VDUP R6, V26.S4
	MOVD $0x3ab511e8, R6 // 0.001381454
	VDUP R6, V25.S4
	MOVD $0x3c091d10, R6 // 0.008368745
	VDUP R6, V24.S4
	MOVD $0x3d2aac79, R6 // 0.04166839
	VDUP R6, V23.S4
	MOVD $0x3e2aaa49, R6 // 0.16666521
	VDUP R6, V22.S4
	MOVD $0x3efffffe, R6 // 0.49999994
	VDUP R6, V21.S4
	MOVD $0x3f800000, R6 // 1
	VDUP R6, V20.S4
	MOVD $0xc2ae999a, R6 // -87.3
	VDUP R6, V19.S4
	CMP $4, R5
	BLT vectorEnd
vector:
	FMOVQ 0(R1), F0 // x
	WORD $0x4ebef401 // fmin v1.4s, v0.4s, v30.4s
	WORD $0x4ebc1f82 // mov v2.16b, v28.16b
	WORD $0x4e3dcc22 // fmla v2.4s, v1.4s, v29.4s
	WORD $0x4ebcd443 // fsub v3.4s, v2.4s, v28.4s
	WORD $0x4ebbcc61 // fmls v1.4s, v3.4s, v27.4s
	WORD $0x4ebacc61 // fmls v1.4s, v3.4s, v26.4s
	WORD $0x4eb81f04 // mov v4.16b, v24.16b
	WORD $0x4e21cf24 // fmla v4.4s, v25.4s, v1.4s
	WORD $0x4eb71ee5 // mov v5.16b, v23.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4eb61ec4 // mov v4.16b, v22.16b
	WORD $0x4e21cca4 // fmla v4.4s, v5.4s, v1.4s
	WORD $0x4eb51ea5 // mov v5.16b, v21.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4eb41e84 // mov v4.16b, v20.16b
	WORD $0x4e21cca4 // fmla v4.4s, v5.4s, v1.4s
	WORD $0x4eb41e85 // mov v5.16b, v20.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4f375442 // shl v2.4s, v2.4s, #23
	WORD $0x4ea58442 // add v2.4s, v2.4s, v5.4s
	WORD $0x6ea0e661 // fcmgt v1.4s, v19.4s, v0.4s
	WORD $0x4e611c41 // bic v1.16b, v2.16b, v1.16b
	WORD $0x6ebee402 // fcmgt v2.4s, v0.4s, v30.4s
	WORD $0x6ea21fe1 // bit v1.16b, v31.16b, v2.16b
	FMOVQ F1, 0(R0) // y
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
	WORD $0x4ebef401 // fmin v1.4s, v0.4s, v30.4s
	WORD $0x4ebc1f82 // mov v2.16b, v28.16b
	WORD $0x4e3dcc22 // fmla v2.4s, v1.4s, v29.4s
	WORD $0x4ebcd443 // fsub v3.4s, v2.4s, v28.4s
	WORD $0x4ebbcc61 // fmls v1.4s, v3.4s, v27.4s
	WORD $0x4ebacc61 // fmls v1.4s, v3.4s, v26.4s
	WORD $0x4eb81f04 // mov v4.16b, v24.16b
	WORD $0x4e21cf24 // fmla v4.4s, v25.4s, v1.4s
	WORD $0x4eb71ee5 // mov v5.16b, v23.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4eb61ec4 // mov v4.16b, v22.16b
	WORD $0x4e21cca4 // fmla v4.4s, v5.4s, v1.4s
	WORD $0x4eb51ea5 // mov v5.16b, v21.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4eb41e84 // mov v4.16b, v20.16b
	WORD $0x4e21cca4 // fmla v4.4s, v5.4s, v1.4s
	WORD $0x4eb41e85 // mov v5.16b, v20.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4f375442 // shl v2.4s, v2.4s, #23
	WORD $0x4ea58442 // add v2.4s, v2.4s, v5.4s
	WORD $0x6ea0e661 // fcmgt v1.4s, v19.4s, v0.4s
	WORD $0x4e611c41 // bic v1.16b, v2.16b, v1.16b
	WORD $0x6ebee402 // fcmgt v2.4s, v0.4s, v30.4s
	WORD $0x6ea21fe1 // bit v1.16b, v31.16b, v2.16b
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

// func tanh(y, x []float32)
// y = tanh(x)
TEXT ·tanhNEON(SB), NOSPLIT, $32-48
	MOVD y_base+0(FP), R0
	MOVD x_base+24(FP), R1
	MOVD y_len+8(FP), R5
	MOVD $0x7fffffff, R6 // NaN
	VDUP R6, V31.S4
	MOVD $0x41902cb4, R6 // 18.021828
	VDUP R6, V30.S4
	MOVD $0x3fb8aa3b, R6 // 1.442695
	VDUP R6, V29.S4
	MOVD $0x4b400000, R6 // 1.2582912e+07
	VDUP R6, V28.S4
	MOVD $0x3f317218, R6 // 0.6931472
	VDUP R6, V27.S4
	MOVD $0xb102e308, R6 // -1.9046542e-09
	VDUP R6, V26.S4
	MOVD $0x3ab511e8, R6 // 0.001381454
	VDUP R6, V25.S4
	MOVD $0x3c091d10, R6 // 0.008368745
	VDUP R6, V24.S4
	MOVD $0x3d2aac79, R6 // 0.04166839
	VDUP R6, V23.S4
	MOVD $0x3e2aaa49, R6 // 0.16666521
	VDUP R6, V22.S4
	MOVD $0x3efffffe, R6 // 0.49999994
	VDUP R6, V21.S4
	MOVD $0x3f800000, R6 // 1
	VDUP R6, V20.S4
	MOVD $0x40000000, R6 // 2
	VDUP R6, V19.S4
	MOVD $0x80000000, R6 // -0
	VDUP R6, V18.S4
	CMP $4, R5
	BLT vectorEnd
vector:
	FMOVQ 0(R1), F0 // x
	WORD $0x4e20d400 // fadd v0.4s, v0.4s, v0.4s
	WORD $0x4e3f1c01 // and v1.16b, v0.16b, v31.16b
	WORD $0x4ebef421 // fmin v1.4s, v1.4s, v30.4s
	WORD $0x4ebc1f82 // mov v2.16b, v28.16b
	WORD $0x4e3dcc22 // fmla v2.4s, v1.4s, v29.4s
	WORD $0x4ebcd443 // fsub v3.4s, v2.4s, v28.4s
	WORD $0x4ebbcc61 // fmls v1.4s, v3.4s, v27.4s
	WORD $0x4ebacc61 // fmls v1.4s, v3.4s, v26.4s
	WORD $0x4eb81f04 // mov v4.16b, v24.16b
	WORD $0x4e21cf24 // fmla v4.4s, v25.4s, v1.4s
	WORD $0x4eb71ee5 // mov v5.16b, v23.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4eb61ec4 // mov v4.16b, v22.16b
	WORD $0x4e21cca4 // fmla v4.4s, v5.4s, v1.4s
	WORD $0x4eb51ea5 // mov v5.16b, v21.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x6e21dca5 // fmul v5.4s, v5.4s, v1.4s
	WORD $0x4e21cca1 // fmla v1.4s, v5.4s, v1.4s
	WORD $0x4f375442 // shl v2.4s, v2.4s, #23
	WORD $0x4eb48442 // add v2.4s, v2.4s, v20.4s
	WORD $0x4eb4d443 // fsub v3.4s, v2.4s, v20.4s
	WORD $0x4e21cc43 // fmla v3.4s, v2.4s, v1.4s
	WORD $0x4e33d461 // fadd v1.4s, v3.4s, v19.4s
	WORD $0x6e21fc63 // fdiv v3.4s, v3.4s, v1.4s
	WORD $0x4e321c00 // and v0.16b, v0.16b, v18.16b
	WORD $0x4ea01c63 // orr v3.16b, v3.16b, v0.16b
	FMOVQ F3, 0(R0) // y
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
	WORD $0x4e20d400 // fadd v0.4s, v0.4s, v0.4s
	WORD $0x4e3f1c01 // and v1.16b, v0.16b, v31.16b
	WORD $0x4ebef421 // fmin v1.4s, v1.4s, v30.4s
	WORD $0x4ebc1f82 // mov v2.16b, v28.16b
	WORD $0x4e3dcc22 // fmla v2.4s, v1.4s, v29.4s
	WORD $0x4ebcd443 // fsub v3.4s, v2.4s, v28.4s
	WORD $0x4ebbcc61 // fmls v1.4s, v3.4s, v27.4s
	WORD $0x4ebacc61 // fmls v1.4s, v3.4s, v26.4s
	WORD $0x4eb81f04 // mov v4.16b, v24.16b
	WORD $0x4e21cf24 // fmla v4.4s, v25.4s, v1.4s
	WORD $0x4eb71ee5 // mov v5.16b, v23.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4eb61ec4 // mov v4.16b, v22.16b
	WORD $0x4e21cca4 // fmla v4.4s, v5.4s, v1.4s
	WORD $0x4eb51ea5 // mov v5.16b, v21.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x6e21dca5 // fmul v5.4s, v5.4s, v1.4s
	WORD $0x4e21cca1 // fmla v1.4s, v5.4s, v1.4s
	WORD $0x4f375442 // shl v2.4s, v2.4s, #23
	WORD $0x4eb48442 // add v2.4s, v2.4s, v20.4s
	WORD $0x4eb4d443 // fsub v3.4s, v2.4s, v20.4s
	WORD $0x4e21cc43 // fmla v3.4s, v2.4s, v1.4s
	WORD $0x4e33d461 // fadd v1.4s, v3.4s, v19.4s
	WORD $0x6e21fc63 // fdiv v3.4s, v3.4s, v1.4s
	WORD $0x4e321c00 // and v0.16b, v0.16b, v18.16b
	WORD $0x4ea01c63 // orr v3.16b, v3.16b, v0.16b
	FMOVQ F3, 0(R10) // y
	ADD $0, R10, R12
	MOVD R5, R6
out0:
	SUB $1, R6
	MOVWU (R12)(R6<<2), R11
	MOVW R11, (R0)(R6<<2)
	CBNZ R6, out0
done:
	RET

// func capTanh(y, x []float32, pre, post float32) float32
// y = post*tanh(x*pre); returns max y
TEXT ·capTanhNEON(SB), NOSPLIT, $32-60
	MOVD y_base+0(FP), R0
	MOVD x_base+24(FP), R1
	MOVD y_len+8(FP), R5
	MOVWU pre+48(FP), R6
	VDUP R6, V31.S4
	MOVWU post+52(FP), R6
	VDUP R6, V30.S4
	MOVD $0xff800000, R6 // -Inf
	VDUP R6, V29.S4
	MOVD $0x7fffffff, R6 // NaN
	VDUP R6, V28.S4
	MOVD $0x41902cb4, R6 // 18.021828
	VDUP R6, V27.S4
	MOVD $0x3fb8aa3b, R6 // 1.442695
	VDUP R6, V26.S4
	MOVD $0x4b400000, R6 // 1.2582912e+07
	VDUP R6, V25.S4
	MOVD $0x3f317218, R6 // 0.6931472
	VDUP R6, V24.S4
	MOVD $0xb102e308, R6 // -1.9046542e-09
	VDUP R6, V23.S4
	MOVD $0x3ab511e8, R6 // 0.001381454
	VDUP R6, V22.S4
	MOVD $0x3c091d10, R6 // 0.008368745
	VDUP R6, V21.S4
	MOVD $0x3d2aac79, R6 // 0.04166839
	VDUP R6, V20.S4
	MOVD $0x3e2aaa49, R6 // 0.16666521
	VDUP R6, V19.S4
	MOVD $0x3efffffe, R6 // 0.49999994
	VDUP R6, V18.S4
	MOVD $0x3f800000, R6 // 1
	VDUP R6, V17.S4
	MOVD $0x40000000, R6 // 2
	VDUP R6, V16.S4
	MOVD $0x80000000, R6 // -0
	VDUP R6, V15.S4
	CMP $4, R5
	BLT vectorEnd
vector:
	FMOVQ 0(R1), F0 // x
	WORD $0x6e3fdc00 // fmul v0.4s, v0.4s, v31.4s
	WORD $0x4e20d400 // fadd v0.4s, v0.4s, v0.4s
	WORD $0x4e3c1c01 // and v1.16b, v0.16b, v28.16b
	WORD $0x4ebbf421 // fmin v1.4s, v1.4s, v27.4s
	WORD $0x4eb91f22 // mov v2.16b, v25.16b
	WORD $0x4e3acc22 // fmla v2.4s, v1.4s, v26.4s
	WORD $0x4eb9d443 // fsub v3.4s, v2.4s, v25.4s
	WORD $0x4eb8cc61 // fmls v1.4s, v3.4s, v24.4s
	WORD $0x4eb7cc61 // fmls v1.4s, v3.4s, v23.4s
	WORD $0x4eb51ea4 // mov v4.16b, v21.16b
	WORD $0x4e21cec4 // fmla v4.4s, v22.4s, v1.4s
	WORD $0x4eb41e85 // mov v5.16b, v20.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4eb31e64 // mov v4.16b, v19.16b
	WORD $0x4e21cca4 // fmla v4.4s, v5.4s, v1.4s
	WORD $0x4eb21e45 // mov v5.16b, v18.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x6e21dca5 // fmul v5.4s, v5.4s, v1.4s
	WORD $0x4e21cca1 // fmla v1.4s, v5.4s, v1.4s
	WORD $0x4f375442 // shl v2.4s, v2.4s, #23
	WORD $0x4eb18442 // add v2.4s, v2.4s, v17.4s
	WORD $0x4eb1d443 // fsub v3.4s, v2.4s, v17.4s
	WORD $0x4e21cc43 // fmla v3.4s, v2.4s, v1.4s
	WORD $0x4e30d461 // fadd v1.4s, v3.4s, v16.4s
	WORD $0x6e21fc63 // fdiv v3.4s, v3.4s, v1.4s
	WORD $0x4e2f1c00 // and v0.16b, v0.16b, v15.16b
	WORD $0x4ea01c63 // orr v3.16b, v3.16b, v0.16b
	WORD $0x6e3edc63 // fmul v3.4s, v3.4s, v30.4s
	WORD $0x4e23f7bd // fmax v29.4s, v29.4s, v3.4s
	FMOVQ F3, 0(R0) // y
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
	FMOVQ (R6), F14
	FMOVQ 16(R10), F0 // x
	WORD $0x6e3fdc00 // fmul v0.4s, v0.4s, v31.4s
	WORD $0x4e20d400 // fadd v0.4s, v0.4s, v0.4s
	WORD $0x4e3c1c01 // and v1.16b, v0.16b, v28.16b
	WORD $0x4ebbf421 // fmin v1.4s, v1.4s, v27.4s
	WORD $0x4eb91f22 // mov v2.16b, v25.16b
	WORD $0x4e3acc22 // fmla v2.4s, v1.4s, v26.4s
	WORD $0x4eb9d443 // fsub v3.4s, v2.4s, v25.4s
	WORD $0x4eb8cc61 // fmls v1.4s, v3.4s, v24.4s
	WORD $0x4eb7cc61 // fmls v1.4s, v3.4s, v23.4s
	WORD $0x4eb51ea4 // mov v4.16b, v21.16b
	WORD $0x4e21cec4 // fmla v4.4s, v22.4s, v1.4s
	WORD $0x4eb41e85 // mov v5.16b, v20.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4eb31e64 // mov v4.16b, v19.16b
	WORD $0x4e21cca4 // fmla v4.4s, v5.4s, v1.4s
	WORD $0x4eb21e45 // mov v5.16b, v18.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x6e21dca5 // fmul v5.4s, v5.4s, v1.4s
	WORD $0x4e21cca1 // fmla v1.4s, v5.4s, v1.4s
	WORD $0x4f375442 // shl v2.4s, v2.4s, #23
	WORD $0x4eb18442 // add v2.4s, v2.4s, v17.4s
	WORD $0x4eb1d443 // fsub v3.4s, v2.4s, v17.4s
	WORD $0x4e21cc43 // fmla v3.4s, v2.4s, v1.4s
	WORD $0x4e30d461 // fadd v1.4s, v3.4s, v16.4s
	WORD $0x6e21fc63 // fdiv v3.4s, v3.4s, v1.4s
	WORD $0x4e2f1c00 // and v0.16b, v0.16b, v15.16b
	WORD $0x4ea01c63 // orr v3.16b, v3.16b, v0.16b
	WORD $0x6e3edc63 // fmul v3.4s, v3.4s, v30.4s
	WORD $0x4e23f7a0 // fmax v0.4s, v29.4s, v3.4s
	WORD $0x6eae1c1d // bit v29.16b, v0.16b, v14.16b
	FMOVQ F3, 0(R10) // y
	ADD $0, R10, R12
	MOVD R5, R6
out0:
	SUB $1, R6
	MOVWU (R12)(R6<<2), R11
	MOVW R11, (R0)(R6<<2)
	CBNZ R6, out0
done:
	WORD $0x6e3df7bd // fmaxp v29.4s, v29.4s, v29.4s
	WORD $0x6e3df7bd // fmaxp v29.4s, v29.4s, v29.4s
	FMOVS F29, ret+56(FP)
	RET

// func sumExpShift(x []float32, shift float32) float32
// Σ e^(x-shift)
TEXT ·sumExpShiftNEON(SB), NOSPLIT, $16-36
	MOVD x_base+0(FP), R0
	MOVD x_len+8(FP), R5
	MOVWU shift+24(FP), R6
	VDUP R6, V31.S4
	VEOR V30.B16, V30.B16, V30.B16
	MOVD $0x42b17217, R6 // 88.72283
	VDUP R6, V29.S4
	MOVD $0x3fb8aa3b, R6 // 1.442695
	VDUP R6, V28.S4
	MOVD $0x4b400000, R6 // 1.2582912e+07
	VDUP R6, V27.S4
	MOVD $0x3f317218, R6 // 0.6931472
	VDUP R6, V26.S4
	MOVD $0xb102e308, R6 // -1.9046542e-09
	VDUP R6, V25.S4
	MOVD $0x3ab511e8, R6 // 0.001381454
	VDUP R6, V24.S4
	MOVD $0x3c091d10, R6 // 0.008368745
	VDUP R6, V23.S4
	MOVD $0x3d2aac79, R6 // 0.04166839
	VDUP R6, V22.S4
	MOVD $0x3e2aaa49, R6 // 0.16666521
	VDUP R6, V21.S4
	MOVD $0x3efffffe, R6 // 0.49999994
	VDUP R6, V20.S4
	MOVD $0x3f800000, R6 // 1
	VDUP R6, V19.S4
	MOVD $0xc2ae999a, R6 // -87.3
	VDUP R6, V18.S4
	CMP $4, R5
	BLT vectorEnd
vector:
	FMOVQ 0(R0), F0 // x
	WORD $0x4ebfd400 // fsub v0.4s, v0.4s, v31.4s
	WORD $0x4ebdf401 // fmin v1.4s, v0.4s, v29.4s
	WORD $0x4ebb1f62 // mov v2.16b, v27.16b
	WORD $0x4e3ccc22 // fmla v2.4s, v1.4s, v28.4s
	WORD $0x4ebbd443 // fsub v3.4s, v2.4s, v27.4s
	WORD $0x4ebacc61 // fmls v1.4s, v3.4s, v26.4s
	WORD $0x4eb9cc61 // fmls v1.4s, v3.4s, v25.4s
	WORD $0x4eb71ee4 // mov v4.16b, v23.16b
	WORD $0x4e21cf04 // fmla v4.4s, v24.4s, v1.4s
	WORD $0x4eb61ec5 // mov v5.16b, v22.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4eb51ea4 // mov v4.16b, v21.16b
	WORD $0x4e21cca4 // fmla v4.4s, v5.4s, v1.4s
	WORD $0x4eb41e85 // mov v5.16b, v20.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4eb31e64 // mov v4.16b, v19.16b
	WORD $0x4e21cca4 // fmla v4.4s, v5.4s, v1.4s
	WORD $0x4eb31e65 // mov v5.16b, v19.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4f375442 // shl v2.4s, v2.4s, #23
	WORD $0x4ea58442 // add v2.4s, v2.4s, v5.4s
	WORD $0x6ea0e640 // fcmgt v0.4s, v18.4s, v0.4s
	WORD $0x4e601c40 // bic v0.16b, v2.16b, v0.16b
	WORD $0x4e20d7de // fadd v30.4s, v30.4s, v0.4s
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
	FMOVQ (R6), F17
	FMOVQ 0(R10), F0 // x
	WORD $0x4ebfd400 // fsub v0.4s, v0.4s, v31.4s
	WORD $0x4ebdf401 // fmin v1.4s, v0.4s, v29.4s
	WORD $0x4ebb1f62 // mov v2.16b, v27.16b
	WORD $0x4e3ccc22 // fmla v2.4s, v1.4s, v28.4s
	WORD $0x4ebbd443 // fsub v3.4s, v2.4s, v27.4s
	WORD $0x4ebacc61 // fmls v1.4s, v3.4s, v26.4s
	WORD $0x4eb9cc61 // fmls v1.4s, v3.4s, v25.4s
	WORD $0x4eb71ee4 // mov v4.16b, v23.16b
	WORD $0x4e21cf04 // fmla v4.4s, v24.4s, v1.4s
	WORD $0x4eb61ec5 // mov v5.16b, v22.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4eb51ea4 // mov v4.16b, v21.16b
	WORD $0x4e21cca4 // fmla v4.4s, v5.4s, v1.4s
	WORD $0x4eb41e85 // mov v5.16b, v20.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4eb31e64 // mov v4.16b, v19.16b
	WORD $0x4e21cca4 // fmla v4.4s, v5.4s, v1.4s
	WORD $0x4eb31e65 // mov v5.16b, v19.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4f375442 // shl v2.4s, v2.4s, #23
	WORD $0x4ea58442 // add v2.4s, v2.4s, v5.4s
	WORD $0x6ea0e640 // fcmgt v0.4s, v18.4s, v0.4s
	WORD $0x4e601c40 // bic v0.16b, v2.16b, v0.16b
	WORD $0x4e311c01 // and v1.16b, v0.16b, v17.16b
	WORD $0x4e21d7de // fadd v30.4s, v30.4s, v1.4s
done:
	WORD $0x6e3ed7de // faddp v30.4s, v30.4s, v30.4s
	WORD $0x6e3ed7de // faddp v30.4s, v30.4s, v30.4s
	FMOVS F30, ret+32(FP)
	RET

// func columnExp(y, m, l []float32)
// y = e^(y-m); l += y
TEXT ·columnExpNEON(SB), NOSPLIT, $48-72
	MOVD y_base+0(FP), R0
	MOVD m_base+24(FP), R1
	MOVD l_base+48(FP), R2
	MOVD y_len+8(FP), R5
	MOVD $0x42b17217, R6 // 88.72283
	VDUP R6, V31.S4
	MOVD $0x3fb8aa3b, R6 // 1.442695
	VDUP R6, V30.S4
	MOVD $0x4b400000, R6 // 1.2582912e+07
	VDUP R6, V29.S4
	MOVD $0x3f317218, R6 // 0.6931472
	VDUP R6, V28.S4
	MOVD $0xb102e308, R6 // -1.9046542e-09
	VDUP R6, V27.S4
	MOVD $0x3ab511e8, R6 // 0.001381454
	VDUP R6, V26.S4
	MOVD $0x3c091d10, R6 // 0.008368745
	VDUP R6, V25.S4
	MOVD $0x3d2aac79, R6 // 0.04166839
	VDUP R6, V24.S4
	MOVD $0x3e2aaa49, R6 // 0.16666521
	VDUP R6, V23.S4
	MOVD $0x3efffffe, R6 // 0.49999994
	VDUP R6, V22.S4
	MOVD $0x3f800000, R6 // 1
	VDUP R6, V21.S4
	MOVD $0xc2ae999a, R6 // -87.3
	VDUP R6, V20.S4
	CMP $4, R5
	BLT vectorEnd
vector:
	FMOVQ 0(R0), F0 // y
	FMOVQ 0(R1), F1 // m
	WORD $0x4ea1d400 // fsub v0.4s, v0.4s, v1.4s
	WORD $0x4ebff401 // fmin v1.4s, v0.4s, v31.4s
	WORD $0x4ebd1fa2 // mov v2.16b, v29.16b
	WORD $0x4e3ecc22 // fmla v2.4s, v1.4s, v30.4s
	WORD $0x4ebdd443 // fsub v3.4s, v2.4s, v29.4s
	WORD $0x4ebccc61 // fmls v1.4s, v3.4s, v28.4s
	WORD $0x4ebbcc61 // fmls v1.4s, v3.4s, v27.4s
	WORD $0x4eb91f24 // mov v4.16b, v25.16b
	WORD $0x4e21cf44 // fmla v4.4s, v26.4s, v1.4s
	WORD $0x4eb81f05 // mov v5.16b, v24.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4eb71ee4 // mov v4.16b, v23.16b
	WORD $0x4e21cca4 // fmla v4.4s, v5.4s, v1.4s
	WORD $0x4eb61ec5 // mov v5.16b, v22.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4eb51ea4 // mov v4.16b, v21.16b
	WORD $0x4e21cca4 // fmla v4.4s, v5.4s, v1.4s
	WORD $0x4eb51ea5 // mov v5.16b, v21.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4f375442 // shl v2.4s, v2.4s, #23
	WORD $0x4ea58442 // add v2.4s, v2.4s, v5.4s
	WORD $0x6ea0e680 // fcmgt v0.4s, v20.4s, v0.4s
	WORD $0x4e601c40 // bic v0.16b, v2.16b, v0.16b
	FMOVQ F0, 0(R0) // y
	FMOVQ 0(R2), F1 // l
	WORD $0x4e20d421 // fadd v1.4s, v1.4s, v0.4s
	FMOVQ F1, 0(R2) // l
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
	FMOVQ 0(R10), F0 // y
	FMOVQ 16(R10), F1 // m
	WORD $0x4ea1d400 // fsub v0.4s, v0.4s, v1.4s
	WORD $0x4ebff401 // fmin v1.4s, v0.4s, v31.4s
	WORD $0x4ebd1fa2 // mov v2.16b, v29.16b
	WORD $0x4e3ecc22 // fmla v2.4s, v1.4s, v30.4s
	WORD $0x4ebdd443 // fsub v3.4s, v2.4s, v29.4s
	WORD $0x4ebccc61 // fmls v1.4s, v3.4s, v28.4s
	WORD $0x4ebbcc61 // fmls v1.4s, v3.4s, v27.4s
	WORD $0x4eb91f24 // mov v4.16b, v25.16b
	WORD $0x4e21cf44 // fmla v4.4s, v26.4s, v1.4s
	WORD $0x4eb81f05 // mov v5.16b, v24.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4eb71ee4 // mov v4.16b, v23.16b
	WORD $0x4e21cca4 // fmla v4.4s, v5.4s, v1.4s
	WORD $0x4eb61ec5 // mov v5.16b, v22.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4eb51ea4 // mov v4.16b, v21.16b
	WORD $0x4e21cca4 // fmla v4.4s, v5.4s, v1.4s
	WORD $0x4eb51ea5 // mov v5.16b, v21.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4f375442 // shl v2.4s, v2.4s, #23
	WORD $0x4ea58442 // add v2.4s, v2.4s, v5.4s
	WORD $0x6ea0e680 // fcmgt v0.4s, v20.4s, v0.4s
	WORD $0x4e601c40 // bic v0.16b, v2.16b, v0.16b
	FMOVQ F0, 0(R10) // y
	FMOVQ 32(R10), F1 // l
	WORD $0x4e20d421 // fadd v1.4s, v1.4s, v0.4s
	FMOVQ F1, 32(R10) // l
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
done:
	RET

// func softmaxGrad(z, y []float32, lse, scale, invCap float32)
// z = scale*e^(y-lse)*(1 - (y*invCap)²)
TEXT ·softmaxGradNEON(SB), NOSPLIT, $32-60
	MOVD z_base+0(FP), R0
	MOVD y_base+24(FP), R1
	MOVD z_len+8(FP), R5
	MOVWU lse+48(FP), R6
	VDUP R6, V31.S4
	MOVWU scale+52(FP), R6
	VDUP R6, V30.S4
	MOVWU invCap+56(FP), R6
	VDUP R6, V29.S4
	MOVD $0x42b17217, R6 // 88.72283
	VDUP R6, V28.S4
	MOVD $0x3fb8aa3b, R6 // 1.442695
	VDUP R6, V27.S4
	MOVD $0x4b400000, R6 // 1.2582912e+07
	VDUP R6, V26.S4
	MOVD $0x3f317218, R6 // 0.6931472
	VDUP R6, V25.S4
	MOVD $0xb102e308, R6 // -1.9046542e-09
	VDUP R6, V24.S4
	MOVD $0x3ab511e8, R6 // 0.001381454
	VDUP R6, V23.S4
	MOVD $0x3c091d10, R6 // 0.008368745
	VDUP R6, V22.S4
	MOVD $0x3d2aac79, R6 // 0.04166839
	VDUP R6, V21.S4
	MOVD $0x3e2aaa49, R6 // 0.16666521
	VDUP R6, V20.S4
	MOVD $0x3efffffe, R6 // 0.49999994
	VDUP R6, V19.S4
	MOVD $0x3f800000, R6 // 1
	VDUP R6, V18.S4
	MOVD $0xc2ae999a, R6 // -87.3
	VDUP R6, V17.S4
	CMP $4, R5
	BLT vectorEnd
vector:
	FMOVQ 0(R1), F0 // y
	WORD $0x4ebfd401 // fsub v1.4s, v0.4s, v31.4s
	WORD $0x4ebcf422 // fmin v2.4s, v1.4s, v28.4s
	WORD $0x4eba1f43 // mov v3.16b, v26.16b
	WORD $0x4e3bcc43 // fmla v3.4s, v2.4s, v27.4s
	WORD $0x4ebad464 // fsub v4.4s, v3.4s, v26.4s
	WORD $0x4eb9cc82 // fmls v2.4s, v4.4s, v25.4s
	WORD $0x4eb8cc82 // fmls v2.4s, v4.4s, v24.4s
	WORD $0x4eb61ec5 // mov v5.16b, v22.16b
	WORD $0x4e22cee5 // fmla v5.4s, v23.4s, v2.4s
	WORD $0x4eb51ea6 // mov v6.16b, v21.16b
	WORD $0x4e22cca6 // fmla v6.4s, v5.4s, v2.4s
	WORD $0x4eb41e85 // mov v5.16b, v20.16b
	WORD $0x4e22ccc5 // fmla v5.4s, v6.4s, v2.4s
	WORD $0x4eb31e66 // mov v6.16b, v19.16b
	WORD $0x4e22cca6 // fmla v6.4s, v5.4s, v2.4s
	WORD $0x4eb21e45 // mov v5.16b, v18.16b
	WORD $0x4e22ccc5 // fmla v5.4s, v6.4s, v2.4s
	WORD $0x4eb21e46 // mov v6.16b, v18.16b
	WORD $0x4e22cca6 // fmla v6.4s, v5.4s, v2.4s
	WORD $0x4f375463 // shl v3.4s, v3.4s, #23
	WORD $0x4ea68463 // add v3.4s, v3.4s, v6.4s
	WORD $0x6ea1e621 // fcmgt v1.4s, v17.4s, v1.4s
	WORD $0x4e611c61 // bic v1.16b, v3.16b, v1.16b
	WORD $0x6e3edc21 // fmul v1.4s, v1.4s, v30.4s
	WORD $0x6e3ddc00 // fmul v0.4s, v0.4s, v29.4s
	WORD $0x4eb21e42 // mov v2.16b, v18.16b
	WORD $0x4ea0cc02 // fmls v2.4s, v0.4s, v0.4s
	WORD $0x6e21dc42 // fmul v2.4s, v2.4s, v1.4s
	FMOVQ F2, 0(R0) // z
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
	FMOVQ 16(R10), F0 // y
	WORD $0x4ebfd401 // fsub v1.4s, v0.4s, v31.4s
	WORD $0x4ebcf422 // fmin v2.4s, v1.4s, v28.4s
	WORD $0x4eba1f43 // mov v3.16b, v26.16b
	WORD $0x4e3bcc43 // fmla v3.4s, v2.4s, v27.4s
	WORD $0x4ebad464 // fsub v4.4s, v3.4s, v26.4s
	WORD $0x4eb9cc82 // fmls v2.4s, v4.4s, v25.4s
	WORD $0x4eb8cc82 // fmls v2.4s, v4.4s, v24.4s
	WORD $0x4eb61ec5 // mov v5.16b, v22.16b
	WORD $0x4e22cee5 // fmla v5.4s, v23.4s, v2.4s
	WORD $0x4eb51ea6 // mov v6.16b, v21.16b
	WORD $0x4e22cca6 // fmla v6.4s, v5.4s, v2.4s
	WORD $0x4eb41e85 // mov v5.16b, v20.16b
	WORD $0x4e22ccc5 // fmla v5.4s, v6.4s, v2.4s
	WORD $0x4eb31e66 // mov v6.16b, v19.16b
	WORD $0x4e22cca6 // fmla v6.4s, v5.4s, v2.4s
	WORD $0x4eb21e45 // mov v5.16b, v18.16b
	WORD $0x4e22ccc5 // fmla v5.4s, v6.4s, v2.4s
	WORD $0x4eb21e46 // mov v6.16b, v18.16b
	WORD $0x4e22cca6 // fmla v6.4s, v5.4s, v2.4s
	WORD $0x4f375463 // shl v3.4s, v3.4s, #23
	WORD $0x4ea68463 // add v3.4s, v3.4s, v6.4s
	WORD $0x6ea1e621 // fcmgt v1.4s, v17.4s, v1.4s
	WORD $0x4e611c61 // bic v1.16b, v3.16b, v1.16b
	WORD $0x6e3edc21 // fmul v1.4s, v1.4s, v30.4s
	WORD $0x6e3ddc00 // fmul v0.4s, v0.4s, v29.4s
	WORD $0x4eb21e42 // mov v2.16b, v18.16b
	WORD $0x4ea0cc02 // fmls v2.4s, v0.4s, v0.4s
	WORD $0x6e21dc42 // fmul v2.4s, v2.4s, v1.4s
	FMOVQ F2, 0(R10) // z
	ADD $0, R10, R12
	MOVD R5, R6
out0:
	SUB $1, R6
	MOVWU (R12)(R6<<2), R11
	MOVW R11, (R0)(R6<<2)
	CBNZ R6, out0
done:
	RET

// func scoreGrad(p, ds, y []float32, lse, d, scale, invCap float32)
// p = e^(y-lse); ds = scale*p*(ds-d)*(1-(y*invCap)²)
TEXT ·scoreGradNEON(SB), NOSPLIT, $48-88
	MOVD p_base+0(FP), R0
	MOVD ds_base+24(FP), R1
	MOVD y_base+48(FP), R2
	MOVD p_len+8(FP), R5
	MOVWU lse+72(FP), R6
	VDUP R6, V31.S4
	MOVWU d+76(FP), R6
	VDUP R6, V30.S4
	MOVWU scale+80(FP), R6
	VDUP R6, V29.S4
	MOVWU invCap+84(FP), R6
	VDUP R6, V28.S4
	MOVD $0x42b17217, R6 // 88.72283
	VDUP R6, V27.S4
	MOVD $0x3fb8aa3b, R6 // 1.442695
	VDUP R6, V26.S4
	MOVD $0x4b400000, R6 // 1.2582912e+07
	VDUP R6, V25.S4
	MOVD $0x3f317218, R6 // 0.6931472
	VDUP R6, V24.S4
	MOVD $0xb102e308, R6 // -1.9046542e-09
	VDUP R6, V23.S4
	MOVD $0x3ab511e8, R6 // 0.001381454
	VDUP R6, V22.S4
	MOVD $0x3c091d10, R6 // 0.008368745
	VDUP R6, V21.S4
	MOVD $0x3d2aac79, R6 // 0.04166839
	VDUP R6, V20.S4
	MOVD $0x3e2aaa49, R6 // 0.16666521
	VDUP R6, V19.S4
	MOVD $0x3efffffe, R6 // 0.49999994
	VDUP R6, V18.S4
	MOVD $0x3f800000, R6 // 1
	VDUP R6, V17.S4
	MOVD $0xc2ae999a, R6 // -87.3
	VDUP R6, V16.S4
	CMP $4, R5
	BLT vectorEnd
vector:
	FMOVQ 0(R2), F0 // y
	WORD $0x4ebfd401 // fsub v1.4s, v0.4s, v31.4s
	WORD $0x4ebbf422 // fmin v2.4s, v1.4s, v27.4s
	WORD $0x4eb91f23 // mov v3.16b, v25.16b
	WORD $0x4e3acc43 // fmla v3.4s, v2.4s, v26.4s
	WORD $0x4eb9d464 // fsub v4.4s, v3.4s, v25.4s
	WORD $0x4eb8cc82 // fmls v2.4s, v4.4s, v24.4s
	WORD $0x4eb7cc82 // fmls v2.4s, v4.4s, v23.4s
	WORD $0x4eb51ea5 // mov v5.16b, v21.16b
	WORD $0x4e22cec5 // fmla v5.4s, v22.4s, v2.4s
	WORD $0x4eb41e86 // mov v6.16b, v20.16b
	WORD $0x4e22cca6 // fmla v6.4s, v5.4s, v2.4s
	WORD $0x4eb31e65 // mov v5.16b, v19.16b
	WORD $0x4e22ccc5 // fmla v5.4s, v6.4s, v2.4s
	WORD $0x4eb21e46 // mov v6.16b, v18.16b
	WORD $0x4e22cca6 // fmla v6.4s, v5.4s, v2.4s
	WORD $0x4eb11e25 // mov v5.16b, v17.16b
	WORD $0x4e22ccc5 // fmla v5.4s, v6.4s, v2.4s
	WORD $0x4eb11e26 // mov v6.16b, v17.16b
	WORD $0x4e22cca6 // fmla v6.4s, v5.4s, v2.4s
	WORD $0x4f375463 // shl v3.4s, v3.4s, #23
	WORD $0x4ea68463 // add v3.4s, v3.4s, v6.4s
	WORD $0x6ea1e601 // fcmgt v1.4s, v16.4s, v1.4s
	WORD $0x4e611c61 // bic v1.16b, v3.16b, v1.16b
	WORD $0x6e3cdc00 // fmul v0.4s, v0.4s, v28.4s
	WORD $0x4eb11e22 // mov v2.16b, v17.16b
	WORD $0x4ea0cc02 // fmls v2.4s, v0.4s, v0.4s
	WORD $0x6e3ddc42 // fmul v2.4s, v2.4s, v29.4s
	FMOVQ F1, 0(R0) // p
	WORD $0x6e21dc42 // fmul v2.4s, v2.4s, v1.4s
	FMOVQ 0(R1), F0 // ds
	WORD $0x4ebed400 // fsub v0.4s, v0.4s, v30.4s
	WORD $0x6e20dc42 // fmul v2.4s, v2.4s, v0.4s
	FMOVQ F2, 0(R1) // ds
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
	WORD $0x4ebfd401 // fsub v1.4s, v0.4s, v31.4s
	WORD $0x4ebbf422 // fmin v2.4s, v1.4s, v27.4s
	WORD $0x4eb91f23 // mov v3.16b, v25.16b
	WORD $0x4e3acc43 // fmla v3.4s, v2.4s, v26.4s
	WORD $0x4eb9d464 // fsub v4.4s, v3.4s, v25.4s
	WORD $0x4eb8cc82 // fmls v2.4s, v4.4s, v24.4s
	WORD $0x4eb7cc82 // fmls v2.4s, v4.4s, v23.4s
	WORD $0x4eb51ea5 // mov v5.16b, v21.16b
	WORD $0x4e22cec5 // fmla v5.4s, v22.4s, v2.4s
	WORD $0x4eb41e86 // mov v6.16b, v20.16b
	WORD $0x4e22cca6 // fmla v6.4s, v5.4s, v2.4s
	WORD $0x4eb31e65 // mov v5.16b, v19.16b
	WORD $0x4e22ccc5 // fmla v5.4s, v6.4s, v2.4s
	WORD $0x4eb21e46 // mov v6.16b, v18.16b
	WORD $0x4e22cca6 // fmla v6.4s, v5.4s, v2.4s
	WORD $0x4eb11e25 // mov v5.16b, v17.16b
	WORD $0x4e22ccc5 // fmla v5.4s, v6.4s, v2.4s
	WORD $0x4eb11e26 // mov v6.16b, v17.16b
	WORD $0x4e22cca6 // fmla v6.4s, v5.4s, v2.4s
	WORD $0x4f375463 // shl v3.4s, v3.4s, #23
	WORD $0x4ea68463 // add v3.4s, v3.4s, v6.4s
	WORD $0x6ea1e601 // fcmgt v1.4s, v16.4s, v1.4s
	WORD $0x4e611c61 // bic v1.16b, v3.16b, v1.16b
	WORD $0x6e3cdc00 // fmul v0.4s, v0.4s, v28.4s
	WORD $0x4eb11e22 // mov v2.16b, v17.16b
	WORD $0x4ea0cc02 // fmls v2.4s, v0.4s, v0.4s
	WORD $0x6e3ddc42 // fmul v2.4s, v2.4s, v29.4s
	FMOVQ F1, 0(R10) // p
	WORD $0x6e21dc42 // fmul v2.4s, v2.4s, v1.4s
	FMOVQ 16(R10), F0 // ds
	WORD $0x4ebed400 // fsub v0.4s, v0.4s, v30.4s
	WORD $0x6e20dc42 // fmul v2.4s, v2.4s, v0.4s
	FMOVQ F2, 16(R10) // ds
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

// func geglu(y, a, b []float32)
// y = gelu(a)*b
TEXT ·gegluNEON(SB), NOSPLIT, $48-72
	MOVD y_base+0(FP), R0
	MOVD a_base+24(FP), R1
	MOVD b_base+48(FP), R2
	MOVD y_len+8(FP), R5
	MOVD $0xbd922279, R6 // -0.071354814
	VDUP R6, V31.S4
	MOVD $0xbfcc422a, R6 // -1.5957692
	VDUP R6, V30.S4
	MOVD $0x3f800000, R6 // 1
	VDUP R6, V29.S4
	MOVD $0x42b17217, R6 // 88.72283
	VDUP R6, V28.S4
	MOVD $0x3fb8aa3b, R6 // 1.442695
	VDUP R6, V27.S4
	MOVD $0x4b400000, R6 // 1.2582912e+07
	VDUP R6, V26.S4
	MOVD $0x3f317218, R6 // 0.6931472
	VDUP R6, V25.S4
	MOVD $0xb102e308, R6 // -1.9046542e-09
	VDUP R6, V24.S4
	MOVD $0x3ab511e8, R6 // 0.001381454
	VDUP R6, V23.S4
	MOVD $0x3c091d10, R6 // 0.008368745
	VDUP R6, V22.S4
	MOVD $0x3d2aac79, R6 // 0.04166839
	VDUP R6, V21.S4
	MOVD $0x3e2aaa49, R6 // 0.16666521
	VDUP R6, V20.S4
	MOVD $0x3efffffe, R6 // 0.49999994
	VDUP R6, V19.S4
	MOVD $0xc2ae999a, R6 // -87.3
	VDUP R6, V18.S4
	CMP $4, R5
	BLT vectorEnd
vector:
	FMOVQ 0(R1), F0 // a
	WORD $0x6e20dc01 // fmul v1.4s, v0.4s, v0.4s
	WORD $0x4ebe1fc2 // mov v2.16b, v30.16b
	WORD $0x4e3fcc22 // fmla v2.4s, v1.4s, v31.4s
	WORD $0x6e20dc42 // fmul v2.4s, v2.4s, v0.4s
	WORD $0x4ebcf441 // fmin v1.4s, v2.4s, v28.4s
	WORD $0x4eba1f43 // mov v3.16b, v26.16b
	WORD $0x4e3bcc23 // fmla v3.4s, v1.4s, v27.4s
	WORD $0x4ebad464 // fsub v4.4s, v3.4s, v26.4s
	WORD $0x4eb9cc81 // fmls v1.4s, v4.4s, v25.4s
	WORD $0x4eb8cc81 // fmls v1.4s, v4.4s, v24.4s
	WORD $0x4eb61ec5 // mov v5.16b, v22.16b
	WORD $0x4e21cee5 // fmla v5.4s, v23.4s, v1.4s
	WORD $0x4eb51ea6 // mov v6.16b, v21.16b
	WORD $0x4e21cca6 // fmla v6.4s, v5.4s, v1.4s
	WORD $0x4eb41e85 // mov v5.16b, v20.16b
	WORD $0x4e21ccc5 // fmla v5.4s, v6.4s, v1.4s
	WORD $0x4eb31e66 // mov v6.16b, v19.16b
	WORD $0x4e21cca6 // fmla v6.4s, v5.4s, v1.4s
	WORD $0x4ebd1fa5 // mov v5.16b, v29.16b
	WORD $0x4e21ccc5 // fmla v5.4s, v6.4s, v1.4s
	WORD $0x4ebd1fa6 // mov v6.16b, v29.16b
	WORD $0x4e21cca6 // fmla v6.4s, v5.4s, v1.4s
	WORD $0x4f375463 // shl v3.4s, v3.4s, #23
	WORD $0x4ea68463 // add v3.4s, v3.4s, v6.4s
	WORD $0x6ea2e642 // fcmgt v2.4s, v18.4s, v2.4s
	WORD $0x4e621c62 // bic v2.16b, v3.16b, v2.16b
	WORD $0x4e3dd442 // fadd v2.4s, v2.4s, v29.4s
	WORD $0x6e22ffa2 // fdiv v2.4s, v29.4s, v2.4s
	WORD $0x6e22dc00 // fmul v0.4s, v0.4s, v2.4s
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
	WORD $0x6e20dc01 // fmul v1.4s, v0.4s, v0.4s
	WORD $0x4ebe1fc2 // mov v2.16b, v30.16b
	WORD $0x4e3fcc22 // fmla v2.4s, v1.4s, v31.4s
	WORD $0x6e20dc42 // fmul v2.4s, v2.4s, v0.4s
	WORD $0x4ebcf441 // fmin v1.4s, v2.4s, v28.4s
	WORD $0x4eba1f43 // mov v3.16b, v26.16b
	WORD $0x4e3bcc23 // fmla v3.4s, v1.4s, v27.4s
	WORD $0x4ebad464 // fsub v4.4s, v3.4s, v26.4s
	WORD $0x4eb9cc81 // fmls v1.4s, v4.4s, v25.4s
	WORD $0x4eb8cc81 // fmls v1.4s, v4.4s, v24.4s
	WORD $0x4eb61ec5 // mov v5.16b, v22.16b
	WORD $0x4e21cee5 // fmla v5.4s, v23.4s, v1.4s
	WORD $0x4eb51ea6 // mov v6.16b, v21.16b
	WORD $0x4e21cca6 // fmla v6.4s, v5.4s, v1.4s
	WORD $0x4eb41e85 // mov v5.16b, v20.16b
	WORD $0x4e21ccc5 // fmla v5.4s, v6.4s, v1.4s
	WORD $0x4eb31e66 // mov v6.16b, v19.16b
	WORD $0x4e21cca6 // fmla v6.4s, v5.4s, v1.4s
	WORD $0x4ebd1fa5 // mov v5.16b, v29.16b
	WORD $0x4e21ccc5 // fmla v5.4s, v6.4s, v1.4s
	WORD $0x4ebd1fa6 // mov v6.16b, v29.16b
	WORD $0x4e21cca6 // fmla v6.4s, v5.4s, v1.4s
	WORD $0x4f375463 // shl v3.4s, v3.4s, #23
	WORD $0x4ea68463 // add v3.4s, v3.4s, v6.4s
	WORD $0x6ea2e642 // fcmgt v2.4s, v18.4s, v2.4s
	WORD $0x4e621c62 // bic v2.16b, v3.16b, v2.16b
	WORD $0x4e3dd442 // fadd v2.4s, v2.4s, v29.4s
	WORD $0x6e22ffa2 // fdiv v2.4s, v29.4s, v2.4s
	WORD $0x6e22dc00 // fmul v0.4s, v0.4s, v2.4s
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

// func gegluGrad(da, db, dy, a, b []float32)
// db = dy*gelu(a); da = dy*b*gelu'(a)
TEXT ·gegluGradNEON(SB), NOSPLIT, $80-120
	MOVD da_base+0(FP), R0
	MOVD db_base+24(FP), R1
	MOVD dy_base+48(FP), R2
	MOVD a_base+72(FP), R3
	MOVD b_base+96(FP), R4
	MOVD da_len+8(FP), R5
	MOVD $0xbd922279, R6 // -0.071354814
	VDUP R6, V31.S4
	MOVD $0xbfcc422a, R6 // -1.5957692
	VDUP R6, V30.S4
	MOVD $0x3f800000, R6 // 1
	VDUP R6, V29.S4
	MOVD $0x42b17217, R6 // 88.72283
	VDUP R6, V28.S4
	MOVD $0x3fb8aa3b, R6 // 1.442695
	VDUP R6, V27.S4
	MOVD $0x4b400000, R6 // 1.2582912e+07
	VDUP R6, V26.S4
	MOVD $0x3f317218, R6 // 0.6931472
	VDUP R6, V25.S4
	MOVD $0xb102e308, R6 // -1.9046542e-09
	VDUP R6, V24.S4
	MOVD $0x3ab511e8, R6 // 0.001381454
	VDUP R6, V23.S4
	MOVD $0x3c091d10, R6 // 0.008368745
	VDUP R6, V22.S4
	MOVD $0x3d2aac79, R6 // 0.04166839
	VDUP R6, V21.S4
	MOVD $0x3e2aaa49, R6 // 0.16666521
	VDUP R6, V20.S4
	MOVD $0x3efffffe, R6 // 0.49999994
	VDUP R6, V19.S4
	MOVD $0xc2ae999a, R6 // -87.3
	VDUP R6, V18.S4
	MOVD $0x3e5b33b6, R6 // 0.21406445
	VDUP R6, V17.S4
	MOVD $0x3fcc422a, R6 // 1.5957692
	VDUP R6, V16.S4
	CMP $4, R5
	BLT vectorEnd
vector:
	FMOVQ 0(R3), F0 // a
	WORD $0x6e20dc01 // fmul v1.4s, v0.4s, v0.4s
	WORD $0x4ebe1fc2 // mov v2.16b, v30.16b
	WORD $0x4e3fcc22 // fmla v2.4s, v1.4s, v31.4s
	WORD $0x6e20dc42 // fmul v2.4s, v2.4s, v0.4s
	WORD $0x4ebcf443 // fmin v3.4s, v2.4s, v28.4s
	WORD $0x4eba1f44 // mov v4.16b, v26.16b
	WORD $0x4e3bcc64 // fmla v4.4s, v3.4s, v27.4s
	WORD $0x4ebad485 // fsub v5.4s, v4.4s, v26.4s
	WORD $0x4eb9cca3 // fmls v3.4s, v5.4s, v25.4s
	WORD $0x4eb8cca3 // fmls v3.4s, v5.4s, v24.4s
	WORD $0x4eb61ec6 // mov v6.16b, v22.16b
	WORD $0x4e23cee6 // fmla v6.4s, v23.4s, v3.4s
	WORD $0x4eb51ea7 // mov v7.16b, v21.16b
	WORD $0x4e23ccc7 // fmla v7.4s, v6.4s, v3.4s
	WORD $0x4eb41e86 // mov v6.16b, v20.16b
	WORD $0x4e23cce6 // fmla v6.4s, v7.4s, v3.4s
	WORD $0x4eb31e67 // mov v7.16b, v19.16b
	WORD $0x4e23ccc7 // fmla v7.4s, v6.4s, v3.4s
	WORD $0x4ebd1fa6 // mov v6.16b, v29.16b
	WORD $0x4e23cce6 // fmla v6.4s, v7.4s, v3.4s
	WORD $0x4ebd1fa7 // mov v7.16b, v29.16b
	WORD $0x4e23ccc7 // fmla v7.4s, v6.4s, v3.4s
	WORD $0x4f375484 // shl v4.4s, v4.4s, #23
	WORD $0x4ea78484 // add v4.4s, v4.4s, v7.4s
	WORD $0x6ea2e642 // fcmgt v2.4s, v18.4s, v2.4s
	WORD $0x4e621c82 // bic v2.16b, v4.16b, v2.16b
	WORD $0x4e3dd442 // fadd v2.4s, v2.4s, v29.4s
	WORD $0x6e22ffa2 // fdiv v2.4s, v29.4s, v2.4s
	WORD $0x4eb01e03 // mov v3.16b, v16.16b
	WORD $0x4e31cc23 // fmla v3.4s, v1.4s, v17.4s
	WORD $0x6e22dc00 // fmul v0.4s, v0.4s, v2.4s
	WORD $0x4ea2d7a1 // fsub v1.4s, v29.4s, v2.4s
	WORD $0x6e21dc01 // fmul v1.4s, v0.4s, v1.4s
	WORD $0x4e23cc22 // fmla v2.4s, v1.4s, v3.4s
	FMOVQ 0(R2), F1 // dy
	FMOVQ 0(R4), F3 // b
	WORD $0x6e20dc20 // fmul v0.4s, v1.4s, v0.4s
	FMOVQ F0, 0(R1) // db
	WORD $0x6e23dc21 // fmul v1.4s, v1.4s, v3.4s
	WORD $0x6e22dc21 // fmul v1.4s, v1.4s, v2.4s
	FMOVQ F1, 0(R0) // da
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
	FMOVQ 48(R10), F0 // a
	WORD $0x6e20dc01 // fmul v1.4s, v0.4s, v0.4s
	WORD $0x4ebe1fc2 // mov v2.16b, v30.16b
	WORD $0x4e3fcc22 // fmla v2.4s, v1.4s, v31.4s
	WORD $0x6e20dc42 // fmul v2.4s, v2.4s, v0.4s
	WORD $0x4ebcf443 // fmin v3.4s, v2.4s, v28.4s
	WORD $0x4eba1f44 // mov v4.16b, v26.16b
	WORD $0x4e3bcc64 // fmla v4.4s, v3.4s, v27.4s
	WORD $0x4ebad485 // fsub v5.4s, v4.4s, v26.4s
	WORD $0x4eb9cca3 // fmls v3.4s, v5.4s, v25.4s
	WORD $0x4eb8cca3 // fmls v3.4s, v5.4s, v24.4s
	WORD $0x4eb61ec6 // mov v6.16b, v22.16b
	WORD $0x4e23cee6 // fmla v6.4s, v23.4s, v3.4s
	WORD $0x4eb51ea7 // mov v7.16b, v21.16b
	WORD $0x4e23ccc7 // fmla v7.4s, v6.4s, v3.4s
	WORD $0x4eb41e86 // mov v6.16b, v20.16b
	WORD $0x4e23cce6 // fmla v6.4s, v7.4s, v3.4s
	WORD $0x4eb31e67 // mov v7.16b, v19.16b
	WORD $0x4e23ccc7 // fmla v7.4s, v6.4s, v3.4s
	WORD $0x4ebd1fa6 // mov v6.16b, v29.16b
	WORD $0x4e23cce6 // fmla v6.4s, v7.4s, v3.4s
	WORD $0x4ebd1fa7 // mov v7.16b, v29.16b
	WORD $0x4e23ccc7 // fmla v7.4s, v6.4s, v3.4s
	WORD $0x4f375484 // shl v4.4s, v4.4s, #23
	WORD $0x4ea78484 // add v4.4s, v4.4s, v7.4s
	WORD $0x6ea2e642 // fcmgt v2.4s, v18.4s, v2.4s
	WORD $0x4e621c82 // bic v2.16b, v4.16b, v2.16b
	WORD $0x4e3dd442 // fadd v2.4s, v2.4s, v29.4s
	WORD $0x6e22ffa2 // fdiv v2.4s, v29.4s, v2.4s
	WORD $0x4eb01e03 // mov v3.16b, v16.16b
	WORD $0x4e31cc23 // fmla v3.4s, v1.4s, v17.4s
	WORD $0x6e22dc00 // fmul v0.4s, v0.4s, v2.4s
	WORD $0x4ea2d7a1 // fsub v1.4s, v29.4s, v2.4s
	WORD $0x6e21dc01 // fmul v1.4s, v0.4s, v1.4s
	WORD $0x4e23cc22 // fmla v2.4s, v1.4s, v3.4s
	FMOVQ 32(R10), F1 // dy
	FMOVQ 64(R10), F3 // b
	WORD $0x6e20dc20 // fmul v0.4s, v1.4s, v0.4s
	FMOVQ F0, 16(R10) // db
	WORD $0x6e23dc21 // fmul v1.4s, v1.4s, v3.4s
	WORD $0x6e22dc21 // fmul v1.4s, v1.4s, v2.4s
	FMOVQ F1, 0(R10) // da
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
