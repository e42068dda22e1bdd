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

// func capExpSum(x []float32, c *capConsts) float32
// Σ e^y, y = cap*tanh(x/cap)
TEXT ·capExpSumNEON(SB), NOSPLIT, $16-36
	MOVD x_base+0(FP), R0
	MOVD x_len+8(FP), R5
	MOVD c+24(FP), R7
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
	FMOVQ 0(R0), F0 // x
	FMOVQ 16(R0), F1 // x
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
	SUB $8, R5
	CMP $8, R5
	BGE round
roundEnd:
	CMP $4, R5
	BLT vectorEnd
vector:
	FMOVQ 0(R0), F0 // x
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
	FMOVQ (R6), F11
	FMOVQ 0(R10), F0 // x
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
done:
	WORD $0x4e33d694 // fadd v20.4s, v20.4s, v19.4s
	WORD $0x6e34d694 // faddp v20.4s, v20.4s, v20.4s
	WORD $0x6e34d694 // faddp v20.4s, v20.4s, v20.4s
	FMOVS F20, ret+32(FP)
	RET
slowRound:
	FMOVQ 0(R0), F0 // x
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
	FMOVQ 16(R0), F0 // x
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
	FMOVQ 0(R0), F0 // x
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
	FMOVQ 0(R10), F0 // x
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
