//go:build amd64 && !purego

package kernels

import "unsafe"

var gemvAVX2 = [4]gemvSet{
	F32:  {gemv1x4F32AVX2, gemv4x3F32AVX2, 4, 3, false},
	BF16: {gemv1x4BF16AVX2, gemv4x3BF16AVX2, 4, 3, true},
	F16:  {gemv1x4F16AVX2, gemv4x3F16AVX2, 4, 3, false},
	I8:   {gemv1x4I8AVX2, gemv4x3I8AVX2, 4, 3, false},
}

var gemvAVX512 = [4]gemvSet{
	F32:  {gemv1x4F32AVX512, gemv4x4F32AVX512, 4, 4, false},
	BF16: {gemv1x4BF16AVX512, gemv4x4BF16AVX512, 4, 4, false},
	F16:  {gemv1x4F16AVX512, gemv4x4F16AVX512, 4, 4, false},
	I8:   {gemv1x4I8AVX512, gemv4x4I8AVX512, 4, 4, false},
}

//go:noescape
func gemv1x4F32AVX2(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)

//go:noescape
func gemv4x3F32AVX2(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)

//go:noescape
func gemv1x4BF16AVX2(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)

//go:noescape
func gemv4x3BF16AVX2(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)

//go:noescape
func gemv1x4F16AVX2(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)

//go:noescape
func gemv4x3F16AVX2(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)

//go:noescape
func gemv1x4F32AVX512(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)

//go:noescape
func gemv4x4F32AVX512(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)

//go:noescape
func gemv1x4BF16AVX512(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)

//go:noescape
func gemv4x4BF16AVX512(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)

//go:noescape
func gemv1x4F16AVX512(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)

//go:noescape
func gemv4x4F16AVX512(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)

//go:noescape
func gemv1x4I8AVX2(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)

//go:noescape
func gemv4x3I8AVX2(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)

//go:noescape
func gemv1x4I8AVX512(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)

//go:noescape
func gemv4x4I8AVX512(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)

//go:noescape
func gemvTurnedAVX2(out, x, w *float32, ldw, k int)

//go:noescape
func gemvTurnedBF16AVX2(out, x *float32, w *uint16, ldw, k int)

//go:noescape
func turnedTopsAVX2(tops, x *float32, n int)
