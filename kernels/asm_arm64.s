//go:build !purego

#include "textflag.h"

// Storage conversions; n is a multiple of 8. R0 dst, R1 src, R2 n.

// func widenBF16LoopNEON(dst *float32, src *uint16, n int)
TEXT ·widenBF16LoopNEON(SB), NOSPLIT, $0-24
	MOVD dst+0(FP), R0
	MOVD src+8(FP), R1
	MOVD n+16(FP), R2
loop:
	FMOVQ (R1), F0
	WORD $0x2e613801 // shll v1.4s, v0.4h, #16
	WORD $0x6e613802 // shll2 v2.4s, v0.8h, #16
	FMOVQ F1, (R0)
	FMOVQ F2, 16(R0)
	ADD  $16, R1
	ADD  $32, R0
	SUB  $8, R2
	CBNZ R2, loop
	RET

// func narrowBF16LoopNEON(dst *uint16, src *float32, n int)
// Round to nearest even by integers: (x + 0x7fff + (x>>16&1)) >> 16; NaN: x>>16 | 0x40.
// V29 0x40, V30 1, V31 0x7fff.
TEXT ·narrowBF16LoopNEON(SB), NOSPLIT, $0-24
	MOVD dst+0(FP), R0
	MOVD src+8(FP), R1
	MOVD n+16(FP), R2
	MOVD $0x40, R3
	VDUP R3, V29.S4
	MOVD $1, R3
	VDUP R3, V30.S4
	MOVD $0x7fff, R3
	VDUP R3, V31.S4
loop:
	FMOVQ 0(R1), F0
	WORD $0x6f300401 // ushr v1.4s, v0.4s, #16
	WORD $0x4e3e1c22 // and v2.16b, v1.16b, v30.16b
	WORD $0x4ebf8442 // add v2.4s, v2.4s, v31.4s
	WORD $0x4ea08442 // add v2.4s, v2.4s, v0.4s
	WORD $0x6f300442 // ushr v2.4s, v2.4s, #16
	WORD $0x4ebd1c21 // orr v1.16b, v1.16b, v29.16b
	WORD $0x4e20e403 // fcmeq v3.4s, v0.4s, v0.4s
	WORD $0x6e611c43 // bsl v3.16b, v2.16b, v1.16b
	FMOVQ 16(R1), F4
	WORD $0x6f300485 // ushr v5.4s, v4.4s, #16
	WORD $0x4e3e1ca6 // and v6.16b, v5.16b, v30.16b
	WORD $0x4ebf84c6 // add v6.4s, v6.4s, v31.4s
	WORD $0x4ea484c6 // add v6.4s, v6.4s, v4.4s
	WORD $0x6f3004c6 // ushr v6.4s, v6.4s, #16
	WORD $0x4ebd1ca5 // orr v5.16b, v5.16b, v29.16b
	WORD $0x4e24e487 // fcmeq v7.4s, v4.4s, v4.4s
	WORD $0x6e651cc7 // bsl v7.16b, v6.16b, v5.16b
	WORD $0x0e612868 // xtn v8.4h, v3.4s
	WORD $0x4e6128e8 // xtn2 v8.8h, v7.4s
	FMOVQ F8, (R0)
	ADD  $32, R1
	ADD  $16, R0
	SUB  $8, R2
	CBNZ R2, loop
	RET

// func widenF16LoopNEON(dst *float32, src *uint16, n int)
TEXT ·widenF16LoopNEON(SB), NOSPLIT, $0-24
	MOVD dst+0(FP), R0
	MOVD src+8(FP), R1
	MOVD n+16(FP), R2
loop:
	FMOVQ (R1), F0
	WORD $0x0e217801 // fcvtl v1.4s, v0.4h
	WORD $0x4e217802 // fcvtl2 v2.4s, v0.8h
	FMOVQ F1, (R0)
	FMOVQ F2, 16(R0)
	ADD  $16, R1
	ADD  $32, R0
	SUB  $8, R2
	CBNZ R2, loop
	RET

// func narrowF16LoopNEON(dst *uint16, src *float32, n int)
TEXT ·narrowF16LoopNEON(SB), NOSPLIT, $0-24
	MOVD dst+0(FP), R0
	MOVD src+8(FP), R1
	MOVD n+16(FP), R2
loop:
	FMOVQ (R1), F0
	FMOVQ 16(R1), F1
	WORD $0x0e216802 // fcvtn v2.4h, v0.4s
	WORD $0x4e216822 // fcvtn2 v2.8h, v1.4s
	FMOVQ F2, (R0)
	ADD  $32, R1
	ADD  $16, R0
	SUB  $8, R2
	CBNZ R2, loop
	RET
