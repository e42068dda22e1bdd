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

// func sumExpShift(x []float32, shift float32) float32
// Σ e^(x-shift)
TEXT ·sumExpShiftNEON(SB), NOSPLIT, $16-36
	MOVD x_base+0(FP), R0
	MOVD x_len+8(FP), R5
	MOVWU shift+24(FP), R6
	VDUP R6, V31.S4
	VEOR V30.B16, V30.B16, V30.B16
	VEOR V29.B16, V29.B16, V29.B16
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
	CMP $8, R5
	BLT roundEnd
round:
	FMOVQ 0(R0), F0 // x
	FMOVQ 16(R0), F1 // x
	WORD $0x4ebfd400 // fsub v0.4s, v0.4s, v31.4s
	WORD $0x4ebfd421 // fsub v1.4s, v1.4s, v31.4s
	WORD $0x4ebcf402 // fmin v2.4s, v0.4s, v28.4s
	WORD $0x4ebcf423 // fmin v3.4s, v1.4s, v28.4s
	WORD $0x4eba1f44 // mov v4.16b, v26.16b
	WORD $0x4e3bcc44 // fmla v4.4s, v2.4s, v27.4s
	WORD $0x4eba1f45 // mov v5.16b, v26.16b
	WORD $0x4e3bcc65 // fmla v5.4s, v3.4s, v27.4s
	WORD $0x4ebad486 // fsub v6.4s, v4.4s, v26.4s
	WORD $0x4ebad4a7 // fsub v7.4s, v5.4s, v26.4s
	WORD $0x4eb9ccc2 // fmls v2.4s, v6.4s, v25.4s
	WORD $0x4eb9cce3 // fmls v3.4s, v7.4s, v25.4s
	WORD $0x4eb8ccc2 // fmls v2.4s, v6.4s, v24.4s
	WORD $0x4eb8cce3 // fmls v3.4s, v7.4s, v24.4s
	WORD $0x4eb61ec8 // mov v8.16b, v22.16b
	WORD $0x4e22cee8 // fmla v8.4s, v23.4s, v2.4s
	WORD $0x4eb61ec9 // mov v9.16b, v22.16b
	WORD $0x4e23cee9 // fmla v9.4s, v23.4s, v3.4s
	WORD $0x4eb51eaa // mov v10.16b, v21.16b
	WORD $0x4e22cd0a // fmla v10.4s, v8.4s, v2.4s
	WORD $0x4eb51ea8 // mov v8.16b, v21.16b
	WORD $0x4e23cd28 // fmla v8.4s, v9.4s, v3.4s
	WORD $0x4eb41e89 // mov v9.16b, v20.16b
	WORD $0x4e22cd49 // fmla v9.4s, v10.4s, v2.4s
	WORD $0x4eb41e8a // mov v10.16b, v20.16b
	WORD $0x4e23cd0a // fmla v10.4s, v8.4s, v3.4s
	WORD $0x4eb31e68 // mov v8.16b, v19.16b
	WORD $0x4e22cd28 // fmla v8.4s, v9.4s, v2.4s
	WORD $0x4eb31e69 // mov v9.16b, v19.16b
	WORD $0x4e23cd49 // fmla v9.4s, v10.4s, v3.4s
	WORD $0x4eb21e4a // mov v10.16b, v18.16b
	WORD $0x4e22cd0a // fmla v10.4s, v8.4s, v2.4s
	WORD $0x4eb21e48 // mov v8.16b, v18.16b
	WORD $0x4e23cd28 // fmla v8.4s, v9.4s, v3.4s
	WORD $0x4eb21e49 // mov v9.16b, v18.16b
	WORD $0x4e22cd49 // fmla v9.4s, v10.4s, v2.4s
	WORD $0x4eb21e42 // mov v2.16b, v18.16b
	WORD $0x4e23cd02 // fmla v2.4s, v8.4s, v3.4s
	WORD $0x4f375484 // shl v4.4s, v4.4s, #23
	WORD $0x4ea98484 // add v4.4s, v4.4s, v9.4s
	WORD $0x4f3754a5 // shl v5.4s, v5.4s, #23
	WORD $0x4ea284a5 // add v5.4s, v5.4s, v2.4s
	WORD $0x6ea0e620 // fcmgt v0.4s, v17.4s, v0.4s
	WORD $0x4e601c80 // bic v0.16b, v4.16b, v0.16b
	WORD $0x6ea1e621 // fcmgt v1.4s, v17.4s, v1.4s
	WORD $0x4e611ca1 // bic v1.16b, v5.16b, v1.16b
	WORD $0x4e20d7de // fadd v30.4s, v30.4s, v0.4s
	WORD $0x4e21d7bd // fadd v29.4s, v29.4s, v1.4s
	ADD $32, R0
	SUB $8, R5
	CMP $8, R5
	BGE round
roundEnd:
	CMP $4, R5
	BLT vectorEnd
vector:
	FMOVQ 0(R0), F0 // x
	WORD $0x4ebfd400 // fsub v0.4s, v0.4s, v31.4s
	WORD $0x4ebcf401 // fmin v1.4s, v0.4s, v28.4s
	WORD $0x4eba1f42 // mov v2.16b, v26.16b
	WORD $0x4e3bcc22 // fmla v2.4s, v1.4s, v27.4s
	WORD $0x4ebad443 // fsub v3.4s, v2.4s, v26.4s
	WORD $0x4eb9cc61 // fmls v1.4s, v3.4s, v25.4s
	WORD $0x4eb8cc61 // fmls v1.4s, v3.4s, v24.4s
	WORD $0x4eb61ec4 // mov v4.16b, v22.16b
	WORD $0x4e21cee4 // fmla v4.4s, v23.4s, v1.4s
	WORD $0x4eb51ea5 // mov v5.16b, v21.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4eb41e84 // mov v4.16b, v20.16b
	WORD $0x4e21cca4 // fmla v4.4s, v5.4s, v1.4s
	WORD $0x4eb31e65 // mov v5.16b, v19.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4eb21e44 // mov v4.16b, v18.16b
	WORD $0x4e21cca4 // fmla v4.4s, v5.4s, v1.4s
	WORD $0x4eb21e45 // mov v5.16b, v18.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4f375442 // shl v2.4s, v2.4s, #23
	WORD $0x4ea58442 // add v2.4s, v2.4s, v5.4s
	WORD $0x6ea0e620 // fcmgt v0.4s, v17.4s, v0.4s
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
	FMOVQ (R6), F16
	FMOVQ 0(R10), F0 // x
	WORD $0x4ebfd400 // fsub v0.4s, v0.4s, v31.4s
	WORD $0x4ebcf401 // fmin v1.4s, v0.4s, v28.4s
	WORD $0x4eba1f42 // mov v2.16b, v26.16b
	WORD $0x4e3bcc22 // fmla v2.4s, v1.4s, v27.4s
	WORD $0x4ebad443 // fsub v3.4s, v2.4s, v26.4s
	WORD $0x4eb9cc61 // fmls v1.4s, v3.4s, v25.4s
	WORD $0x4eb8cc61 // fmls v1.4s, v3.4s, v24.4s
	WORD $0x4eb61ec4 // mov v4.16b, v22.16b
	WORD $0x4e21cee4 // fmla v4.4s, v23.4s, v1.4s
	WORD $0x4eb51ea5 // mov v5.16b, v21.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4eb41e84 // mov v4.16b, v20.16b
	WORD $0x4e21cca4 // fmla v4.4s, v5.4s, v1.4s
	WORD $0x4eb31e65 // mov v5.16b, v19.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4eb21e44 // mov v4.16b, v18.16b
	WORD $0x4e21cca4 // fmla v4.4s, v5.4s, v1.4s
	WORD $0x4eb21e45 // mov v5.16b, v18.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4f375442 // shl v2.4s, v2.4s, #23
	WORD $0x4ea58442 // add v2.4s, v2.4s, v5.4s
	WORD $0x6ea0e620 // fcmgt v0.4s, v17.4s, v0.4s
	WORD $0x4e601c40 // bic v0.16b, v2.16b, v0.16b
	WORD $0x4e301c01 // and v1.16b, v0.16b, v16.16b
	WORD $0x4e21d7de // fadd v30.4s, v30.4s, v1.4s
done:
	WORD $0x4e3dd7de // fadd v30.4s, v30.4s, v29.4s
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
	CMP $12, R5
	BLT roundEnd
round:
	FMOVQ 0(R0), F0 // y
	FMOVQ 16(R0), F1 // y
	FMOVQ 32(R0), F2 // y
	FMOVQ 0(R1), F3 // m
	FMOVQ 16(R1), F4 // m
	FMOVQ 32(R1), F5 // m
	WORD $0x4ea3d400 // fsub v0.4s, v0.4s, v3.4s
	WORD $0x4ea4d421 // fsub v1.4s, v1.4s, v4.4s
	WORD $0x4ea5d442 // fsub v2.4s, v2.4s, v5.4s
	WORD $0x4ebff403 // fmin v3.4s, v0.4s, v31.4s
	WORD $0x4ebff424 // fmin v4.4s, v1.4s, v31.4s
	WORD $0x4ebff445 // fmin v5.4s, v2.4s, v31.4s
	WORD $0x4ebd1fa6 // mov v6.16b, v29.16b
	WORD $0x4e3ecc66 // fmla v6.4s, v3.4s, v30.4s
	WORD $0x4ebd1fa7 // mov v7.16b, v29.16b
	WORD $0x4e3ecc87 // fmla v7.4s, v4.4s, v30.4s
	WORD $0x4ebd1fa8 // mov v8.16b, v29.16b
	WORD $0x4e3ecca8 // fmla v8.4s, v5.4s, v30.4s
	WORD $0x4ebdd4c9 // fsub v9.4s, v6.4s, v29.4s
	WORD $0x4ebdd4ea // fsub v10.4s, v7.4s, v29.4s
	WORD $0x4ebdd50b // fsub v11.4s, v8.4s, v29.4s
	WORD $0x4ebccd23 // fmls v3.4s, v9.4s, v28.4s
	WORD $0x4ebccd44 // fmls v4.4s, v10.4s, v28.4s
	WORD $0x4ebccd65 // fmls v5.4s, v11.4s, v28.4s
	WORD $0x4ebbcd23 // fmls v3.4s, v9.4s, v27.4s
	WORD $0x4ebbcd44 // fmls v4.4s, v10.4s, v27.4s
	WORD $0x4ebbcd65 // fmls v5.4s, v11.4s, v27.4s
	WORD $0x4eb91f2c // mov v12.16b, v25.16b
	WORD $0x4e23cf4c // fmla v12.4s, v26.4s, v3.4s
	WORD $0x4eb91f2d // mov v13.16b, v25.16b
	WORD $0x4e24cf4d // fmla v13.4s, v26.4s, v4.4s
	WORD $0x4eb91f2e // mov v14.16b, v25.16b
	WORD $0x4e25cf4e // fmla v14.4s, v26.4s, v5.4s
	WORD $0x4eb81f0f // mov v15.16b, v24.16b
	WORD $0x4e23cd8f // fmla v15.4s, v12.4s, v3.4s
	WORD $0x4eb81f0c // mov v12.16b, v24.16b
	WORD $0x4e24cdac // fmla v12.4s, v13.4s, v4.4s
	WORD $0x4eb81f0d // mov v13.16b, v24.16b
	WORD $0x4e25cdcd // fmla v13.4s, v14.4s, v5.4s
	WORD $0x4eb71eee // mov v14.16b, v23.16b
	WORD $0x4e23cdee // fmla v14.4s, v15.4s, v3.4s
	WORD $0x4eb71eef // mov v15.16b, v23.16b
	WORD $0x4e24cd8f // fmla v15.4s, v12.4s, v4.4s
	WORD $0x4eb71eec // mov v12.16b, v23.16b
	WORD $0x4e25cdac // fmla v12.4s, v13.4s, v5.4s
	WORD $0x4eb61ecd // mov v13.16b, v22.16b
	WORD $0x4e23cdcd // fmla v13.4s, v14.4s, v3.4s
	WORD $0x4eb61ece // mov v14.16b, v22.16b
	WORD $0x4e24cdee // fmla v14.4s, v15.4s, v4.4s
	WORD $0x4eb61ecf // mov v15.16b, v22.16b
	WORD $0x4e25cd8f // fmla v15.4s, v12.4s, v5.4s
	WORD $0x4eb51eac // mov v12.16b, v21.16b
	WORD $0x4e23cdac // fmla v12.4s, v13.4s, v3.4s
	WORD $0x4eb51ead // mov v13.16b, v21.16b
	WORD $0x4e24cdcd // fmla v13.4s, v14.4s, v4.4s
	WORD $0x4eb51eae // mov v14.16b, v21.16b
	WORD $0x4e25cdee // fmla v14.4s, v15.4s, v5.4s
	WORD $0x4eb51eaf // mov v15.16b, v21.16b
	WORD $0x4e23cd8f // fmla v15.4s, v12.4s, v3.4s
	WORD $0x4eb51ea3 // mov v3.16b, v21.16b
	WORD $0x4e24cda3 // fmla v3.4s, v13.4s, v4.4s
	WORD $0x4eb51ea4 // mov v4.16b, v21.16b
	WORD $0x4e25cdc4 // fmla v4.4s, v14.4s, v5.4s
	WORD $0x4f3754c6 // shl v6.4s, v6.4s, #23
	WORD $0x4eaf84c6 // add v6.4s, v6.4s, v15.4s
	WORD $0x4f3754e7 // shl v7.4s, v7.4s, #23
	WORD $0x4ea384e7 // add v7.4s, v7.4s, v3.4s
	WORD $0x4f375508 // shl v8.4s, v8.4s, #23
	WORD $0x4ea48508 // add v8.4s, v8.4s, v4.4s
	WORD $0x6ea0e680 // fcmgt v0.4s, v20.4s, v0.4s
	WORD $0x4e601cc0 // bic v0.16b, v6.16b, v0.16b
	WORD $0x6ea1e681 // fcmgt v1.4s, v20.4s, v1.4s
	WORD $0x4e611ce1 // bic v1.16b, v7.16b, v1.16b
	WORD $0x6ea2e682 // fcmgt v2.4s, v20.4s, v2.4s
	WORD $0x4e621d02 // bic v2.16b, v8.16b, v2.16b
	FMOVQ F0, 0(R0) // y
	FMOVQ F1, 16(R0) // y
	FMOVQ F2, 32(R0) // y
	FMOVQ 0(R2), F3 // l
	FMOVQ 16(R2), F4 // l
	FMOVQ 32(R2), F5 // l
	WORD $0x4e20d463 // fadd v3.4s, v3.4s, v0.4s
	WORD $0x4e21d484 // fadd v4.4s, v4.4s, v1.4s
	WORD $0x4e22d4a5 // fadd v5.4s, v5.4s, v2.4s
	FMOVQ F3, 0(R2) // l
	FMOVQ F4, 16(R2) // l
	FMOVQ F5, 32(R2) // l
	ADD $48, R0
	ADD $48, R1
	ADD $48, R2
	SUB $12, R5
	CMP $12, R5
	BGE round
roundEnd:
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
	CMP $8, R5
	BLT roundEnd
round:
	FMOVQ 0(R1), F0 // y
	FMOVQ 16(R1), F1 // y
	WORD $0x4ebfd402 // fsub v2.4s, v0.4s, v31.4s
	WORD $0x4ebfd423 // fsub v3.4s, v1.4s, v31.4s
	WORD $0x4ebcf444 // fmin v4.4s, v2.4s, v28.4s
	WORD $0x4ebcf465 // fmin v5.4s, v3.4s, v28.4s
	WORD $0x4eba1f46 // mov v6.16b, v26.16b
	WORD $0x4e3bcc86 // fmla v6.4s, v4.4s, v27.4s
	WORD $0x4eba1f47 // mov v7.16b, v26.16b
	WORD $0x4e3bcca7 // fmla v7.4s, v5.4s, v27.4s
	WORD $0x4ebad4c8 // fsub v8.4s, v6.4s, v26.4s
	WORD $0x4ebad4e9 // fsub v9.4s, v7.4s, v26.4s
	WORD $0x4eb9cd04 // fmls v4.4s, v8.4s, v25.4s
	WORD $0x4eb9cd25 // fmls v5.4s, v9.4s, v25.4s
	WORD $0x4eb8cd04 // fmls v4.4s, v8.4s, v24.4s
	WORD $0x4eb8cd25 // fmls v5.4s, v9.4s, v24.4s
	WORD $0x4eb61eca // mov v10.16b, v22.16b
	WORD $0x4e24ceea // fmla v10.4s, v23.4s, v4.4s
	WORD $0x4eb61ecb // mov v11.16b, v22.16b
	WORD $0x4e25ceeb // fmla v11.4s, v23.4s, v5.4s
	WORD $0x4eb51eac // mov v12.16b, v21.16b
	WORD $0x4e24cd4c // fmla v12.4s, v10.4s, v4.4s
	WORD $0x4eb51eaa // mov v10.16b, v21.16b
	WORD $0x4e25cd6a // fmla v10.4s, v11.4s, v5.4s
	WORD $0x4eb41e8b // mov v11.16b, v20.16b
	WORD $0x4e24cd8b // fmla v11.4s, v12.4s, v4.4s
	WORD $0x4eb41e8c // mov v12.16b, v20.16b
	WORD $0x4e25cd4c // fmla v12.4s, v10.4s, v5.4s
	WORD $0x4eb31e6a // mov v10.16b, v19.16b
	WORD $0x4e24cd6a // fmla v10.4s, v11.4s, v4.4s
	WORD $0x4eb31e6b // mov v11.16b, v19.16b
	WORD $0x4e25cd8b // fmla v11.4s, v12.4s, v5.4s
	WORD $0x4eb21e4c // mov v12.16b, v18.16b
	WORD $0x4e24cd4c // fmla v12.4s, v10.4s, v4.4s
	WORD $0x4eb21e4a // mov v10.16b, v18.16b
	WORD $0x4e25cd6a // fmla v10.4s, v11.4s, v5.4s
	WORD $0x4eb21e4b // mov v11.16b, v18.16b
	WORD $0x4e24cd8b // fmla v11.4s, v12.4s, v4.4s
	WORD $0x4eb21e44 // mov v4.16b, v18.16b
	WORD $0x4e25cd44 // fmla v4.4s, v10.4s, v5.4s
	WORD $0x4f3754c6 // shl v6.4s, v6.4s, #23
	WORD $0x4eab84c6 // add v6.4s, v6.4s, v11.4s
	WORD $0x4f3754e7 // shl v7.4s, v7.4s, #23
	WORD $0x4ea484e7 // add v7.4s, v7.4s, v4.4s
	WORD $0x6ea2e622 // fcmgt v2.4s, v17.4s, v2.4s
	WORD $0x4e621cc2 // bic v2.16b, v6.16b, v2.16b
	WORD $0x6ea3e623 // fcmgt v3.4s, v17.4s, v3.4s
	WORD $0x4e631ce3 // bic v3.16b, v7.16b, v3.16b
	WORD $0x6e3edc42 // fmul v2.4s, v2.4s, v30.4s
	WORD $0x6e3edc63 // fmul v3.4s, v3.4s, v30.4s
	WORD $0x6e3ddc00 // fmul v0.4s, v0.4s, v29.4s
	WORD $0x6e3ddc21 // fmul v1.4s, v1.4s, v29.4s
	WORD $0x4eb21e44 // mov v4.16b, v18.16b
	WORD $0x4ea0cc04 // fmls v4.4s, v0.4s, v0.4s
	WORD $0x4eb21e40 // mov v0.16b, v18.16b
	WORD $0x4ea1cc20 // fmls v0.4s, v1.4s, v1.4s
	WORD $0x6e22dc84 // fmul v4.4s, v4.4s, v2.4s
	WORD $0x6e23dc00 // fmul v0.4s, v0.4s, v3.4s
	FMOVQ F4, 0(R0) // z
	FMOVQ F0, 16(R0) // z
	ADD $32, R0
	ADD $32, R1
	SUB $8, R5
	CMP $8, R5
	BGE round
roundEnd:
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
