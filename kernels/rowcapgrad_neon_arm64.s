// Written by package rowgen from table.go; go test ./kernels/internal/rowgen -update rewrites it.

//go:build !purego

#include "textflag.h"

// func capLossGrad(z, x []float32, c *capConsts)
// z = gain*e^(y-lse)*(1-(y/cap)²), y = cap*tanh(x/cap)
TEXT ·capLossGradNEON(SB), NOSPLIT, $32-56
	MOVD z_base+0(FP), R0
	MOVD x_base+24(FP), R1
	MOVD z_len+8(FP), R5
	MOVD c+48(FP), R7
	MOVWU 0(R7), R6 // limit
	VDUP R6, V31.S4
	MOVWU 4(R7), R6 // h0
	VDUP R6, V30.S4
	MOVWU 8(R7), R6 // h1
	VDUP R6, V29.S4
	MOVWU 12(R7), R6 // h2
	VDUP R6, V28.S4
	MOVWU 16(R7), R6 // h3
	VDUP R6, V27.S4
	MOVWU 20(R7), R6 // h4
	VDUP R6, V26.S4
	MOVWU 24(R7), R6 // h5
	VDUP R6, V25.S4
	MOVWU 28(R7), R6 // h6
	VDUP R6, V24.S4
	MOVWU 32(R7), R6 // pre
	VDUP R6, V23.S4
	MOVWU 36(R7), R6 // top
	VDUP R6, V22.S4
	MOVWU 40(R7), R6 // twice
	VDUP R6, V21.S4
	MOVWU 44(R7), R6 // shift
	VDUP R6, V20.S4
	MOVWU 48(R7), R6 // slope
	VDUP R6, V19.S4
	MOVWU 52(R7), R6 // gain
	VDUP R6, V18.S4
	MOVD $0x4b400000, R6 // 1.2582912e+07
	VDUP R6, V17.S4
	MOVD $0x3f800000, R6 // 1
	VDUP R6, V16.S4
	MOVD $0x3f317215, R6 // 0.693147
	VDUP R6, V15.S4
	MOVD $0x3e75fcde, R6 // 0.24022242
	VDUP R6, V14.S4
	MOVD $0x3d635ba9, R6 // 0.055507336
	VDUP R6, V13.S4
	MOVD $0x3c1e7544, R6 // 0.009671513
	VDUP R6, V12.S4
	MOVD $0x3aaddd0a, R6 // 0.0013264727
	VDUP R6, V11.S4
	CMP $8, R5
	BLT roundEnd
round:
	FMOVQ 0(R1), F0 // x
	FMOVQ 16(R1), F1 // x
	WORD $0x6e20dc02 // fmul v2.4s, v0.4s, v0.4s
	WORD $0x6e21dc23 // fmul v3.4s, v1.4s, v1.4s
	WORD $0x6ea36444 // umax v4.4s, v2.4s, v3.4s
	WORD $0x6ebf3485 // cmhi v5.4s, v4.4s, v31.4s
	WORD $0x6eb0a8a5 // umaxv s5, v5.4s
	FMOVS F5, R6
	CBNZW R6, slowRound
	WORD $0x4eb91f24 // mov v4.16b, v25.16b
	WORD $0x4e22cf04 // fmla v4.4s, v24.4s, v2.4s
	WORD $0x4eb91f25 // mov v5.16b, v25.16b
	WORD $0x4e23cf05 // fmla v5.4s, v24.4s, v3.4s
	WORD $0x4eba1f46 // mov v6.16b, v26.16b
	WORD $0x4e22cc86 // fmla v6.4s, v4.4s, v2.4s
	WORD $0x4eba1f44 // mov v4.16b, v26.16b
	WORD $0x4e23cca4 // fmla v4.4s, v5.4s, v3.4s
	WORD $0x4ebb1f65 // mov v5.16b, v27.16b
	WORD $0x4e22ccc5 // fmla v5.4s, v6.4s, v2.4s
	WORD $0x4ebb1f66 // mov v6.16b, v27.16b
	WORD $0x4e23cc86 // fmla v6.4s, v4.4s, v3.4s
	WORD $0x4ebc1f84 // mov v4.16b, v28.16b
	WORD $0x4e22cca4 // fmla v4.4s, v5.4s, v2.4s
	WORD $0x4ebc1f85 // mov v5.16b, v28.16b
	WORD $0x4e23ccc5 // fmla v5.4s, v6.4s, v3.4s
	WORD $0x4ebd1fa6 // mov v6.16b, v29.16b
	WORD $0x4e22cc86 // fmla v6.4s, v4.4s, v2.4s
	WORD $0x4ebd1fa4 // mov v4.16b, v29.16b
	WORD $0x4e23cca4 // fmla v4.4s, v5.4s, v3.4s
	WORD $0x4ebe1fc5 // mov v5.16b, v30.16b
	WORD $0x4e22ccc5 // fmla v5.4s, v6.4s, v2.4s
	WORD $0x4ebe1fc2 // mov v2.16b, v30.16b
	WORD $0x4e23cc82 // fmla v2.4s, v4.4s, v3.4s
	WORD $0x6e20dca5 // fmul v5.4s, v5.4s, v0.4s
	WORD $0x6e21dc42 // fmul v2.4s, v2.4s, v1.4s
	WORD $0x4e34d4a0 // fadd v0.4s, v5.4s, v20.4s
	WORD $0x4e34d441 // fadd v1.4s, v2.4s, v20.4s
	WORD $0x4e31d403 // fadd v3.4s, v0.4s, v17.4s
	WORD $0x4e31d424 // fadd v4.4s, v1.4s, v17.4s
	WORD $0x4eb1d466 // fsub v6.4s, v3.4s, v17.4s
	WORD $0x4eb1d487 // fsub v7.4s, v4.4s, v17.4s
	WORD $0x4ea6d400 // fsub v0.4s, v0.4s, v6.4s
	WORD $0x4ea7d421 // fsub v1.4s, v1.4s, v7.4s
	WORD $0x4eac1d88 // mov v8.16b, v12.16b
	WORD $0x4e20cd68 // fmla v8.4s, v11.4s, v0.4s
	WORD $0x4eac1d89 // mov v9.16b, v12.16b
	WORD $0x4e21cd69 // fmla v9.4s, v11.4s, v1.4s
	WORD $0x4ead1daa // mov v10.16b, v13.16b
	WORD $0x4e20cd0a // fmla v10.4s, v8.4s, v0.4s
	WORD $0x4ead1da8 // mov v8.16b, v13.16b
	WORD $0x4e21cd28 // fmla v8.4s, v9.4s, v1.4s
	WORD $0x4eae1dc9 // mov v9.16b, v14.16b
	WORD $0x4e20cd49 // fmla v9.4s, v10.4s, v0.4s
	WORD $0x4eae1dca // mov v10.16b, v14.16b
	WORD $0x4e21cd0a // fmla v10.4s, v8.4s, v1.4s
	WORD $0x4eaf1de8 // mov v8.16b, v15.16b
	WORD $0x4e20cd28 // fmla v8.4s, v9.4s, v0.4s
	WORD $0x4eaf1de9 // mov v9.16b, v15.16b
	WORD $0x4e21cd49 // fmla v9.4s, v10.4s, v1.4s
	WORD $0x4eb01e0a // mov v10.16b, v16.16b
	WORD $0x4e20cd0a // fmla v10.4s, v8.4s, v0.4s
	WORD $0x4eb01e00 // mov v0.16b, v16.16b
	WORD $0x4e21cd20 // fmla v0.4s, v9.4s, v1.4s
	WORD $0x4f375463 // shl v3.4s, v3.4s, #23
	WORD $0x4eaa8463 // add v3.4s, v3.4s, v10.4s
	WORD $0x4f375484 // shl v4.4s, v4.4s, #23
	WORD $0x4ea08484 // add v4.4s, v4.4s, v0.4s
	WORD $0x6e25dca5 // fmul v5.4s, v5.4s, v5.4s
	WORD $0x6e22dc42 // fmul v2.4s, v2.4s, v2.4s
	WORD $0x4eb21e40 // mov v0.16b, v18.16b
	WORD $0x4eb3cca0 // fmls v0.4s, v5.4s, v19.4s
	WORD $0x4eb21e41 // mov v1.16b, v18.16b
	WORD $0x4eb3cc41 // fmls v1.4s, v2.4s, v19.4s
	WORD $0x6e23dc00 // fmul v0.4s, v0.4s, v3.4s
	WORD $0x6e24dc21 // fmul v1.4s, v1.4s, v4.4s
	FMOVQ F0, 0(R0) // z
	FMOVQ F1, 16(R0) // z
roundNext:
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
	WORD $0x6e20dc01 // fmul v1.4s, v0.4s, v0.4s
	WORD $0x6ebf3422 // cmhi v2.4s, v1.4s, v31.4s
	WORD $0x6eb0a842 // umaxv s2, v2.4s
	FMOVS F2, R6
	CBNZW R6, slowVector
	WORD $0x4eb91f22 // mov v2.16b, v25.16b
	WORD $0x4e21cf02 // fmla v2.4s, v24.4s, v1.4s
	WORD $0x4eba1f43 // mov v3.16b, v26.16b
	WORD $0x4e21cc43 // fmla v3.4s, v2.4s, v1.4s
	WORD $0x4ebb1f62 // mov v2.16b, v27.16b
	WORD $0x4e21cc62 // fmla v2.4s, v3.4s, v1.4s
	WORD $0x4ebc1f83 // mov v3.16b, v28.16b
	WORD $0x4e21cc43 // fmla v3.4s, v2.4s, v1.4s
	WORD $0x4ebd1fa2 // mov v2.16b, v29.16b
	WORD $0x4e21cc62 // fmla v2.4s, v3.4s, v1.4s
	WORD $0x4ebe1fc3 // mov v3.16b, v30.16b
	WORD $0x4e21cc43 // fmla v3.4s, v2.4s, v1.4s
	WORD $0x6e20dc63 // fmul v3.4s, v3.4s, v0.4s
	WORD $0x4e34d460 // fadd v0.4s, v3.4s, v20.4s
	WORD $0x4e31d401 // fadd v1.4s, v0.4s, v17.4s
	WORD $0x4eb1d422 // fsub v2.4s, v1.4s, v17.4s
	WORD $0x4ea2d400 // fsub v0.4s, v0.4s, v2.4s
	WORD $0x4eac1d84 // mov v4.16b, v12.16b
	WORD $0x4e20cd64 // fmla v4.4s, v11.4s, v0.4s
	WORD $0x4ead1da5 // mov v5.16b, v13.16b
	WORD $0x4e20cc85 // fmla v5.4s, v4.4s, v0.4s
	WORD $0x4eae1dc4 // mov v4.16b, v14.16b
	WORD $0x4e20cca4 // fmla v4.4s, v5.4s, v0.4s
	WORD $0x4eaf1de5 // mov v5.16b, v15.16b
	WORD $0x4e20cc85 // fmla v5.4s, v4.4s, v0.4s
	WORD $0x4eb01e04 // mov v4.16b, v16.16b
	WORD $0x4e20cca4 // fmla v4.4s, v5.4s, v0.4s
	WORD $0x4f375421 // shl v1.4s, v1.4s, #23
	WORD $0x4ea48421 // add v1.4s, v1.4s, v4.4s
	WORD $0x6e23dc63 // fmul v3.4s, v3.4s, v3.4s
	WORD $0x4eb21e40 // mov v0.16b, v18.16b
	WORD $0x4eb3cc60 // fmls v0.4s, v3.4s, v19.4s
	WORD $0x6e21dc00 // fmul v0.4s, v0.4s, v1.4s
	FMOVQ F0, 0(R0) // z
vectorNext:
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
	WORD $0x6e20dc01 // fmul v1.4s, v0.4s, v0.4s
	WORD $0x6ebf3422 // cmhi v2.4s, v1.4s, v31.4s
	WORD $0x6eb0a842 // umaxv s2, v2.4s
	FMOVS F2, R6
	CBNZW R6, slowTail
	WORD $0x4eb91f22 // mov v2.16b, v25.16b
	WORD $0x4e21cf02 // fmla v2.4s, v24.4s, v1.4s
	WORD $0x4eba1f43 // mov v3.16b, v26.16b
	WORD $0x4e21cc43 // fmla v3.4s, v2.4s, v1.4s
	WORD $0x4ebb1f62 // mov v2.16b, v27.16b
	WORD $0x4e21cc62 // fmla v2.4s, v3.4s, v1.4s
	WORD $0x4ebc1f83 // mov v3.16b, v28.16b
	WORD $0x4e21cc43 // fmla v3.4s, v2.4s, v1.4s
	WORD $0x4ebd1fa2 // mov v2.16b, v29.16b
	WORD $0x4e21cc62 // fmla v2.4s, v3.4s, v1.4s
	WORD $0x4ebe1fc3 // mov v3.16b, v30.16b
	WORD $0x4e21cc43 // fmla v3.4s, v2.4s, v1.4s
	WORD $0x6e20dc63 // fmul v3.4s, v3.4s, v0.4s
	WORD $0x4e34d460 // fadd v0.4s, v3.4s, v20.4s
	WORD $0x4e31d401 // fadd v1.4s, v0.4s, v17.4s
	WORD $0x4eb1d422 // fsub v2.4s, v1.4s, v17.4s
	WORD $0x4ea2d400 // fsub v0.4s, v0.4s, v2.4s
	WORD $0x4eac1d84 // mov v4.16b, v12.16b
	WORD $0x4e20cd64 // fmla v4.4s, v11.4s, v0.4s
	WORD $0x4ead1da5 // mov v5.16b, v13.16b
	WORD $0x4e20cc85 // fmla v5.4s, v4.4s, v0.4s
	WORD $0x4eae1dc4 // mov v4.16b, v14.16b
	WORD $0x4e20cca4 // fmla v4.4s, v5.4s, v0.4s
	WORD $0x4eaf1de5 // mov v5.16b, v15.16b
	WORD $0x4e20cc85 // fmla v5.4s, v4.4s, v0.4s
	WORD $0x4eb01e04 // mov v4.16b, v16.16b
	WORD $0x4e20cca4 // fmla v4.4s, v5.4s, v0.4s
	WORD $0x4f375421 // shl v1.4s, v1.4s, #23
	WORD $0x4ea48421 // add v1.4s, v1.4s, v4.4s
	WORD $0x6e23dc63 // fmul v3.4s, v3.4s, v3.4s
	WORD $0x4eb21e40 // mov v0.16b, v18.16b
	WORD $0x4eb3cc60 // fmls v0.4s, v3.4s, v19.4s
	WORD $0x6e21dc00 // fmul v0.4s, v0.4s, v1.4s
	FMOVQ F0, 0(R10) // z
tailNext:
	ADD $0, R10, R12
	MOVD R5, R6
out0:
	SUB $1, R6
	MOVWU (R12)(R6<<2), R11
	MOVW R11, (R0)(R6<<2)
	CBNZ R6, out0
done:
	RET
slowRound:
	FMOVQ 0(R1), F0 // x
	WORD $0x6e37dc00 // fmul v0.4s, v0.4s, v23.4s
	MOVD $0x42fa0000, R6 // 125
	VDUP R6, V1.S4
	WORD $0x4ea1f400 // fmin v0.4s, v0.4s, v1.4s
	MOVD $0xc2fa0000, R6 // -125
	VDUP R6, V1.S4
	WORD $0x4e21f400 // fmax v0.4s, v0.4s, v1.4s
	WORD $0x4e31d401 // fadd v1.4s, v0.4s, v17.4s
	WORD $0x4eb1d422 // fsub v2.4s, v1.4s, v17.4s
	WORD $0x4ea2d400 // fsub v0.4s, v0.4s, v2.4s
	WORD $0x4eac1d83 // mov v3.16b, v12.16b
	WORD $0x4e20cd63 // fmla v3.4s, v11.4s, v0.4s
	WORD $0x4ead1da4 // mov v4.16b, v13.16b
	WORD $0x4e20cc64 // fmla v4.4s, v3.4s, v0.4s
	WORD $0x4eae1dc3 // mov v3.16b, v14.16b
	WORD $0x4e20cc83 // fmla v3.4s, v4.4s, v0.4s
	WORD $0x4eaf1de4 // mov v4.16b, v15.16b
	WORD $0x4e20cc64 // fmla v4.4s, v3.4s, v0.4s
	WORD $0x4eb01e03 // mov v3.16b, v16.16b
	WORD $0x4e20cc83 // fmla v3.4s, v4.4s, v0.4s
	WORD $0x4f375421 // shl v1.4s, v1.4s, #23
	WORD $0x4ea38421 // add v1.4s, v1.4s, v3.4s
	WORD $0x4e30d421 // fadd v1.4s, v1.4s, v16.4s
	WORD $0x6e21fe01 // fdiv v1.4s, v16.4s, v1.4s
	WORD $0x4eb61ec0 // mov v0.16b, v22.16b
	WORD $0x4eb5cc20 // fmls v0.4s, v1.4s, v21.4s
	WORD $0x4e34d401 // fadd v1.4s, v0.4s, v20.4s
	WORD $0x4e31d422 // fadd v2.4s, v1.4s, v17.4s
	WORD $0x4eb1d443 // fsub v3.4s, v2.4s, v17.4s
	WORD $0x4ea3d421 // fsub v1.4s, v1.4s, v3.4s
	WORD $0x4eac1d84 // mov v4.16b, v12.16b
	WORD $0x4e21cd64 // fmla v4.4s, v11.4s, v1.4s
	WORD $0x4ead1da5 // mov v5.16b, v13.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4eae1dc4 // mov v4.16b, v14.16b
	WORD $0x4e21cca4 // fmla v4.4s, v5.4s, v1.4s
	WORD $0x4eaf1de5 // mov v5.16b, v15.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4eb01e04 // mov v4.16b, v16.16b
	WORD $0x4e21cca4 // fmla v4.4s, v5.4s, v1.4s
	WORD $0x4f375442 // shl v2.4s, v2.4s, #23
	WORD $0x4ea48442 // add v2.4s, v2.4s, v4.4s
	WORD $0x6e20dc00 // fmul v0.4s, v0.4s, v0.4s
	WORD $0x4eb21e41 // mov v1.16b, v18.16b
	WORD $0x4eb3cc01 // fmls v1.4s, v0.4s, v19.4s
	WORD $0x6e22dc21 // fmul v1.4s, v1.4s, v2.4s
	FMOVQ F1, 0(R0) // z
	FMOVQ 16(R1), F0 // x
	WORD $0x6e37dc00 // fmul v0.4s, v0.4s, v23.4s
	MOVD $0x42fa0000, R6 // 125
	VDUP R6, V1.S4
	WORD $0x4ea1f400 // fmin v0.4s, v0.4s, v1.4s
	MOVD $0xc2fa0000, R6 // -125
	VDUP R6, V1.S4
	WORD $0x4e21f400 // fmax v0.4s, v0.4s, v1.4s
	WORD $0x4e31d401 // fadd v1.4s, v0.4s, v17.4s
	WORD $0x4eb1d422 // fsub v2.4s, v1.4s, v17.4s
	WORD $0x4ea2d400 // fsub v0.4s, v0.4s, v2.4s
	WORD $0x4eac1d83 // mov v3.16b, v12.16b
	WORD $0x4e20cd63 // fmla v3.4s, v11.4s, v0.4s
	WORD $0x4ead1da4 // mov v4.16b, v13.16b
	WORD $0x4e20cc64 // fmla v4.4s, v3.4s, v0.4s
	WORD $0x4eae1dc3 // mov v3.16b, v14.16b
	WORD $0x4e20cc83 // fmla v3.4s, v4.4s, v0.4s
	WORD $0x4eaf1de4 // mov v4.16b, v15.16b
	WORD $0x4e20cc64 // fmla v4.4s, v3.4s, v0.4s
	WORD $0x4eb01e03 // mov v3.16b, v16.16b
	WORD $0x4e20cc83 // fmla v3.4s, v4.4s, v0.4s
	WORD $0x4f375421 // shl v1.4s, v1.4s, #23
	WORD $0x4ea38421 // add v1.4s, v1.4s, v3.4s
	WORD $0x4e30d421 // fadd v1.4s, v1.4s, v16.4s
	WORD $0x6e21fe01 // fdiv v1.4s, v16.4s, v1.4s
	WORD $0x4eb61ec0 // mov v0.16b, v22.16b
	WORD $0x4eb5cc20 // fmls v0.4s, v1.4s, v21.4s
	WORD $0x4e34d401 // fadd v1.4s, v0.4s, v20.4s
	WORD $0x4e31d422 // fadd v2.4s, v1.4s, v17.4s
	WORD $0x4eb1d443 // fsub v3.4s, v2.4s, v17.4s
	WORD $0x4ea3d421 // fsub v1.4s, v1.4s, v3.4s
	WORD $0x4eac1d84 // mov v4.16b, v12.16b
	WORD $0x4e21cd64 // fmla v4.4s, v11.4s, v1.4s
	WORD $0x4ead1da5 // mov v5.16b, v13.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4eae1dc4 // mov v4.16b, v14.16b
	WORD $0x4e21cca4 // fmla v4.4s, v5.4s, v1.4s
	WORD $0x4eaf1de5 // mov v5.16b, v15.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4eb01e04 // mov v4.16b, v16.16b
	WORD $0x4e21cca4 // fmla v4.4s, v5.4s, v1.4s
	WORD $0x4f375442 // shl v2.4s, v2.4s, #23
	WORD $0x4ea48442 // add v2.4s, v2.4s, v4.4s
	WORD $0x6e20dc00 // fmul v0.4s, v0.4s, v0.4s
	WORD $0x4eb21e41 // mov v1.16b, v18.16b
	WORD $0x4eb3cc01 // fmls v1.4s, v0.4s, v19.4s
	WORD $0x6e22dc21 // fmul v1.4s, v1.4s, v2.4s
	FMOVQ F1, 16(R0) // z
	JMP roundNext
slowVector:
	FMOVQ 0(R1), F0 // x
	WORD $0x6e37dc00 // fmul v0.4s, v0.4s, v23.4s
	MOVD $0x42fa0000, R6 // 125
	VDUP R6, V1.S4
	WORD $0x4ea1f400 // fmin v0.4s, v0.4s, v1.4s
	MOVD $0xc2fa0000, R6 // -125
	VDUP R6, V1.S4
	WORD $0x4e21f400 // fmax v0.4s, v0.4s, v1.4s
	WORD $0x4e31d401 // fadd v1.4s, v0.4s, v17.4s
	WORD $0x4eb1d422 // fsub v2.4s, v1.4s, v17.4s
	WORD $0x4ea2d400 // fsub v0.4s, v0.4s, v2.4s
	WORD $0x4eac1d83 // mov v3.16b, v12.16b
	WORD $0x4e20cd63 // fmla v3.4s, v11.4s, v0.4s
	WORD $0x4ead1da4 // mov v4.16b, v13.16b
	WORD $0x4e20cc64 // fmla v4.4s, v3.4s, v0.4s
	WORD $0x4eae1dc3 // mov v3.16b, v14.16b
	WORD $0x4e20cc83 // fmla v3.4s, v4.4s, v0.4s
	WORD $0x4eaf1de4 // mov v4.16b, v15.16b
	WORD $0x4e20cc64 // fmla v4.4s, v3.4s, v0.4s
	WORD $0x4eb01e03 // mov v3.16b, v16.16b
	WORD $0x4e20cc83 // fmla v3.4s, v4.4s, v0.4s
	WORD $0x4f375421 // shl v1.4s, v1.4s, #23
	WORD $0x4ea38421 // add v1.4s, v1.4s, v3.4s
	WORD $0x4e30d421 // fadd v1.4s, v1.4s, v16.4s
	WORD $0x6e21fe01 // fdiv v1.4s, v16.4s, v1.4s
	WORD $0x4eb61ec0 // mov v0.16b, v22.16b
	WORD $0x4eb5cc20 // fmls v0.4s, v1.4s, v21.4s
	WORD $0x4e34d401 // fadd v1.4s, v0.4s, v20.4s
	WORD $0x4e31d422 // fadd v2.4s, v1.4s, v17.4s
	WORD $0x4eb1d443 // fsub v3.4s, v2.4s, v17.4s
	WORD $0x4ea3d421 // fsub v1.4s, v1.4s, v3.4s
	WORD $0x4eac1d84 // mov v4.16b, v12.16b
	WORD $0x4e21cd64 // fmla v4.4s, v11.4s, v1.4s
	WORD $0x4ead1da5 // mov v5.16b, v13.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4eae1dc4 // mov v4.16b, v14.16b
	WORD $0x4e21cca4 // fmla v4.4s, v5.4s, v1.4s
	WORD $0x4eaf1de5 // mov v5.16b, v15.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4eb01e04 // mov v4.16b, v16.16b
	WORD $0x4e21cca4 // fmla v4.4s, v5.4s, v1.4s
	WORD $0x4f375442 // shl v2.4s, v2.4s, #23
	WORD $0x4ea48442 // add v2.4s, v2.4s, v4.4s
	WORD $0x6e20dc00 // fmul v0.4s, v0.4s, v0.4s
	WORD $0x4eb21e41 // mov v1.16b, v18.16b
	WORD $0x4eb3cc01 // fmls v1.4s, v0.4s, v19.4s
	WORD $0x6e22dc21 // fmul v1.4s, v1.4s, v2.4s
	FMOVQ F1, 0(R0) // z
	JMP vectorNext
slowTail:
	FMOVQ 16(R10), F0 // x
	WORD $0x6e37dc00 // fmul v0.4s, v0.4s, v23.4s
	MOVD $0x42fa0000, R6 // 125
	VDUP R6, V1.S4
	WORD $0x4ea1f400 // fmin v0.4s, v0.4s, v1.4s
	MOVD $0xc2fa0000, R6 // -125
	VDUP R6, V1.S4
	WORD $0x4e21f400 // fmax v0.4s, v0.4s, v1.4s
	WORD $0x4e31d401 // fadd v1.4s, v0.4s, v17.4s
	WORD $0x4eb1d422 // fsub v2.4s, v1.4s, v17.4s
	WORD $0x4ea2d400 // fsub v0.4s, v0.4s, v2.4s
	WORD $0x4eac1d83 // mov v3.16b, v12.16b
	WORD $0x4e20cd63 // fmla v3.4s, v11.4s, v0.4s
	WORD $0x4ead1da4 // mov v4.16b, v13.16b
	WORD $0x4e20cc64 // fmla v4.4s, v3.4s, v0.4s
	WORD $0x4eae1dc3 // mov v3.16b, v14.16b
	WORD $0x4e20cc83 // fmla v3.4s, v4.4s, v0.4s
	WORD $0x4eaf1de4 // mov v4.16b, v15.16b
	WORD $0x4e20cc64 // fmla v4.4s, v3.4s, v0.4s
	WORD $0x4eb01e03 // mov v3.16b, v16.16b
	WORD $0x4e20cc83 // fmla v3.4s, v4.4s, v0.4s
	WORD $0x4f375421 // shl v1.4s, v1.4s, #23
	WORD $0x4ea38421 // add v1.4s, v1.4s, v3.4s
	WORD $0x4e30d421 // fadd v1.4s, v1.4s, v16.4s
	WORD $0x6e21fe01 // fdiv v1.4s, v16.4s, v1.4s
	WORD $0x4eb61ec0 // mov v0.16b, v22.16b
	WORD $0x4eb5cc20 // fmls v0.4s, v1.4s, v21.4s
	WORD $0x4e34d401 // fadd v1.4s, v0.4s, v20.4s
	WORD $0x4e31d422 // fadd v2.4s, v1.4s, v17.4s
	WORD $0x4eb1d443 // fsub v3.4s, v2.4s, v17.4s
	WORD $0x4ea3d421 // fsub v1.4s, v1.4s, v3.4s
	WORD $0x4eac1d84 // mov v4.16b, v12.16b
	WORD $0x4e21cd64 // fmla v4.4s, v11.4s, v1.4s
	WORD $0x4ead1da5 // mov v5.16b, v13.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4eae1dc4 // mov v4.16b, v14.16b
	WORD $0x4e21cca4 // fmla v4.4s, v5.4s, v1.4s
	WORD $0x4eaf1de5 // mov v5.16b, v15.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4eb01e04 // mov v4.16b, v16.16b
	WORD $0x4e21cca4 // fmla v4.4s, v5.4s, v1.4s
	WORD $0x4f375442 // shl v2.4s, v2.4s, #23
	WORD $0x4ea48442 // add v2.4s, v2.4s, v4.4s
	WORD $0x6e20dc00 // fmul v0.4s, v0.4s, v0.4s
	WORD $0x4eb21e41 // mov v1.16b, v18.16b
	WORD $0x4eb3cc01 // fmls v1.4s, v0.4s, v19.4s
	WORD $0x6e22dc21 // fmul v1.4s, v1.4s, v2.4s
	FMOVQ F1, 0(R10) // z
	JMP tailNext
