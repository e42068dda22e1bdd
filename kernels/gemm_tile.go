package kernels

import "unsafe"

// tileTask multiplies one group of streamed rows with one group of resident rows over the k of the pass and
// finishes the block of C.
type tileTask gemmState

// tileBlock is the block of C of one task: rows [s0, s1) of S and [v0, v1) of V, in their own numbering.
type tileBlock struct {
	s0, s1, v0, v1 int
	sums           []float32 // tiles of rows x cols: below each other, in each panel of V after panel of V
	height, width  int       // rows of S and columns of V in sums, with what tiles overshoot
	ahead          prefetcher
	c              Mat  // the block of C
	direct         bool // whole tiles end in C, not in sums
	run            *column
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
	b.height, b.width = g.ks.paddedRows(b.s1-b.s0), ceilTo(b.v1-b.v0, g.ks.cols)
	b.c, b.run = g.blockOfC(&b), &g.p.columns[w].column

	sumSize := (b.height + rowGap) * b.width
	packSize := max(g.rowsSize(t1-t0), ceilTo(t1-t0, g.ks.cols)/g.ks.cols*g.panelStep())
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
		b.direct = q0+n == g.q1 && g.interleaved && !g.vIsM && b.c.Storage == F32
		if g.interleaved || g.vResident && g.ks.unit == 0 {
			b.ahead = g.prefetchSource(stream, t0, t1, q0+n, b.tiles(g.ks), g.columnsOf(&b))
		}
		if g.vResident {
			g.packS(pack, t0, t1, b.height, q0, n, tmp)
			g.multiply(&b, pack, resident[b.v0/g.ks.cols*g.panelStep():], n, q0 > g.q0)
		} else {
			g.packV(pack, t0, t1, q0, n, tmp)
			g.multiply(&b, resident[b.s0*g.lds:], pack, n, q0 > g.q0)
		}
	}
	g.finish(&b, tmp)
}

// blockOfC is the part of C that a block computes.
func (g *gemmState) blockOfC(b *tileBlock) Mat {
	s0, s1, v0, v1 := b.s0, b.s1, b.v0+g.r0, b.v1+g.r0
	if !g.vResident {
		s0, s1, v0, v1 = b.s0+g.r0, b.s1+g.r0, b.v0, b.v1
	}
	if g.vIsM {
		s0, s1, v0, v1 = v0, v1, s0, s1
	}
	return g.passC.window(s0, s1, v0, v1)
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

// columnsOf is the number of columns of tiles in the block.
func (g *gemmState) columnsOf(b *tileBlock) int {
	near := g.nearRows()
	return (b.s1 - b.s0 + near - 1) / near * (b.width / g.ks.cols)
}

// multiply adds the products of packed S and V over n steps to the sums. Panel after panel of V passes by the rows of
// S that stay in L2; the next one is called in with the tiles of this one.
func (g *gemmState) multiply(b *tileBlock, s, v []float32, n int, more bool) {
	cols, step, height := g.ks.cols, g.panelStep(), g.ks.rows[0]
	near := g.nearRows()
	add := 0
	if more {
		add = 1
	}
	if g.ks.unit > 0 {
		g.multiplyTiles(b, s, v, n, add)
		return
	}
	for i0 := 0; i0 < b.s1-b.s0; i0 += near {
		i1 := min(i0+near, b.s1-b.s0)
		for j := 0; j < b.width; j += cols {
			vp := v[j/cols*step:]
			if g.interleaved {
				g.column(b, i0, i1, j, s[i0*g.lds:], vp, n, add)
				continue
			}
			for i := i0; i < i1; i += height {
				next := unsafe.Pointer(&vp[0])
				if at := step + (i-i0)/height*(n/4*16); at < len(vp) && at < 2*step {
					next = unsafe.Pointer(&vp[at])
				}
				g.tile(b, i, j, &s[i*g.lds], &vp[0], n, add, next)
			}
		}
	}
}

// multiplyTiles is multiply for tiles of AMX: the other way round, a panel of S stays near while V, which lies as it is
// read, streams by. That and a pass without prefetches were the fastest of the orders tried (Emerald Rapids).
func (g *gemmState) multiplyTiles(b *tileBlock, s, v []float32, n, add int) {
	cols, step := g.ks.cols, g.panelStep()
	for i := 0; i < b.s1-b.s0; i += g.ks.rows[0] {
		f := g.micro[g.ks.kernel(b.s1-b.s0-i)]
		for j := 0; j < b.width; j += cols {
			f(&b.sums[j*b.height+i*cols], &s[i*g.lds], g.lds, &v[j/cols*step], n, add, nil, 0, 0, nil)
		}
	}
}

// column runs the tiles of rows [i0, i1) of S against the panel of V at column j.
func (g *gemmState) column(b *tileBlock, i0, i1, j int, s, v []float32, n, add int) {
	cols, height, step := g.ks.cols, g.ks.rows[0], g.panelStep()
	r := b.run
	*r = column{
		v: &v[0], k: n, jump: (g.lds - n) * height * 4, add: add,
		outRow: b.c.Stride * 4, alpha: g.passAlpha, beta: g.passBeta,
		near: uintptr(unsafe.Pointer(&v[0])) + uintptr(step)*4,
	}
	if step >= len(v) {
		r.near -= uintptr(step) * 4
	}
	direct := b.direct && j+cols <= b.c.Cols
	rest := (i1 - i0) % height
	whole := i1 - rest
	ahead := b.ahead.rowsOf((i1 - i0) / height)
	for i := i0; i < i1; {
		kernel := 0
		switch {
		case i == whole:
			kernel, r.tiles = g.ks.kernel(rest), 1
			direct = direct && rest == g.ks.rows[kernel]
		case ahead > 0:
			r.tiles = ahead
			r.next, r.stride, r.step = b.ahead.takeRows(ahead, n)
			r.stride -= n / 16 * r.step
		default:
			r.tiles, r.stride, r.step = (whole-i)/height, 0, 0
		}
		ahead = 0
		r.sums, r.s, r.out = &b.sums[j*b.height+i*cols], &s[(i-i0)*g.lds], nil
		if direct {
			r.out = &b.c.F32[i*b.c.Stride+j]
		}
		i += r.tiles * height
		g.ks.columns[kernel](r)
	}
	*r = column{}
}

// tile runs the microkernel for the panel of S at row i and that of V at column j.
func (g *gemmState) tile(b *tileBlock, i, j int, s, v *float32, n, add int, near unsafe.Pointer) {
	kernel := g.ks.kernel(b.s1 - b.s0 - i)
	c := &b.sums[j*b.height+i*g.ks.cols]
	next, stride, step := b.ahead.take(unsafe.Pointer(c), g.ks.rows[kernel]*g.ks.cols*4, n)
	g.micro[kernel](c, s, g.lds, v, n, add, next, stride, step, near)
}

// lineStep is the row stride of a transposed block: all rows of S, room for the overshoot of a strip, and an odd
// number of cache lines.
func (g *gemmState) lineStep(b *tileBlock) int { return ceilTo(b.s1-b.s0+rowGap, 32) + 16 }

// finish scales the sums, adds C and stores what did not end in C directly.
func (g *gemmState) finish(b *tileBlock, tmp []float32) {
	cols := g.ks.cols
	if g.vIsM {
		g.finishTransposed(b, tmp)
		return
	}
	done, doneRows := 0, 0
	if b.direct {
		done, doneRows = b.c.Cols/cols*cols, b.c.Rows
		if b.height > b.c.Rows {
			doneRows = b.c.Rows / g.ks.rows[0] * g.ks.rows[0]
		}
	}
	for r := range b.c.Rows {
		from := done
		if r >= doneRows {
			from = 0
		}
		if from < b.c.Cols {
			b.prefetch(g.ks, r)
			g.store(b, r, from, b.c.Cols-from, &b.sums[from*b.height+r*cols], b.height*cols)
		}
	}
}

// finishTransposed is finish for tiles of C transposed.
func (g *gemmState) finishTransposed(b *tileBlock, tmp []float32) {
	cols, step := g.ks.cols, g.lineStep(b)
	for j := 0; j < b.width; j += cols {
		for r := 0; r < b.height; r += g.ks.strip { // a strip may overshoot into rows that the next one writes
			g.ks.transpose(&tmp[r], step, &b.sums[j*b.height+r*cols], cols, cols)
		}
		for r := 0; r < min(cols, b.c.Rows-j); r++ {
			b.prefetch(g.ks, j+r)
			g.store(b, j+r, 0, b.c.Cols, &tmp[r*step], cols)
		}
	}
}

// prefetch calls in a row of C some rows after r.
func (b *tileBlock) prefetch(ks *kernelSet, r int) {
	const distance = 6 // rows of at least 7 lines: what a core keeps in flight
	if r+distance < b.c.Rows {
		ks.prefetch(b.c.pointer(r+distance, 0), b.c.Storage.Bytes(b.c.Cols))
	}
}

// store finishes n elements of row r of the block of C from column c on.
func (g *gemmState) store(b *tileBlock, r, c, n int, src *float32, step int) {
	at := r*b.c.Stride + c
	if b.c.Storage == F32 {
		g.ks.finishF32(&b.c.F32[at], src, step, n, g.ks.cols, g.passAlpha, g.passBeta)
	} else {
		g.ks.finishBF16(&b.c.U16[at], src, step, n, g.ks.cols, g.passAlpha, g.passBeta)
	}
}
