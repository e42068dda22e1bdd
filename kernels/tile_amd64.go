//go:build !purego

package kernels

// The microkernels of the attention tiles: A is broadcast element by element from any strides, B and C are rows.
//
// AVX-512, 8x32: 16 accumulators cover the FMA latency (4 cycles, 2 a cycle) twice over; 8 broadcasts and 2 loads
// feed 16 FMAs; 8x16 takes the last columns. AVX2, 6x16: 12 accumulators, 2 of B, 2 broadcasts make all 16 registers; 6 broadcasts and 2 loads
// feed 12 FMAs.

//go:noescape
func tile8x32AVX512(c *float32, ldc int, a *float32, ars, acs int, b *float32, ldb, k int, add bool)

//go:noescape
func tile8x16AVX512(c *float32, ldc int, a *float32, ars, acs int, b *float32, ldb, k int, add bool)

//go:noescape
func tile6x16AVX2(c *float32, ldc int, a *float32, ars, acs int, b *float32, ldb, k int, add bool)

func tileAVX512(c []float32, ldc int, a []float32, ars, acs int, b []float32, ldb int, m, n, k int, add bool) {
	j := 0
	for ; j+32 <= n; j += 32 {
		for i := 0; i < m; i += 8 {
			tile8x32AVX512(&c[i*ldc+j], ldc, &a[i*ars], ars, acs, &b[j], ldb, k, add)
		}
	}
	if j < n {
		for i := 0; i < m; i += 8 {
			tile8x16AVX512(&c[i*ldc+j], ldc, &a[i*ars], ars, acs, &b[j], ldb, k, add)
		}
	}
}

func tileAVX2(c []float32, ldc int, a []float32, ars, acs int, b []float32, ldb int, m, n, k int, add bool) {
	for j := 0; j < n; j += 16 {
		for i := 0; i < m; i += 6 {
			tile6x16AVX2(&c[i*ldc+j], ldc, &a[i*ars], ars, acs, &b[j], ldb, k, add)
		}
	}
}

//go:noescape
func copyRowsLoop(dst *float32, ldd int, src *float32, lds, rows, cols int)

//go:noescape
func widenRowsLoop(dst *float32, ldd int, src *uint16, lds, rows, cols int)

//go:noescape
func transposeRowsLoop(dst *float32, ldd int, src *float32, lds, rows, cols int)

func copyRowsAVX2(dst []float32, ldd int, src []float32, lds, rows, cols int) {
	whole := cols &^ 7
	if rows > 0 && whole > 0 {
		copyRowsLoop(&dst[0], ldd, &src[0], lds, rows, whole)
	}
	if whole < cols {
		copyRowsGeneric(dst[whole:], ldd, src[whole:], lds, rows, cols-whole)
	}
}

func widenRowsAVX2(dst []float32, ldd int, src []uint16, lds, rows, cols int) {
	whole := cols &^ 15
	if rows > 0 && whole > 0 {
		widenRowsLoop(&dst[0], ldd, &src[0], lds, rows, whole)
	}
	if whole < cols {
		widenRowsGeneric(dst[whole:], ldd, src[whole:], lds, rows, cols-whole)
	}
}

func transposeRowsAVX2(dst []float32, ldd int, src []float32, lds, rows, cols int) {
	r, c := rows&^7, cols&^7
	if r > 0 && c > 0 {
		transposeRowsLoop(&dst[0], ldd, &src[0], lds, r, c)
	}
	if c < cols {
		transposeRowsGeneric(dst[c*ldd:], ldd, src[c:], lds, r, cols-c)
	}
	if r < rows {
		transposeRowsGeneric(dst[r:], ldd, src[r*lds:], lds, rows-r, cols)
	}
}
