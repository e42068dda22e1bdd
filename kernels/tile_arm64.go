//go:build !purego

package kernels

// NEON, 8x8: 16 accumulators cover the FMA latency of 4 cycles at 2 a cycle twice over; 8 broadcasts (LD1R) and one
// pair load feed 16 FMAs. 16 + 2 + 8 of 32 registers.

//go:noescape
func tile8x8NEON(c *float32, ldc int, a *float32, ars, acs int, b *float32, ldb, k int, add bool)

//go:noescape
func widenBF16LoopNEON(dst *float32, src *uint16, n int)

//go:noescape
func narrowBF16LoopNEON(dst *uint16, src *float32, n int)

//go:noescape
func widenF16LoopNEON(dst *float32, src *uint16, n int)

//go:noescape
func narrowF16LoopNEON(dst *uint16, src *float32, n int)

func tileNEON(c []float32, ldc int, a []float32, ars, acs int, b []float32, ldb int, m, n, k int, add bool) {
	for j := 0; j < n; j += 8 {
		for i := 0; i < m; i += 8 {
			tile8x8NEON(&c[i*ldc+j], ldc, &a[i*ars], ars, acs, &b[j], ldb, k, add)
		}
	}
}

// The loops take multiples of 8; the portable twins, equal bit for bit, do the rest.

func widenBF16NEON(dst []float32, src []uint16) {
	n := len(dst) &^ 7
	if n > 0 {
		widenBF16LoopNEON(&dst[0], &src[0], n)
	}
	widenBF16Generic(dst[n:], src[n:])
}

func widenRowsNEON(dst []float32, ldd int, src []uint16, lds, rows, cols int) {
	for i := range rows {
		widenBF16NEON(dst[i*ldd:i*ldd+cols], src[i*lds:i*lds+cols])
	}
}

func narrowBF16NEON(dst []uint16, src []float32) {
	n := len(dst) &^ 7
	if n > 0 {
		narrowBF16LoopNEON(&dst[0], &src[0], n)
	}
	narrowBF16Generic(dst[n:], src[n:])
}

func widenF16NEON(dst []float32, src []uint16) {
	n := len(dst) &^ 7
	if n > 0 {
		widenF16LoopNEON(&dst[0], &src[0], n)
	}
	widenF16Generic(dst[n:], src[n:])
}

func narrowF16NEON(dst []uint16, src []float32) {
	n := len(dst) &^ 7
	if n > 0 {
		narrowF16LoopNEON(&dst[0], &src[0], n)
	}
	narrowF16Generic(dst[n:], src[n:])
}
