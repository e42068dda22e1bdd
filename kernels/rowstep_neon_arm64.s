// Written by package rowgen from table.go; go test ./kernels/internal/rowgen -update rewrites it.

//go:build !purego

#include "textflag.h"

DATA laneIndex<>+0(SB)/4, $0x00000000
DATA laneIndex<>+4(SB)/4, $0x00000001
DATA laneIndex<>+8(SB)/4, $0x00000002
DATA laneIndex<>+12(SB)/4, $0x00000003
GLOBL laneIndex<>(SB), RODATA|NOPTR, $16

// func dropout(y, x []float32, keep float32, limit, k0, k1, i uint32)
// see dropoutGeneric
TEXT ·dropoutNEON(SB), NOSPLIT, $32-68
	MOVD y_base+0(FP), R0
	MOVD x_base+24(FP), R1
	MOVD y_len+8(FP), R5
	MOVWU keep+48(FP), R6
	VDUP R6, V31.S4
	MOVWU limit+52(FP), R6
	VDUP R6, V30.S4
	MOVWU k0+56(FP), R6
	VDUP R6, V29.S4
	MOVWU k1+60(FP), R6
	VDUP R6, V28.S4
	MOVWU i+64(FP), R6
	VDUP R6, V27.S4
	MOVD $laneIndex<>(SB), R6
	FMOVQ (R6), F26
	WORD $0x4ebb875a // add v26.4s, v26.4s, v27.4s
	MOVD $0x00000004, R6 // 6e-45
	VDUP R6, V25.S4
	MOVD $0xed5ad4bb, R6 // -4.2328067e+27
	VDUP R6, V24.S4
	MOVD $0xac4c1b51, R6 // -2.9005307e-12
	VDUP R6, V23.S4
	MOVD $0x31848bab, R6 // 3.857584e-09
	VDUP R6, V22.S4
	CMP $4, R5
	BLT vectorEnd
vector:
	WORD $0x4eba1f40 // mov v0.16b, v26.16b
	WORD $0x6e3d1c00 // eor v0.16b, v0.16b, v29.16b
	WORD $0x6f2f0401 // ushr v1.4s, v0.4s, #17
	WORD $0x6e201c21 // eor v1.16b, v1.16b, v0.16b
	WORD $0x4eb89c21 // mul v1.4s, v1.4s, v24.4s
	WORD $0x6f350420 // ushr v0.4s, v1.4s, #11
	WORD $0x6e211c00 // eor v0.16b, v0.16b, v1.16b
	WORD $0x4ebc8400 // add v0.4s, v0.4s, v28.4s
	WORD $0x4eb79c00 // mul v0.4s, v0.4s, v23.4s
	WORD $0x6f310401 // ushr v1.4s, v0.4s, #15
	WORD $0x6e201c21 // eor v1.16b, v1.16b, v0.16b
	WORD $0x4eb69c21 // mul v1.4s, v1.4s, v22.4s
	WORD $0x6f320420 // ushr v0.4s, v1.4s, #14
	WORD $0x6e211c00 // eor v0.16b, v0.16b, v1.16b
	FMOVQ 0(R1), F1 // x
	WORD $0x6e3fdc21 // fmul v1.4s, v1.4s, v31.4s
	WORD $0x6ebe3c00 // cmhs v0.4s, v0.4s, v30.4s
	WORD $0x4e201c20 // and v0.16b, v1.16b, v0.16b
	FMOVQ F0, 0(R0) // y
	WORD $0x4eb9875a // add v26.4s, v26.4s, v25.4s
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
	WORD $0x4eba1f40 // mov v0.16b, v26.16b
	WORD $0x6e3d1c00 // eor v0.16b, v0.16b, v29.16b
	WORD $0x6f2f0401 // ushr v1.4s, v0.4s, #17
	WORD $0x6e201c21 // eor v1.16b, v1.16b, v0.16b
	WORD $0x4eb89c21 // mul v1.4s, v1.4s, v24.4s
	WORD $0x6f350420 // ushr v0.4s, v1.4s, #11
	WORD $0x6e211c00 // eor v0.16b, v0.16b, v1.16b
	WORD $0x4ebc8400 // add v0.4s, v0.4s, v28.4s
	WORD $0x4eb79c00 // mul v0.4s, v0.4s, v23.4s
	WORD $0x6f310401 // ushr v1.4s, v0.4s, #15
	WORD $0x6e201c21 // eor v1.16b, v1.16b, v0.16b
	WORD $0x4eb69c21 // mul v1.4s, v1.4s, v22.4s
	WORD $0x6f320420 // ushr v0.4s, v1.4s, #14
	WORD $0x6e211c00 // eor v0.16b, v0.16b, v1.16b
	FMOVQ 16(R10), F1 // x
	WORD $0x6e3fdc21 // fmul v1.4s, v1.4s, v31.4s
	WORD $0x6ebe3c00 // cmhs v0.4s, v0.4s, v30.4s
	WORD $0x4e201c20 // and v0.16b, v1.16b, v0.16b
	FMOVQ F0, 0(R10) // y
	WORD $0x4eb9875a // add v26.4s, v26.4s, v25.4s
	ADD $0, R10, R12
	MOVD R5, R6
out0:
	SUB $1, R6
	MOVWU (R12)(R6<<2), R11
	MOVW R11, (R0)(R6<<2)
	CBNZ R6, out0
done:
	RET

// func dropoutAdd(y, x []float32, keep float32, limit, k0, k1, i uint32)
// see dropoutGeneric
TEXT ·dropoutAddNEON(SB), NOSPLIT, $32-68
	MOVD y_base+0(FP), R0
	MOVD x_base+24(FP), R1
	MOVD y_len+8(FP), R5
	MOVWU keep+48(FP), R6
	VDUP R6, V31.S4
	MOVWU limit+52(FP), R6
	VDUP R6, V30.S4
	MOVWU k0+56(FP), R6
	VDUP R6, V29.S4
	MOVWU k1+60(FP), R6
	VDUP R6, V28.S4
	MOVWU i+64(FP), R6
	VDUP R6, V27.S4
	MOVD $laneIndex<>(SB), R6
	FMOVQ (R6), F26
	WORD $0x4ebb875a // add v26.4s, v26.4s, v27.4s
	MOVD $0x00000004, R6 // 6e-45
	VDUP R6, V25.S4
	MOVD $0xed5ad4bb, R6 // -4.2328067e+27
	VDUP R6, V24.S4
	MOVD $0xac4c1b51, R6 // -2.9005307e-12
	VDUP R6, V23.S4
	MOVD $0x31848bab, R6 // 3.857584e-09
	VDUP R6, V22.S4
	CMP $4, R5
	BLT vectorEnd
vector:
	WORD $0x4eba1f40 // mov v0.16b, v26.16b
	WORD $0x6e3d1c00 // eor v0.16b, v0.16b, v29.16b
	WORD $0x6f2f0401 // ushr v1.4s, v0.4s, #17
	WORD $0x6e201c21 // eor v1.16b, v1.16b, v0.16b
	WORD $0x4eb89c21 // mul v1.4s, v1.4s, v24.4s
	WORD $0x6f350420 // ushr v0.4s, v1.4s, #11
	WORD $0x6e211c00 // eor v0.16b, v0.16b, v1.16b
	WORD $0x4ebc8400 // add v0.4s, v0.4s, v28.4s
	WORD $0x4eb79c00 // mul v0.4s, v0.4s, v23.4s
	WORD $0x6f310401 // ushr v1.4s, v0.4s, #15
	WORD $0x6e201c21 // eor v1.16b, v1.16b, v0.16b
	WORD $0x4eb69c21 // mul v1.4s, v1.4s, v22.4s
	WORD $0x6f320420 // ushr v0.4s, v1.4s, #14
	WORD $0x6e211c00 // eor v0.16b, v0.16b, v1.16b
	FMOVQ 0(R1), F1 // x
	WORD $0x6e3fdc21 // fmul v1.4s, v1.4s, v31.4s
	WORD $0x6ebe3c00 // cmhs v0.4s, v0.4s, v30.4s
	WORD $0x4e201c20 // and v0.16b, v1.16b, v0.16b
	FMOVQ 0(R0), F1 // y
	WORD $0x4e20d421 // fadd v1.4s, v1.4s, v0.4s
	FMOVQ F1, 0(R0) // y
	WORD $0x4eb9875a // add v26.4s, v26.4s, v25.4s
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
	WORD $0x4eba1f40 // mov v0.16b, v26.16b
	WORD $0x6e3d1c00 // eor v0.16b, v0.16b, v29.16b
	WORD $0x6f2f0401 // ushr v1.4s, v0.4s, #17
	WORD $0x6e201c21 // eor v1.16b, v1.16b, v0.16b
	WORD $0x4eb89c21 // mul v1.4s, v1.4s, v24.4s
	WORD $0x6f350420 // ushr v0.4s, v1.4s, #11
	WORD $0x6e211c00 // eor v0.16b, v0.16b, v1.16b
	WORD $0x4ebc8400 // add v0.4s, v0.4s, v28.4s
	WORD $0x4eb79c00 // mul v0.4s, v0.4s, v23.4s
	WORD $0x6f310401 // ushr v1.4s, v0.4s, #15
	WORD $0x6e201c21 // eor v1.16b, v1.16b, v0.16b
	WORD $0x4eb69c21 // mul v1.4s, v1.4s, v22.4s
	WORD $0x6f320420 // ushr v0.4s, v1.4s, #14
	WORD $0x6e211c00 // eor v0.16b, v0.16b, v1.16b
	FMOVQ 16(R10), F1 // x
	WORD $0x6e3fdc21 // fmul v1.4s, v1.4s, v31.4s
	WORD $0x6ebe3c00 // cmhs v0.4s, v0.4s, v30.4s
	WORD $0x4e201c20 // and v0.16b, v1.16b, v0.16b
	FMOVQ 0(R10), F1 // y
	WORD $0x4e20d421 // fadd v1.4s, v1.4s, v0.4s
	FMOVQ F1, 0(R10) // y
	WORD $0x4eb9875a // add v26.4s, v26.4s, v25.4s
	ADD $0, R10, R12
	MOVD R5, R6
out0:
	SUB $1, R6
	MOVWU (R12)(R6<<2), R11
	MOVW R11, (R0)(R6<<2)
	CBNZ R6, out0
done:
	RET
