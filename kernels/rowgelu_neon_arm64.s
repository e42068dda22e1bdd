// Written by package rowgen from table.go; go test ./kernels/internal/rowgen -update rewrites it.

//go:build !purego

#include "textflag.h"

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
	CMP $8, R5
	BLT roundEnd
round:
	FMOVQ 0(R2), F0 // y
	FMOVQ 16(R2), F1 // y
	WORD $0x4ebfd402 // fsub v2.4s, v0.4s, v31.4s
	WORD $0x4ebfd423 // fsub v3.4s, v1.4s, v31.4s
	WORD $0x4ebbf444 // fmin v4.4s, v2.4s, v27.4s
	WORD $0x4ebbf465 // fmin v5.4s, v3.4s, v27.4s
	WORD $0x4eb91f26 // mov v6.16b, v25.16b
	WORD $0x4e3acc86 // fmla v6.4s, v4.4s, v26.4s
	WORD $0x4eb91f27 // mov v7.16b, v25.16b
	WORD $0x4e3acca7 // fmla v7.4s, v5.4s, v26.4s
	WORD $0x4eb9d4c8 // fsub v8.4s, v6.4s, v25.4s
	WORD $0x4eb9d4e9 // fsub v9.4s, v7.4s, v25.4s
	WORD $0x4eb8cd04 // fmls v4.4s, v8.4s, v24.4s
	WORD $0x4eb8cd25 // fmls v5.4s, v9.4s, v24.4s
	WORD $0x4eb7cd04 // fmls v4.4s, v8.4s, v23.4s
	WORD $0x4eb7cd25 // fmls v5.4s, v9.4s, v23.4s
	WORD $0x4eb51eaa // mov v10.16b, v21.16b
	WORD $0x4e24ceca // fmla v10.4s, v22.4s, v4.4s
	WORD $0x4eb51eab // mov v11.16b, v21.16b
	WORD $0x4e25cecb // fmla v11.4s, v22.4s, v5.4s
	WORD $0x4eb41e8c // mov v12.16b, v20.16b
	WORD $0x4e24cd4c // fmla v12.4s, v10.4s, v4.4s
	WORD $0x4eb41e8a // mov v10.16b, v20.16b
	WORD $0x4e25cd6a // fmla v10.4s, v11.4s, v5.4s
	WORD $0x4eb31e6b // mov v11.16b, v19.16b
	WORD $0x4e24cd8b // fmla v11.4s, v12.4s, v4.4s
	WORD $0x4eb31e6c // mov v12.16b, v19.16b
	WORD $0x4e25cd4c // fmla v12.4s, v10.4s, v5.4s
	WORD $0x4eb21e4a // mov v10.16b, v18.16b
	WORD $0x4e24cd6a // fmla v10.4s, v11.4s, v4.4s
	WORD $0x4eb21e4b // mov v11.16b, v18.16b
	WORD $0x4e25cd8b // fmla v11.4s, v12.4s, v5.4s
	WORD $0x4eb11e2c // mov v12.16b, v17.16b
	WORD $0x4e24cd4c // fmla v12.4s, v10.4s, v4.4s
	WORD $0x4eb11e2a // mov v10.16b, v17.16b
	WORD $0x4e25cd6a // fmla v10.4s, v11.4s, v5.4s
	WORD $0x4eb11e2b // mov v11.16b, v17.16b
	WORD $0x4e24cd8b // fmla v11.4s, v12.4s, v4.4s
	WORD $0x4eb11e24 // mov v4.16b, v17.16b
	WORD $0x4e25cd44 // fmla v4.4s, v10.4s, v5.4s
	WORD $0x4f3754c6 // shl v6.4s, v6.4s, #23
	WORD $0x4eab84c6 // add v6.4s, v6.4s, v11.4s
	WORD $0x4f3754e7 // shl v7.4s, v7.4s, #23
	WORD $0x4ea484e7 // add v7.4s, v7.4s, v4.4s
	WORD $0x6ea2e602 // fcmgt v2.4s, v16.4s, v2.4s
	WORD $0x4e621cc2 // bic v2.16b, v6.16b, v2.16b
	WORD $0x6ea3e603 // fcmgt v3.4s, v16.4s, v3.4s
	WORD $0x4e631ce3 // bic v3.16b, v7.16b, v3.16b
	WORD $0x6e3cdc00 // fmul v0.4s, v0.4s, v28.4s
	WORD $0x6e3cdc21 // fmul v1.4s, v1.4s, v28.4s
	WORD $0x4eb11e24 // mov v4.16b, v17.16b
	WORD $0x4ea0cc04 // fmls v4.4s, v0.4s, v0.4s
	WORD $0x4eb11e20 // mov v0.16b, v17.16b
	WORD $0x4ea1cc20 // fmls v0.4s, v1.4s, v1.4s
	WORD $0x6e3ddc84 // fmul v4.4s, v4.4s, v29.4s
	WORD $0x6e3ddc00 // fmul v0.4s, v0.4s, v29.4s
	FMOVQ F2, 0(R0) // p
	FMOVQ F3, 16(R0) // p
	WORD $0x6e22dc84 // fmul v4.4s, v4.4s, v2.4s
	WORD $0x6e23dc00 // fmul v0.4s, v0.4s, v3.4s
	FMOVQ 0(R1), F1 // ds
	FMOVQ 16(R1), F2 // ds
	WORD $0x4ebed421 // fsub v1.4s, v1.4s, v30.4s
	WORD $0x4ebed442 // fsub v2.4s, v2.4s, v30.4s
	WORD $0x6e21dc84 // fmul v4.4s, v4.4s, v1.4s
	WORD $0x6e22dc00 // fmul v0.4s, v0.4s, v2.4s
	FMOVQ F4, 0(R1) // ds
	FMOVQ F0, 16(R1) // ds
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
	MOVD $0xbdd2d3e8, R6 // -0.10294324
	VDUP R6, V31.S4
	MOVD $0xc0135761, R6 // -2.3022082
	VDUP R6, V30.S4
	MOVD $0x42fa0000, R6 // 125
	VDUP R6, V29.S4
	MOVD $0xc2fa0000, R6 // -125
	VDUP R6, V28.S4
	MOVD $0x3f800000, R6 // 1
	VDUP R6, V27.S4
	MOVD $0x4b400000, R6 // 1.2582912e+07
	VDUP R6, V26.S4
	MOVD $0x3f317215, R6 // 0.693147
	VDUP R6, V25.S4
	MOVD $0x3e75fcde, R6 // 0.24022242
	VDUP R6, V24.S4
	MOVD $0x3d635ba9, R6 // 0.055507336
	VDUP R6, V23.S4
	MOVD $0x3c1e7544, R6 // 0.009671513
	VDUP R6, V22.S4
	MOVD $0x3aaddd0a, R6 // 0.0013264727
	VDUP R6, V21.S4
	CMP $16, R5
	BLT roundEnd
round:
	FMOVQ 0(R1), F0 // a
	FMOVQ 16(R1), F1 // a
	FMOVQ 32(R1), F2 // a
	FMOVQ 48(R1), F3 // a
	WORD $0x6e20dc04 // fmul v4.4s, v0.4s, v0.4s
	WORD $0x6e21dc25 // fmul v5.4s, v1.4s, v1.4s
	WORD $0x6e22dc46 // fmul v6.4s, v2.4s, v2.4s
	WORD $0x6e23dc67 // fmul v7.4s, v3.4s, v3.4s
	WORD $0x4ebe1fc8 // mov v8.16b, v30.16b
	WORD $0x4e3fcc88 // fmla v8.4s, v4.4s, v31.4s
	WORD $0x4ebe1fc4 // mov v4.16b, v30.16b
	WORD $0x4e3fcca4 // fmla v4.4s, v5.4s, v31.4s
	WORD $0x4ebe1fc5 // mov v5.16b, v30.16b
	WORD $0x4e3fccc5 // fmla v5.4s, v6.4s, v31.4s
	WORD $0x4ebe1fc6 // mov v6.16b, v30.16b
	WORD $0x4e3fcce6 // fmla v6.4s, v7.4s, v31.4s
	WORD $0x6e20dd08 // fmul v8.4s, v8.4s, v0.4s
	WORD $0x6e21dc84 // fmul v4.4s, v4.4s, v1.4s
	WORD $0x6e22dca5 // fmul v5.4s, v5.4s, v2.4s
	WORD $0x6e23dcc6 // fmul v6.4s, v6.4s, v3.4s
	WORD $0x4ebdf508 // fmin v8.4s, v8.4s, v29.4s
	WORD $0x4ebdf484 // fmin v4.4s, v4.4s, v29.4s
	WORD $0x4ebdf4a5 // fmin v5.4s, v5.4s, v29.4s
	WORD $0x4ebdf4c6 // fmin v6.4s, v6.4s, v29.4s
	WORD $0x4e3cf508 // fmax v8.4s, v8.4s, v28.4s
	WORD $0x4e3cf484 // fmax v4.4s, v4.4s, v28.4s
	WORD $0x4e3cf4a5 // fmax v5.4s, v5.4s, v28.4s
	WORD $0x4e3cf4c6 // fmax v6.4s, v6.4s, v28.4s
	WORD $0x4e3ad507 // fadd v7.4s, v8.4s, v26.4s
	WORD $0x4e3ad489 // fadd v9.4s, v4.4s, v26.4s
	WORD $0x4e3ad4aa // fadd v10.4s, v5.4s, v26.4s
	WORD $0x4e3ad4cb // fadd v11.4s, v6.4s, v26.4s
	WORD $0x4ebad4ec // fsub v12.4s, v7.4s, v26.4s
	WORD $0x4ebad52d // fsub v13.4s, v9.4s, v26.4s
	WORD $0x4ebad54e // fsub v14.4s, v10.4s, v26.4s
	WORD $0x4ebad56f // fsub v15.4s, v11.4s, v26.4s
	WORD $0x4eacd508 // fsub v8.4s, v8.4s, v12.4s
	WORD $0x4eadd484 // fsub v4.4s, v4.4s, v13.4s
	WORD $0x4eaed4a5 // fsub v5.4s, v5.4s, v14.4s
	WORD $0x4eafd4c6 // fsub v6.4s, v6.4s, v15.4s
	WORD $0x4eb61ed0 // mov v16.16b, v22.16b
	WORD $0x4e28ceb0 // fmla v16.4s, v21.4s, v8.4s
	WORD $0x4eb61ed1 // mov v17.16b, v22.16b
	WORD $0x4e24ceb1 // fmla v17.4s, v21.4s, v4.4s
	WORD $0x4eb61ed2 // mov v18.16b, v22.16b
	WORD $0x4e25ceb2 // fmla v18.4s, v21.4s, v5.4s
	WORD $0x4eb61ed3 // mov v19.16b, v22.16b
	WORD $0x4e26ceb3 // fmla v19.4s, v21.4s, v6.4s
	WORD $0x4eb71ef4 // mov v20.16b, v23.16b
	WORD $0x4e28ce14 // fmla v20.4s, v16.4s, v8.4s
	WORD $0x4eb71ef0 // mov v16.16b, v23.16b
	WORD $0x4e24ce30 // fmla v16.4s, v17.4s, v4.4s
	WORD $0x4eb71ef1 // mov v17.16b, v23.16b
	WORD $0x4e25ce51 // fmla v17.4s, v18.4s, v5.4s
	WORD $0x4eb71ef2 // mov v18.16b, v23.16b
	WORD $0x4e26ce72 // fmla v18.4s, v19.4s, v6.4s
	WORD $0x4eb81f13 // mov v19.16b, v24.16b
	WORD $0x4e28ce93 // fmla v19.4s, v20.4s, v8.4s
	WORD $0x4eb81f14 // mov v20.16b, v24.16b
	WORD $0x4e24ce14 // fmla v20.4s, v16.4s, v4.4s
	WORD $0x4eb81f10 // mov v16.16b, v24.16b
	WORD $0x4e25ce30 // fmla v16.4s, v17.4s, v5.4s
	WORD $0x4eb81f11 // mov v17.16b, v24.16b
	WORD $0x4e26ce51 // fmla v17.4s, v18.4s, v6.4s
	WORD $0x4eb91f32 // mov v18.16b, v25.16b
	WORD $0x4e28ce72 // fmla v18.4s, v19.4s, v8.4s
	WORD $0x4eb91f33 // mov v19.16b, v25.16b
	WORD $0x4e24ce93 // fmla v19.4s, v20.4s, v4.4s
	WORD $0x4eb91f34 // mov v20.16b, v25.16b
	WORD $0x4e25ce14 // fmla v20.4s, v16.4s, v5.4s
	WORD $0x4eb91f30 // mov v16.16b, v25.16b
	WORD $0x4e26ce30 // fmla v16.4s, v17.4s, v6.4s
	WORD $0x4ebb1f71 // mov v17.16b, v27.16b
	WORD $0x4e28ce51 // fmla v17.4s, v18.4s, v8.4s
	WORD $0x4ebb1f68 // mov v8.16b, v27.16b
	WORD $0x4e24ce68 // fmla v8.4s, v19.4s, v4.4s
	WORD $0x4ebb1f64 // mov v4.16b, v27.16b
	WORD $0x4e25ce84 // fmla v4.4s, v20.4s, v5.4s
	WORD $0x4ebb1f65 // mov v5.16b, v27.16b
	WORD $0x4e26ce05 // fmla v5.4s, v16.4s, v6.4s
	WORD $0x4f3754e7 // shl v7.4s, v7.4s, #23
	WORD $0x4eb184e7 // add v7.4s, v7.4s, v17.4s
	WORD $0x4f375529 // shl v9.4s, v9.4s, #23
	WORD $0x4ea88529 // add v9.4s, v9.4s, v8.4s
	WORD $0x4f37554a // shl v10.4s, v10.4s, #23
	WORD $0x4ea4854a // add v10.4s, v10.4s, v4.4s
	WORD $0x4f37556b // shl v11.4s, v11.4s, #23
	WORD $0x4ea5856b // add v11.4s, v11.4s, v5.4s
	WORD $0x4e3bd4e7 // fadd v7.4s, v7.4s, v27.4s
	WORD $0x4e3bd529 // fadd v9.4s, v9.4s, v27.4s
	WORD $0x4e3bd54a // fadd v10.4s, v10.4s, v27.4s
	WORD $0x4e3bd56b // fadd v11.4s, v11.4s, v27.4s
	WORD $0x6e27ff67 // fdiv v7.4s, v27.4s, v7.4s
	WORD $0x6e29ff69 // fdiv v9.4s, v27.4s, v9.4s
	WORD $0x6e2aff6a // fdiv v10.4s, v27.4s, v10.4s
	WORD $0x6e2bff6b // fdiv v11.4s, v27.4s, v11.4s
	WORD $0x6e27dc00 // fmul v0.4s, v0.4s, v7.4s
	WORD $0x6e29dc21 // fmul v1.4s, v1.4s, v9.4s
	WORD $0x6e2adc42 // fmul v2.4s, v2.4s, v10.4s
	WORD $0x6e2bdc63 // fmul v3.4s, v3.4s, v11.4s
	FMOVQ 0(R2), F4 // b
	FMOVQ 16(R2), F5 // b
	FMOVQ 32(R2), F6 // b
	FMOVQ 48(R2), F7 // b
	WORD $0x6e24dc00 // fmul v0.4s, v0.4s, v4.4s
	WORD $0x6e25dc21 // fmul v1.4s, v1.4s, v5.4s
	WORD $0x6e26dc42 // fmul v2.4s, v2.4s, v6.4s
	WORD $0x6e27dc63 // fmul v3.4s, v3.4s, v7.4s
	FMOVQ F0, 0(R0) // y
	FMOVQ F1, 16(R0) // y
	FMOVQ F2, 32(R0) // y
	FMOVQ F3, 48(R0) // y
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
	FMOVQ 0(R1), F0 // a
	WORD $0x6e20dc01 // fmul v1.4s, v0.4s, v0.4s
	WORD $0x4ebe1fc2 // mov v2.16b, v30.16b
	WORD $0x4e3fcc22 // fmla v2.4s, v1.4s, v31.4s
	WORD $0x6e20dc42 // fmul v2.4s, v2.4s, v0.4s
	WORD $0x4ebdf442 // fmin v2.4s, v2.4s, v29.4s
	WORD $0x4e3cf442 // fmax v2.4s, v2.4s, v28.4s
	WORD $0x4e3ad441 // fadd v1.4s, v2.4s, v26.4s
	WORD $0x4ebad423 // fsub v3.4s, v1.4s, v26.4s
	WORD $0x4ea3d442 // fsub v2.4s, v2.4s, v3.4s
	WORD $0x4eb61ec4 // mov v4.16b, v22.16b
	WORD $0x4e22cea4 // fmla v4.4s, v21.4s, v2.4s
	WORD $0x4eb71ee5 // mov v5.16b, v23.16b
	WORD $0x4e22cc85 // fmla v5.4s, v4.4s, v2.4s
	WORD $0x4eb81f04 // mov v4.16b, v24.16b
	WORD $0x4e22cca4 // fmla v4.4s, v5.4s, v2.4s
	WORD $0x4eb91f25 // mov v5.16b, v25.16b
	WORD $0x4e22cc85 // fmla v5.4s, v4.4s, v2.4s
	WORD $0x4ebb1f64 // mov v4.16b, v27.16b
	WORD $0x4e22cca4 // fmla v4.4s, v5.4s, v2.4s
	WORD $0x4f375421 // shl v1.4s, v1.4s, #23
	WORD $0x4ea48421 // add v1.4s, v1.4s, v4.4s
	WORD $0x4e3bd421 // fadd v1.4s, v1.4s, v27.4s
	WORD $0x6e21ff61 // fdiv v1.4s, v27.4s, v1.4s
	WORD $0x6e21dc00 // fmul v0.4s, v0.4s, v1.4s
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
	WORD $0x4ebdf442 // fmin v2.4s, v2.4s, v29.4s
	WORD $0x4e3cf442 // fmax v2.4s, v2.4s, v28.4s
	WORD $0x4e3ad441 // fadd v1.4s, v2.4s, v26.4s
	WORD $0x4ebad423 // fsub v3.4s, v1.4s, v26.4s
	WORD $0x4ea3d442 // fsub v2.4s, v2.4s, v3.4s
	WORD $0x4eb61ec4 // mov v4.16b, v22.16b
	WORD $0x4e22cea4 // fmla v4.4s, v21.4s, v2.4s
	WORD $0x4eb71ee5 // mov v5.16b, v23.16b
	WORD $0x4e22cc85 // fmla v5.4s, v4.4s, v2.4s
	WORD $0x4eb81f04 // mov v4.16b, v24.16b
	WORD $0x4e22cca4 // fmla v4.4s, v5.4s, v2.4s
	WORD $0x4eb91f25 // mov v5.16b, v25.16b
	WORD $0x4e22cc85 // fmla v5.4s, v4.4s, v2.4s
	WORD $0x4ebb1f64 // mov v4.16b, v27.16b
	WORD $0x4e22cca4 // fmla v4.4s, v5.4s, v2.4s
	WORD $0x4f375421 // shl v1.4s, v1.4s, #23
	WORD $0x4ea48421 // add v1.4s, v1.4s, v4.4s
	WORD $0x4e3bd421 // fadd v1.4s, v1.4s, v27.4s
	WORD $0x6e21ff61 // fdiv v1.4s, v27.4s, v1.4s
	WORD $0x6e21dc00 // fmul v0.4s, v0.4s, v1.4s
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
	MOVD $0xbdd2d3e8, R6 // -0.10294324
	VDUP R6, V31.S4
	MOVD $0xc0135761, R6 // -2.3022082
	VDUP R6, V30.S4
	MOVD $0x42fa0000, R6 // 125
	VDUP R6, V29.S4
	MOVD $0xc2fa0000, R6 // -125
	VDUP R6, V28.S4
	MOVD $0x3f800000, R6 // 1
	VDUP R6, V27.S4
	MOVD $0x4b400000, R6 // 1.2582912e+07
	VDUP R6, V26.S4
	MOVD $0x3f317215, R6 // 0.693147
	VDUP R6, V25.S4
	MOVD $0x3e75fcde, R6 // 0.24022242
	VDUP R6, V24.S4
	MOVD $0x3d635ba9, R6 // 0.055507336
	VDUP R6, V23.S4
	MOVD $0x3c1e7544, R6 // 0.009671513
	VDUP R6, V22.S4
	MOVD $0x3aaddd0a, R6 // 0.0013264727
	VDUP R6, V21.S4
	MOVD $0x3e5b33b6, R6 // 0.21406445
	VDUP R6, V20.S4
	MOVD $0x3fcc422a, R6 // 1.5957692
	VDUP R6, V19.S4
	CMP $12, R5
	BLT roundEnd
round:
	FMOVQ 0(R3), F0 // a
	FMOVQ 16(R3), F1 // a
	FMOVQ 32(R3), F2 // a
	WORD $0x6e20dc03 // fmul v3.4s, v0.4s, v0.4s
	WORD $0x6e21dc24 // fmul v4.4s, v1.4s, v1.4s
	WORD $0x6e22dc45 // fmul v5.4s, v2.4s, v2.4s
	WORD $0x4ebe1fc6 // mov v6.16b, v30.16b
	WORD $0x4e3fcc66 // fmla v6.4s, v3.4s, v31.4s
	WORD $0x4ebe1fc7 // mov v7.16b, v30.16b
	WORD $0x4e3fcc87 // fmla v7.4s, v4.4s, v31.4s
	WORD $0x4ebe1fc8 // mov v8.16b, v30.16b
	WORD $0x4e3fcca8 // fmla v8.4s, v5.4s, v31.4s
	WORD $0x6e20dcc6 // fmul v6.4s, v6.4s, v0.4s
	WORD $0x6e21dce7 // fmul v7.4s, v7.4s, v1.4s
	WORD $0x6e22dd08 // fmul v8.4s, v8.4s, v2.4s
	WORD $0x4ebdf4c6 // fmin v6.4s, v6.4s, v29.4s
	WORD $0x4ebdf4e7 // fmin v7.4s, v7.4s, v29.4s
	WORD $0x4ebdf508 // fmin v8.4s, v8.4s, v29.4s
	WORD $0x4e3cf4c6 // fmax v6.4s, v6.4s, v28.4s
	WORD $0x4e3cf4e7 // fmax v7.4s, v7.4s, v28.4s
	WORD $0x4e3cf508 // fmax v8.4s, v8.4s, v28.4s
	WORD $0x4e3ad4c9 // fadd v9.4s, v6.4s, v26.4s
	WORD $0x4e3ad4ea // fadd v10.4s, v7.4s, v26.4s
	WORD $0x4e3ad50b // fadd v11.4s, v8.4s, v26.4s
	WORD $0x4ebad52c // fsub v12.4s, v9.4s, v26.4s
	WORD $0x4ebad54d // fsub v13.4s, v10.4s, v26.4s
	WORD $0x4ebad56e // fsub v14.4s, v11.4s, v26.4s
	WORD $0x4eacd4c6 // fsub v6.4s, v6.4s, v12.4s
	WORD $0x4eadd4e7 // fsub v7.4s, v7.4s, v13.4s
	WORD $0x4eaed508 // fsub v8.4s, v8.4s, v14.4s
	WORD $0x4eb61ecf // mov v15.16b, v22.16b
	WORD $0x4e26ceaf // fmla v15.4s, v21.4s, v6.4s
	WORD $0x4eb61ed0 // mov v16.16b, v22.16b
	WORD $0x4e27ceb0 // fmla v16.4s, v21.4s, v7.4s
	WORD $0x4eb61ed1 // mov v17.16b, v22.16b
	WORD $0x4e28ceb1 // fmla v17.4s, v21.4s, v8.4s
	WORD $0x4eb71ef2 // mov v18.16b, v23.16b
	WORD $0x4e26cdf2 // fmla v18.4s, v15.4s, v6.4s
	WORD $0x4eb71eef // mov v15.16b, v23.16b
	WORD $0x4e27ce0f // fmla v15.4s, v16.4s, v7.4s
	WORD $0x4eb71ef0 // mov v16.16b, v23.16b
	WORD $0x4e28ce30 // fmla v16.4s, v17.4s, v8.4s
	WORD $0x4eb81f11 // mov v17.16b, v24.16b
	WORD $0x4e26ce51 // fmla v17.4s, v18.4s, v6.4s
	WORD $0x4eb81f12 // mov v18.16b, v24.16b
	WORD $0x4e27cdf2 // fmla v18.4s, v15.4s, v7.4s
	WORD $0x4eb81f0f // mov v15.16b, v24.16b
	WORD $0x4e28ce0f // fmla v15.4s, v16.4s, v8.4s
	WORD $0x4eb91f30 // mov v16.16b, v25.16b
	WORD $0x4e26ce30 // fmla v16.4s, v17.4s, v6.4s
	WORD $0x4eb91f31 // mov v17.16b, v25.16b
	WORD $0x4e27ce51 // fmla v17.4s, v18.4s, v7.4s
	WORD $0x4eb91f32 // mov v18.16b, v25.16b
	WORD $0x4e28cdf2 // fmla v18.4s, v15.4s, v8.4s
	WORD $0x4ebb1f6f // mov v15.16b, v27.16b
	WORD $0x4e26ce0f // fmla v15.4s, v16.4s, v6.4s
	WORD $0x4ebb1f66 // mov v6.16b, v27.16b
	WORD $0x4e27ce26 // fmla v6.4s, v17.4s, v7.4s
	WORD $0x4ebb1f67 // mov v7.16b, v27.16b
	WORD $0x4e28ce47 // fmla v7.4s, v18.4s, v8.4s
	WORD $0x4f375529 // shl v9.4s, v9.4s, #23
	WORD $0x4eaf8529 // add v9.4s, v9.4s, v15.4s
	WORD $0x4f37554a // shl v10.4s, v10.4s, #23
	WORD $0x4ea6854a // add v10.4s, v10.4s, v6.4s
	WORD $0x4f37556b // shl v11.4s, v11.4s, #23
	WORD $0x4ea7856b // add v11.4s, v11.4s, v7.4s
	WORD $0x4e3bd529 // fadd v9.4s, v9.4s, v27.4s
	WORD $0x4e3bd54a // fadd v10.4s, v10.4s, v27.4s
	WORD $0x4e3bd56b // fadd v11.4s, v11.4s, v27.4s
	WORD $0x6e29ff69 // fdiv v9.4s, v27.4s, v9.4s
	WORD $0x6e2aff6a // fdiv v10.4s, v27.4s, v10.4s
	WORD $0x6e2bff6b // fdiv v11.4s, v27.4s, v11.4s
	WORD $0x4eb31e66 // mov v6.16b, v19.16b
	WORD $0x4e34cc66 // fmla v6.4s, v3.4s, v20.4s
	WORD $0x4eb31e63 // mov v3.16b, v19.16b
	WORD $0x4e34cc83 // fmla v3.4s, v4.4s, v20.4s
	WORD $0x4eb31e64 // mov v4.16b, v19.16b
	WORD $0x4e34cca4 // fmla v4.4s, v5.4s, v20.4s
	WORD $0x6e29dc00 // fmul v0.4s, v0.4s, v9.4s
	WORD $0x6e2adc21 // fmul v1.4s, v1.4s, v10.4s
	WORD $0x6e2bdc42 // fmul v2.4s, v2.4s, v11.4s
	WORD $0x4ea9d765 // fsub v5.4s, v27.4s, v9.4s
	WORD $0x4eaad767 // fsub v7.4s, v27.4s, v10.4s
	WORD $0x4eabd768 // fsub v8.4s, v27.4s, v11.4s
	WORD $0x6e25dc05 // fmul v5.4s, v0.4s, v5.4s
	WORD $0x6e27dc27 // fmul v7.4s, v1.4s, v7.4s
	WORD $0x6e28dc48 // fmul v8.4s, v2.4s, v8.4s
	WORD $0x4e26cca9 // fmla v9.4s, v5.4s, v6.4s
	WORD $0x4e23ccea // fmla v10.4s, v7.4s, v3.4s
	WORD $0x4e24cd0b // fmla v11.4s, v8.4s, v4.4s
	FMOVQ 0(R2), F3 // dy
	FMOVQ 16(R2), F4 // dy
	FMOVQ 32(R2), F5 // dy
	FMOVQ 0(R4), F6 // b
	FMOVQ 16(R4), F7 // b
	FMOVQ 32(R4), F8 // b
	WORD $0x6e20dc60 // fmul v0.4s, v3.4s, v0.4s
	WORD $0x6e21dc81 // fmul v1.4s, v4.4s, v1.4s
	WORD $0x6e22dca2 // fmul v2.4s, v5.4s, v2.4s
	FMOVQ F0, 0(R1) // db
	FMOVQ F1, 16(R1) // db
	FMOVQ F2, 32(R1) // db
	WORD $0x6e26dc63 // fmul v3.4s, v3.4s, v6.4s
	WORD $0x6e27dc84 // fmul v4.4s, v4.4s, v7.4s
	WORD $0x6e28dca5 // fmul v5.4s, v5.4s, v8.4s
	WORD $0x6e29dc63 // fmul v3.4s, v3.4s, v9.4s
	WORD $0x6e2adc84 // fmul v4.4s, v4.4s, v10.4s
	WORD $0x6e2bdca5 // fmul v5.4s, v5.4s, v11.4s
	FMOVQ F3, 0(R0) // da
	FMOVQ F4, 16(R0) // da
	FMOVQ F5, 32(R0) // da
	ADD $48, R0
	ADD $48, R1
	ADD $48, R2
	ADD $48, R3
	ADD $48, R4
	SUB $12, R5
	CMP $12, R5
	BGE round
roundEnd:
	CMP $4, R5
	BLT vectorEnd
vector:
	FMOVQ 0(R3), F0 // a
	WORD $0x6e20dc01 // fmul v1.4s, v0.4s, v0.4s
	WORD $0x4ebe1fc2 // mov v2.16b, v30.16b
	WORD $0x4e3fcc22 // fmla v2.4s, v1.4s, v31.4s
	WORD $0x6e20dc42 // fmul v2.4s, v2.4s, v0.4s
	WORD $0x4ebdf442 // fmin v2.4s, v2.4s, v29.4s
	WORD $0x4e3cf442 // fmax v2.4s, v2.4s, v28.4s
	WORD $0x4e3ad443 // fadd v3.4s, v2.4s, v26.4s
	WORD $0x4ebad464 // fsub v4.4s, v3.4s, v26.4s
	WORD $0x4ea4d442 // fsub v2.4s, v2.4s, v4.4s
	WORD $0x4eb61ec5 // mov v5.16b, v22.16b
	WORD $0x4e22cea5 // fmla v5.4s, v21.4s, v2.4s
	WORD $0x4eb71ee6 // mov v6.16b, v23.16b
	WORD $0x4e22cca6 // fmla v6.4s, v5.4s, v2.4s
	WORD $0x4eb81f05 // mov v5.16b, v24.16b
	WORD $0x4e22ccc5 // fmla v5.4s, v6.4s, v2.4s
	WORD $0x4eb91f26 // mov v6.16b, v25.16b
	WORD $0x4e22cca6 // fmla v6.4s, v5.4s, v2.4s
	WORD $0x4ebb1f65 // mov v5.16b, v27.16b
	WORD $0x4e22ccc5 // fmla v5.4s, v6.4s, v2.4s
	WORD $0x4f375463 // shl v3.4s, v3.4s, #23
	WORD $0x4ea58463 // add v3.4s, v3.4s, v5.4s
	WORD $0x4e3bd463 // fadd v3.4s, v3.4s, v27.4s
	WORD $0x6e23ff63 // fdiv v3.4s, v27.4s, v3.4s
	WORD $0x4eb31e62 // mov v2.16b, v19.16b
	WORD $0x4e34cc22 // fmla v2.4s, v1.4s, v20.4s
	WORD $0x6e23dc00 // fmul v0.4s, v0.4s, v3.4s
	WORD $0x4ea3d761 // fsub v1.4s, v27.4s, v3.4s
	WORD $0x6e21dc01 // fmul v1.4s, v0.4s, v1.4s
	WORD $0x4e22cc23 // fmla v3.4s, v1.4s, v2.4s
	FMOVQ 0(R2), F1 // dy
	FMOVQ 0(R4), F2 // b
	WORD $0x6e20dc20 // fmul v0.4s, v1.4s, v0.4s
	FMOVQ F0, 0(R1) // db
	WORD $0x6e22dc21 // fmul v1.4s, v1.4s, v2.4s
	WORD $0x6e23dc21 // fmul v1.4s, v1.4s, v3.4s
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
	WORD $0x4ebdf442 // fmin v2.4s, v2.4s, v29.4s
	WORD $0x4e3cf442 // fmax v2.4s, v2.4s, v28.4s
	WORD $0x4e3ad443 // fadd v3.4s, v2.4s, v26.4s
	WORD $0x4ebad464 // fsub v4.4s, v3.4s, v26.4s
	WORD $0x4ea4d442 // fsub v2.4s, v2.4s, v4.4s
	WORD $0x4eb61ec5 // mov v5.16b, v22.16b
	WORD $0x4e22cea5 // fmla v5.4s, v21.4s, v2.4s
	WORD $0x4eb71ee6 // mov v6.16b, v23.16b
	WORD $0x4e22cca6 // fmla v6.4s, v5.4s, v2.4s
	WORD $0x4eb81f05 // mov v5.16b, v24.16b
	WORD $0x4e22ccc5 // fmla v5.4s, v6.4s, v2.4s
	WORD $0x4eb91f26 // mov v6.16b, v25.16b
	WORD $0x4e22cca6 // fmla v6.4s, v5.4s, v2.4s
	WORD $0x4ebb1f65 // mov v5.16b, v27.16b
	WORD $0x4e22ccc5 // fmla v5.4s, v6.4s, v2.4s
	WORD $0x4f375463 // shl v3.4s, v3.4s, #23
	WORD $0x4ea58463 // add v3.4s, v3.4s, v5.4s
	WORD $0x4e3bd463 // fadd v3.4s, v3.4s, v27.4s
	WORD $0x6e23ff63 // fdiv v3.4s, v27.4s, v3.4s
	WORD $0x4eb31e62 // mov v2.16b, v19.16b
	WORD $0x4e34cc22 // fmla v2.4s, v1.4s, v20.4s
	WORD $0x6e23dc00 // fmul v0.4s, v0.4s, v3.4s
	WORD $0x4ea3d761 // fsub v1.4s, v27.4s, v3.4s
	WORD $0x6e21dc01 // fmul v1.4s, v0.4s, v1.4s
	WORD $0x4e22cc23 // fmla v3.4s, v1.4s, v2.4s
	FMOVQ 32(R10), F1 // dy
	FMOVQ 64(R10), F2 // b
	WORD $0x6e20dc20 // fmul v0.4s, v1.4s, v0.4s
	FMOVQ F0, 16(R10) // db
	WORD $0x6e22dc21 // fmul v1.4s, v1.4s, v2.4s
	WORD $0x6e23dc21 // fmul v1.4s, v1.4s, v3.4s
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
