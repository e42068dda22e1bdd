package kernels

import (
	"math"
	"runtime"
	"unsafe"
)

// The portable twins: they run where there is no assembly and say what the assembly has to do.

// Eight sums of a 2x4 block fit the sixteen scalar registers of amd64 together with their operands.
const twinRows, twinCols = 4, 8

var setGeneric = kernelSet{
	cols:      twinCols,
	rows:      [3]int{twinRows, twinRows, 2},
	columns:   [3]columnFunc{column4x8, column4x8, column2x8},
	block:     256,
	ahead:     1,
	strip:     8,
	transpose: func(dst *float32, ldd int, src *float32, lds, n int) { transposeGeneric(8, dst, ldd, src, lds, n) },
	spread:    spreadGeneric,
	fromBF16:  packBF16Generic,

	transposeBF16: transposeBF16Generic,
	spreadBF16:    spreadBF16Generic,

	fromF16:    packF16Generic,
	toBF16:     unpackBF16Generic,
	interleave: interleaveGeneric,
	finishF32:  finishF32Generic,
	finishBF16: finishBF16Generic,
	prefetch:   func(unsafe.Pointer, int) {},
	gemv:       &gemvGeneric,
	fromI8:     packI8Generic,
	nf4:        &nf4Generic,
	peak:       peakLoop{func(n int) { runtime.KeepAlive(peakGeneric(n)) }, 2 * 8},
}

func column4x8(r *column) { columnGeneric(twinRows, twinRows, twinCols, r) }

func column2x8(r *column) { columnGeneric(2, twinRows, twinCols, r) }

// columnGeneric is the twin of columns: rows, even, of panels of panelRows, cols a multiple of 4.
func columnGeneric(rows, panelRows, cols int, r *column) {
	var tile [2][4]float32
	for t := range r.tiles {
		ss := unsafe.Slice(floatAt(r.s, t*(4*r.k*panelRows+r.jump)), (r.k-1)*panelRows+rows)
		vs := unsafe.Slice(r.v, r.k*cols)
		for i := 0; i < rows; i += 2 {
			for j := 0; j < cols; j += 4 {
				sumGeneric(&tile, ss[i:], panelRows, vs[j:], cols, r.k)
				for h := range tile {
					r.put(4*((t*rows+i+h)*cols+j), (t*rows+i+h)*r.outRow+4*j, &tile[h])
				}
			}
		}
	}
	r.tiles = 0
}

// sumGeneric computes 2x4 sums of k products: eight and their operands fit the scalar registers of amd64.
func sumGeneric(tile *[2][4]float32, s []float32, panelRows int, v []float32, cols, k int) {
	var a0, a1, a2, a3, b0, b1, b2, b3 float32
	for q := range k {
		x, y := s[q*panelRows], s[q*panelRows+1]
		w := v[q*cols : q*cols+4 : q*cols+4]
		a0 += float32(x * w[0])
		a1 += float32(x * w[1])
		a2 += float32(x * w[2])
		a3 += float32(x * w[3])
		b0 += float32(y * w[0])
		b1 += float32(y * w[1])
		b2 += float32(y * w[2])
		b3 += float32(y * w[3])
	}
	tile[0], tile[1] = [4]float32{a0, a1, a2, a3}, [4]float32{b0, b1, b2, b3}
}

// put ends four sums: sum bytes into the sums, out bytes into the output.
func (r *column) put(sum, out int, t *[4]float32) {
	if r.add != 0 {
		for i, x := range unsafe.Slice(floatAt(r.sums, sum), 4) {
			t[i] += x
		}
	}
	if r.out == nil {
		copy(unsafe.Slice(floatAt(r.sums, sum), 4), t[:])
		return
	}
	finishF32Generic(floatAt(r.out, out), &t[0], 0, 4, 4, r.alpha, r.beta)
}

// floatAt is the float bytes behind p.
func floatAt(p *float32, bytes int) *float32 { return (*float32)(unsafe.Add(unsafe.Pointer(p), bytes)) }

// microPairsGeneric is the twin of the tiles on pairs of bfloat16, bit for bit what VDPBF16PS does: the odd product,
// then the even one, each fused, denormals as zero.
func microPairsGeneric(rows, cols int, c, s *float32, lds int, v *float32, k, add int) {
	cs := unsafe.Slice(c, rows*cols)
	ss := unsafe.Slice(s, (rows-1)*lds+k)
	vs := unsafe.Slice(v, k*cols)
	for i := range rows {
		for j := range cols {
			var sum float32
			for q := range k {
				x, y := math.Float32bits(ss[i*lds+q]), math.Float32bits(vs[q*cols+j])
				sum = flush(fma32(bf16Part(x&0xffff0000), bf16Part(y&0xffff0000), sum))
				sum = flush(fma32(bf16Part(x<<16), bf16Part(y<<16), sum))
			}
			if add != 0 {
				sum += cs[i*cols+j]
			}
			cs[i*cols+j] = sum
		}
	}
}

// tileWords is the number of words of k that microTilesGeneric sums by itself.
const tileWords = 16

// microTilesGeneric is the twin of AMX's tiles, bit for bit what TDPBF16PS does: the even and the odd products of 16
// words apart, from zero, each fused; then their sum is added to c. Denormals count as zero. k is a multiple of 16.
func microTilesGeneric(rows, cols int, c, s *float32, lds int, v *float32, k, add int) {
	cs := unsafe.Slice(c, rows*cols)
	ss := unsafe.Slice(s, (rows-1)*lds+k)
	vs := unsafe.Slice(v, k*cols)
	for i := range rows {
		for j := range cols {
			var sum float32
			if add != 0 {
				sum = flush(cs[i*cols+j])
			}
			for q := 0; q < k; q += tileWords {
				var even, odd float32
				for p := q; p < q+tileWords; p++ {
					x, y := math.Float32bits(ss[i*lds+p]), math.Float32bits(vs[p*cols+j])
					even = flush(fma32(bf16Part(x<<16), bf16Part(y<<16), even))
					odd = flush(fma32(bf16Part(x&0xffff0000), bf16Part(y&0xffff0000), odd))
				}
				sum = flush(sum + flush(even+odd))
			}
			cs[i*cols+j] = sum
		}
	}
}

func bf16Part(b uint32) float32 { return flush(math.Float32frombits(b)) }

// flush makes a denormal a zero of the same sign.
func flush(f float32) float32 {
	b := math.Float32bits(f)
	if b&0x7f800000 == 0 {
		return math.Float32frombits(b & 0x80000000)
	}
	return f
}

// fma32 is a*b + c rounded once. The product is exact in float64; the sum is rounded to odd there, which a second
// rounding to float32 cannot tell from the exact value (53 >= 2*24+2 bits).
func fma32(a, b, c float32) float32 {
	p, z := float64(a)*float64(b), float64(c)
	sum := p + z
	back := sum - p
	err := (p - (sum - back)) + (z - back) // exact (Knuth); NaN when the sum is not finite
	if bits := math.Float64bits(sum); err != 0 && err == err && bits&1 == 0 {
		if (err > 0) == (sum > 0) {
			bits++
		} else {
			bits--
		}
		sum = math.Float64frombits(bits)
	}
	return float32(sum)
}

// transposeGeneric: dst[j*ldd+i] = src[i*lds+j] for i < strip, j < n, of 32-bit words; n is a multiple of strip. With
// ldd below strip, what lies beyond ldd is overwritten by the next j.
func transposeGeneric(strip int, dst *float32, ldd int, src *float32, lds, n int) {
	if n == 0 {
		return
	}
	d := unsafe.Slice((*uint32)(unsafe.Pointer(dst)), (n-1)*ldd+strip)
	s := unsafe.Slice((*uint32)(unsafe.Pointer(src)), (strip-1)*lds+n)
	for j := range n {
		for i := range strip {
			d[j*ldd+i] = s[i*lds+j]
		}
	}
}

// spreadGeneric: dst[p*step+j] = src[p*cols+j] for p < panels, j < cols, of 32-bit words. Where cols is no multiple of the
// strip, assembly copies up to the next one.
func spreadGeneric(dst *float32, step int, src *float32, panels, cols int) {
	if panels == 0 {
		return
	}
	d := unsafe.Slice((*uint32)(unsafe.Pointer(dst)), (panels-1)*step+cols)
	s := unsafe.Slice((*uint32)(unsafe.Pointer(src)), panels*cols)
	for p := range panels {
		copy(d[p*step:][:cols], s[p*cols:])
	}
}

// transposeBF16Generic is transposeGeneric of 8 rows of bfloat16, widened.
func transposeBF16Generic(dst *float32, ldd int, src *uint16, lds, n int) {
	d := unsafe.Slice((*uint32)(unsafe.Pointer(dst)), (n-1)*ldd+8)
	s := unsafe.Slice(src, 7*lds+n)
	for j := range n {
		for i := range 8 {
			d[j*ldd+i] = uint32(s[i*lds+j]) << 16
		}
	}
}

// spreadBF16Generic is spreadGeneric of bfloat16, widened.
func spreadBF16Generic(dst *float32, step int, src *uint16, panels, cols int) {
	s := unsafe.Slice(src, panels*cols)
	for p := range panels {
		packBF16Generic(floatAt(dst, 4*p*step), &s[p*cols], cols)
	}
}

// packBF16Generic widens n elements.
func packBF16Generic(dst *float32, src *uint16, n int) {
	d := unsafe.Slice((*uint32)(unsafe.Pointer(dst)), n)
	for i, h := range unsafe.Slice(src, n) {
		d[i] = uint32(h) << 16
	}
}

// packF16Generic widens n elements.
func packF16Generic(dst *float32, src *uint16, n int) {
	d := unsafe.Slice(dst, n)
	for i, h := range unsafe.Slice(src, n) {
		d[i] = F16ToF32(h)
	}
}

// packI8Generic widens n elements and multiplies them by their row's scale.
func packI8Generic(dst *float32, src *byte, n int, scale float32) {
	d := unsafe.Slice(dst, n)
	for i, q := range unsafe.Slice(src, n) {
		d[i] = float32(int8(q)) * scale
	}
}

// unpackBF16Generic rounds n elements to bfloat16.
func unpackBF16Generic(dst *uint16, src *float32, n int) {
	d := unsafe.Slice(dst, n)
	for i, f := range unsafe.Slice(src, n) {
		d[i] = F32ToBF16(f)
	}
}

// interleaveGeneric: word dst[i] = even[i] | odd[i]<<16 for i < n.
func interleaveGeneric(dst *float32, even, odd *uint16, n int) {
	d := unsafe.Slice((*uint32)(unsafe.Pointer(dst)), n)
	o := unsafe.Slice(odd, n)
	for i, e := range unsafe.Slice(even, n) {
		d[i] = uint32(e) | uint32(o[i])<<16
	}
}

// finishF32Generic: dst[j] = alpha*src[(j/cols)*step + j%cols] + beta*dst[j] for j < n, dst not read when beta is 0.
func finishF32Generic(dst, src *float32, step, n, cols int, alpha, beta float32) {
	d := unsafe.Slice(dst, n)
	for j := 0; j < n; j += cols {
		part := d[j:min(j+cols, n)]
		s := unsafe.Slice((*float32)(unsafe.Add(unsafe.Pointer(src), j/cols*step*4)), len(part))
		for i, x := range s {
			v := float32(alpha * x)
			if beta != 0 {
				v += float32(beta * part[i])
			}
			part[i] = v
		}
	}
}

// finishBF16Generic is finishF32Generic into bfloat16, rounded once.
func finishBF16Generic(dst *uint16, src *float32, step, n, cols int, alpha, beta float32) {
	d := unsafe.Slice(dst, n)
	for j := 0; j < n; j += cols {
		part := d[j:min(j+cols, n)]
		s := unsafe.Slice((*float32)(unsafe.Add(unsafe.Pointer(src), j/cols*step*4)), len(part))
		for i, x := range s {
			v := float32(alpha * x)
			if beta != 0 {
				v += float32(beta * BF16ToF32(part[i]))
			}
			part[i] = F32ToBF16(v)
		}
	}
}
