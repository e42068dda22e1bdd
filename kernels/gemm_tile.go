package kernels

// tileTask multiplies one group of streamed rows with one group of resident rows over the k of the pass and
// finishes the block of C.
type tileTask gemmState

// tileBlock is the block of C of one task: rows [s0, s1) of S and [v0, v1) of V, in their own numbering.
type tileBlock struct {
	s0, s1, v0, v1 int
	sums           []float32 // tiles of rows x cols: panel of S after panel of S, in each panel of V after panel of V
	width          int       // columns of V in sums, whole panels
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
			g.overV(&b, pack, resident[b.v0/g.ks.cols*g.panelStep():], n, q0 > g.q0)
		} else {
			g.packCols(pack, g.panelStep(), stream, t0, t1, q0, n, g.k, tmp)
			g.overS(&b, resident[b.s0*g.lds:], pack, n, q0 > g.q0)
		}
	}
	if g.vResident {
		b.v0, b.v1 = b.v0+g.r0, b.v1+g.r0
	} else {
		b.s0, b.s1 = b.s0+g.r0, b.s1+g.r0
	}
	g.finish(&b, tmp)
}

// part is the i-th of parts nearly equal ranges of n rows, cut at multiples of unit.
func part(i, parts, n, unit int) (int, int) {
	panels := (n + unit - 1) / unit
	return i * panels / parts * unit, min((i+1)*panels/parts*unit, n)
}

// overV multiplies panel of V by panel of V with all panels of S, which stay in L2.
func (g *gemmState) overV(b *tileBlock, s, v []float32, n int, more bool) {
	for j := 0; j < b.width; j += g.ks.cols {
		vp := &v[j/g.ks.cols*g.panelStep()]
		for i := 0; i < b.s1-b.s0; {
			i += g.tile(b, i, j, &s[i*g.lds], vp, n, more)
		}
	}
}

// overS multiplies panel of S by panel of S with all panels of V, which stay in L2.
func (g *gemmState) overS(b *tileBlock, s, v []float32, n int, more bool) {
	for i := 0; i < b.s1-b.s0; {
		rows := 0
		for j := 0; j < b.width; j += g.ks.cols {
			rows = g.tile(b, i, j, &s[i*g.lds], &v[j/g.ks.cols*g.panelStep()], n, more)
		}
		i += rows
	}
}

// tile runs the microkernel for the panel of S at row i and that of V at column j; it returns the rows of the panel.
func (g *gemmState) tile(b *tileBlock, i, j int, s, v *float32, n int, more bool) int {
	kernel := g.ks.kernel(b.s1 - b.s0 - i)
	rows := g.ks.rows[kernel]
	add := 0
	if more {
		add = 1
	}
	g.micro[kernel](&b.sums[i*b.width+j*rows], s, g.lds, v, n, add)
	return rows
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
			g.store(b.v0+j+r, b.s0, b.s1-b.s0, &tmp[r*step], cols)
		}
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
