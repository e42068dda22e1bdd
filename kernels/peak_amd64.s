//go:build amd64 && !purego

#include "textflag.h"
#include "raw_amd64.h"

// Register-only loops: the most multiply-adds the ports can take. 12 independent sums cover the latency.

#define FMA4Y(a, b, c, d) \
	VFMADD231PS Y0, Y1, a; VFMADD231PS Y0, Y1, b; VFMADD231PS Y0, Y1, c; VFMADD231PS Y0, Y1, d
#define FMA4Z(a, b, c, d) \
	VFMADD231PS Z0, Z1, a; VFMADD231PS Z0, Z1, b; VFMADD231PS Z0, Z1, c; VFMADD231PS Z0, Z1, d
#define DOT4Z(a, b, c, d) \
	VDPBF16PS(0, 1, a); VDPBF16PS(0, 1, b); VDPBF16PS(0, 1, c); VDPBF16PS(0, 1, d)

// func peakAVX2(n int)
//
// n times 12 fused multiply-adds of 8 lanes. The registers hold zeros.
TEXT ·peakAVX2(SB), NOSPLIT, $0-8
	MOVQ n+0(FP), CX
	VZEROALL

loop:
	FMA4Y(Y4, Y5, Y6, Y7)
	FMA4Y(Y8, Y9, Y10, Y11)
	FMA4Y(Y12, Y13, Y14, Y15)
	DECQ CX
	JNZ  loop
	VZEROUPPER
	RET

#define ZERO4Z(a, b, c, d) \
	VPXORD a, a, a; VPXORD b, b, b; VPXORD c, c, c; VPXORD d, d, d

// func peakAVX512(n int)
//
// n times 12 fused multiply-adds of 16 lanes.
TEXT ·peakAVX512(SB), NOSPLIT, $0-8
	MOVQ n+0(FP), CX
	VZEROALL
	ZERO4Z(Z16, Z17, Z18, Z19)

loop:
	FMA4Z(Z4, Z5, Z6, Z7)
	FMA4Z(Z8, Z9, Z10, Z11)
	FMA4Z(Z16, Z17, Z18, Z19)
	DECQ CX
	JNZ  loop
	VZEROUPPER
	RET

// func peakAVX512BF16(n int)
//
// n times 12 VDPBF16PS of 16 lanes, two multiply-adds each.
TEXT ·peakAVX512BF16(SB), NOSPLIT, $0-8
	MOVQ n+0(FP), CX
	VZEROALL
	ZERO4Z(Z16, Z17, Z18, Z19)

loop:
	DOT4Z(4, 5, 6, 7)
	DOT4Z(8, 9, 10, 11)
	DOT4Z(16, 17, 18, 19)
	DECQ CX
	JNZ  loop
	VZEROUPPER
	RET
