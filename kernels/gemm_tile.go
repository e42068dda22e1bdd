package kernels

import "unsafe"

// tileTask multiplies one group of streamed rows with one group of resident rows over the k of the pass and
// finishes the block of C.
type tileTask gemmState

// tileBlock is the block of C of one task: rows [s0, s1) of S and [v0, v1) of V, in their own numbering.
type tileBlock struct {
	s0, s1, v0, v1 int
	sums           []float32 // tiles of rows x cols: panel of S after panel of S, in each panel of V after panel of V
	width          int       // columns of V in sums, whole panels
	ahead          prefetcher
}

func (t *tileTask) Do(w, i int) {
	g := (*gemmState)(t)
	stream, unitT, unitR := g.streamed(), g.ks.rows[0], g.ks.cols
	if !g.vResident {
		unitT, unitR = unitR, unitT
	}
	t0, t1 := part(i/g.rGroups, g.tGroups, stream.n, unitT)
	r0, r1 := part(i%g.rGroups, g.rGroups, g.r1-g.r0, unitR)
	if t0 == t1 || r0 == r1 {
		return
	}
	b := tileBlock{s0: t0, s1: t1, v0: r0, v1: r1}
	if !g.vResident {
		b = tileBlock{s0: r0, s1: r1, v0: t0, v1: t1}
	}
	b.width = ceilTo(b.v1-b.v0, g.ks.cols)

	rows := g.ks.paddedRows(b.s1 - b.s0)
	sumSize := (rows + rowGap) * b.width
	packSize := max((ceilTo(t1-t0, max(g.ks.rows[0], g.ks.strip))+rowGap)*g.lds, ceilTo(t1-t0, g.ks.cols)/g.ks.cols*g.panelStep())
	tmpSize := max(g.packTemp(t1-t0, g.block), g.ks.cols*g.lineStep(&b))
	buf := g.p.workerScratch(w, sumSize+packSize+tmpSize)
	b.sums = buf[:sumSize]
	pack, tmp := buf[sumSize:sumSize+packSize], buf[sumSize+packSize:]

	if g.q0 == g.q1 {
		clear(b.sums)
	}
	for q0 := g.q0; q0 < g.q1; q0 += g.block {
		n := min(g.block, g.q1-q0)
		resident := g.packed[(q0-g.q0)/g.block*g.blockSize():]
		if g.vResident {
			g.packRows(pack, g.lds, stream, t0, t1, rows, q0, n, g.k, tmp)
			b.ahead = g.prefetchSource(stream, t0, t1, q0+n, b.tiles(g.ks))
			g.multiply(&b, pack, resident[b.v0/g.ks.cols*g.panelStep():], n, q0 > g.q0)
		} else {
			g.packCols(pack, g.panelStep(), stream, t0, t1, q0, n, g.k, tmp)
			g.multiply(&b, resident[b.s0*g.lds:], pack, n, q0 > g.q0)
		}
	}
	if g.vResident {
		b.v0, b.v1 = b.v0+g.r0, b.v1+g.r0
	} else {
		b.s0, b.s1 = b.s0+g.r0, b.s1+g.r0
	}
	g.finish(&b, tmp)
}

// tiles is the number of tiles in the block.
func (b *tileBlock) tiles(ks *kernelSet) int {
	return (b.s1 - b.s0 + ks.rows[0] - 1) / ks.rows[0] * (b.width / ks.cols)
}

// part is the i-th of parts nearly equal ranges of n rows, cut at multiples of unit.
func part(i, parts, n, unit int) (int, int) {
	panels := (n + unit - 1) / unit
	return i * panels / parts * unit, min((i+1)*panels/parts*unit, n)
}

// multiply adds the products of packed S and V over n steps to the sums. Panel after panel of V passes by the rows of
// S that stay in L2; the next one is called in with the tiles of this one.
func (g *gemmState) multiply(b *tileBlock, s, v []float32, n int, more bool) {
	cols, step, height := g.ks.cols, g.panelStep(), g.ks.rows[0]
	near := nearRows / height * height
	for i0 := 0; i0 < b.s1-b.s0; i0 += near {
		i1 := min(i0+near, b.s1-b.s0)
		for j := 0; j < b.width; j += cols {
			vp := v[j/cols*step:]
			for i := i0; i < i1; i += height {
				next := unsafe.Pointer(&vp[0])
				if at := step + (i-i0)/height*(n/4*16); at < len(vp) && at < 2*step {
					next = unsafe.Pointer(&vp[at])
				}
				g.tile(b, i, j, &s[i*g.lds], &vp[0], n, more, next)
			}
		}
	}
}

// tile runs the microkernel for the panel of S at row i and that of V at column j.
func (g *gemmState) tile(b *tileBlock, i, j int, s, v *float32, n int, more bool, near unsafe.Pointer) {
	kernel := g.ks.kernel(b.s1 - b.s0 - i)
	c := &b.sums[i*b.width+j*g.ks.rows[kernel]]
	add := 0
	if more {
		add = 1
	}
	next, stride, step := b.ahead.take(unsafe.Pointer(c), g.ks.rows[kernel]*g.ks.cols*4, n)
	g.micro[kernel](c, s, g.lds, v, n, add, next, stride, step, near)
}

// lineStep is the row stride of a transposed block: all rows of S, room for the overshoot of a strip, and an odd
// number of cache lines.
func (g *gemmState) lineStep(b *tileBlock) int { return ceilTo(b.s1-b.s0+rowGap, 32) + 16 }

// finish scales the sums, adds C and stores.
func (g *gemmState) finish(b *tileBlock, tmp []float32) {
	cols := g.ks.cols
	if !g.vIsM {
		for i := 0; i < b.s1-b.s0; {
			rows := g.ks.rows[g.ks.kernel(b.s1-b.s0-i)]
			for r := i; r < min(i+rows, b.s1-b.s0); r++ {
				g.prefetchC(b.s0+r, b.s1, b.v0, b.v1)
				g.store(b.s0+r, b.v0, b.v1-b.v0, &b.sums[i*b.width+(r-i)*cols], rows*cols)
			}
			i += rows
		}
		return
	}
	step := g.lineStep(b)
	for j := 0; j < b.width; j += cols {
		for i := 0; i < b.s1-b.s0; {
			rows := g.ks.rows[g.ks.kernel(b.s1-b.s0-i)]
			for r := 0; r < rows; r += g.ks.strip { // a strip may overshoot into rows that the next one writes
				g.ks.transpose(&tmp[i+r], step, &b.sums[i*b.width+j*rows+r*cols], cols, cols)
			}
			i += rows
		}
		for r := 0; r < min(cols, b.v1-b.v0-j); r++ {
			g.prefetchC(b.v0+j+r, b.v1, b.s0, b.s1)
			g.store(b.v0+j+r, b.s0, b.s1-b.s0, &tmp[r*step], cols)
		}
	}
}

// prefetchC calls in columns [c0, c1) of a row of C some rows after r, below rows.
func (g *gemmState) prefetchC(r, rows, c0, c1 int) {
	const distance = 6 // rows of at least 7 lines: what a core keeps in flight
	if r+distance < rows {
		g.ks.prefetch(g.passC.pointer(r+distance, c0), g.passC.Storage.Bytes(c1-c0))
	}
}

// store finishes n elements of row r of C from column c on.
func (g *gemmState) store(r, c, n int, src *float32, step int) {
	at := r*g.passC.Stride + c
	if g.passC.Storage == F32 {
		g.ks.finishF32(&g.passC.F32[at], src, step, n, g.ks.cols, g.passAlpha, g.passBeta)
	} else {
		g.ks.finishBF16(&g.passC.U16[at], src, step, n, g.ks.cols, g.passAlpha, g.passBeta)
	}
}
