package kernels

import "unsafe"

var gemvGeneric = [4]gemvSet{
	F32:  {gemv1x2F32, gemv4x2F32, 2, 2, false},
	BF16: {gemv1x2BF16, gemv4x2BF16, 2, 2, false},
	F16:  {gemv1x2F16, gemv4x2F16, 2, 2, false},
	I8:   {gemv1x2I8, gemv4x2I8, 2, 2, false},
}

func gemv1x2F32(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int) {
	dotsGeneric(F32, 1, 2, out, x, ldx, w, ldw, k)
}

func gemv4x2F32(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int) {
	dotsGeneric(F32, 4, 2, out, x, ldx, w, ldw, k)
}

func gemv1x2BF16(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int) {
	dotsGeneric(BF16, 1, 2, out, x, ldx, w, ldw, k)
}

func gemv4x2BF16(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int) {
	dotsGeneric(BF16, 4, 2, out, x, ldx, w, ldw, k)
}

func gemv1x2F16(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int) {
	dotsGeneric(F16, 1, 2, out, x, ldx, w, ldw, k)
}

func gemv4x2F16(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int) {
	dotsGeneric(F16, 4, 2, out, x, ldx, w, ldw, k)
}

func gemv1x2I8(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int) {
	dotsGeneric(I8, 1, 2, out, x, ldx, w, ldw, k)
}

func gemv4x2I8(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int) {
	dotsGeneric(I8, 4, 2, out, x, ldx, w, ldw, k)
}

// dotsGeneric is the twin of all gemvFuncs: xRows rows of x with wRows rows of w, a run of w widened at a time.
func dotsGeneric(st Storage, xRows, wRows int, out, x *float32, ldx int, w unsafe.Pointer, ldw, k int) {
	os := unsafe.Slice(out, xRows*wRows)
	xs := unsafe.Slice(x, (xRows-1)*ldx+k)
	var buf [64]float32
	for j := range wRows {
		for i := range xRows {
			os[i*wRows+j] = 0
		}
		row := unsafe.Add(w, st.Bytes(j*ldw))
		for q0 := 0; q0 < k; q0 += len(buf) {
			ws := buf[:min(len(buf), k-q0)]
			widenRun(ws, st, unsafe.Add(row, st.Bytes(q0)))
			for i := range xRows {
				var s [4]float32
				for q, v := range xs[i*ldx+q0:][:len(ws)] {
					s[q%4] += float32(v * ws[q])
				}
				os[i*wRows+j] += s[0] + s[1] + (s[2] + s[3])
			}
		}
	}
}

func widenRun(dst []float32, st Storage, src unsafe.Pointer) {
	switch st {
	case F32:
		copy(dst, unsafe.Slice((*float32)(src), len(dst)))
	case BF16:
		packBF16Generic(&dst[0], (*uint16)(src), len(dst))
	case F16:
		packF16Generic(&dst[0], (*uint16)(src), len(dst))
	default:
		packI8Generic(&dst[0], (*byte)(src), len(dst), 1)
	}
}
