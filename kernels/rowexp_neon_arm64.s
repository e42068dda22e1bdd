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
	CMP $12, R5
	BLT roundEnd
round:
	FMOVQ 0(R1), F0 // x
	FMOVQ 16(R1), F1 // x
	FMOVQ 32(R1), F2 // x
	WORD $0x4ebef403 // fmin v3.4s, v0.4s, v30.4s
	WORD $0x4ebef424 // fmin v4.4s, v1.4s, v30.4s
	WORD $0x4ebef445 // fmin v5.4s, v2.4s, v30.4s
	WORD $0x4ebc1f86 // mov v6.16b, v28.16b
	WORD $0x4e3dcc66 // fmla v6.4s, v3.4s, v29.4s
	WORD $0x4ebc1f87 // mov v7.16b, v28.16b
	WORD $0x4e3dcc87 // fmla v7.4s, v4.4s, v29.4s
	WORD $0x4ebc1f88 // mov v8.16b, v28.16b
	WORD $0x4e3dcca8 // fmla v8.4s, v5.4s, v29.4s
	WORD $0x4ebcd4c9 // fsub v9.4s, v6.4s, v28.4s
	WORD $0x4ebcd4ea // fsub v10.4s, v7.4s, v28.4s
	WORD $0x4ebcd50b // fsub v11.4s, v8.4s, v28.4s
	WORD $0x4ebbcd23 // fmls v3.4s, v9.4s, v27.4s
	WORD $0x4ebbcd44 // fmls v4.4s, v10.4s, v27.4s
	WORD $0x4ebbcd65 // fmls v5.4s, v11.4s, v27.4s
	WORD $0x4ebacd23 // fmls v3.4s, v9.4s, v26.4s
	WORD $0x4ebacd44 // fmls v4.4s, v10.4s, v26.4s
	WORD $0x4ebacd65 // fmls v5.4s, v11.4s, v26.4s
	WORD $0x4eb81f0c // mov v12.16b, v24.16b
	WORD $0x4e23cf2c // fmla v12.4s, v25.4s, v3.4s
	WORD $0x4eb81f0d // mov v13.16b, v24.16b
	WORD $0x4e24cf2d // fmla v13.4s, v25.4s, v4.4s
	WORD $0x4eb81f0e // mov v14.16b, v24.16b
	WORD $0x4e25cf2e // fmla v14.4s, v25.4s, v5.4s
	WORD $0x4eb71eef // mov v15.16b, v23.16b
	WORD $0x4e23cd8f // fmla v15.4s, v12.4s, v3.4s
	WORD $0x4eb71eec // mov v12.16b, v23.16b
	WORD $0x4e24cdac // fmla v12.4s, v13.4s, v4.4s
	WORD $0x4eb71eed // mov v13.16b, v23.16b
	WORD $0x4e25cdcd // fmla v13.4s, v14.4s, v5.4s
	WORD $0x4eb61ece // mov v14.16b, v22.16b
	WORD $0x4e23cdee // fmla v14.4s, v15.4s, v3.4s
	WORD $0x4eb61ecf // mov v15.16b, v22.16b
	WORD $0x4e24cd8f // fmla v15.4s, v12.4s, v4.4s
	WORD $0x4eb61ecc // mov v12.16b, v22.16b
	WORD $0x4e25cdac // fmla v12.4s, v13.4s, v5.4s
	WORD $0x4eb51ead // mov v13.16b, v21.16b
	WORD $0x4e23cdcd // fmla v13.4s, v14.4s, v3.4s
	WORD $0x4eb51eae // mov v14.16b, v21.16b
	WORD $0x4e24cdee // fmla v14.4s, v15.4s, v4.4s
	WORD $0x4eb51eaf // mov v15.16b, v21.16b
	WORD $0x4e25cd8f // fmla v15.4s, v12.4s, v5.4s
	WORD $0x4eb41e8c // mov v12.16b, v20.16b
	WORD $0x4e23cdac // fmla v12.4s, v13.4s, v3.4s
	WORD $0x4eb41e8d // mov v13.16b, v20.16b
	WORD $0x4e24cdcd // fmla v13.4s, v14.4s, v4.4s
	WORD $0x4eb41e8e // mov v14.16b, v20.16b
	WORD $0x4e25cdee // fmla v14.4s, v15.4s, v5.4s
	WORD $0x4eb41e8f // mov v15.16b, v20.16b
	WORD $0x4e23cd8f // fmla v15.4s, v12.4s, v3.4s
	WORD $0x4eb41e83 // mov v3.16b, v20.16b
	WORD $0x4e24cda3 // fmla v3.4s, v13.4s, v4.4s
	WORD $0x4eb41e84 // mov v4.16b, v20.16b
	WORD $0x4e25cdc4 // fmla v4.4s, v14.4s, v5.4s
	WORD $0x4f3754c6 // shl v6.4s, v6.4s, #23
	WORD $0x4eaf84c6 // add v6.4s, v6.4s, v15.4s
	WORD $0x4f3754e7 // shl v7.4s, v7.4s, #23
	WORD $0x4ea384e7 // add v7.4s, v7.4s, v3.4s
	WORD $0x4f375508 // shl v8.4s, v8.4s, #23
	WORD $0x4ea48508 // add v8.4s, v8.4s, v4.4s
	WORD $0x6ea0e663 // fcmgt v3.4s, v19.4s, v0.4s
	WORD $0x4e631cc3 // bic v3.16b, v6.16b, v3.16b
	WORD $0x6ea1e664 // fcmgt v4.4s, v19.4s, v1.4s
	WORD $0x4e641ce4 // bic v4.16b, v7.16b, v4.16b
	WORD $0x6ea2e665 // fcmgt v5.4s, v19.4s, v2.4s
	WORD $0x4e651d05 // bic v5.16b, v8.16b, v5.16b
	WORD $0x6ebee406 // fcmgt v6.4s, v0.4s, v30.4s
	WORD $0x6ea61fe3 // bit v3.16b, v31.16b, v6.16b
	WORD $0x6ebee420 // fcmgt v0.4s, v1.4s, v30.4s
	WORD $0x6ea01fe4 // bit v4.16b, v31.16b, v0.16b
	WORD $0x6ebee440 // fcmgt v0.4s, v2.4s, v30.4s
	WORD $0x6ea01fe5 // bit v5.16b, v31.16b, v0.16b
	FMOVQ F3, 0(R0) // y
	FMOVQ F4, 16(R0) // y
	FMOVQ F5, 32(R0) // y
	ADD $48, R0
	ADD $48, R1
	SUB $12, R5
	CMP $12, R5
	BGE round
roundEnd:
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
	MOVD $0x3ab5f5ff, R6 // 0.0013882517
	VDUP R6, V25.S4
	MOVD $0x3c0913d8, R6 // 0.0083665475
	VDUP R6, V24.S4
	MOVD $0x3d2aab3a, R6 // 0.0416672
	VDUP R6, V23.S4
	MOVD $0x3e2aaa58, R6 // 0.16666543
	VDUP R6, V22.S4
	MOVD $0x3effffff, R6 // 0.49999997
	VDUP R6, V21.S4
	MOVD $0x3f800000, R6 // 1
	VDUP R6, V20.S4
	MOVD $0x40000000, R6 // 2
	VDUP R6, V19.S4
	MOVD $0x80000000, R6 // -0
	VDUP R6, V18.S4
	CMP $12, R5
	BLT roundEnd
round:
	FMOVQ 0(R1), F0 // x
	FMOVQ 16(R1), F1 // x
	FMOVQ 32(R1), F2 // x
	WORD $0x4e20d400 // fadd v0.4s, v0.4s, v0.4s
	WORD $0x4e21d421 // fadd v1.4s, v1.4s, v1.4s
	WORD $0x4e22d442 // fadd v2.4s, v2.4s, v2.4s
	WORD $0x4e3f1c03 // and v3.16b, v0.16b, v31.16b
	WORD $0x4e3f1c24 // and v4.16b, v1.16b, v31.16b
	WORD $0x4e3f1c45 // and v5.16b, v2.16b, v31.16b
	WORD $0x4ebef463 // fmin v3.4s, v3.4s, v30.4s
	WORD $0x4ebef484 // fmin v4.4s, v4.4s, v30.4s
	WORD $0x4ebef4a5 // fmin v5.4s, v5.4s, v30.4s
	WORD $0x4ebc1f86 // mov v6.16b, v28.16b
	WORD $0x4e3dcc66 // fmla v6.4s, v3.4s, v29.4s
	WORD $0x4ebc1f87 // mov v7.16b, v28.16b
	WORD $0x4e3dcc87 // fmla v7.4s, v4.4s, v29.4s
	WORD $0x4ebc1f88 // mov v8.16b, v28.16b
	WORD $0x4e3dcca8 // fmla v8.4s, v5.4s, v29.4s
	WORD $0x4ebcd4c9 // fsub v9.4s, v6.4s, v28.4s
	WORD $0x4ebcd4ea // fsub v10.4s, v7.4s, v28.4s
	WORD $0x4ebcd50b // fsub v11.4s, v8.4s, v28.4s
	WORD $0x4ebbcd23 // fmls v3.4s, v9.4s, v27.4s
	WORD $0x4ebbcd44 // fmls v4.4s, v10.4s, v27.4s
	WORD $0x4ebbcd65 // fmls v5.4s, v11.4s, v27.4s
	WORD $0x4ebacd23 // fmls v3.4s, v9.4s, v26.4s
	WORD $0x4ebacd44 // fmls v4.4s, v10.4s, v26.4s
	WORD $0x4ebacd65 // fmls v5.4s, v11.4s, v26.4s
	WORD $0x4eb81f0c // mov v12.16b, v24.16b
	WORD $0x4e23cf2c // fmla v12.4s, v25.4s, v3.4s
	WORD $0x4eb81f0d // mov v13.16b, v24.16b
	WORD $0x4e24cf2d // fmla v13.4s, v25.4s, v4.4s
	WORD $0x4eb81f0e // mov v14.16b, v24.16b
	WORD $0x4e25cf2e // fmla v14.4s, v25.4s, v5.4s
	WORD $0x4eb71eef // mov v15.16b, v23.16b
	WORD $0x4e23cd8f // fmla v15.4s, v12.4s, v3.4s
	WORD $0x4eb71eec // mov v12.16b, v23.16b
	WORD $0x4e24cdac // fmla v12.4s, v13.4s, v4.4s
	WORD $0x4eb71eed // mov v13.16b, v23.16b
	WORD $0x4e25cdcd // fmla v13.4s, v14.4s, v5.4s
	WORD $0x4eb61ece // mov v14.16b, v22.16b
	WORD $0x4e23cdee // fmla v14.4s, v15.4s, v3.4s
	WORD $0x4eb61ecf // mov v15.16b, v22.16b
	WORD $0x4e24cd8f // fmla v15.4s, v12.4s, v4.4s
	WORD $0x4eb61ecc // mov v12.16b, v22.16b
	WORD $0x4e25cdac // fmla v12.4s, v13.4s, v5.4s
	WORD $0x4eb51ead // mov v13.16b, v21.16b
	WORD $0x4e23cdcd // fmla v13.4s, v14.4s, v3.4s
	WORD $0x4eb51eae // mov v14.16b, v21.16b
	WORD $0x4e24cdee // fmla v14.4s, v15.4s, v4.4s
	WORD $0x4eb51eaf // mov v15.16b, v21.16b
	WORD $0x4e25cd8f // fmla v15.4s, v12.4s, v5.4s
	WORD $0x6e23ddad // fmul v13.4s, v13.4s, v3.4s
	WORD $0x6e24ddce // fmul v14.4s, v14.4s, v4.4s
	WORD $0x6e25ddef // fmul v15.4s, v15.4s, v5.4s
	WORD $0x4e23cda3 // fmla v3.4s, v13.4s, v3.4s
	WORD $0x4e24cdc4 // fmla v4.4s, v14.4s, v4.4s
	WORD $0x4e25cde5 // fmla v5.4s, v15.4s, v5.4s
	WORD $0x4f3754c6 // shl v6.4s, v6.4s, #23
	WORD $0x4eb484c6 // add v6.4s, v6.4s, v20.4s
	WORD $0x4f3754e7 // shl v7.4s, v7.4s, #23
	WORD $0x4eb484e7 // add v7.4s, v7.4s, v20.4s
	WORD $0x4f375508 // shl v8.4s, v8.4s, #23
	WORD $0x4eb48508 // add v8.4s, v8.4s, v20.4s
	WORD $0x4eb4d4c9 // fsub v9.4s, v6.4s, v20.4s
	WORD $0x4eb4d4ea // fsub v10.4s, v7.4s, v20.4s
	WORD $0x4eb4d50b // fsub v11.4s, v8.4s, v20.4s
	WORD $0x4e23ccc9 // fmla v9.4s, v6.4s, v3.4s
	WORD $0x4e24ccea // fmla v10.4s, v7.4s, v4.4s
	WORD $0x4e25cd0b // fmla v11.4s, v8.4s, v5.4s
	WORD $0x4e33d523 // fadd v3.4s, v9.4s, v19.4s
	WORD $0x4e33d544 // fadd v4.4s, v10.4s, v19.4s
	WORD $0x4e33d565 // fadd v5.4s, v11.4s, v19.4s
	WORD $0x6e23fd29 // fdiv v9.4s, v9.4s, v3.4s
	WORD $0x6e24fd4a // fdiv v10.4s, v10.4s, v4.4s
	WORD $0x6e25fd6b // fdiv v11.4s, v11.4s, v5.4s
	WORD $0x4e321c00 // and v0.16b, v0.16b, v18.16b
	WORD $0x4e321c21 // and v1.16b, v1.16b, v18.16b
	WORD $0x4e321c42 // and v2.16b, v2.16b, v18.16b
	WORD $0x4ea01d29 // orr v9.16b, v9.16b, v0.16b
	WORD $0x4ea11d4a // orr v10.16b, v10.16b, v1.16b
	WORD $0x4ea21d6b // orr v11.16b, v11.16b, v2.16b
	FMOVQ F9, 0(R0) // y
	FMOVQ F10, 16(R0) // y
	FMOVQ F11, 32(R0) // y
	ADD $48, R0
	ADD $48, R1
	SUB $12, R5
	CMP $12, R5
	BGE round
roundEnd:
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
// y = post*tanh(x*pre/2); returns max y
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
	MOVD $0xff800000, R6 // -Inf
	VDUP R6, V28.S4
	MOVD $0x7fffffff, R6 // NaN
	VDUP R6, V27.S4
	MOVD $0x41902cb4, R6 // 18.021828
	VDUP R6, V26.S4
	MOVD $0x3fb8aa3b, R6 // 1.442695
	VDUP R6, V25.S4
	MOVD $0x4b400000, R6 // 1.2582912e+07
	VDUP R6, V24.S4
	MOVD $0x3f317218, R6 // 0.6931472
	VDUP R6, V23.S4
	MOVD $0xb102e308, R6 // -1.9046542e-09
	VDUP R6, V22.S4
	MOVD $0x3ab5f5ff, R6 // 0.0013882517
	VDUP R6, V21.S4
	MOVD $0x3c0913d8, R6 // 0.0083665475
	VDUP R6, V20.S4
	MOVD $0x3d2aab3a, R6 // 0.0416672
	VDUP R6, V19.S4
	MOVD $0x3e2aaa58, R6 // 0.16666543
	VDUP R6, V18.S4
	MOVD $0x3effffff, R6 // 0.49999997
	VDUP R6, V17.S4
	MOVD $0x3f800000, R6 // 1
	VDUP R6, V16.S4
	MOVD $0x40000000, R6 // 2
	VDUP R6, V15.S4
	MOVD $0x80000000, R6 // -0
	VDUP R6, V14.S4
	CMP $8, R5
	BLT roundEnd
round:
	FMOVQ 0(R1), F0 // x
	FMOVQ 16(R1), F1 // x
	WORD $0x6e3fdc00 // fmul v0.4s, v0.4s, v31.4s
	WORD $0x6e3fdc21 // fmul v1.4s, v1.4s, v31.4s
	WORD $0x4e3b1c02 // and v2.16b, v0.16b, v27.16b
	WORD $0x4e3b1c23 // and v3.16b, v1.16b, v27.16b
	WORD $0x4ebaf442 // fmin v2.4s, v2.4s, v26.4s
	WORD $0x4ebaf463 // fmin v3.4s, v3.4s, v26.4s
	WORD $0x4eb81f04 // mov v4.16b, v24.16b
	WORD $0x4e39cc44 // fmla v4.4s, v2.4s, v25.4s
	WORD $0x4eb81f05 // mov v5.16b, v24.16b
	WORD $0x4e39cc65 // fmla v5.4s, v3.4s, v25.4s
	WORD $0x4eb8d486 // fsub v6.4s, v4.4s, v24.4s
	WORD $0x4eb8d4a7 // fsub v7.4s, v5.4s, v24.4s
	WORD $0x4eb7ccc2 // fmls v2.4s, v6.4s, v23.4s
	WORD $0x4eb7cce3 // fmls v3.4s, v7.4s, v23.4s
	WORD $0x4eb6ccc2 // fmls v2.4s, v6.4s, v22.4s
	WORD $0x4eb6cce3 // fmls v3.4s, v7.4s, v22.4s
	WORD $0x4eb41e88 // mov v8.16b, v20.16b
	WORD $0x4e22cea8 // fmla v8.4s, v21.4s, v2.4s
	WORD $0x4eb41e89 // mov v9.16b, v20.16b
	WORD $0x4e23cea9 // fmla v9.4s, v21.4s, v3.4s
	WORD $0x4eb31e6a // mov v10.16b, v19.16b
	WORD $0x4e22cd0a // fmla v10.4s, v8.4s, v2.4s
	WORD $0x4eb31e68 // mov v8.16b, v19.16b
	WORD $0x4e23cd28 // fmla v8.4s, v9.4s, v3.4s
	WORD $0x4eb21e49 // mov v9.16b, v18.16b
	WORD $0x4e22cd49 // fmla v9.4s, v10.4s, v2.4s
	WORD $0x4eb21e4a // mov v10.16b, v18.16b
	WORD $0x4e23cd0a // fmla v10.4s, v8.4s, v3.4s
	WORD $0x4eb11e28 // mov v8.16b, v17.16b
	WORD $0x4e22cd28 // fmla v8.4s, v9.4s, v2.4s
	WORD $0x4eb11e29 // mov v9.16b, v17.16b
	WORD $0x4e23cd49 // fmla v9.4s, v10.4s, v3.4s
	WORD $0x6e22dd08 // fmul v8.4s, v8.4s, v2.4s
	WORD $0x6e23dd29 // fmul v9.4s, v9.4s, v3.4s
	WORD $0x4e22cd02 // fmla v2.4s, v8.4s, v2.4s
	WORD $0x4e23cd23 // fmla v3.4s, v9.4s, v3.4s
	WORD $0x4f375484 // shl v4.4s, v4.4s, #23
	WORD $0x4eb08484 // add v4.4s, v4.4s, v16.4s
	WORD $0x4f3754a5 // shl v5.4s, v5.4s, #23
	WORD $0x4eb084a5 // add v5.4s, v5.4s, v16.4s
	WORD $0x4eb0d486 // fsub v6.4s, v4.4s, v16.4s
	WORD $0x4eb0d4a7 // fsub v7.4s, v5.4s, v16.4s
	WORD $0x4e22cc86 // fmla v6.4s, v4.4s, v2.4s
	WORD $0x4e23cca7 // fmla v7.4s, v5.4s, v3.4s
	WORD $0x4e2fd4c2 // fadd v2.4s, v6.4s, v15.4s
	WORD $0x4e2fd4e3 // fadd v3.4s, v7.4s, v15.4s
	WORD $0x6e22fcc6 // fdiv v6.4s, v6.4s, v2.4s
	WORD $0x6e23fce7 // fdiv v7.4s, v7.4s, v3.4s
	WORD $0x4e2e1c00 // and v0.16b, v0.16b, v14.16b
	WORD $0x4e2e1c21 // and v1.16b, v1.16b, v14.16b
	WORD $0x4ea01cc6 // orr v6.16b, v6.16b, v0.16b
	WORD $0x4ea11ce7 // orr v7.16b, v7.16b, v1.16b
	WORD $0x6e3edcc6 // fmul v6.4s, v6.4s, v30.4s
	WORD $0x6e3edce7 // fmul v7.4s, v7.4s, v30.4s
	WORD $0x4e26f7bd // fmax v29.4s, v29.4s, v6.4s
	WORD $0x4e27f79c // fmax v28.4s, v28.4s, v7.4s
	FMOVQ F6, 0(R0) // y
	FMOVQ F7, 16(R0) // y
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
	WORD $0x4e3b1c01 // and v1.16b, v0.16b, v27.16b
	WORD $0x4ebaf421 // fmin v1.4s, v1.4s, v26.4s
	WORD $0x4eb81f02 // mov v2.16b, v24.16b
	WORD $0x4e39cc22 // fmla v2.4s, v1.4s, v25.4s
	WORD $0x4eb8d443 // fsub v3.4s, v2.4s, v24.4s
	WORD $0x4eb7cc61 // fmls v1.4s, v3.4s, v23.4s
	WORD $0x4eb6cc61 // fmls v1.4s, v3.4s, v22.4s
	WORD $0x4eb41e84 // mov v4.16b, v20.16b
	WORD $0x4e21cea4 // fmla v4.4s, v21.4s, v1.4s
	WORD $0x4eb31e65 // mov v5.16b, v19.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4eb21e44 // mov v4.16b, v18.16b
	WORD $0x4e21cca4 // fmla v4.4s, v5.4s, v1.4s
	WORD $0x4eb11e25 // mov v5.16b, v17.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x6e21dca5 // fmul v5.4s, v5.4s, v1.4s
	WORD $0x4e21cca1 // fmla v1.4s, v5.4s, v1.4s
	WORD $0x4f375442 // shl v2.4s, v2.4s, #23
	WORD $0x4eb08442 // add v2.4s, v2.4s, v16.4s
	WORD $0x4eb0d443 // fsub v3.4s, v2.4s, v16.4s
	WORD $0x4e21cc43 // fmla v3.4s, v2.4s, v1.4s
	WORD $0x4e2fd461 // fadd v1.4s, v3.4s, v15.4s
	WORD $0x6e21fc63 // fdiv v3.4s, v3.4s, v1.4s
	WORD $0x4e2e1c00 // and v0.16b, v0.16b, v14.16b
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
	FMOVQ (R6), F13
	FMOVQ 16(R10), F0 // x
	WORD $0x6e3fdc00 // fmul v0.4s, v0.4s, v31.4s
	WORD $0x4e3b1c01 // and v1.16b, v0.16b, v27.16b
	WORD $0x4ebaf421 // fmin v1.4s, v1.4s, v26.4s
	WORD $0x4eb81f02 // mov v2.16b, v24.16b
	WORD $0x4e39cc22 // fmla v2.4s, v1.4s, v25.4s
	WORD $0x4eb8d443 // fsub v3.4s, v2.4s, v24.4s
	WORD $0x4eb7cc61 // fmls v1.4s, v3.4s, v23.4s
	WORD $0x4eb6cc61 // fmls v1.4s, v3.4s, v22.4s
	WORD $0x4eb41e84 // mov v4.16b, v20.16b
	WORD $0x4e21cea4 // fmla v4.4s, v21.4s, v1.4s
	WORD $0x4eb31e65 // mov v5.16b, v19.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4eb21e44 // mov v4.16b, v18.16b
	WORD $0x4e21cca4 // fmla v4.4s, v5.4s, v1.4s
	WORD $0x4eb11e25 // mov v5.16b, v17.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x6e21dca5 // fmul v5.4s, v5.4s, v1.4s
	WORD $0x4e21cca1 // fmla v1.4s, v5.4s, v1.4s
	WORD $0x4f375442 // shl v2.4s, v2.4s, #23
	WORD $0x4eb08442 // add v2.4s, v2.4s, v16.4s
	WORD $0x4eb0d443 // fsub v3.4s, v2.4s, v16.4s
	WORD $0x4e21cc43 // fmla v3.4s, v2.4s, v1.4s
	WORD $0x4e2fd461 // fadd v1.4s, v3.4s, v15.4s
	WORD $0x6e21fc63 // fdiv v3.4s, v3.4s, v1.4s
	WORD $0x4e2e1c00 // and v0.16b, v0.16b, v14.16b
	WORD $0x4ea01c63 // orr v3.16b, v3.16b, v0.16b
	WORD $0x6e3edc63 // fmul v3.4s, v3.4s, v30.4s
	WORD $0x4e23f7a0 // fmax v0.4s, v29.4s, v3.4s
	WORD $0x6ead1c1d // bit v29.16b, v0.16b, v13.16b
	FMOVQ F3, 0(R10) // y
	ADD $0, R10, R12
	MOVD R5, R6
out0:
	SUB $1, R6
	MOVWU (R12)(R6<<2), R11
	MOVW R11, (R0)(R6<<2)
	CBNZ R6, out0
done:
	WORD $0x4e3cf7bd // fmax v29.4s, v29.4s, v28.4s
	WORD $0x6e3df7bd // fmaxp v29.4s, v29.4s, v29.4s
	WORD $0x6e3df7bd // fmaxp v29.4s, v29.4s, v29.4s
	FMOVS F29, ret+56(FP)
	RET
