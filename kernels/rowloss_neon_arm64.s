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

// func capExpSum(x []float32, pre, c2 float32) float32
// Σ e^(c2*s), s = 1/(1+e^(x*pre))
TEXT ·capExpSumNEON(SB), NOSPLIT, $16-36
	MOVD x_base+0(FP), R0
	MOVD x_len+8(FP), R5
	MOVWU pre+24(FP), R6
	VDUP R6, V31.S4
	MOVWU c2+28(FP), R6
	VDUP R6, V30.S4
	VEOR V29.B16, V29.B16, V29.B16
	VEOR V28.B16, V28.B16, V28.B16
	VEOR V27.B16, V27.B16, V27.B16
	MOVD $0x3f800000, R6 // 1
	VDUP R6, V26.S4
	MOVD $0x42a00000, R6 // 80
	VDUP R6, V25.S4
	MOVD $0xc2a00000, R6 // -80
	VDUP R6, V24.S4
	MOVD $0x3fb8aa3b, R6 // 1.442695
	VDUP R6, V23.S4
	MOVD $0x4b400000, R6 // 1.2582912e+07
	VDUP R6, V22.S4
	MOVD $0x3f317218, R6 // 0.6931472
	VDUP R6, V21.S4
	MOVD $0x3ab511e8, R6 // 0.001381454
	VDUP R6, V20.S4
	MOVD $0x3c091d10, R6 // 0.008368745
	VDUP R6, V19.S4
	MOVD $0x3d2aac79, R6 // 0.04166839
	VDUP R6, V18.S4
	MOVD $0x3e2aaa49, R6 // 0.16666521
	VDUP R6, V17.S4
	MOVD $0x3efffffe, R6 // 0.49999994
	VDUP R6, V16.S4
	CMP $12, R5
	BLT roundEnd
round:
	FMOVQ 0(R0), F0 // x
	FMOVQ 16(R0), F1 // x
	FMOVQ 32(R0), F2 // x
	WORD $0x6e3fdc00 // fmul v0.4s, v0.4s, v31.4s
	WORD $0x6e3fdc21 // fmul v1.4s, v1.4s, v31.4s
	WORD $0x6e3fdc42 // fmul v2.4s, v2.4s, v31.4s
	WORD $0x4eb9f400 // fmin v0.4s, v0.4s, v25.4s
	WORD $0x4eb9f421 // fmin v1.4s, v1.4s, v25.4s
	WORD $0x4eb9f442 // fmin v2.4s, v2.4s, v25.4s
	WORD $0x4e38f400 // fmax v0.4s, v0.4s, v24.4s
	WORD $0x4e38f421 // fmax v1.4s, v1.4s, v24.4s
	WORD $0x4e38f442 // fmax v2.4s, v2.4s, v24.4s
	WORD $0x4eb61ec3 // mov v3.16b, v22.16b
	WORD $0x4e37cc03 // fmla v3.4s, v0.4s, v23.4s
	WORD $0x4eb61ec4 // mov v4.16b, v22.16b
	WORD $0x4e37cc24 // fmla v4.4s, v1.4s, v23.4s
	WORD $0x4eb61ec5 // mov v5.16b, v22.16b
	WORD $0x4e37cc45 // fmla v5.4s, v2.4s, v23.4s
	WORD $0x4eb6d466 // fsub v6.4s, v3.4s, v22.4s
	WORD $0x4eb6d487 // fsub v7.4s, v4.4s, v22.4s
	WORD $0x4eb6d4a8 // fsub v8.4s, v5.4s, v22.4s
	WORD $0x4eb5ccc0 // fmls v0.4s, v6.4s, v21.4s
	WORD $0x4eb5cce1 // fmls v1.4s, v7.4s, v21.4s
	WORD $0x4eb5cd02 // fmls v2.4s, v8.4s, v21.4s
	WORD $0x4eb31e69 // mov v9.16b, v19.16b
	WORD $0x4e20ce89 // fmla v9.4s, v20.4s, v0.4s
	WORD $0x4eb31e6a // mov v10.16b, v19.16b
	WORD $0x4e21ce8a // fmla v10.4s, v20.4s, v1.4s
	WORD $0x4eb31e6b // mov v11.16b, v19.16b
	WORD $0x4e22ce8b // fmla v11.4s, v20.4s, v2.4s
	WORD $0x4eb21e4c // mov v12.16b, v18.16b
	WORD $0x4e20cd2c // fmla v12.4s, v9.4s, v0.4s
	WORD $0x4eb21e49 // mov v9.16b, v18.16b
	WORD $0x4e21cd49 // fmla v9.4s, v10.4s, v1.4s
	WORD $0x4eb21e4a // mov v10.16b, v18.16b
	WORD $0x4e22cd6a // fmla v10.4s, v11.4s, v2.4s
	WORD $0x4eb11e2b // mov v11.16b, v17.16b
	WORD $0x4e20cd8b // fmla v11.4s, v12.4s, v0.4s
	WORD $0x4eb11e2c // mov v12.16b, v17.16b
	WORD $0x4e21cd2c // fmla v12.4s, v9.4s, v1.4s
	WORD $0x4eb11e29 // mov v9.16b, v17.16b
	WORD $0x4e22cd49 // fmla v9.4s, v10.4s, v2.4s
	WORD $0x4eb01e0a // mov v10.16b, v16.16b
	WORD $0x4e20cd6a // fmla v10.4s, v11.4s, v0.4s
	WORD $0x4eb01e0b // mov v11.16b, v16.16b
	WORD $0x4e21cd8b // fmla v11.4s, v12.4s, v1.4s
	WORD $0x4eb01e0c // mov v12.16b, v16.16b
	WORD $0x4e22cd2c // fmla v12.4s, v9.4s, v2.4s
	WORD $0x4eba1f49 // mov v9.16b, v26.16b
	WORD $0x4e20cd49 // fmla v9.4s, v10.4s, v0.4s
	WORD $0x4eba1f4a // mov v10.16b, v26.16b
	WORD $0x4e21cd6a // fmla v10.4s, v11.4s, v1.4s
	WORD $0x4eba1f4b // mov v11.16b, v26.16b
	WORD $0x4e22cd8b // fmla v11.4s, v12.4s, v2.4s
	WORD $0x4eba1f4c // mov v12.16b, v26.16b
	WORD $0x4e20cd2c // fmla v12.4s, v9.4s, v0.4s
	WORD $0x4eba1f40 // mov v0.16b, v26.16b
	WORD $0x4e21cd40 // fmla v0.4s, v10.4s, v1.4s
	WORD $0x4eba1f41 // mov v1.16b, v26.16b
	WORD $0x4e22cd61 // fmla v1.4s, v11.4s, v2.4s
	WORD $0x4f375463 // shl v3.4s, v3.4s, #23
	WORD $0x4eac8463 // add v3.4s, v3.4s, v12.4s
	WORD $0x4f375484 // shl v4.4s, v4.4s, #23
	WORD $0x4ea08484 // add v4.4s, v4.4s, v0.4s
	WORD $0x4f3754a5 // shl v5.4s, v5.4s, #23
	WORD $0x4ea184a5 // add v5.4s, v5.4s, v1.4s
	WORD $0x4e3ad463 // fadd v3.4s, v3.4s, v26.4s
	WORD $0x4e3ad484 // fadd v4.4s, v4.4s, v26.4s
	WORD $0x4e3ad4a5 // fadd v5.4s, v5.4s, v26.4s
	WORD $0x6e23ff43 // fdiv v3.4s, v26.4s, v3.4s
	WORD $0x6e24ff44 // fdiv v4.4s, v26.4s, v4.4s
	WORD $0x6e25ff45 // fdiv v5.4s, v26.4s, v5.4s
	WORD $0x6e3edc63 // fmul v3.4s, v3.4s, v30.4s
	WORD $0x6e3edc84 // fmul v4.4s, v4.4s, v30.4s
	WORD $0x6e3edca5 // fmul v5.4s, v5.4s, v30.4s
	WORD $0x4eb61ec0 // mov v0.16b, v22.16b
	WORD $0x4e37cc60 // fmla v0.4s, v3.4s, v23.4s
	WORD $0x4eb61ec1 // mov v1.16b, v22.16b
	WORD $0x4e37cc81 // fmla v1.4s, v4.4s, v23.4s
	WORD $0x4eb61ec2 // mov v2.16b, v22.16b
	WORD $0x4e37cca2 // fmla v2.4s, v5.4s, v23.4s
	WORD $0x4eb6d406 // fsub v6.4s, v0.4s, v22.4s
	WORD $0x4eb6d427 // fsub v7.4s, v1.4s, v22.4s
	WORD $0x4eb6d448 // fsub v8.4s, v2.4s, v22.4s
	WORD $0x4eb5ccc3 // fmls v3.4s, v6.4s, v21.4s
	WORD $0x4eb5cce4 // fmls v4.4s, v7.4s, v21.4s
	WORD $0x4eb5cd05 // fmls v5.4s, v8.4s, v21.4s
	WORD $0x4eb31e69 // mov v9.16b, v19.16b
	WORD $0x4e23ce89 // fmla v9.4s, v20.4s, v3.4s
	WORD $0x4eb31e6a // mov v10.16b, v19.16b
	WORD $0x4e24ce8a // fmla v10.4s, v20.4s, v4.4s
	WORD $0x4eb31e6b // mov v11.16b, v19.16b
	WORD $0x4e25ce8b // fmla v11.4s, v20.4s, v5.4s
	WORD $0x4eb21e4c // mov v12.16b, v18.16b
	WORD $0x4e23cd2c // fmla v12.4s, v9.4s, v3.4s
	WORD $0x4eb21e49 // mov v9.16b, v18.16b
	WORD $0x4e24cd49 // fmla v9.4s, v10.4s, v4.4s
	WORD $0x4eb21e4a // mov v10.16b, v18.16b
	WORD $0x4e25cd6a // fmla v10.4s, v11.4s, v5.4s
	WORD $0x4eb11e2b // mov v11.16b, v17.16b
	WORD $0x4e23cd8b // fmla v11.4s, v12.4s, v3.4s
	WORD $0x4eb11e2c // mov v12.16b, v17.16b
	WORD $0x4e24cd2c // fmla v12.4s, v9.4s, v4.4s
	WORD $0x4eb11e29 // mov v9.16b, v17.16b
	WORD $0x4e25cd49 // fmla v9.4s, v10.4s, v5.4s
	WORD $0x4eb01e0a // mov v10.16b, v16.16b
	WORD $0x4e23cd6a // fmla v10.4s, v11.4s, v3.4s
	WORD $0x4eb01e0b // mov v11.16b, v16.16b
	WORD $0x4e24cd8b // fmla v11.4s, v12.4s, v4.4s
	WORD $0x4eb01e0c // mov v12.16b, v16.16b
	WORD $0x4e25cd2c // fmla v12.4s, v9.4s, v5.4s
	WORD $0x4eba1f49 // mov v9.16b, v26.16b
	WORD $0x4e23cd49 // fmla v9.4s, v10.4s, v3.4s
	WORD $0x4eba1f4a // mov v10.16b, v26.16b
	WORD $0x4e24cd6a // fmla v10.4s, v11.4s, v4.4s
	WORD $0x4eba1f4b // mov v11.16b, v26.16b
	WORD $0x4e25cd8b // fmla v11.4s, v12.4s, v5.4s
	WORD $0x4eba1f4c // mov v12.16b, v26.16b
	WORD $0x4e23cd2c // fmla v12.4s, v9.4s, v3.4s
	WORD $0x4eba1f43 // mov v3.16b, v26.16b
	WORD $0x4e24cd43 // fmla v3.4s, v10.4s, v4.4s
	WORD $0x4eba1f44 // mov v4.16b, v26.16b
	WORD $0x4e25cd64 // fmla v4.4s, v11.4s, v5.4s
	WORD $0x4f375400 // shl v0.4s, v0.4s, #23
	WORD $0x4eac8400 // add v0.4s, v0.4s, v12.4s
	WORD $0x4f375421 // shl v1.4s, v1.4s, #23
	WORD $0x4ea38421 // add v1.4s, v1.4s, v3.4s
	WORD $0x4f375442 // shl v2.4s, v2.4s, #23
	WORD $0x4ea48442 // add v2.4s, v2.4s, v4.4s
	WORD $0x4e20d7bd // fadd v29.4s, v29.4s, v0.4s
	WORD $0x4e21d79c // fadd v28.4s, v28.4s, v1.4s
	WORD $0x4e22d77b // fadd v27.4s, v27.4s, v2.4s
	ADD $48, R0
	SUB $12, R5
	CMP $12, R5
	BGE round
roundEnd:
	CMP $4, R5
	BLT vectorEnd
vector:
	FMOVQ 0(R0), F0 // x
	WORD $0x6e3fdc00 // fmul v0.4s, v0.4s, v31.4s
	WORD $0x4eb9f400 // fmin v0.4s, v0.4s, v25.4s
	WORD $0x4e38f400 // fmax v0.4s, v0.4s, v24.4s
	WORD $0x4eb61ec1 // mov v1.16b, v22.16b
	WORD $0x4e37cc01 // fmla v1.4s, v0.4s, v23.4s
	WORD $0x4eb6d422 // fsub v2.4s, v1.4s, v22.4s
	WORD $0x4eb5cc40 // fmls v0.4s, v2.4s, v21.4s
	WORD $0x4eb31e63 // mov v3.16b, v19.16b
	WORD $0x4e20ce83 // fmla v3.4s, v20.4s, v0.4s
	WORD $0x4eb21e44 // mov v4.16b, v18.16b
	WORD $0x4e20cc64 // fmla v4.4s, v3.4s, v0.4s
	WORD $0x4eb11e23 // mov v3.16b, v17.16b
	WORD $0x4e20cc83 // fmla v3.4s, v4.4s, v0.4s
	WORD $0x4eb01e04 // mov v4.16b, v16.16b
	WORD $0x4e20cc64 // fmla v4.4s, v3.4s, v0.4s
	WORD $0x4eba1f43 // mov v3.16b, v26.16b
	WORD $0x4e20cc83 // fmla v3.4s, v4.4s, v0.4s
	WORD $0x4eba1f44 // mov v4.16b, v26.16b
	WORD $0x4e20cc64 // fmla v4.4s, v3.4s, v0.4s
	WORD $0x4f375421 // shl v1.4s, v1.4s, #23
	WORD $0x4ea48421 // add v1.4s, v1.4s, v4.4s
	WORD $0x4e3ad421 // fadd v1.4s, v1.4s, v26.4s
	WORD $0x6e21ff41 // fdiv v1.4s, v26.4s, v1.4s
	WORD $0x6e3edc21 // fmul v1.4s, v1.4s, v30.4s
	WORD $0x4eb61ec0 // mov v0.16b, v22.16b
	WORD $0x4e37cc20 // fmla v0.4s, v1.4s, v23.4s
	WORD $0x4eb6d402 // fsub v2.4s, v0.4s, v22.4s
	WORD $0x4eb5cc41 // fmls v1.4s, v2.4s, v21.4s
	WORD $0x4eb31e63 // mov v3.16b, v19.16b
	WORD $0x4e21ce83 // fmla v3.4s, v20.4s, v1.4s
	WORD $0x4eb21e44 // mov v4.16b, v18.16b
	WORD $0x4e21cc64 // fmla v4.4s, v3.4s, v1.4s
	WORD $0x4eb11e23 // mov v3.16b, v17.16b
	WORD $0x4e21cc83 // fmla v3.4s, v4.4s, v1.4s
	WORD $0x4eb01e04 // mov v4.16b, v16.16b
	WORD $0x4e21cc64 // fmla v4.4s, v3.4s, v1.4s
	WORD $0x4eba1f43 // mov v3.16b, v26.16b
	WORD $0x4e21cc83 // fmla v3.4s, v4.4s, v1.4s
	WORD $0x4eba1f44 // mov v4.16b, v26.16b
	WORD $0x4e21cc64 // fmla v4.4s, v3.4s, v1.4s
	WORD $0x4f375400 // shl v0.4s, v0.4s, #23
	WORD $0x4ea48400 // add v0.4s, v0.4s, v4.4s
	WORD $0x4e20d7bd // fadd v29.4s, v29.4s, v0.4s
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
	FMOVQ (R6), F15
	FMOVQ 0(R10), F0 // x
	WORD $0x6e3fdc00 // fmul v0.4s, v0.4s, v31.4s
	WORD $0x4eb9f400 // fmin v0.4s, v0.4s, v25.4s
	WORD $0x4e38f400 // fmax v0.4s, v0.4s, v24.4s
	WORD $0x4eb61ec1 // mov v1.16b, v22.16b
	WORD $0x4e37cc01 // fmla v1.4s, v0.4s, v23.4s
	WORD $0x4eb6d422 // fsub v2.4s, v1.4s, v22.4s
	WORD $0x4eb5cc40 // fmls v0.4s, v2.4s, v21.4s
	WORD $0x4eb31e63 // mov v3.16b, v19.16b
	WORD $0x4e20ce83 // fmla v3.4s, v20.4s, v0.4s
	WORD $0x4eb21e44 // mov v4.16b, v18.16b
	WORD $0x4e20cc64 // fmla v4.4s, v3.4s, v0.4s
	WORD $0x4eb11e23 // mov v3.16b, v17.16b
	WORD $0x4e20cc83 // fmla v3.4s, v4.4s, v0.4s
	WORD $0x4eb01e04 // mov v4.16b, v16.16b
	WORD $0x4e20cc64 // fmla v4.4s, v3.4s, v0.4s
	WORD $0x4eba1f43 // mov v3.16b, v26.16b
	WORD $0x4e20cc83 // fmla v3.4s, v4.4s, v0.4s
	WORD $0x4eba1f44 // mov v4.16b, v26.16b
	WORD $0x4e20cc64 // fmla v4.4s, v3.4s, v0.4s
	WORD $0x4f375421 // shl v1.4s, v1.4s, #23
	WORD $0x4ea48421 // add v1.4s, v1.4s, v4.4s
	WORD $0x4e3ad421 // fadd v1.4s, v1.4s, v26.4s
	WORD $0x6e21ff41 // fdiv v1.4s, v26.4s, v1.4s
	WORD $0x6e3edc21 // fmul v1.4s, v1.4s, v30.4s
	WORD $0x4eb61ec0 // mov v0.16b, v22.16b
	WORD $0x4e37cc20 // fmla v0.4s, v1.4s, v23.4s
	WORD $0x4eb6d402 // fsub v2.4s, v0.4s, v22.4s
	WORD $0x4eb5cc41 // fmls v1.4s, v2.4s, v21.4s
	WORD $0x4eb31e63 // mov v3.16b, v19.16b
	WORD $0x4e21ce83 // fmla v3.4s, v20.4s, v1.4s
	WORD $0x4eb21e44 // mov v4.16b, v18.16b
	WORD $0x4e21cc64 // fmla v4.4s, v3.4s, v1.4s
	WORD $0x4eb11e23 // mov v3.16b, v17.16b
	WORD $0x4e21cc83 // fmla v3.4s, v4.4s, v1.4s
	WORD $0x4eb01e04 // mov v4.16b, v16.16b
	WORD $0x4e21cc64 // fmla v4.4s, v3.4s, v1.4s
	WORD $0x4eba1f43 // mov v3.16b, v26.16b
	WORD $0x4e21cc83 // fmla v3.4s, v4.4s, v1.4s
	WORD $0x4eba1f44 // mov v4.16b, v26.16b
	WORD $0x4e21cc64 // fmla v4.4s, v3.4s, v1.4s
	WORD $0x4f375400 // shl v0.4s, v0.4s, #23
	WORD $0x4ea48400 // add v0.4s, v0.4s, v4.4s
	WORD $0x4e2f1c01 // and v1.16b, v0.16b, v15.16b
	WORD $0x4e21d7bd // fadd v29.4s, v29.4s, v1.4s
done:
	WORD $0x4e3bd7bd // fadd v29.4s, v29.4s, v27.4s
	WORD $0x4e3cd7bd // fadd v29.4s, v29.4s, v28.4s
	WORD $0x6e3dd7bd // faddp v29.4s, v29.4s, v29.4s
	WORD $0x6e3dd7bd // faddp v29.4s, v29.4s, v29.4s
	FMOVS F29, ret+32(FP)
	RET

// func capLossGrad(z, x []float32, pre, c2, shift, gain float32)
// z = gain*e^(shift-c2*s)*s*(1-s), s = 1/(1+e^(x*pre))
TEXT ·capLossGradNEON(SB), NOSPLIT, $32-64
	MOVD z_base+0(FP), R0
	MOVD x_base+24(FP), R1
	MOVD z_len+8(FP), R5
	MOVWU pre+48(FP), R6
	VDUP R6, V31.S4
	MOVWU c2+52(FP), R6
	VDUP R6, V30.S4
	MOVWU shift+56(FP), R6
	VDUP R6, V29.S4
	MOVWU gain+60(FP), R6
	VDUP R6, V28.S4
	MOVD $0x3f800000, R6 // 1
	VDUP R6, V27.S4
	MOVD $0x42a00000, R6 // 80
	VDUP R6, V26.S4
	MOVD $0xc2a00000, R6 // -80
	VDUP R6, V25.S4
	MOVD $0x3fb8aa3b, R6 // 1.442695
	VDUP R6, V24.S4
	MOVD $0x4b400000, R6 // 1.2582912e+07
	VDUP R6, V23.S4
	MOVD $0x3f317218, R6 // 0.6931472
	VDUP R6, V22.S4
	MOVD $0x3ab511e8, R6 // 0.001381454
	VDUP R6, V21.S4
	MOVD $0x3c091d10, R6 // 0.008368745
	VDUP R6, V20.S4
	MOVD $0x3d2aac79, R6 // 0.04166839
	VDUP R6, V19.S4
	MOVD $0x3e2aaa49, R6 // 0.16666521
	VDUP R6, V18.S4
	MOVD $0x3efffffe, R6 // 0.49999994
	VDUP R6, V17.S4
	CMP $12, R5
	BLT roundEnd
round:
	FMOVQ 0(R1), F0 // x
	FMOVQ 16(R1), F1 // x
	FMOVQ 32(R1), F2 // x
	WORD $0x6e3fdc00 // fmul v0.4s, v0.4s, v31.4s
	WORD $0x6e3fdc21 // fmul v1.4s, v1.4s, v31.4s
	WORD $0x6e3fdc42 // fmul v2.4s, v2.4s, v31.4s
	WORD $0x4ebaf400 // fmin v0.4s, v0.4s, v26.4s
	WORD $0x4ebaf421 // fmin v1.4s, v1.4s, v26.4s
	WORD $0x4ebaf442 // fmin v2.4s, v2.4s, v26.4s
	WORD $0x4e39f400 // fmax v0.4s, v0.4s, v25.4s
	WORD $0x4e39f421 // fmax v1.4s, v1.4s, v25.4s
	WORD $0x4e39f442 // fmax v2.4s, v2.4s, v25.4s
	WORD $0x4eb71ee3 // mov v3.16b, v23.16b
	WORD $0x4e38cc03 // fmla v3.4s, v0.4s, v24.4s
	WORD $0x4eb71ee4 // mov v4.16b, v23.16b
	WORD $0x4e38cc24 // fmla v4.4s, v1.4s, v24.4s
	WORD $0x4eb71ee5 // mov v5.16b, v23.16b
	WORD $0x4e38cc45 // fmla v5.4s, v2.4s, v24.4s
	WORD $0x4eb7d466 // fsub v6.4s, v3.4s, v23.4s
	WORD $0x4eb7d487 // fsub v7.4s, v4.4s, v23.4s
	WORD $0x4eb7d4a8 // fsub v8.4s, v5.4s, v23.4s
	WORD $0x4eb6ccc0 // fmls v0.4s, v6.4s, v22.4s
	WORD $0x4eb6cce1 // fmls v1.4s, v7.4s, v22.4s
	WORD $0x4eb6cd02 // fmls v2.4s, v8.4s, v22.4s
	WORD $0x4eb41e89 // mov v9.16b, v20.16b
	WORD $0x4e20cea9 // fmla v9.4s, v21.4s, v0.4s
	WORD $0x4eb41e8a // mov v10.16b, v20.16b
	WORD $0x4e21ceaa // fmla v10.4s, v21.4s, v1.4s
	WORD $0x4eb41e8b // mov v11.16b, v20.16b
	WORD $0x4e22ceab // fmla v11.4s, v21.4s, v2.4s
	WORD $0x4eb31e6c // mov v12.16b, v19.16b
	WORD $0x4e20cd2c // fmla v12.4s, v9.4s, v0.4s
	WORD $0x4eb31e69 // mov v9.16b, v19.16b
	WORD $0x4e21cd49 // fmla v9.4s, v10.4s, v1.4s
	WORD $0x4eb31e6a // mov v10.16b, v19.16b
	WORD $0x4e22cd6a // fmla v10.4s, v11.4s, v2.4s
	WORD $0x4eb21e4b // mov v11.16b, v18.16b
	WORD $0x4e20cd8b // fmla v11.4s, v12.4s, v0.4s
	WORD $0x4eb21e4c // mov v12.16b, v18.16b
	WORD $0x4e21cd2c // fmla v12.4s, v9.4s, v1.4s
	WORD $0x4eb21e49 // mov v9.16b, v18.16b
	WORD $0x4e22cd49 // fmla v9.4s, v10.4s, v2.4s
	WORD $0x4eb11e2a // mov v10.16b, v17.16b
	WORD $0x4e20cd6a // fmla v10.4s, v11.4s, v0.4s
	WORD $0x4eb11e2b // mov v11.16b, v17.16b
	WORD $0x4e21cd8b // fmla v11.4s, v12.4s, v1.4s
	WORD $0x4eb11e2c // mov v12.16b, v17.16b
	WORD $0x4e22cd2c // fmla v12.4s, v9.4s, v2.4s
	WORD $0x4ebb1f69 // mov v9.16b, v27.16b
	WORD $0x4e20cd49 // fmla v9.4s, v10.4s, v0.4s
	WORD $0x4ebb1f6a // mov v10.16b, v27.16b
	WORD $0x4e21cd6a // fmla v10.4s, v11.4s, v1.4s
	WORD $0x4ebb1f6b // mov v11.16b, v27.16b
	WORD $0x4e22cd8b // fmla v11.4s, v12.4s, v2.4s
	WORD $0x4ebb1f6c // mov v12.16b, v27.16b
	WORD $0x4e20cd2c // fmla v12.4s, v9.4s, v0.4s
	WORD $0x4ebb1f60 // mov v0.16b, v27.16b
	WORD $0x4e21cd40 // fmla v0.4s, v10.4s, v1.4s
	WORD $0x4ebb1f61 // mov v1.16b, v27.16b
	WORD $0x4e22cd61 // fmla v1.4s, v11.4s, v2.4s
	WORD $0x4f375463 // shl v3.4s, v3.4s, #23
	WORD $0x4eac8463 // add v3.4s, v3.4s, v12.4s
	WORD $0x4f375484 // shl v4.4s, v4.4s, #23
	WORD $0x4ea08484 // add v4.4s, v4.4s, v0.4s
	WORD $0x4f3754a5 // shl v5.4s, v5.4s, #23
	WORD $0x4ea184a5 // add v5.4s, v5.4s, v1.4s
	WORD $0x4e3bd463 // fadd v3.4s, v3.4s, v27.4s
	WORD $0x4e3bd484 // fadd v4.4s, v4.4s, v27.4s
	WORD $0x4e3bd4a5 // fadd v5.4s, v5.4s, v27.4s
	WORD $0x6e23ff63 // fdiv v3.4s, v27.4s, v3.4s
	WORD $0x6e24ff64 // fdiv v4.4s, v27.4s, v4.4s
	WORD $0x6e25ff65 // fdiv v5.4s, v27.4s, v5.4s
	WORD $0x4ebd1fa0 // mov v0.16b, v29.16b
	WORD $0x4ebecc60 // fmls v0.4s, v3.4s, v30.4s
	WORD $0x4ebd1fa1 // mov v1.16b, v29.16b
	WORD $0x4ebecc81 // fmls v1.4s, v4.4s, v30.4s
	WORD $0x4ebd1fa2 // mov v2.16b, v29.16b
	WORD $0x4ebecca2 // fmls v2.4s, v5.4s, v30.4s
	WORD $0x4eb71ee6 // mov v6.16b, v23.16b
	WORD $0x4e38cc06 // fmla v6.4s, v0.4s, v24.4s
	WORD $0x4eb71ee7 // mov v7.16b, v23.16b
	WORD $0x4e38cc27 // fmla v7.4s, v1.4s, v24.4s
	WORD $0x4eb71ee8 // mov v8.16b, v23.16b
	WORD $0x4e38cc48 // fmla v8.4s, v2.4s, v24.4s
	WORD $0x4eb7d4c9 // fsub v9.4s, v6.4s, v23.4s
	WORD $0x4eb7d4ea // fsub v10.4s, v7.4s, v23.4s
	WORD $0x4eb7d50b // fsub v11.4s, v8.4s, v23.4s
	WORD $0x4eb6cd20 // fmls v0.4s, v9.4s, v22.4s
	WORD $0x4eb6cd41 // fmls v1.4s, v10.4s, v22.4s
	WORD $0x4eb6cd62 // fmls v2.4s, v11.4s, v22.4s
	WORD $0x4eb41e8c // mov v12.16b, v20.16b
	WORD $0x4e20ceac // fmla v12.4s, v21.4s, v0.4s
	WORD $0x4eb41e8d // mov v13.16b, v20.16b
	WORD $0x4e21cead // fmla v13.4s, v21.4s, v1.4s
	WORD $0x4eb41e8e // mov v14.16b, v20.16b
	WORD $0x4e22ceae // fmla v14.4s, v21.4s, v2.4s
	WORD $0x4eb31e6f // mov v15.16b, v19.16b
	WORD $0x4e20cd8f // fmla v15.4s, v12.4s, v0.4s
	WORD $0x4eb31e6c // mov v12.16b, v19.16b
	WORD $0x4e21cdac // fmla v12.4s, v13.4s, v1.4s
	WORD $0x4eb31e6d // mov v13.16b, v19.16b
	WORD $0x4e22cdcd // fmla v13.4s, v14.4s, v2.4s
	WORD $0x4eb21e4e // mov v14.16b, v18.16b
	WORD $0x4e20cdee // fmla v14.4s, v15.4s, v0.4s
	WORD $0x4eb21e4f // mov v15.16b, v18.16b
	WORD $0x4e21cd8f // fmla v15.4s, v12.4s, v1.4s
	WORD $0x4eb21e4c // mov v12.16b, v18.16b
	WORD $0x4e22cdac // fmla v12.4s, v13.4s, v2.4s
	WORD $0x4eb11e2d // mov v13.16b, v17.16b
	WORD $0x4e20cdcd // fmla v13.4s, v14.4s, v0.4s
	WORD $0x4eb11e2e // mov v14.16b, v17.16b
	WORD $0x4e21cdee // fmla v14.4s, v15.4s, v1.4s
	WORD $0x4eb11e2f // mov v15.16b, v17.16b
	WORD $0x4e22cd8f // fmla v15.4s, v12.4s, v2.4s
	WORD $0x4ebb1f6c // mov v12.16b, v27.16b
	WORD $0x4e20cdac // fmla v12.4s, v13.4s, v0.4s
	WORD $0x4ebb1f6d // mov v13.16b, v27.16b
	WORD $0x4e21cdcd // fmla v13.4s, v14.4s, v1.4s
	WORD $0x4ebb1f6e // mov v14.16b, v27.16b
	WORD $0x4e22cdee // fmla v14.4s, v15.4s, v2.4s
	WORD $0x4ebb1f6f // mov v15.16b, v27.16b
	WORD $0x4e20cd8f // fmla v15.4s, v12.4s, v0.4s
	WORD $0x4ebb1f60 // mov v0.16b, v27.16b
	WORD $0x4e21cda0 // fmla v0.4s, v13.4s, v1.4s
	WORD $0x4ebb1f61 // mov v1.16b, v27.16b
	WORD $0x4e22cdc1 // fmla v1.4s, v14.4s, v2.4s
	WORD $0x4f3754c6 // shl v6.4s, v6.4s, #23
	WORD $0x4eaf84c6 // add v6.4s, v6.4s, v15.4s
	WORD $0x4f3754e7 // shl v7.4s, v7.4s, #23
	WORD $0x4ea084e7 // add v7.4s, v7.4s, v0.4s
	WORD $0x4f375508 // shl v8.4s, v8.4s, #23
	WORD $0x4ea18508 // add v8.4s, v8.4s, v1.4s
	WORD $0x4ea3cc63 // fmls v3.4s, v3.4s, v3.4s
	WORD $0x4ea4cc84 // fmls v4.4s, v4.4s, v4.4s
	WORD $0x4ea5cca5 // fmls v5.4s, v5.4s, v5.4s
	WORD $0x6e3cdc63 // fmul v3.4s, v3.4s, v28.4s
	WORD $0x6e3cdc84 // fmul v4.4s, v4.4s, v28.4s
	WORD $0x6e3cdca5 // fmul v5.4s, v5.4s, v28.4s
	WORD $0x6e26dc63 // fmul v3.4s, v3.4s, v6.4s
	WORD $0x6e27dc84 // fmul v4.4s, v4.4s, v7.4s
	WORD $0x6e28dca5 // fmul v5.4s, v5.4s, v8.4s
	FMOVQ F3, 0(R0) // z
	FMOVQ F4, 16(R0) // z
	FMOVQ F5, 32(R0) // z
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
	WORD $0x6e3fdc00 // fmul v0.4s, v0.4s, v31.4s
	WORD $0x4ebaf400 // fmin v0.4s, v0.4s, v26.4s
	WORD $0x4e39f400 // fmax v0.4s, v0.4s, v25.4s
	WORD $0x4eb71ee1 // mov v1.16b, v23.16b
	WORD $0x4e38cc01 // fmla v1.4s, v0.4s, v24.4s
	WORD $0x4eb7d422 // fsub v2.4s, v1.4s, v23.4s
	WORD $0x4eb6cc40 // fmls v0.4s, v2.4s, v22.4s
	WORD $0x4eb41e83 // mov v3.16b, v20.16b
	WORD $0x4e20cea3 // fmla v3.4s, v21.4s, v0.4s
	WORD $0x4eb31e64 // mov v4.16b, v19.16b
	WORD $0x4e20cc64 // fmla v4.4s, v3.4s, v0.4s
	WORD $0x4eb21e43 // mov v3.16b, v18.16b
	WORD $0x4e20cc83 // fmla v3.4s, v4.4s, v0.4s
	WORD $0x4eb11e24 // mov v4.16b, v17.16b
	WORD $0x4e20cc64 // fmla v4.4s, v3.4s, v0.4s
	WORD $0x4ebb1f63 // mov v3.16b, v27.16b
	WORD $0x4e20cc83 // fmla v3.4s, v4.4s, v0.4s
	WORD $0x4ebb1f64 // mov v4.16b, v27.16b
	WORD $0x4e20cc64 // fmla v4.4s, v3.4s, v0.4s
	WORD $0x4f375421 // shl v1.4s, v1.4s, #23
	WORD $0x4ea48421 // add v1.4s, v1.4s, v4.4s
	WORD $0x4e3bd421 // fadd v1.4s, v1.4s, v27.4s
	WORD $0x6e21ff61 // fdiv v1.4s, v27.4s, v1.4s
	WORD $0x4ebd1fa0 // mov v0.16b, v29.16b
	WORD $0x4ebecc20 // fmls v0.4s, v1.4s, v30.4s
	WORD $0x4eb71ee2 // mov v2.16b, v23.16b
	WORD $0x4e38cc02 // fmla v2.4s, v0.4s, v24.4s
	WORD $0x4eb7d443 // fsub v3.4s, v2.4s, v23.4s
	WORD $0x4eb6cc60 // fmls v0.4s, v3.4s, v22.4s
	WORD $0x4eb41e84 // mov v4.16b, v20.16b
	WORD $0x4e20cea4 // fmla v4.4s, v21.4s, v0.4s
	WORD $0x4eb31e65 // mov v5.16b, v19.16b
	WORD $0x4e20cc85 // fmla v5.4s, v4.4s, v0.4s
	WORD $0x4eb21e44 // mov v4.16b, v18.16b
	WORD $0x4e20cca4 // fmla v4.4s, v5.4s, v0.4s
	WORD $0x4eb11e25 // mov v5.16b, v17.16b
	WORD $0x4e20cc85 // fmla v5.4s, v4.4s, v0.4s
	WORD $0x4ebb1f64 // mov v4.16b, v27.16b
	WORD $0x4e20cca4 // fmla v4.4s, v5.4s, v0.4s
	WORD $0x4ebb1f65 // mov v5.16b, v27.16b
	WORD $0x4e20cc85 // fmla v5.4s, v4.4s, v0.4s
	WORD $0x4f375442 // shl v2.4s, v2.4s, #23
	WORD $0x4ea58442 // add v2.4s, v2.4s, v5.4s
	WORD $0x4ea1cc21 // fmls v1.4s, v1.4s, v1.4s
	WORD $0x6e3cdc21 // fmul v1.4s, v1.4s, v28.4s
	WORD $0x6e22dc21 // fmul v1.4s, v1.4s, v2.4s
	FMOVQ F1, 0(R0) // z
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
	WORD $0x4ebaf400 // fmin v0.4s, v0.4s, v26.4s
	WORD $0x4e39f400 // fmax v0.4s, v0.4s, v25.4s
	WORD $0x4eb71ee1 // mov v1.16b, v23.16b
	WORD $0x4e38cc01 // fmla v1.4s, v0.4s, v24.4s
	WORD $0x4eb7d422 // fsub v2.4s, v1.4s, v23.4s
	WORD $0x4eb6cc40 // fmls v0.4s, v2.4s, v22.4s
	WORD $0x4eb41e83 // mov v3.16b, v20.16b
	WORD $0x4e20cea3 // fmla v3.4s, v21.4s, v0.4s
	WORD $0x4eb31e64 // mov v4.16b, v19.16b
	WORD $0x4e20cc64 // fmla v4.4s, v3.4s, v0.4s
	WORD $0x4eb21e43 // mov v3.16b, v18.16b
	WORD $0x4e20cc83 // fmla v3.4s, v4.4s, v0.4s
	WORD $0x4eb11e24 // mov v4.16b, v17.16b
	WORD $0x4e20cc64 // fmla v4.4s, v3.4s, v0.4s
	WORD $0x4ebb1f63 // mov v3.16b, v27.16b
	WORD $0x4e20cc83 // fmla v3.4s, v4.4s, v0.4s
	WORD $0x4ebb1f64 // mov v4.16b, v27.16b
	WORD $0x4e20cc64 // fmla v4.4s, v3.4s, v0.4s
	WORD $0x4f375421 // shl v1.4s, v1.4s, #23
	WORD $0x4ea48421 // add v1.4s, v1.4s, v4.4s
	WORD $0x4e3bd421 // fadd v1.4s, v1.4s, v27.4s
	WORD $0x6e21ff61 // fdiv v1.4s, v27.4s, v1.4s
	WORD $0x4ebd1fa0 // mov v0.16b, v29.16b
	WORD $0x4ebecc20 // fmls v0.4s, v1.4s, v30.4s
	WORD $0x4eb71ee2 // mov v2.16b, v23.16b
	WORD $0x4e38cc02 // fmla v2.4s, v0.4s, v24.4s
	WORD $0x4eb7d443 // fsub v3.4s, v2.4s, v23.4s
	WORD $0x4eb6cc60 // fmls v0.4s, v3.4s, v22.4s
	WORD $0x4eb41e84 // mov v4.16b, v20.16b
	WORD $0x4e20cea4 // fmla v4.4s, v21.4s, v0.4s
	WORD $0x4eb31e65 // mov v5.16b, v19.16b
	WORD $0x4e20cc85 // fmla v5.4s, v4.4s, v0.4s
	WORD $0x4eb21e44 // mov v4.16b, v18.16b
	WORD $0x4e20cca4 // fmla v4.4s, v5.4s, v0.4s
	WORD $0x4eb11e25 // mov v5.16b, v17.16b
	WORD $0x4e20cc85 // fmla v5.4s, v4.4s, v0.4s
	WORD $0x4ebb1f64 // mov v4.16b, v27.16b
	WORD $0x4e20cca4 // fmla v4.4s, v5.4s, v0.4s
	WORD $0x4ebb1f65 // mov v5.16b, v27.16b
	WORD $0x4e20cc85 // fmla v5.4s, v4.4s, v0.4s
	WORD $0x4f375442 // shl v2.4s, v2.4s, #23
	WORD $0x4ea58442 // add v2.4s, v2.4s, v5.4s
	WORD $0x4ea1cc21 // fmls v1.4s, v1.4s, v1.4s
	WORD $0x6e3cdc21 // fmul v1.4s, v1.4s, v28.4s
	WORD $0x6e22dc21 // fmul v1.4s, v1.4s, v2.4s
	FMOVQ F1, 0(R10) // z
	ADD $0, R10, R12
	MOVD R5, R6
out0:
	SUB $1, R6
	MOVWU (R12)(R6<<2), R11
	MOVW R11, (R0)(R6<<2)
	CBNZ R6, out0
done:
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
