// Written by package rowgen from table.go; go test ./kernels/internal/rowgen -update rewrites it.

//go:build !purego

#include "textflag.h"

// Constants, one name per bit pattern.
DATA c31848bab<>+0(SB)/8, $0x31848bab31848bab
DATA c31848bab<>+8(SB)/8, $0x31848bab31848bab
DATA c31848bab<>+16(SB)/8, $0x31848bab31848bab
DATA c31848bab<>+24(SB)/8, $0x31848bab31848bab
GLOBL c31848bab<>(SB), RODATA|NOPTR, $32
DATA cac4c1b51<>+0(SB)/8, $0xac4c1b51ac4c1b51
DATA cac4c1b51<>+8(SB)/8, $0xac4c1b51ac4c1b51
DATA cac4c1b51<>+16(SB)/8, $0xac4c1b51ac4c1b51
DATA cac4c1b51<>+24(SB)/8, $0xac4c1b51ac4c1b51
GLOBL cac4c1b51<>(SB), RODATA|NOPTR, $32
DATA ced5ad4bb<>+0(SB)/8, $0xed5ad4bbed5ad4bb
DATA ced5ad4bb<>+8(SB)/8, $0xed5ad4bbed5ad4bb
DATA ced5ad4bb<>+16(SB)/8, $0xed5ad4bbed5ad4bb
DATA ced5ad4bb<>+24(SB)/8, $0xed5ad4bbed5ad4bb
GLOBL ced5ad4bb<>(SB), RODATA|NOPTR, $32
DATA laneIndex<>+0(SB)/4, $0x00000000
DATA laneIndex<>+4(SB)/4, $0x00000001
DATA laneIndex<>+8(SB)/4, $0x00000002
DATA laneIndex<>+12(SB)/4, $0x00000003
DATA laneIndex<>+16(SB)/4, $0x00000004
DATA laneIndex<>+20(SB)/4, $0x00000005
DATA laneIndex<>+24(SB)/4, $0x00000006
DATA laneIndex<>+28(SB)/4, $0x00000007
GLOBL laneIndex<>(SB), RODATA|NOPTR, $32
DATA laneStep<>+0(SB)/4, $0x00000008
DATA laneStep<>+4(SB)/4, $0x00000008
DATA laneStep<>+8(SB)/4, $0x00000008
DATA laneStep<>+12(SB)/4, $0x00000008
DATA laneStep<>+16(SB)/4, $0x00000008
DATA laneStep<>+20(SB)/4, $0x00000008
DATA laneStep<>+24(SB)/4, $0x00000008
DATA laneStep<>+28(SB)/4, $0x00000008
GLOBL laneStep<>(SB), RODATA|NOPTR, $32
DATA laneMask<>+0(SB)/4, $0xffffffff
DATA laneMask<>+4(SB)/4, $0xffffffff
DATA laneMask<>+8(SB)/4, $0xffffffff
DATA laneMask<>+12(SB)/4, $0xffffffff
DATA laneMask<>+16(SB)/4, $0xffffffff
DATA laneMask<>+20(SB)/4, $0xffffffff
DATA laneMask<>+24(SB)/4, $0xffffffff
DATA laneMask<>+28(SB)/4, $0xffffffff
DATA laneMask<>+32(SB)/4, $0x00000000
DATA laneMask<>+36(SB)/4, $0x00000000
DATA laneMask<>+40(SB)/4, $0x00000000
DATA laneMask<>+44(SB)/4, $0x00000000
DATA laneMask<>+48(SB)/4, $0x00000000
DATA laneMask<>+52(SB)/4, $0x00000000
DATA laneMask<>+56(SB)/4, $0x00000000
DATA laneMask<>+60(SB)/4, $0x00000000
GLOBL laneMask<>(SB), RODATA|NOPTR, $64

// func dropout(y, x []float32, keep float32, limit, k0, k1, i uint32)
// see dropoutGeneric
TEXT ·dropoutAVX2(SB), NOSPLIT, $0-68
	MOVQ y_base+0(FP), DI
	MOVQ x_base+24(FP), SI
	MOVQ y_len+8(FP), CX
	VBROADCASTSS keep+48(FP), Y15
	MOVL limit+52(FP), BX
	VMOVD BX, X0
	VPBROADCASTD X0, Y14
	MOVL k0+56(FP), BX
	VMOVD BX, X0
	VPBROADCASTD X0, Y13
	MOVL k1+60(FP), BX
	VMOVD BX, X0
	VPBROADCASTD X0, Y12
	MOVL i+64(FP), BX
	VMOVD BX, X0
	VPBROADCASTD X0, Y11
	VMOVDQU laneIndex<>(SB), Y10
	VPADDD Y11, Y10, Y10
	XORQ AX, AX
	CMPQ CX, $8
	JLT vectorEnd
vector:
	VMOVDQA Y10, Y0
	VPXOR Y13, Y0, Y0
	VPSRLD $17, Y0, Y1
	VPXOR Y0, Y1, Y1
	VPMULLD ced5ad4bb<>(SB), Y1, Y1 // -4.2328067e+27
	VPSRLD $11, Y1, Y0
	VPXOR Y1, Y0, Y0
	VPADDD Y12, Y0, Y0
	VPMULLD cac4c1b51<>(SB), Y0, Y0 // -2.9005307e-12
	VPSRLD $15, Y0, Y1
	VPXOR Y0, Y1, Y1
	VPMULLD c31848bab<>(SB), Y1, Y1 // 3.857584e-09
	VPSRLD $14, Y1, Y0
	VPXOR Y1, Y0, Y0
	VMOVUPS (SI)(AX*4), Y1 // x
	VMULPS Y15, Y1, Y1
	VPMAXUD Y14, Y0, Y2
	VPCMPEQD Y0, Y2, Y0 // hash >= limit
	VANDPS Y1, Y0, Y0
	VMOVUPS Y0, (DI)(AX*4) // y
	VPADDD laneStep<>(SB), Y10, Y10
	ADDQ $8, AX
	SUBQ $8, CX
	CMPQ CX, $8
	JGE vector
vectorEnd:
	TESTQ CX, CX
	JZ done
	LEAQ laneMask<>(SB), BX
	NEGQ CX
	VMOVDQU 32(BX)(CX*4), Y9
	VMOVDQA Y10, Y0
	VPXOR Y13, Y0, Y0
	VPSRLD $17, Y0, Y1
	VPXOR Y0, Y1, Y1
	VPMULLD ced5ad4bb<>(SB), Y1, Y1 // -4.2328067e+27
	VPSRLD $11, Y1, Y0
	VPXOR Y1, Y0, Y0
	VPADDD Y12, Y0, Y0
	VPMULLD cac4c1b51<>(SB), Y0, Y0 // -2.9005307e-12
	VPSRLD $15, Y0, Y1
	VPXOR Y0, Y1, Y1
	VPMULLD c31848bab<>(SB), Y1, Y1 // 3.857584e-09
	VPSRLD $14, Y1, Y0
	VPXOR Y1, Y0, Y0
	VMASKMOVPS (SI)(AX*4), Y9, Y1 // x
	VMULPS Y15, Y1, Y1
	VPMAXUD Y14, Y0, Y2
	VPCMPEQD Y0, Y2, Y0 // hash >= limit
	VANDPS Y1, Y0, Y0
	VMASKMOVPS Y0, Y9, (DI)(AX*4) // y
	VPADDD laneStep<>(SB), Y10, Y10
done:
	VZEROUPPER
	RET

// func dropoutStream(y, x []float32, keep float32, limit, k0, k1, i uint32)
// see dropoutGeneric, written past the caches
TEXT ·dropoutStreamAVX2(SB), NOSPLIT, $0-68
	MOVQ y_base+0(FP), DI
	MOVQ x_base+24(FP), SI
	MOVQ y_len+8(FP), CX
	VBROADCASTSS keep+48(FP), Y15
	MOVL limit+52(FP), BX
	VMOVD BX, X0
	VPBROADCASTD X0, Y14
	MOVL k0+56(FP), BX
	VMOVD BX, X0
	VPBROADCASTD X0, Y13
	MOVL k1+60(FP), BX
	VMOVD BX, X0
	VPBROADCASTD X0, Y12
	MOVL i+64(FP), BX
	VMOVD BX, X0
	VPBROADCASTD X0, Y11
	VMOVDQU laneIndex<>(SB), Y10
	VPADDD Y11, Y10, Y10
	XORQ AX, AX
	CMPQ CX, $8
	JLT vectorEnd
vector:
	VMOVDQA Y10, Y0
	VPXOR Y13, Y0, Y0
	VPSRLD $17, Y0, Y1
	VPXOR Y0, Y1, Y1
	VPMULLD ced5ad4bb<>(SB), Y1, Y1 // -4.2328067e+27
	VPSRLD $11, Y1, Y0
	VPXOR Y1, Y0, Y0
	VPADDD Y12, Y0, Y0
	VPMULLD cac4c1b51<>(SB), Y0, Y0 // -2.9005307e-12
	VPSRLD $15, Y0, Y1
	VPXOR Y0, Y1, Y1
	VPMULLD c31848bab<>(SB), Y1, Y1 // 3.857584e-09
	VPSRLD $14, Y1, Y0
	VPXOR Y1, Y0, Y0
	VMOVUPS (SI)(AX*4), Y1 // x
	VMULPS Y15, Y1, Y1
	VPMAXUD Y14, Y0, Y2
	VPCMPEQD Y0, Y2, Y0 // hash >= limit
	VANDPS Y1, Y0, Y0
	VMOVNTPS Y0, (DI)(AX*4) // y
	VPADDD laneStep<>(SB), Y10, Y10
	ADDQ $8, AX
	SUBQ $8, CX
	CMPQ CX, $8
	JGE vector
vectorEnd:
	TESTQ CX, CX
	JZ done
	LEAQ laneMask<>(SB), BX
	NEGQ CX
	VMOVDQU 32(BX)(CX*4), Y9
	VMOVDQA Y10, Y0
	VPXOR Y13, Y0, Y0
	VPSRLD $17, Y0, Y1
	VPXOR Y0, Y1, Y1
	VPMULLD ced5ad4bb<>(SB), Y1, Y1 // -4.2328067e+27
	VPSRLD $11, Y1, Y0
	VPXOR Y1, Y0, Y0
	VPADDD Y12, Y0, Y0
	VPMULLD cac4c1b51<>(SB), Y0, Y0 // -2.9005307e-12
	VPSRLD $15, Y0, Y1
	VPXOR Y0, Y1, Y1
	VPMULLD c31848bab<>(SB), Y1, Y1 // 3.857584e-09
	VPSRLD $14, Y1, Y0
	VPXOR Y1, Y0, Y0
	VMASKMOVPS (SI)(AX*4), Y9, Y1 // x
	VMULPS Y15, Y1, Y1
	VPMAXUD Y14, Y0, Y2
	VPCMPEQD Y0, Y2, Y0 // hash >= limit
	VANDPS Y1, Y0, Y0
	VMASKMOVPS Y0, Y9, (DI)(AX*4) // y
	VPADDD laneStep<>(SB), Y10, Y10
done:
	VZEROUPPER
	RET

// func dropoutAdd(y, x []float32, keep float32, limit, k0, k1, i uint32)
// see dropoutGeneric
TEXT ·dropoutAddAVX2(SB), NOSPLIT, $0-68
	MOVQ y_base+0(FP), DI
	MOVQ x_base+24(FP), SI
	MOVQ y_len+8(FP), CX
	VBROADCASTSS keep+48(FP), Y15
	MOVL limit+52(FP), BX
	VMOVD BX, X0
	VPBROADCASTD X0, Y14
	MOVL k0+56(FP), BX
	VMOVD BX, X0
	VPBROADCASTD X0, Y13
	MOVL k1+60(FP), BX
	VMOVD BX, X0
	VPBROADCASTD X0, Y12
	MOVL i+64(FP), BX
	VMOVD BX, X0
	VPBROADCASTD X0, Y11
	VMOVDQU laneIndex<>(SB), Y10
	VPADDD Y11, Y10, Y10
	XORQ AX, AX
	CMPQ CX, $8
	JLT vectorEnd
vector:
	VMOVDQA Y10, Y0
	VPXOR Y13, Y0, Y0
	VPSRLD $17, Y0, Y1
	VPXOR Y0, Y1, Y1
	VPMULLD ced5ad4bb<>(SB), Y1, Y1 // -4.2328067e+27
	VPSRLD $11, Y1, Y0
	VPXOR Y1, Y0, Y0
	VPADDD Y12, Y0, Y0
	VPMULLD cac4c1b51<>(SB), Y0, Y0 // -2.9005307e-12
	VPSRLD $15, Y0, Y1
	VPXOR Y0, Y1, Y1
	VPMULLD c31848bab<>(SB), Y1, Y1 // 3.857584e-09
	VPSRLD $14, Y1, Y0
	VPXOR Y1, Y0, Y0
	VMOVUPS (SI)(AX*4), Y1 // x
	VMULPS Y15, Y1, Y1
	VPMAXUD Y14, Y0, Y2
	VPCMPEQD Y0, Y2, Y0 // hash >= limit
	VANDPS Y1, Y0, Y0
	VMOVUPS (DI)(AX*4), Y1 // y
	VADDPS Y0, Y1, Y1
	VMOVUPS Y1, (DI)(AX*4) // y
	VPADDD laneStep<>(SB), Y10, Y10
	ADDQ $8, AX
	SUBQ $8, CX
	CMPQ CX, $8
	JGE vector
vectorEnd:
	TESTQ CX, CX
	JZ done
	LEAQ laneMask<>(SB), BX
	NEGQ CX
	VMOVDQU 32(BX)(CX*4), Y9
	VMOVDQA Y10, Y0
	VPXOR Y13, Y0, Y0
	VPSRLD $17, Y0, Y1
	VPXOR Y0, Y1, Y1
	VPMULLD ced5ad4bb<>(SB), Y1, Y1 // -4.2328067e+27
	VPSRLD $11, Y1, Y0
	VPXOR Y1, Y0, Y0
	VPADDD Y12, Y0, Y0
	VPMULLD cac4c1b51<>(SB), Y0, Y0 // -2.9005307e-12
	VPSRLD $15, Y0, Y1
	VPXOR Y0, Y1, Y1
	VPMULLD c31848bab<>(SB), Y1, Y1 // 3.857584e-09
	VPSRLD $14, Y1, Y0
	VPXOR Y1, Y0, Y0
	VMASKMOVPS (SI)(AX*4), Y9, Y1 // x
	VMULPS Y15, Y1, Y1
	VPMAXUD Y14, Y0, Y2
	VPCMPEQD Y0, Y2, Y0 // hash >= limit
	VANDPS Y1, Y0, Y0
	VMASKMOVPS (DI)(AX*4), Y9, Y1 // y
	VADDPS Y0, Y1, Y1
	VMASKMOVPS Y1, Y9, (DI)(AX*4) // y
	VPADDD laneStep<>(SB), Y10, Y10
done:
	VZEROUPPER
	RET
