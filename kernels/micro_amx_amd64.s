//go:build amd64 && !purego

#include "textflag.h"
#include "raw_amd64.h"

// Tiles of AMX: eight registers of 16 rows of 64 bytes. TDPBF16PS multiplies 16 rows of 32 bfloat16 by 16 columns of
// as many and adds to 16x16 float32 in 16 cycles. Packed S is its left operand as it lies, 16 words of each of 16 rows,
// and packed V its right one, 16 words of k of each of 16 columns.
// A tile of 32x32 is four sums for two registers of S and two of V: 4 KB are loaded for 64 cycles of arithmetic. Each
// function configures the registers and releases them: a goroutine may go on on another thread after it, and a thread
// without them is cheaper to switch.

// palette 1, 16 rows of 64 bytes in each of the eight registers
DATA tiles<>+0(SB)/8, $1
DATA tiles<>+8(SB)/8, $0
DATA tiles<>+16(SB)/8, $0x0040004000400040
DATA tiles<>+24(SB)/8, $0x0040004000400040
DATA tiles<>+32(SB)/8, $0
DATA tiles<>+40(SB)/8, $0
DATA tiles<>+48(SB)/8, $0x1010101010101010
DATA tiles<>+56(SB)/8, $0
GLOBL tiles<>(SB), RODATA|NOPTR, $64

// Registers by their numbers in the macros of raw_amd64.h: a row's distance is AX in C and in V (128 bytes), BX in S.
#define C 1    // CX
#define V 2    // DX
#define S 6    // SI
#define S16 7  // DI, row 16 of S
#define WIDE 0 // AX
#define LDS 3  // BX

#define K R8
#define ADD R9

// the sums of 16 rows: load or store
#define SUMS(OP, left, right) OP(left, C, WIDE, 0); OP(right, C, WIDE, 64)

#define LOADARGS \
	LEAQ tiles<>(SB), AX; \
	LDTILECFG_AX; \
	MOVQ $128, AX; \
	MOVQ c+0(FP), CX; \
	MOVQ s+8(FP), SI; \
	MOVQ lds+16(FP), BX; \
	SHLQ $2, BX; \
	MOVQ BX, DI; \
	SHLQ $4, DI; \
	ADDQ SI, DI; \
	MOVQ v+24(FP), DX; \
	MOVQ k+32(FP), K; \
	MOVQ add+40(FP), ADD

// func gemm32x32AMX(c, s *float32, lds int, v *float32, k, add int, next unsafe.Pointer, stride, step int, near unsafe.Pointer)
//
// c[i*32+j] = (add != 0 ? c[i*32+j] : 0) + sum over q < k of s[i*lds+q] * v[q*32+j], for i < 32, j < 32, in words of two
// bfloat16. Sixteen words are summed by themselves, even elements and odd ones apart from zero, each product fused; then
// even + odd is added to c. Round to nearest, denormals as zero.
// Requires k > 0, a multiple of 16, 32 rows of s, k*32 words of v. Nothing is prefetched.
TEXT ·gemm32x32AMX(SB), NOSPLIT, $0-80
	LOADARGS
	TESTQ ADD, ADD
	JZ    zero
	SUMS(TILELOADD, 0, 1)
	ADDQ  $2048, CX
	SUMS(TILELOADD, 2, 3)
	SUBQ  $2048, CX
	JMP   loop

zero:
	TILEZERO(0)
	TILEZERO(1)
	TILEZERO(2)
	TILEZERO(3)

loop:
	TILELOADD(6, V, WIDE, 0)
	TILELOADD(4, S, LDS, 0)
	TDPBF16PS(6, 4, 0)
	TILELOADD(7, V, WIDE, 64)
	TDPBF16PS(7, 4, 1)
	TILELOADD(5, S16, LDS, 0)
	TDPBF16PS(6, 5, 2)
	TDPBF16PS(7, 5, 3)
	ADDQ $64, SI
	ADDQ $64, DI
	ADDQ $2048, DX
	SUBQ $16, K
	JNZ  loop

	SUMS(TILESTORED, 0, 1)
	ADDQ $2048, CX
	SUMS(TILESTORED, 2, 3)
	TILERELEASE
	RET

// func gemm16x32AMX(c, s *float32, lds int, v *float32, k, add int, next unsafe.Pointer, stride, step int, near unsafe.Pointer)
//
// As gemm32x32AMX for i < 16.
TEXT ·gemm16x32AMX(SB), NOSPLIT, $0-80
	LOADARGS
	TESTQ ADD, ADD
	JZ    zero
	SUMS(TILELOADD, 0, 1)
	JMP   loop

zero:
	TILEZERO(0)
	TILEZERO(1)

loop:
	TILELOADD(4, S, LDS, 0)
	TILELOADD(6, V, WIDE, 0)
	TDPBF16PS(6, 4, 0)
	TILELOADD(7, V, WIDE, 64)
	TDPBF16PS(7, 4, 1)
	ADDQ $64, SI
	ADDQ $2048, DX
	SUBQ $16, K
	JNZ  loop

	SUMS(TILESTORED, 0, 1)
	TILERELEASE
	RET

// func peakAMX(n int)
//
// n times 4 TDPBF16PS of 16x16 sums of 32 multiply-adds, of registers that the configuration has set to zero.
TEXT ·peakAMX(SB), NOSPLIT, $0-8
	LEAQ tiles<>(SB), AX
	LDTILECFG_AX
	MOVQ n+0(FP), CX

loop:
	TDPBF16PS(6, 4, 0)
	TDPBF16PS(7, 4, 1)
	TDPBF16PS(6, 5, 2)
	TDPBF16PS(7, 5, 3)
	DECQ CX
	JNZ  loop
	TILERELEASE
	RET
