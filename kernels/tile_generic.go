package kernels

// tileGeneric computes C[m,n] = A[m,k]·B[k,n], added to C where add is set. Element (i,p) of A is a[i*ars+p*acs],
// so A may be read transposed; B and C are row major with ldb and ldc. The k products of an element are summed in
// order. m is a multiple of tileM, n of tileN; rows and columns beyond the matrix are the caller's padding: they
// cannot touch the others.
func tileGeneric(c []float32, ldc int, a []float32, ars, acs int, b []float32, ldb int, m, n, k int, add bool) {
	for i := 0; i < m; i += 4 {
		for j := 0; j < n; j += 4 {
			var s [4][4]float32
			if add {
				for r := range s {
					copy(s[r][:], c[(i+r)*ldc+j:])
				}
			}
			for p := range k {
				bp := b[p*ldb+j : p*ldb+j+4 : p*ldb+j+4]
				for r := range s {
					x := a[(i+r)*ars+p*acs]
					s[r][0] += float32(x * bp[0])
					s[r][1] += float32(x * bp[1])
					s[r][2] += float32(x * bp[2])
					s[r][3] += float32(x * bp[3])
				}
			}
			for r := range s {
				copy(c[(i+r)*ldc+j:(i+r)*ldc+j+4], s[r][:])
			}
		}
	}
}

// copyRowsGeneric copies a [rows, cols] block between rows lds and ldd apart.
func copyRowsGeneric(dst []float32, ldd int, src []float32, lds, rows, cols int) {
	for i := range rows {
		copy(dst[i*ldd:i*ldd+cols], src[i*lds:i*lds+cols])
	}
}

// widenRowsGeneric is copyRowsGeneric from bfloat16.
func widenRowsGeneric(dst []float32, ldd int, src []uint16, lds, rows, cols int) {
	for i := range rows {
		widenBF16Generic(dst[i*ldd:i*ldd+cols], src[i*lds:i*lds+cols])
	}
}

// transposeRowsGeneric sets dst[p*ldd+i] = src[i*lds+p] for i < rows, p < cols.
func transposeRowsGeneric(dst []float32, ldd int, src []float32, lds, rows, cols int) {
	for i := range rows {
		at := i
		for _, v := range src[i*lds : i*lds+cols] {
			dst[at] = v
			at += ldd
		}
	}
}
