package kernels

import "unsafe"

// Packing. The driver multiplies S (rows of words, broadcast one by one) with V (panels of ks.cols columns, loaded as
// vectors). An element goes through at most two steps on its way into a panel:
//
//	rowWords / stepWords   storage -> words: float32, or pairs of bfloat16 (the only place that knows storage)
//	transpose / spread     words -> the place in the panel
//
// so a new storage is one line in widen, a new instruction set one tile.

// side is one operand of the product seen from the tile: n rows, each of k elements.
type side struct {
	m    Mat
	down bool // element (row r, step q) is m[q][r] rather than m[r][q]
	n    int
}

// words says what a word of a panel is.
type words struct {
	ks    *kernelSet
	pairs bool // two bfloat16 of consecutive k rather than one float32
	round bool // float32 words are rounded to bfloat16 first
}

// perWord is the number of k elements in a word.
func (w *words) perWord() int {
	if w.pairs {
		return 2
	}
	return 1
}

// widen writes n elements of m from (r, c) on as float32.
func (w *words) widen(dst []float32, m *Mat, r, c, n int) {
	if n == 0 {
		return
	}
	i := r*m.Stride + c
	switch m.Storage {
	case F32:
		copy(dst[:n], m.F32[i:i+n])
	case BF16:
		w.ks.fromBF16(&dst[:n][0], &m.U16[i : i+n][0], n)
	case F16:
		w.ks.fromF16(&dst[:n][0], &m.U16[i : i+n][0], n)
	default:
		m.Q.widen(w.ks, dst[:n], m.Storage, m.From+i, m.Stride)
	}
}

// bits16 returns n elements of m from (r, c) on as bfloat16, in place or rounded into tmp.
func (w *words) bits16(tmp []float32, m *Mat, r, c, n int) []uint16 {
	i := r*m.Stride + c
	if m.Storage == BF16 {
		return m.U16[i : i+n]
	}
	w.widen(tmp, m, r, c, n)
	out := u16s(tmp)[:n]
	w.ks.toBF16(&out[0], &tmp[0], n) // in place: the write never overtakes the read
	return out
}

// roundRow rounds float32 words to bfloat16 precision.
func (w *words) roundRow(dst []float32) {
	if w.round && len(dst) > 0 {
		for i, f := range dst {
			dst[i] = BF16ToF32(F32ToBF16(f))
		}
	}
}

// rowWords writes the words [q0, q0+n) of row r of a side whose k runs along the row. kEnd is the number of elements
// of the row; a word beyond it is zero. tmp holds 2n floats.
func (w *words) rowWords(dst, tmp []float32, m *Mat, r, q0, n, kEnd int) {
	dst = dst[:n]
	if !w.pairs {
		have := min(n, kEnd-q0)
		w.widen(dst, m, r, q0, have)
		w.roundRow(dst[:have])
		clear(dst[have:])
		return
	}
	have := min(2*n, kEnd-2*q0)
	d := u16s(dst)
	copy(d, w.bits16(tmp, m, r, 2*q0, have))
	clear(d[have:])
}

// stepWords writes word q of rows [r0, r0+n) of a side whose k runs down the columns; tmp holds 2n floats.
func (w *words) stepWords(dst, tmp []float32, m *Mat, q, r0, n, kEnd int) {
	if !w.pairs {
		w.widen(dst, m, q, r0, n)
		w.roundRow(dst[:n])
		return
	}
	if 2*q >= kEnd {
		clear(dst[:n])
		return
	}
	even := w.bits16(tmp, m, 2*q, r0, n)
	odd := u16s(tmp[n:])[:n]
	if 2*q+1 < kEnd {
		odd = w.bits16(tmp[n:], m, 2*q+1, r0, n)
	} else {
		clear(odd)
	}
	w.ks.interleave(&dst[:n][0], &even[0], &odd[0], n)
}

// packRows writes words [q0, q0+n) of rows [r0, r1) to dst, row r at (r-r0)*lds: the format of S.
// Up to rowsPad rows follow as zeros; where k runs down, lds and the rows are rounded up to strips and what lies
// beyond is unspecified.
func (w *words) packRows(dst []float32, lds int, s *side, r0, r1, rowsPad, q0, n, kEnd int, tmp []float32) {
	if s.down {
		w.packRowsDown(dst, lds, s, r0, r1, q0, n, kEnd, tmp)
	} else {
		for r := r0; r < r1; r++ {
			w.rowWords(dst[(r-r0)*lds:], tmp, &s.m, r, q0, n, kEnd)
		}
	}
	for r := r1 - r0; r < rowsPad; r++ {
		clear(dst[r*lds : r*lds+n])
	}
	if w.pairs && w.ks.foldRows != nil {
		w.foldS(dst, lds, max(rowsPad, ceilTo(r1-r0, 2)), n, tmp)
	}
}

// packRowsDown transposes strips of steps into rows.
func (w *words) packRowsDown(dst []float32, lds int, s *side, r0, r1, q0, n, kEnd int, tmp []float32) {
	h := w.ks.strip
	rows := ceilTo(r1-r0, h)
	stage := tmp[2*rows:]
	for q := 0; q < n; q += h {
		have := min(h, n-q)
		if s.m.Storage == F32 && !w.pairs && !w.round && have == h && r0+rows <= s.m.Cols {
			w.ks.transpose(&dst[q], lds, &s.m.F32[(q0+q)*s.m.Stride+r0], s.m.Stride, rows)
			continue
		}
		for i := range h {
			line := stage[i*rows : (i+1)*rows]
			if i < have {
				w.stepWords(line, tmp, &s.m, q0+q+i, r0, r1-r0, kEnd)
				line = line[r1-r0:]
			}
			clear(line)
		}
		w.ks.transpose(&dst[q], lds, &stage[0], rows, rows)
	}
}

// packPanelsV writes words [q0, q0+n) of rows [r0, r1) to dst as panels of V.
func (w *words) packPanelsV(dst []float32, step int, s *side, r0, r1, q0, n, kEnd int, tmp []float32) {
	w.packPanels(dst, step, w.ks.cols, s, r0, r1, q0, n, kEnd, tmp)
	if w.pairs && w.ks.foldCols != nil {
		w.foldV(dst, step, (r1-r0+w.ks.cols-1)/w.ks.cols, n)
	}
}

// packPanels writes words [q0, q0+n) of rows [r0, r1) to dst as panels of cols rows: word q of row r at
// (r-r0)/cols*step + (q-q0)*cols + (r-r0)%cols, the format of V and of interleaved S. The last panel is filled up with
// zeros; a panel takes n rounded up to the strip times cols words and, where cols is no multiple of the strip, up to a
// strip more.
func (w *words) packPanels(dst []float32, step, cols int, s *side, r0, r1, q0, n, kEnd int, tmp []float32) {
	if s.down {
		w.packPanelsDown(dst, step, cols, s, r0, r1, q0, n, kEnd, tmp)
	} else {
		w.packPanelsAlong(dst, step, cols, s, r0, r1, q0, n, kEnd, tmp)
	}
}

// packPanelsDown spreads a row of the source, a step of k of all panels, over the panels.
func (w *words) packPanelsDown(dst []float32, step, cols int, s *side, r0, r1, q0, n, kEnd int, tmp []float32) {
	panels := (r1 - r0 + cols - 1) / cols
	wide := ceilTo(panels*cols, w.ks.strip) // what spread may read
	line := tmp[2*wide:][:wide]
	direct := !w.pairs && !w.round && r0+wide <= s.m.Cols && (s.m.Storage == F32 || s.m.Storage == BF16 && w.ks.spreadBF16 != nil)
	if !direct {
		clear(line[r1-r0:])
	}
	size := s.m.Storage.Bytes(r1 - r0)
	for q := range n {
		for e := (q0 + q + packAhead) * w.perWord(); e < min((q0+q+packAhead+1)*w.perWord(), kEnd); e++ {
			w.ks.prefetch(s.m.pointer(e, r0), size)
		}
		to, at := &dst[q*cols], (q0+q)*s.m.Stride+r0
		switch {
		case direct && s.m.Storage == F32:
			w.ks.spread(to, step, &s.m.F32[at], panels, cols)
		case direct:
			w.ks.spreadBF16(to, step, &s.m.U16[at], panels, cols)
		default:
			w.stepWords(line, tmp, &s.m, q0+q, r0, r1-r0, kEnd)
			w.ks.spread(to, step, &line[0], panels, cols)
		}
	}
}

// packAhead is how many words of k ahead of the packer its source is called in: the hardware's prefetcher would begin
// anew with every row. 8 rows of 7 lines are what memory needs to be kept busy.
const packAhead = 8

// packPanelsAlong transposes strips of rows into columns of the panels.
func (w *words) packPanelsAlong(dst []float32, step, cols int, s *side, r0, r1, q0, n, kEnd int, tmp []float32) {
	h := w.ks.strip
	wide := ceilTo(n, h)
	whole := !w.round && n == wide && (q0+n)*w.perWord() <= kEnd
	for p := r0; p < r1; p += cols {
		for i := 0; i < cols; i += h {
			r, to := p+i, &dst[(p-r0)/cols*step+i]
			if whole && r+min(h, cols-i) <= r1 && r+h <= s.n && w.transposed(to, cols, &s.m, r, q0, n) {
				continue
			}
			for j := range h {
				line := tmp[j*wide : (j+1)*wide]
				if r+j >= r1 {
					clear(line)
					continue
				}
				w.rowWords(line, tmp[h*wide:], &s.m, r+j, q0, n, kEnd)
				clear(line[n:])
			}
			w.ks.transpose(to, cols, &tmp[0], wide, wide)
		}
	}
}

// transposed transposes a strip of rows from row r and words [q0, q0+n) on, where storage and words let it be done in
// one step.
func (w *words) transposed(to *float32, cols int, m *Mat, r, q0, n int) bool {
	i := r*m.Stride + q0*w.perWord()
	switch {
	case w.pairs && m.Storage == BF16 && m.Stride%2 == 0:
		w.ks.transpose(to, cols, (*float32)(unsafe.Pointer(&m.U16[i])), m.Stride/2, n)
	case !w.pairs && m.Storage == F32:
		w.ks.transpose(to, cols, &m.F32[i], m.Stride, n)
	case !w.pairs && m.Storage == BF16 && w.ks.transposeBF16 != nil:
		w.ks.transposeBF16(to, cols, &m.U16[i], m.Stride, n)
	default:
		return false
	}
	return true
}

// packTemp is the size of tmp for packing up to rows rows of n words.
func (w *words) packTemp(rows, n int) int {
	h := w.ks.strip
	rows = ceilTo(rows, max(h, w.ks.cols)) + h
	return max((2+h)*rows, 3*rows, (2+h)*ceilTo(n, h))
}

// u16s views words as twice as many 16-bit halves, in memory order.
func u16s(f []float32) []uint16 {
	if len(f) == 0 {
		return nil
	}
	return unsafe.Slice((*uint16)(unsafe.Pointer(&f[0])), 2*len(f))
}

func ceilTo(n, to int) int { return (n + to - 1) / to * to }
