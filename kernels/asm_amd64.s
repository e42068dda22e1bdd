//go:build amd64 && !purego

#include "textflag.h"
#include "raw_amd64.h"

// What serves products, attention and rows alike on amd64: conversions, sums, a check for what is not finite, and the loops
// in registers that the peak is measured by. Each family of tiles has a file of its own: micro_*, pack_*, finish_* and
// gemv_* for products, tile_* for attention, row*_* from the generator kernels/internal/rowgen.

// Storage conversions and exact reductions. n is a multiple of 16 everywhere: the Go side does the rest.
// AVX2 and F16C suffice for the speed of the first cache level, so AVX-512 levels use these too.

DATA one<>+0(SB)/4, $1
GLOBL one<>(SB), RODATA|NOPTR, $4
DATA half<>+0(SB)/4, $0x7fff
GLOBL half<>(SB), RODATA|NOPTR, $4
DATA infinity<>+0(SB)/4, $0x7f800000
GLOBL infinity<>(SB), RODATA|NOPTR, $4
DATA absolute<>+0(SB)/4, $0x7fffffff
GLOBL absolute<>(SB), RODATA|NOPTR, $4
DATA quiet<>+0(SB)/4, $0x40
GLOBL quiet<>(SB), RODATA|NOPTR, $4

// func widenBF16Loop(dst *float32, src *uint16, n int)
// dst[i] = src[i] << 16
TEXT ·widenBF16Loop(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ n+16(FP), CX
loop:
	VPMOVZXWD (SI), Y0
	VPMOVZXWD 16(SI), Y1
	VPSLLD $16, Y0, Y0
	VPSLLD $16, Y1, Y1
	VMOVDQU Y0, (DI)
	VMOVDQU Y1, 32(DI)
	ADDQ $32, SI
	ADDQ $64, DI
	SUBQ $16, CX
	JNZ  loop
	VZEROUPPER
	RET

// func narrowBF16Loop(dst *uint16, src *float32, n int)
// Round to nearest even by integers: (x + 0x7fff + (x>>16&1)) >> 16; NaN: x>>16 | 0x40. Y12 to Y15 hold 1, 0x7fff,
// +Inf and the mask of the absolute value.
TEXT ·narrowBF16Loop(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ n+16(FP), CX
	VPBROADCASTD one<>(SB), Y12
	VPBROADCASTD half<>(SB), Y13
	VPBROADCASTD infinity<>(SB), Y14
	VPBROADCASTD absolute<>(SB), Y15
	VPBROADCASTD quiet<>(SB), Y11
loop:
	VMOVDQU 0(SI), Y0
	VPSRLD $16, Y0, Y1
	VPAND Y12, Y1, Y2
	VPADDD Y13, Y2, Y2
	VPADDD Y0, Y2, Y2
	VPSRLD $16, Y2, Y2
	VPOR Y11, Y1, Y1
	VPAND Y15, Y0, Y3
	VPCMPGTD Y14, Y3, Y3
	VPBLENDVB Y3, Y1, Y2, Y0
	VMOVDQU 32(SI), Y4
	VPSRLD $16, Y4, Y5
	VPAND Y12, Y5, Y6
	VPADDD Y13, Y6, Y6
	VPADDD Y4, Y6, Y6
	VPSRLD $16, Y6, Y6
	VPOR Y11, Y5, Y5
	VPAND Y15, Y4, Y7
	VPCMPGTD Y14, Y7, Y7
	VPBLENDVB Y7, Y5, Y6, Y4
	VPACKUSDW Y4, Y0, Y0
	VPERMQ $0xd8, Y0, Y0
	VMOVDQU Y0, (DI)
	ADDQ $64, SI
	ADDQ $32, DI
	SUBQ $16, CX
	JNZ  loop
	VZEROUPPER
	RET

// func widenF16Loop(dst *float32, src *uint16, n int)
TEXT ·widenF16Loop(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ n+16(FP), CX
loop:
	VCVTPH2PS (SI), Y0
	VCVTPH2PS 16(SI), Y1
	VMOVUPS Y0, (DI)
	VMOVUPS Y1, 32(DI)
	ADDQ $32, SI
	ADDQ $64, DI
	SUBQ $16, CX
	JNZ  loop
	VZEROUPPER
	RET

// func narrowF16Loop(dst *uint16, src *float32, n int)
TEXT ·narrowF16Loop(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ n+16(FP), CX
loop:
	VMOVUPS (SI), Y0
	VMOVUPS 32(SI), Y1
	VCVTPS2PH $0, Y0, (DI)
	VCVTPS2PH $0, Y1, 16(DI)
	ADDQ $64, SI
	ADDQ $32, DI
	SUBQ $16, CX
	JNZ  loop
	VZEROUPPER
	RET

// func sumSquares64Loop(x *float32, n int) float64
// Sixteen float64 lanes, folded pairwise.
TEXT ·sumSquares64Loop(SB), NOSPLIT, $0-24
	MOVQ x+0(FP), SI
	MOVQ n+8(FP), CX
	VXORPD Y4, Y4, Y4
	VXORPD Y5, Y5, Y5
	VXORPD Y6, Y6, Y6
	VXORPD Y7, Y7, Y7
loop:
	PREFETCHT0 2048(SI)
	VCVTPS2PD 0(SI), Y0
	VFMADD231PD Y0, Y0, Y4
	VCVTPS2PD 16(SI), Y1
	VFMADD231PD Y1, Y1, Y5
	VCVTPS2PD 32(SI), Y2
	VFMADD231PD Y2, Y2, Y6
	VCVTPS2PD 48(SI), Y3
	VFMADD231PD Y3, Y3, Y7
	ADDQ $64, SI
	SUBQ $16, CX
	JNZ  loop
	VADDPD Y5, Y4, Y4
	VADDPD Y7, Y6, Y6
	VADDPD Y6, Y4, Y4
	VEXTRACTF128 $1, Y4, X0
	VADDPD X0, X4, X4
	VPERMILPD $1, X4, X0
	VADDSD X0, X4, X4
	VMOVSD X4, ret+16(FP)
	VZEROUPPER
	RET

// func allFiniteLoop(x *float32, n int) bool
// A value is finite when its exponent field is not all ones.
TEXT ·allFiniteLoop(SB), NOSPLIT, $0-17
	MOVQ x+0(FP), SI
	MOVQ n+8(FP), CX
	VPBROADCASTD infinity<>(SB), Y15
	VPXOR Y2, Y2, Y2
loop:
	VPAND (SI), Y15, Y0
	VPAND 32(SI), Y15, Y1
	VPCMPEQD Y15, Y0, Y0
	VPCMPEQD Y15, Y1, Y1
	VPOR Y0, Y2, Y2
	VPOR Y1, Y2, Y2
	ADDQ $64, SI
	SUBQ $16, CX
	JNZ  loop
	VPTEST Y2, Y2
	SETEQ ret+16(FP)
	VZEROUPPER
	RET

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
