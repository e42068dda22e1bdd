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

// func capKeepSum(y, x []float32, c *capConsts) float32
// y = cap*tanh(x/cap)/ln 2; returns Σ e^(y ln 2)
TEXT ·capKeepSumNEON(SB), NOSPLIT, $32-60
	MOVD y_base+0(FP), R0
	MOVD x_base+24(FP), R1
	MOVD y_len+8(FP), R5
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
	VEOR V20.B16, V20.B16, V20.B16
	VEOR V19.B16, V19.B16, V19.B16
	MOVD $0x4b400000, R6 // 1.2582912e+07
	VDUP R6, V18.S4
	MOVD $0x3f800000, R6 // 1
	VDUP R6, V17.S4
	MOVD $0x3f317215, R6 // 0.693147
	VDUP R6, V16.S4
	MOVD $0x3e75fcde, R6 // 0.24022242
	VDUP R6, V15.S4
	MOVD $0x3d635ba9, R6 // 0.055507336
	VDUP R6, V14.S4
	MOVD $0x3c1e7544, R6 // 0.009671513
	VDUP R6, V13.S4
	MOVD $0x3aaddd0a, R6 // 0.0013264727
	VDUP R6, V12.S4
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
	FMOVQ F5, 0(R0) // y
	FMOVQ F2, 16(R0) // y
	WORD $0x4e32d4a0 // fadd v0.4s, v5.4s, v18.4s
	WORD $0x4e32d441 // fadd v1.4s, v2.4s, v18.4s
	WORD $0x4eb2d403 // fsub v3.4s, v0.4s, v18.4s
	WORD $0x4eb2d424 // fsub v4.4s, v1.4s, v18.4s
	WORD $0x4ea3d4a5 // fsub v5.4s, v5.4s, v3.4s
	WORD $0x4ea4d442 // fsub v2.4s, v2.4s, v4.4s
	WORD $0x4ead1da6 // mov v6.16b, v13.16b
	WORD $0x4e25cd86 // fmla v6.4s, v12.4s, v5.4s
	WORD $0x4ead1da7 // mov v7.16b, v13.16b
	WORD $0x4e22cd87 // fmla v7.4s, v12.4s, v2.4s
	WORD $0x4eae1dc8 // mov v8.16b, v14.16b
	WORD $0x4e25ccc8 // fmla v8.4s, v6.4s, v5.4s
	WORD $0x4eae1dc6 // mov v6.16b, v14.16b
	WORD $0x4e22cce6 // fmla v6.4s, v7.4s, v2.4s
	WORD $0x4eaf1de7 // mov v7.16b, v15.16b
	WORD $0x4e25cd07 // fmla v7.4s, v8.4s, v5.4s
	WORD $0x4eaf1de8 // mov v8.16b, v15.16b
	WORD $0x4e22ccc8 // fmla v8.4s, v6.4s, v2.4s
	WORD $0x4eb01e06 // mov v6.16b, v16.16b
	WORD $0x4e25cce6 // fmla v6.4s, v7.4s, v5.4s
	WORD $0x4eb01e07 // mov v7.16b, v16.16b
	WORD $0x4e22cd07 // fmla v7.4s, v8.4s, v2.4s
	WORD $0x4eb11e28 // mov v8.16b, v17.16b
	WORD $0x4e25ccc8 // fmla v8.4s, v6.4s, v5.4s
	WORD $0x4eb11e25 // mov v5.16b, v17.16b
	WORD $0x4e22cce5 // fmla v5.4s, v7.4s, v2.4s
	WORD $0x4f375400 // shl v0.4s, v0.4s, #23
	WORD $0x4ea88400 // add v0.4s, v0.4s, v8.4s
	WORD $0x4f375421 // shl v1.4s, v1.4s, #23
	WORD $0x4ea58421 // add v1.4s, v1.4s, v5.4s
	WORD $0x4e20d694 // fadd v20.4s, v20.4s, v0.4s
	WORD $0x4e21d673 // fadd v19.4s, v19.4s, v1.4s
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
	FMOVQ F3, 0(R0) // y
	WORD $0x4e32d460 // fadd v0.4s, v3.4s, v18.4s
	WORD $0x4eb2d401 // fsub v1.4s, v0.4s, v18.4s
	WORD $0x4ea1d463 // fsub v3.4s, v3.4s, v1.4s
	WORD $0x4ead1da2 // mov v2.16b, v13.16b
	WORD $0x4e23cd82 // fmla v2.4s, v12.4s, v3.4s
	WORD $0x4eae1dc4 // mov v4.16b, v14.16b
	WORD $0x4e23cc44 // fmla v4.4s, v2.4s, v3.4s
	WORD $0x4eaf1de2 // mov v2.16b, v15.16b
	WORD $0x4e23cc82 // fmla v2.4s, v4.4s, v3.4s
	WORD $0x4eb01e04 // mov v4.16b, v16.16b
	WORD $0x4e23cc44 // fmla v4.4s, v2.4s, v3.4s
	WORD $0x4eb11e22 // mov v2.16b, v17.16b
	WORD $0x4e23cc82 // fmla v2.4s, v4.4s, v3.4s
	WORD $0x4f375400 // shl v0.4s, v0.4s, #23
	WORD $0x4ea28400 // add v0.4s, v0.4s, v2.4s
	WORD $0x4e20d694 // fadd v20.4s, v20.4s, v0.4s
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
	MOVD $laneMask<>+16(SB), R6
	SUB R5<<2, R6, R6
	FMOVQ (R6), F11
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
	FMOVQ F3, 0(R10) // y
	WORD $0x4e32d460 // fadd v0.4s, v3.4s, v18.4s
	WORD $0x4eb2d401 // fsub v1.4s, v0.4s, v18.4s
	WORD $0x4ea1d463 // fsub v3.4s, v3.4s, v1.4s
	WORD $0x4ead1da2 // mov v2.16b, v13.16b
	WORD $0x4e23cd82 // fmla v2.4s, v12.4s, v3.4s
	WORD $0x4eae1dc4 // mov v4.16b, v14.16b
	WORD $0x4e23cc44 // fmla v4.4s, v2.4s, v3.4s
	WORD $0x4eaf1de2 // mov v2.16b, v15.16b
	WORD $0x4e23cc82 // fmla v2.4s, v4.4s, v3.4s
	WORD $0x4eb01e04 // mov v4.16b, v16.16b
	WORD $0x4e23cc44 // fmla v4.4s, v2.4s, v3.4s
	WORD $0x4eb11e22 // mov v2.16b, v17.16b
	WORD $0x4e23cc82 // fmla v2.4s, v4.4s, v3.4s
	WORD $0x4f375400 // shl v0.4s, v0.4s, #23
	WORD $0x4ea28400 // add v0.4s, v0.4s, v2.4s
	WORD $0x4e2b1c01 // and v1.16b, v0.16b, v11.16b
	WORD $0x4e21d694 // fadd v20.4s, v20.4s, v1.4s
tailNext:
	ADD $0, R10, R12
	MOVD R5, R6
out0:
	SUB $1, R6
	MOVWU (R12)(R6<<2), R11
	MOVW R11, (R0)(R6<<2)
	CBNZ R6, out0
done:
	WORD $0x4e33d694 // fadd v20.4s, v20.4s, v19.4s
	WORD $0x6e34d694 // faddp v20.4s, v20.4s, v20.4s
	WORD $0x6e34d694 // faddp v20.4s, v20.4s, v20.4s
	FMOVS F20, ret+56(FP)
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
	WORD $0x4e32d401 // fadd v1.4s, v0.4s, v18.4s
	WORD $0x4eb2d422 // fsub v2.4s, v1.4s, v18.4s
	WORD $0x4ea2d400 // fsub v0.4s, v0.4s, v2.4s
	WORD $0x4ead1da3 // mov v3.16b, v13.16b
	WORD $0x4e20cd83 // fmla v3.4s, v12.4s, v0.4s
	WORD $0x4eae1dc4 // mov v4.16b, v14.16b
	WORD $0x4e20cc64 // fmla v4.4s, v3.4s, v0.4s
	WORD $0x4eaf1de3 // mov v3.16b, v15.16b
	WORD $0x4e20cc83 // fmla v3.4s, v4.4s, v0.4s
	WORD $0x4eb01e04 // mov v4.16b, v16.16b
	WORD $0x4e20cc64 // fmla v4.4s, v3.4s, v0.4s
	WORD $0x4eb11e23 // mov v3.16b, v17.16b
	WORD $0x4e20cc83 // fmla v3.4s, v4.4s, v0.4s
	WORD $0x4f375421 // shl v1.4s, v1.4s, #23
	WORD $0x4ea38421 // add v1.4s, v1.4s, v3.4s
	WORD $0x4e31d421 // fadd v1.4s, v1.4s, v17.4s
	WORD $0x6e21fe21 // fdiv v1.4s, v17.4s, v1.4s
	WORD $0x4eb61ec0 // mov v0.16b, v22.16b
	WORD $0x4eb5cc20 // fmls v0.4s, v1.4s, v21.4s
	FMOVQ F0, 0(R0) // y
	WORD $0x4e32d401 // fadd v1.4s, v0.4s, v18.4s
	WORD $0x4eb2d422 // fsub v2.4s, v1.4s, v18.4s
	WORD $0x4ea2d400 // fsub v0.4s, v0.4s, v2.4s
	WORD $0x4ead1da3 // mov v3.16b, v13.16b
	WORD $0x4e20cd83 // fmla v3.4s, v12.4s, v0.4s
	WORD $0x4eae1dc4 // mov v4.16b, v14.16b
	WORD $0x4e20cc64 // fmla v4.4s, v3.4s, v0.4s
	WORD $0x4eaf1de3 // mov v3.16b, v15.16b
	WORD $0x4e20cc83 // fmla v3.4s, v4.4s, v0.4s
	WORD $0x4eb01e04 // mov v4.16b, v16.16b
	WORD $0x4e20cc64 // fmla v4.4s, v3.4s, v0.4s
	WORD $0x4eb11e23 // mov v3.16b, v17.16b
	WORD $0x4e20cc83 // fmla v3.4s, v4.4s, v0.4s
	WORD $0x4f375421 // shl v1.4s, v1.4s, #23
	WORD $0x4ea38421 // add v1.4s, v1.4s, v3.4s
	WORD $0x4e21d694 // fadd v20.4s, v20.4s, v1.4s
	FMOVQ 16(R1), F0 // x
	WORD $0x6e37dc00 // fmul v0.4s, v0.4s, v23.4s
	MOVD $0x42fa0000, R6 // 125
	VDUP R6, V1.S4
	WORD $0x4ea1f400 // fmin v0.4s, v0.4s, v1.4s
	MOVD $0xc2fa0000, R6 // -125
	VDUP R6, V1.S4
	WORD $0x4e21f400 // fmax v0.4s, v0.4s, v1.4s
	WORD $0x4e32d401 // fadd v1.4s, v0.4s, v18.4s
	WORD $0x4eb2d422 // fsub v2.4s, v1.4s, v18.4s
	WORD $0x4ea2d400 // fsub v0.4s, v0.4s, v2.4s
	WORD $0x4ead1da3 // mov v3.16b, v13.16b
	WORD $0x4e20cd83 // fmla v3.4s, v12.4s, v0.4s
	WORD $0x4eae1dc4 // mov v4.16b, v14.16b
	WORD $0x4e20cc64 // fmla v4.4s, v3.4s, v0.4s
	WORD $0x4eaf1de3 // mov v3.16b, v15.16b
	WORD $0x4e20cc83 // fmla v3.4s, v4.4s, v0.4s
	WORD $0x4eb01e04 // mov v4.16b, v16.16b
	WORD $0x4e20cc64 // fmla v4.4s, v3.4s, v0.4s
	WORD $0x4eb11e23 // mov v3.16b, v17.16b
	WORD $0x4e20cc83 // fmla v3.4s, v4.4s, v0.4s
	WORD $0x4f375421 // shl v1.4s, v1.4s, #23
	WORD $0x4ea38421 // add v1.4s, v1.4s, v3.4s
	WORD $0x4e31d421 // fadd v1.4s, v1.4s, v17.4s
	WORD $0x6e21fe21 // fdiv v1.4s, v17.4s, v1.4s
	WORD $0x4eb61ec0 // mov v0.16b, v22.16b
	WORD $0x4eb5cc20 // fmls v0.4s, v1.4s, v21.4s
	FMOVQ F0, 16(R0) // y
	WORD $0x4e32d401 // fadd v1.4s, v0.4s, v18.4s
	WORD $0x4eb2d422 // fsub v2.4s, v1.4s, v18.4s
	WORD $0x4ea2d400 // fsub v0.4s, v0.4s, v2.4s
	WORD $0x4ead1da3 // mov v3.16b, v13.16b
	WORD $0x4e20cd83 // fmla v3.4s, v12.4s, v0.4s
	WORD $0x4eae1dc4 // mov v4.16b, v14.16b
	WORD $0x4e20cc64 // fmla v4.4s, v3.4s, v0.4s
	WORD $0x4eaf1de3 // mov v3.16b, v15.16b
	WORD $0x4e20cc83 // fmla v3.4s, v4.4s, v0.4s
	WORD $0x4eb01e04 // mov v4.16b, v16.16b
	WORD $0x4e20cc64 // fmla v4.4s, v3.4s, v0.4s
	WORD $0x4eb11e23 // mov v3.16b, v17.16b
	WORD $0x4e20cc83 // fmla v3.4s, v4.4s, v0.4s
	WORD $0x4f375421 // shl v1.4s, v1.4s, #23
	WORD $0x4ea38421 // add v1.4s, v1.4s, v3.4s
	WORD $0x4e21d673 // fadd v19.4s, v19.4s, v1.4s
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
	WORD $0x4e32d401 // fadd v1.4s, v0.4s, v18.4s
	WORD $0x4eb2d422 // fsub v2.4s, v1.4s, v18.4s
	WORD $0x4ea2d400 // fsub v0.4s, v0.4s, v2.4s
	WORD $0x4ead1da3 // mov v3.16b, v13.16b
	WORD $0x4e20cd83 // fmla v3.4s, v12.4s, v0.4s
	WORD $0x4eae1dc4 // mov v4.16b, v14.16b
	WORD $0x4e20cc64 // fmla v4.4s, v3.4s, v0.4s
	WORD $0x4eaf1de3 // mov v3.16b, v15.16b
	WORD $0x4e20cc83 // fmla v3.4s, v4.4s, v0.4s
	WORD $0x4eb01e04 // mov v4.16b, v16.16b
	WORD $0x4e20cc64 // fmla v4.4s, v3.4s, v0.4s
	WORD $0x4eb11e23 // mov v3.16b, v17.16b
	WORD $0x4e20cc83 // fmla v3.4s, v4.4s, v0.4s
	WORD $0x4f375421 // shl v1.4s, v1.4s, #23
	WORD $0x4ea38421 // add v1.4s, v1.4s, v3.4s
	WORD $0x4e31d421 // fadd v1.4s, v1.4s, v17.4s
	WORD $0x6e21fe21 // fdiv v1.4s, v17.4s, v1.4s
	WORD $0x4eb61ec0 // mov v0.16b, v22.16b
	WORD $0x4eb5cc20 // fmls v0.4s, v1.4s, v21.4s
	FMOVQ F0, 0(R0) // y
	WORD $0x4e32d401 // fadd v1.4s, v0.4s, v18.4s
	WORD $0x4eb2d422 // fsub v2.4s, v1.4s, v18.4s
	WORD $0x4ea2d400 // fsub v0.4s, v0.4s, v2.4s
	WORD $0x4ead1da3 // mov v3.16b, v13.16b
	WORD $0x4e20cd83 // fmla v3.4s, v12.4s, v0.4s
	WORD $0x4eae1dc4 // mov v4.16b, v14.16b
	WORD $0x4e20cc64 // fmla v4.4s, v3.4s, v0.4s
	WORD $0x4eaf1de3 // mov v3.16b, v15.16b
	WORD $0x4e20cc83 // fmla v3.4s, v4.4s, v0.4s
	WORD $0x4eb01e04 // mov v4.16b, v16.16b
	WORD $0x4e20cc64 // fmla v4.4s, v3.4s, v0.4s
	WORD $0x4eb11e23 // mov v3.16b, v17.16b
	WORD $0x4e20cc83 // fmla v3.4s, v4.4s, v0.4s
	WORD $0x4f375421 // shl v1.4s, v1.4s, #23
	WORD $0x4ea38421 // add v1.4s, v1.4s, v3.4s
	WORD $0x4e21d694 // fadd v20.4s, v20.4s, v1.4s
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
	WORD $0x4e32d401 // fadd v1.4s, v0.4s, v18.4s
	WORD $0x4eb2d422 // fsub v2.4s, v1.4s, v18.4s
	WORD $0x4ea2d400 // fsub v0.4s, v0.4s, v2.4s
	WORD $0x4ead1da3 // mov v3.16b, v13.16b
	WORD $0x4e20cd83 // fmla v3.4s, v12.4s, v0.4s
	WORD $0x4eae1dc4 // mov v4.16b, v14.16b
	WORD $0x4e20cc64 // fmla v4.4s, v3.4s, v0.4s
	WORD $0x4eaf1de3 // mov v3.16b, v15.16b
	WORD $0x4e20cc83 // fmla v3.4s, v4.4s, v0.4s
	WORD $0x4eb01e04 // mov v4.16b, v16.16b
	WORD $0x4e20cc64 // fmla v4.4s, v3.4s, v0.4s
	WORD $0x4eb11e23 // mov v3.16b, v17.16b
	WORD $0x4e20cc83 // fmla v3.4s, v4.4s, v0.4s
	WORD $0x4f375421 // shl v1.4s, v1.4s, #23
	WORD $0x4ea38421 // add v1.4s, v1.4s, v3.4s
	WORD $0x4e31d421 // fadd v1.4s, v1.4s, v17.4s
	WORD $0x6e21fe21 // fdiv v1.4s, v17.4s, v1.4s
	WORD $0x4eb61ec0 // mov v0.16b, v22.16b
	WORD $0x4eb5cc20 // fmls v0.4s, v1.4s, v21.4s
	FMOVQ F0, 0(R10) // y
	WORD $0x4e32d401 // fadd v1.4s, v0.4s, v18.4s
	WORD $0x4eb2d422 // fsub v2.4s, v1.4s, v18.4s
	WORD $0x4ea2d400 // fsub v0.4s, v0.4s, v2.4s
	WORD $0x4ead1da3 // mov v3.16b, v13.16b
	WORD $0x4e20cd83 // fmla v3.4s, v12.4s, v0.4s
	WORD $0x4eae1dc4 // mov v4.16b, v14.16b
	WORD $0x4e20cc64 // fmla v4.4s, v3.4s, v0.4s
	WORD $0x4eaf1de3 // mov v3.16b, v15.16b
	WORD $0x4e20cc83 // fmla v3.4s, v4.4s, v0.4s
	WORD $0x4eb01e04 // mov v4.16b, v16.16b
	WORD $0x4e20cc64 // fmla v4.4s, v3.4s, v0.4s
	WORD $0x4eb11e23 // mov v3.16b, v17.16b
	WORD $0x4e20cc83 // fmla v3.4s, v4.4s, v0.4s
	WORD $0x4f375421 // shl v1.4s, v1.4s, #23
	WORD $0x4ea38421 // add v1.4s, v1.4s, v3.4s
	WORD $0x4e2b1c20 // and v0.16b, v1.16b, v11.16b
	WORD $0x4e20d694 // fadd v20.4s, v20.4s, v0.4s
	JMP tailNext

// func keptLossGrad(z, y []float32, c *capConsts)
// z = gain*e^(y ln 2-lse)*(1-(y ln 2/cap)²)
TEXT ·keptLossGradNEON(SB), NOSPLIT, $32-56
	MOVD z_base+0(FP), R0
	MOVD y_base+24(FP), R1
	MOVD z_len+8(FP), R5
	MOVD c+48(FP), R7
	MOVWU 0(R7), R6 // limit
	VDUP R6, V31.S4
	MOVWU 44(R7), R6 // shift
	VDUP R6, V30.S4
	MOVWU 48(R7), R6 // slope
	VDUP R6, V29.S4
	MOVWU 52(R7), R6 // gain
	VDUP R6, V28.S4
	MOVD $0x4b400000, R6 // 1.2582912e+07
	VDUP R6, V27.S4
	MOVD $0x3f800000, R6 // 1
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
	FMOVQ 0(R1), F0 // y
	FMOVQ 16(R1), F1 // y
	FMOVQ 32(R1), F2 // y
	FMOVQ 48(R1), F3 // y
	WORD $0x4e3ed404 // fadd v4.4s, v0.4s, v30.4s
	WORD $0x4e3ed425 // fadd v5.4s, v1.4s, v30.4s
	WORD $0x4e3ed446 // fadd v6.4s, v2.4s, v30.4s
	WORD $0x4e3ed467 // fadd v7.4s, v3.4s, v30.4s
	WORD $0x4e3bd488 // fadd v8.4s, v4.4s, v27.4s
	WORD $0x4e3bd4a9 // fadd v9.4s, v5.4s, v27.4s
	WORD $0x4e3bd4ca // fadd v10.4s, v6.4s, v27.4s
	WORD $0x4e3bd4eb // fadd v11.4s, v7.4s, v27.4s
	WORD $0x4ebbd50c // fsub v12.4s, v8.4s, v27.4s
	WORD $0x4ebbd52d // fsub v13.4s, v9.4s, v27.4s
	WORD $0x4ebbd54e // fsub v14.4s, v10.4s, v27.4s
	WORD $0x4ebbd56f // fsub v15.4s, v11.4s, v27.4s
	WORD $0x4eacd484 // fsub v4.4s, v4.4s, v12.4s
	WORD $0x4eadd4a5 // fsub v5.4s, v5.4s, v13.4s
	WORD $0x4eaed4c6 // fsub v6.4s, v6.4s, v14.4s
	WORD $0x4eafd4e7 // fsub v7.4s, v7.4s, v15.4s
	WORD $0x4eb61ed0 // mov v16.16b, v22.16b
	WORD $0x4e24ceb0 // fmla v16.4s, v21.4s, v4.4s
	WORD $0x4eb61ed1 // mov v17.16b, v22.16b
	WORD $0x4e25ceb1 // fmla v17.4s, v21.4s, v5.4s
	WORD $0x4eb61ed2 // mov v18.16b, v22.16b
	WORD $0x4e26ceb2 // fmla v18.4s, v21.4s, v6.4s
	WORD $0x4eb61ed3 // mov v19.16b, v22.16b
	WORD $0x4e27ceb3 // fmla v19.4s, v21.4s, v7.4s
	WORD $0x4eb71ef4 // mov v20.16b, v23.16b
	WORD $0x4e24ce14 // fmla v20.4s, v16.4s, v4.4s
	WORD $0x4eb71ef0 // mov v16.16b, v23.16b
	WORD $0x4e25ce30 // fmla v16.4s, v17.4s, v5.4s
	WORD $0x4eb71ef1 // mov v17.16b, v23.16b
	WORD $0x4e26ce51 // fmla v17.4s, v18.4s, v6.4s
	WORD $0x4eb71ef2 // mov v18.16b, v23.16b
	WORD $0x4e27ce72 // fmla v18.4s, v19.4s, v7.4s
	WORD $0x4eb81f13 // mov v19.16b, v24.16b
	WORD $0x4e24ce93 // fmla v19.4s, v20.4s, v4.4s
	WORD $0x4eb81f14 // mov v20.16b, v24.16b
	WORD $0x4e25ce14 // fmla v20.4s, v16.4s, v5.4s
	WORD $0x4eb81f10 // mov v16.16b, v24.16b
	WORD $0x4e26ce30 // fmla v16.4s, v17.4s, v6.4s
	WORD $0x4eb81f11 // mov v17.16b, v24.16b
	WORD $0x4e27ce51 // fmla v17.4s, v18.4s, v7.4s
	WORD $0x4eb91f32 // mov v18.16b, v25.16b
	WORD $0x4e24ce72 // fmla v18.4s, v19.4s, v4.4s
	WORD $0x4eb91f33 // mov v19.16b, v25.16b
	WORD $0x4e25ce93 // fmla v19.4s, v20.4s, v5.4s
	WORD $0x4eb91f34 // mov v20.16b, v25.16b
	WORD $0x4e26ce14 // fmla v20.4s, v16.4s, v6.4s
	WORD $0x4eb91f30 // mov v16.16b, v25.16b
	WORD $0x4e27ce30 // fmla v16.4s, v17.4s, v7.4s
	WORD $0x4eba1f51 // mov v17.16b, v26.16b
	WORD $0x4e24ce51 // fmla v17.4s, v18.4s, v4.4s
	WORD $0x4eba1f44 // mov v4.16b, v26.16b
	WORD $0x4e25ce64 // fmla v4.4s, v19.4s, v5.4s
	WORD $0x4eba1f45 // mov v5.16b, v26.16b
	WORD $0x4e26ce85 // fmla v5.4s, v20.4s, v6.4s
	WORD $0x4eba1f46 // mov v6.16b, v26.16b
	WORD $0x4e27ce06 // fmla v6.4s, v16.4s, v7.4s
	WORD $0x4f375508 // shl v8.4s, v8.4s, #23
	WORD $0x4eb18508 // add v8.4s, v8.4s, v17.4s
	WORD $0x4f375529 // shl v9.4s, v9.4s, #23
	WORD $0x4ea48529 // add v9.4s, v9.4s, v4.4s
	WORD $0x4f37554a // shl v10.4s, v10.4s, #23
	WORD $0x4ea5854a // add v10.4s, v10.4s, v5.4s
	WORD $0x4f37556b // shl v11.4s, v11.4s, #23
	WORD $0x4ea6856b // add v11.4s, v11.4s, v6.4s
	WORD $0x6e20dc00 // fmul v0.4s, v0.4s, v0.4s
	WORD $0x6e21dc21 // fmul v1.4s, v1.4s, v1.4s
	WORD $0x6e22dc42 // fmul v2.4s, v2.4s, v2.4s
	WORD $0x6e23dc63 // fmul v3.4s, v3.4s, v3.4s
	WORD $0x4ebc1f84 // mov v4.16b, v28.16b
	WORD $0x4ebdcc04 // fmls v4.4s, v0.4s, v29.4s
	WORD $0x4ebc1f80 // mov v0.16b, v28.16b
	WORD $0x4ebdcc20 // fmls v0.4s, v1.4s, v29.4s
	WORD $0x4ebc1f81 // mov v1.16b, v28.16b
	WORD $0x4ebdcc41 // fmls v1.4s, v2.4s, v29.4s
	WORD $0x4ebc1f82 // mov v2.16b, v28.16b
	WORD $0x4ebdcc62 // fmls v2.4s, v3.4s, v29.4s
	WORD $0x6e28dc84 // fmul v4.4s, v4.4s, v8.4s
	WORD $0x6e29dc00 // fmul v0.4s, v0.4s, v9.4s
	WORD $0x6e2adc21 // fmul v1.4s, v1.4s, v10.4s
	WORD $0x6e2bdc42 // fmul v2.4s, v2.4s, v11.4s
	FMOVQ F4, 0(R0) // z
	FMOVQ F0, 16(R0) // z
	FMOVQ F1, 32(R0) // z
	FMOVQ F2, 48(R0) // z
	ADD $64, R0
	ADD $64, R1
	SUB $16, R5
	CMP $16, R5
	BGE round
roundEnd:
	CMP $4, R5
	BLT vectorEnd
vector:
	FMOVQ 0(R1), F0 // y
	WORD $0x4e3ed401 // fadd v1.4s, v0.4s, v30.4s
	WORD $0x4e3bd422 // fadd v2.4s, v1.4s, v27.4s
	WORD $0x4ebbd443 // fsub v3.4s, v2.4s, v27.4s
	WORD $0x4ea3d421 // fsub v1.4s, v1.4s, v3.4s
	WORD $0x4eb61ec4 // mov v4.16b, v22.16b
	WORD $0x4e21cea4 // fmla v4.4s, v21.4s, v1.4s
	WORD $0x4eb71ee5 // mov v5.16b, v23.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4eb81f04 // mov v4.16b, v24.16b
	WORD $0x4e21cca4 // fmla v4.4s, v5.4s, v1.4s
	WORD $0x4eb91f25 // mov v5.16b, v25.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4eba1f44 // mov v4.16b, v26.16b
	WORD $0x4e21cca4 // fmla v4.4s, v5.4s, v1.4s
	WORD $0x4f375442 // shl v2.4s, v2.4s, #23
	WORD $0x4ea48442 // add v2.4s, v2.4s, v4.4s
	WORD $0x6e20dc00 // fmul v0.4s, v0.4s, v0.4s
	WORD $0x4ebc1f81 // mov v1.16b, v28.16b
	WORD $0x4ebdcc01 // fmls v1.4s, v0.4s, v29.4s
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
	FMOVQ 16(R10), F0 // y
	WORD $0x4e3ed401 // fadd v1.4s, v0.4s, v30.4s
	WORD $0x4e3bd422 // fadd v2.4s, v1.4s, v27.4s
	WORD $0x4ebbd443 // fsub v3.4s, v2.4s, v27.4s
	WORD $0x4ea3d421 // fsub v1.4s, v1.4s, v3.4s
	WORD $0x4eb61ec4 // mov v4.16b, v22.16b
	WORD $0x4e21cea4 // fmla v4.4s, v21.4s, v1.4s
	WORD $0x4eb71ee5 // mov v5.16b, v23.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4eb81f04 // mov v4.16b, v24.16b
	WORD $0x4e21cca4 // fmla v4.4s, v5.4s, v1.4s
	WORD $0x4eb91f25 // mov v5.16b, v25.16b
	WORD $0x4e21cc85 // fmla v5.4s, v4.4s, v1.4s
	WORD $0x4eba1f44 // mov v4.16b, v26.16b
	WORD $0x4e21cca4 // fmla v4.4s, v5.4s, v1.4s
	WORD $0x4f375442 // shl v2.4s, v2.4s, #23
	WORD $0x4ea48442 // add v2.4s, v2.4s, v4.4s
	WORD $0x6e20dc00 // fmul v0.4s, v0.4s, v0.4s
	WORD $0x4ebc1f81 // mov v1.16b, v28.16b
	WORD $0x4ebdcc01 // fmls v1.4s, v0.4s, v29.4s
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
