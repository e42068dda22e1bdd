//go:build amd64 && !purego

#include "textflag.h"

// Moving data between storage and panels. These run at the speed of the caches already with 256-bit vectors, so the
// AVX-512 levels use them too.

#define DST DI
#define SRC SI
#define LDD R8
#define LDS R9
#define N CX

// CALLIN prefetches 8 rows of the source some bytes ahead; at the end of a block of k, the next one.
#define CALLIN(bytes) \
	PREFETCHT0 bytes(SRC); \
	PREFETCHT0 bytes(SRC)(LDS*1); \
	PREFETCHT0 bytes(SRC)(LDS*2); \
	PREFETCHT0 bytes(SRC)(R10*1); \
	PREFETCHT0 bytes(R11); \
	PREFETCHT0 bytes(R11)(LDS*1); \
	PREFETCHT0 bytes(R11)(LDS*2); \
	PREFETCHT0 bytes(R11)(R10*1)

// func transpose8AVX2(dst *float32, ldd int, src *float32, lds, n int)
//
// dst[j*ldd+i] = src[i*lds+j] for i < 8, j < n, of 32-bit words. Requires n a multiple of 8.
TEXT ·transpose8AVX2(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DST
	MOVQ ldd+8(FP), LDD
	MOVQ src+16(FP), SRC
	MOVQ lds+24(FP), LDS
	MOVQ n+32(FP), N
	SHLQ $2, LDD
	SHLQ $2, LDS
	LEAQ (LDS)(LDS*2), R10   // 3 rows of src
	LEAQ (SRC)(LDS*4), R11   // row 4 of src
	LEAQ (LDD)(LDD*2), R12   // 3 rows of dst
	SUBQ $8, N
	JLT  done

loop:
	CALLIN(512)
	// halves of rows i and i+4 in one register
	VMOVUPS     (SRC), X0
	VMOVUPS     (SRC)(LDS*1), X1
	VMOVUPS     (SRC)(LDS*2), X2
	VMOVUPS     (SRC)(R10*1), X3
	VMOVUPS     16(SRC), X4
	VMOVUPS     16(SRC)(LDS*1), X5
	VMOVUPS     16(SRC)(LDS*2), X6
	VMOVUPS     16(SRC)(R10*1), X7
	VINSERTF128 $1, (R11), Y0, Y0
	VINSERTF128 $1, (R11)(LDS*1), Y1, Y1
	VINSERTF128 $1, (R11)(LDS*2), Y2, Y2
	VINSERTF128 $1, (R11)(R10*1), Y3, Y3
	VINSERTF128 $1, 16(R11), Y4, Y4
	VINSERTF128 $1, 16(R11)(LDS*1), Y5, Y5
	VINSERTF128 $1, 16(R11)(LDS*2), Y6, Y6
	VINSERTF128 $1, 16(R11)(R10*1), Y7, Y7

	// 4x4 transposition within each half: words, then pairs of words
	VUNPCKLPS Y1, Y0, Y8   // 00 10 01 11
	VUNPCKHPS Y1, Y0, Y9   // 02 12 03 13
	VUNPCKLPS Y3, Y2, Y10  // 20 30 21 31
	VUNPCKHPS Y3, Y2, Y11  // 22 32 23 33
	VUNPCKLPS Y5, Y4, Y12
	VUNPCKHPS Y5, Y4, Y13
	VUNPCKLPS Y7, Y6, Y14
	VUNPCKHPS Y7, Y6, Y15
	VUNPCKLPD Y10, Y8, Y0  // 00 10 20 30
	VUNPCKHPD Y10, Y8, Y1
	VUNPCKLPD Y11, Y9, Y2
	VUNPCKHPD Y11, Y9, Y3
	VUNPCKLPD Y14, Y12, Y4
	VUNPCKHPD Y14, Y12, Y5
	VUNPCKLPD Y15, Y13, Y6
	VUNPCKHPD Y15, Y13, Y7

	VMOVUPS Y0, (DST)
	VMOVUPS Y1, (DST)(LDD*1)
	VMOVUPS Y2, (DST)(LDD*2)
	VMOVUPS Y3, (DST)(R12*1)
	LEAQ    (DST)(LDD*4), DST
	VMOVUPS Y4, (DST)
	VMOVUPS Y5, (DST)(LDD*1)
	VMOVUPS Y6, (DST)(LDD*2)
	VMOVUPS Y7, (DST)(R12*1)
	LEAQ    (DST)(LDD*4), DST
	ADDQ    $32, SRC
	ADDQ    $32, R11
	SUBQ    $8, N
	JGE     loop

done:
	VZEROUPPER
	RET

// func spreadAVX2(dst *float32, step int, src *float32, panels, cols int)
//
// dst[p*step+j] = src[p*cols+j] for p < panels, j < cols, of 32-bit words; cols is rounded up to 8 in what is read and
// written, not in where a panel begins.
TEXT ·spreadAVX2(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DST
	MOVQ step+8(FP), LDD
	MOVQ src+16(FP), SRC
	MOVQ panels+24(FP), N
	MOVQ cols+32(FP), BX
	SHLQ $2, LDD
	SHLQ $2, BX
	JMP  check

panel:
	PREFETCHT0 256(DST) // the place of 4 steps later: a store waits for its line
	XORQ       AX, AX

words:
	VMOVUPS (SRC)(AX*1), Y0
	VMOVUPS Y0, (DST)(AX*1)
	ADDQ    $32, AX
	CMPQ    AX, BX
	JLT     words
	ADDQ    BX, SRC
	ADDQ    LDD, DST

check:
	DECQ N
	JGE  panel
	VZEROUPPER
	RET

// func packBF16AVX2(dst *float32, src *uint16, n int)
//
// dst[i] = src[i] << 16 for i < n.
TEXT ·packBF16AVX2(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), DST
	MOVQ src+8(FP), SRC
	MOVQ n+16(FP), N
	SUBQ $32, N
	JLT  small

loop:
	VPMOVZXWD (SRC), Y0
	VPMOVZXWD 16(SRC), Y1
	VPMOVZXWD 32(SRC), Y2
	VPMOVZXWD 48(SRC), Y3
	VPSLLD    $16, Y0, Y0
	VPSLLD    $16, Y1, Y1
	VPSLLD    $16, Y2, Y2
	VPSLLD    $16, Y3, Y3
	VMOVDQU   Y0, (DST)
	VMOVDQU   Y1, 32(DST)
	VMOVDQU   Y2, 64(DST)
	VMOVDQU   Y3, 96(DST)
	ADDQ      $64, SRC
	ADDQ      $128, DST
	SUBQ      $32, N
	JGE       loop

small:
	ADDQ $32-8, N
	JLT  tail

eight:
	VPMOVZXWD (SRC), Y0
	VPSLLD    $16, Y0, Y0
	VMOVDQU   Y0, (DST)
	ADDQ      $16, SRC
	ADDQ      $32, DST
	SUBQ      $8, N
	JGE       eight

tail:
	ADDQ $8, N
	JZ   done

one:
	MOVWLZX (SRC), AX
	SHLL    $16, AX
	MOVL    AX, (DST)
	ADDQ    $2, SRC
	ADDQ    $4, DST
	DECQ    N
	JNZ     one

done:
	VZEROUPPER
	RET

// func transposeBF16AVX2(dst *float32, ldd int, src *uint16, lds, n int)
//
// dst[j*ldd+i] = src[i*lds+j] << 16 for i < 8, j < n. Requires n a multiple of 8.
TEXT ·transposeBF16AVX2(SB), NOSPLIT, $0-40
	MOVQ   dst+0(FP), DST
	MOVQ   ldd+8(FP), LDD
	MOVQ   src+16(FP), SRC
	MOVQ   lds+24(FP), LDS
	MOVQ   n+32(FP), N
	SHLQ   $2, LDD
	SHLQ   $1, LDS
	LEAQ   (LDS)(LDS*2), R10
	LEAQ   (SRC)(LDS*4), R11
	LEAQ   (LDD)(LDD*2), R12
	VPXOR  Y15, Y15, Y15
	SUBQ   $8, N
	JLT    done

loop:
	CALLIN(256)
	// rows i and i+4 in one register
	VMOVDQU     (SRC), X0
	VMOVDQU     (SRC)(LDS*1), X1
	VMOVDQU     (SRC)(LDS*2), X2
	VMOVDQU     (SRC)(R10*1), X3
	VINSERTI128 $1, (R11), Y0, Y0
	VINSERTI128 $1, (R11)(LDS*1), Y1, Y1
	VINSERTI128 $1, (R11)(LDS*2), Y2, Y2
	VINSERTI128 $1, (R11)(R10*1), Y3, Y3

	// pairs of rows, then columns of four in each half, then each half-word to the upper half of a word
	VPUNPCKLWD Y1, Y0, Y4   // 00 10 01 11 02 12 03 13
	VPUNPCKHWD Y1, Y0, Y5
	VPUNPCKLWD Y3, Y2, Y6   // 20 30 21 31 22 32 23 33
	VPUNPCKHWD Y3, Y2, Y7
	VPUNPCKLDQ Y6, Y4, Y8   // 00 10 20 30 01 11 21 31
	VPUNPCKHDQ Y6, Y4, Y9
	VPUNPCKLDQ Y7, Y5, Y10
	VPUNPCKHDQ Y7, Y5, Y11
	VPUNPCKLWD Y8, Y15, Y0
	VPUNPCKHWD Y8, Y15, Y1
	VPUNPCKLWD Y9, Y15, Y2
	VPUNPCKHWD Y9, Y15, Y3
	VPUNPCKLWD Y10, Y15, Y4
	VPUNPCKHWD Y10, Y15, Y5
	VPUNPCKLWD Y11, Y15, Y6
	VPUNPCKHWD Y11, Y15, Y7

	VMOVUPS Y0, (DST)
	VMOVUPS Y1, (DST)(LDD*1)
	VMOVUPS Y2, (DST)(LDD*2)
	VMOVUPS Y3, (DST)(R12*1)
	LEAQ    (DST)(LDD*4), DST
	VMOVUPS Y4, (DST)
	VMOVUPS Y5, (DST)(LDD*1)
	VMOVUPS Y6, (DST)(LDD*2)
	VMOVUPS Y7, (DST)(R12*1)
	LEAQ    (DST)(LDD*4), DST
	ADDQ    $16, SRC
	ADDQ    $16, R11
	SUBQ    $8, N
	JGE     loop

done:
	VZEROUPPER
	RET

// func spreadBF16AVX2(dst *float32, step int, src *uint16, panels, cols int)
//
// dst[p*step+j] = src[p*cols+j] << 16 for p < panels, j < cols; cols is rounded up to 8 as in spreadAVX2.
TEXT ·spreadBF16AVX2(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DST
	MOVQ step+8(FP), LDD
	MOVQ src+16(FP), SRC
	MOVQ panels+24(FP), N
	MOVQ cols+32(FP), BX
	SHLQ $2, LDD
	JMP  check

panel:
	PREFETCHT0 256(DST) // the place of 4 steps later: a store waits for its line
	XORQ       AX, AX

words:
	VPMOVZXWD (SRC)(AX*2), Y0
	VPSLLD    $16, Y0, Y0
	VMOVDQU   Y0, (DST)(AX*4)
	ADDQ      $8, AX
	CMPQ      AX, BX
	JLT       words
	LEAQ      (SRC)(BX*2), SRC
	ADDQ      LDD, DST

check:
	DECQ N
	JGE  panel
	VZEROUPPER
	RET

// func packF16AVX2(dst *float32, src *uint16, n int)
//
// dst[i] = src[i] widened from binary16 for i < n.
TEXT ·packF16AVX2(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), DST
	MOVQ src+8(FP), SRC
	MOVQ n+16(FP), N
	SUBQ $32, N
	JLT  small

loop:
	VCVTPH2PS (SRC), Y0
	VCVTPH2PS 16(SRC), Y1
	VCVTPH2PS 32(SRC), Y2
	VCVTPH2PS 48(SRC), Y3
	VMOVUPS   Y0, (DST)
	VMOVUPS   Y1, 32(DST)
	VMOVUPS   Y2, 64(DST)
	VMOVUPS   Y3, 96(DST)
	ADDQ      $64, SRC
	ADDQ      $128, DST
	SUBQ      $32, N
	JGE       loop

small:
	ADDQ $32-8, N
	JLT  tail

eight:
	VCVTPH2PS (SRC), Y0
	VMOVUPS   Y0, (DST)
	ADDQ      $16, SRC
	ADDQ      $32, DST
	SUBQ      $8, N
	JGE       eight

tail:
	ADDQ $8, N
	JZ   done

one:
	MOVWLZX   (SRC), AX
	VMOVD     AX, X0
	VCVTPH2PS X0, X0
	VMOVSS    X0, (DST)
	ADDQ      $2, SRC
	ADDQ      $4, DST
	DECQ      N
	JNZ       one

done:
	VZEROUPPER
	RET

// Y12 = 1, Y13 = 0x7fff, Y14 = 0x40
#define ROUNDCONSTS \
	VPCMPEQD Y13, Y13, Y13; \
	VPSRLD   $31, Y13, Y12; \
	VPSRLD   $17, Y13, Y13; \
	VPSLLD   $6, Y12, Y14

// r = bfloat16 of r in the low half of each word: (r + 0x7fff + (r>>16 & 1)) >> 16, a NaN r>>16 | 0x40
#define ROUNDBF16(r, t, u) \
	VCMPPS    $3, r, r, u; \
	VPSRLD    $16, r, t; \
	VPADDD    Y13, r, r; \
	VPAND     t, Y12, Y15; \
	VPADDD    Y15, r, r; \
	VPSRLD    $16, r, r; \
	VPOR      Y14, t, t; \
	VBLENDVPS u, t, r, r

// func unpackBF16AVX2(dst *uint16, src *float32, n int)
//
// dst[i] = src[i] rounded to bfloat16, nearest even, NaN made quiet, for i < n.
TEXT ·unpackBF16AVX2(SB), NOSPLIT, $0-24
	MOVQ dst+0(FP), DST
	MOVQ src+8(FP), SRC
	MOVQ n+16(FP), N
	ROUNDCONSTS
	SUBQ $16, N
	JLT  tail

loop:
	VMOVUPS   (SRC), Y0
	VMOVUPS   32(SRC), Y1
	ROUNDBF16(Y0, Y2, Y3)
	ROUNDBF16(Y1, Y4, Y5)
	VPACKUSDW Y1, Y0, Y0
	VPERMQ    $0xd8, Y0, Y0
	VMOVDQU   Y0, (DST)
	ADDQ      $64, SRC
	ADDQ      $32, DST
	SUBQ      $16, N
	JGE       loop

tail:
	ADDQ $16, N
	JZ   done

one:
	VMOVSS (SRC), X0
	ROUNDBF16(Y0, Y2, Y3)
	VMOVD  X0, AX
	MOVW   AX, (DST)
	ADDQ   $4, SRC
	ADDQ   $2, DST
	DECQ   N
	JNZ    one

done:
	VZEROUPPER
	RET

// func interleaveAVX2(dst *float32, even, odd *uint16, n int)
//
// word dst[i] = even[i] | odd[i]<<16 for i < n.
TEXT ·interleaveAVX2(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DST
	MOVQ even+8(FP), SRC
	MOVQ odd+16(FP), DX
	MOVQ n+24(FP), N
	SUBQ $16, N
	JLT  tail

loop:
	VMOVDQU    (SRC), Y0
	VMOVDQU    (DX), Y1
	VPUNPCKLWD Y1, Y0, Y2        // words 0-3, 8-11
	VPUNPCKHWD Y1, Y0, Y3        // words 4-7, 12-15
	VPERM2I128 $0x20, Y3, Y2, Y4
	VPERM2I128 $0x31, Y3, Y2, Y5
	VMOVDQU    Y4, (DST)
	VMOVDQU    Y5, 32(DST)
	ADDQ       $32, SRC
	ADDQ       $32, DX
	ADDQ       $64, DST
	SUBQ       $16, N
	JGE        loop

tail:
	ADDQ $16, N
	JZ   done

one:
	MOVWLZX (SRC), AX
	MOVWLZX (DX), BX
	SHLL    $16, BX
	ORL     BX, AX
	MOVL    AX, (DST)
	ADDQ    $2, SRC
	ADDQ    $2, DX
	ADDQ    $4, DST
	DECQ    N
	JNZ     one

done:
	VZEROUPPER
	RET

// func prefetchAVX2(p unsafe.Pointer, bytes int)
//
// Asks for bytes from p on to be brought near; any address will do.
TEXT ·prefetchAVX2(SB), NOSPLIT, $0-16
	MOVQ p+0(FP), SRC
	MOVQ bytes+8(FP), N

line:
	PREFETCHT0 (SRC)
	ADDQ       $64, SRC
	SUBQ       $64, N
	JGT        line
	RET
