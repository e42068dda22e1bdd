//go:build arm64 && !purego

#include "textflag.h"
#include "raw_arm64.h"

// func transpose4NEON(dst *float32, ldd int, src *float32, lds, n int)
//
// dst[j*ldd+i] = src[i*lds+j] for i < 4, j < n, of 32-bit words. Requires n a multiple of 4.
TEXT ·transpose4NEON(SB), NOSPLIT, $0-40
	MOVD dst+0(FP), R0
	MOVD ldd+8(FP), R1
	MOVD src+16(FP), R2
	MOVD lds+24(FP), R3
	MOVD n+32(FP), R4
	LSL  $2, R1, R1
	ADD  R3<<2, R2, R5
	ADD  R3<<2, R5, R6
	ADD  R3<<2, R6, R7
	CBZ  R4, done

loop:
	VLD1.P 16(R2), [V0.S4]
	VLD1.P 16(R5), [V1.S4]
	VLD1.P 16(R6), [V2.S4]
	VLD1.P 16(R7), [V3.S4]
	VTRN1  V1.S4, V0.S4, V4.S4 // 00 10 02 12
	VTRN2  V1.S4, V0.S4, V5.S4 // 01 11 03 13
	VTRN1  V3.S4, V2.S4, V6.S4 // 20 30 22 32
	VTRN2  V3.S4, V2.S4, V7.S4 // 21 31 23 33
	VTRN1  V6.D2, V4.D2, V0.D2 // 00 10 20 30
	VTRN1  V7.D2, V5.D2, V1.D2
	VTRN2  V6.D2, V4.D2, V2.D2
	VTRN2  V7.D2, V5.D2, V3.D2
	VST1   [V0.S4], (R0)
	ADD    R1, R0, R0
	VST1   [V1.S4], (R0)
	ADD    R1, R0, R0
	VST1   [V2.S4], (R0)
	ADD    R1, R0, R0
	VST1   [V3.S4], (R0)
	ADD    R1, R0, R0
	SUBS   $4, R4, R4
	BGT    loop

done:
	RET

// func packBF16NEON(dst *float32, src *uint16, n int)
//
// dst[i] = src[i] << 16 for i < n.
TEXT ·packBF16NEON(SB), NOSPLIT, $0-24
	MOVD dst+0(FP), R0
	MOVD src+8(FP), R1
	MOVD n+16(FP), R2
	SUBS $8, R2, R2
	BLT  tail

loop:
	VLD1.P  16(R1), [V0.H8]
	SHLL16(0, 1)
	SHLL16B(0, 2)
	VST1.P  [V1.S4, V2.S4], 32(R0)
	SUBS    $8, R2, R2
	BGE     loop

tail:
	ADD $8, R2, R2
	CBZ R2, done

one:
	MOVHU.P 2(R1), R3
	LSL     $16, R3, R3
	MOVW.P  R3, 4(R0)
	SUBS    $1, R2, R2
	BNE     one

done:
	RET

// func packF16NEON(dst *float32, src *uint16, n int)
//
// dst[i] = src[i] widened from binary16 for i < n.
TEXT ·packF16NEON(SB), NOSPLIT, $0-24
	MOVD dst+0(FP), R0
	MOVD src+8(FP), R1
	MOVD n+16(FP), R2
	SUBS $8, R2, R2
	BLT  tail

loop:
	VLD1.P  16(R1), [V0.H8]
	FCVTL(0, 1)
	FCVTLB(0, 2)
	VST1.P  [V1.S4, V2.S4], 32(R0)
	SUBS    $8, R2, R2
	BGE     loop

tail:
	ADD $8, R2, R2
	CBZ R2, done

one:
	MOVHU.P 2(R1), R3
	FMOVS   R3, F0
	FCVTL(0, 1)
	FMOVS.P F1, 4(R0)
	SUBS    $1, R2, R2
	BNE     one

done:
	RET

// func prefetchNEON(p unsafe.Pointer, bytes int)
//
// Asks for bytes from p on to be brought near; any address will do.
TEXT ·prefetchNEON(SB), NOSPLIT, $0-16
	MOVD p+0(FP), R0
	MOVD bytes+8(FP), R1

line:
	PRFM (R0), PLDL1KEEP
	ADD  $64, R0, R0
	SUBS $64, R1, R1
	BGT  line
	RET

// func peakNEON(n int)
//
// n times 16 FMLA of 4 lanes.
TEXT ·peakNEON(SB), NOSPLIT, $0-8
	MOVD n+0(FP), R0

loop:
	VFMLA V0.S4, V1.S4, V16.S4
	VFMLA V0.S4, V1.S4, V17.S4
	VFMLA V0.S4, V1.S4, V18.S4
	VFMLA V0.S4, V1.S4, V19.S4
	VFMLA V0.S4, V1.S4, V20.S4
	VFMLA V0.S4, V1.S4, V21.S4
	VFMLA V0.S4, V1.S4, V22.S4
	VFMLA V0.S4, V1.S4, V23.S4
	VFMLA V0.S4, V1.S4, V24.S4
	VFMLA V0.S4, V1.S4, V25.S4
	VFMLA V0.S4, V1.S4, V26.S4
	VFMLA V0.S4, V1.S4, V27.S4
	VFMLA V0.S4, V1.S4, V28.S4
	VFMLA V0.S4, V1.S4, V29.S4
	VFMLA V0.S4, V1.S4, V30.S4
	VFMLA V0.S4, V1.S4, V31.S4
	SUBS  $1, R0, R0
	BNE   loop
	RET
