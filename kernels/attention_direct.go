package kernels

// directRows is the number of stacked rows up to which the forward (a decoding step) multiplies row by row: the
// microkernel would pad them to its own width, and each key is read once either way.
const directRows = 4

// directLanes holds a key's scores there: one vector of AVX2.
const directLanes = 8

// stacked is how many key heads of a span are computed together: where a tile has few rows (a decoding step), as many as fill
// the lanes that hold a key's scores, and leave every worker some indices.
func (t *attentionTask) stacked(sp Span, workers int) int {
	rows := (sp.Q1 - sp.Q0) * t.group
	if t.backward || rows == 0 || rows > directRows {
		return 1
	}
	stack := min(directLanes/rows, t.shape.KVHeads)
	for stack > 1 && len(t.spans)*((t.shape.KVHeads+stack-1)/stack) < 2*workers {
		stack--
	}
	return stack
}

// directFloats bounds the keys or values loaded at once there: 16 KB of L1.
const directFloats = 4096

// directKeys is how many keys, or values, of a number of heads are loaded at once.
func (t *attentionTask) directKeys(room []float32, heads int) int {
	return max(1, min(directFloats, len(room))/(heads*t.shape.HeadDim))
}

// directScores sets the score j*ld+r to the product of key k0+j and row r of q [rows, D].
func (t *attentionTask) directScores(w *queryTile, k0, bk, head int) {
	d, each := t.shape.HeadDim, w.bq*t.group
	ld, keys := w.heads*d, t.directKeys(w.k, w.heads)
	for j0 := 0; j0 < bk; j0 += keys {
		n := min(keys, bk-j0)
		t.loadRows(w.k, ld, &t.k, k0+j0, n, head, w.heads)
		for r := range w.rows {
			k, q := w.k[r/each*d:], w.q[r*d:(r+1)*d]
			if t.ops.dotRows != nil && d%8 == 0 {
				t.ops.dotRows(&w.scores[j0*w.ld+r], w.ld, &k[0], ld, n, &q[0], d)
				continue
			}
			for j := range n {
				w.scores[(j0+j)*w.ld+r] = t.ops.dot(k[j*ld:j*ld+d], q)
			}
		}
	}
}

// directValues adds the weighted values to acc.
func (t *attentionTask) directValues(w *queryTile, k0, bk, head int) {
	d, dp, each := t.shape.HeadDim, t.dPad, w.bq*t.group
	ld, keys := w.heads*d, t.directKeys(w.v, w.heads)
	for j0 := 0; j0 < bk; j0 += keys {
		n := min(keys, bk-j0)
		t.loadRows(w.v, ld, &t.v, k0+j0, n, head, w.heads)
		for r := range w.rows {
			v, y := w.v[r/each*d:], w.acc[r*dp:r*dp+d]
			if t.ops.axpyRows != nil && d%8 == 0 {
				t.ops.axpyRows(&y[0], &w.scores[j0*w.ld+r], w.ld, &v[0], ld, n, d)
				continue
			}
			for j := range n {
				t.ops.axpy(y, w.scores[(j0+j)*w.ld+r], v[j*ld:j*ld+d])
			}
		}
	}
}
