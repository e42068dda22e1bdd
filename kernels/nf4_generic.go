package kernels

import (
	"math"
	"unsafe"
)

// NF4Table is the values of the codes: quantiles of a normal distribution, scaled to [-1, 1], with an exact zero (QLoRA,
// appendix E; the float32 values are those that bitsandbytes has).
var NF4Table = [16]float32{
	-1, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453,
	-0.28444138169288635, -0.18477343022823334, -0.09105003625154495, 0,
	0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224,
	0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1,
}

// nf4Bounds are the midpoints between values: a number's code is how many of them are below it.
var nf4Bounds = func() (b [15]float32) {
	for i := range b {
		b[i] = float32((float64(NF4Table[i]) + float64(NF4Table[i+1])) / 2)
	}
	return b
}()

// nf4Set is what a level does with NF4, besides kernelSet.widenNF4.
type nf4Set struct {
	// one and four compute the dots of w.rows rows with 1 and 4 rows of x, see nf4Rows. A row of x gets the same bits
	// from both.
	one, four func(w *nf4Rows)
	// order says where in the kernels' rows of x an element of a block has to stand.
	order *[NF4Block]uint8
	// quantise finds largest magnitudes and codes of whole blocks.
	quantise func(codes *byte, scales, src *float32, blocks int)
}

// nf4Rows is a run of rows of whole blocks, and where their dots go: out[j*xRows+i] for row j of w and row i of x.
// Assembly reads it by the offsets in go_asm.h.
type nf4Rows struct {
	out, x *float32
	ldx    int // elements
	codes  *byte
	blocks int // of a row
	rows   int
	scales *float32 // where nil, those below
	qs     *byte
	qmap   *float32
	scale2 *float32 // of the first block's scale on
	first  int      // number of the first block among those that share *scale2
	offset float32
}

// scale is the scale of block b from the first on.
func (w *nf4Rows) scale(b int) float32 {
	if w.scales != nil {
		return *(*float32)(unsafe.Add(unsafe.Pointer(w.scales), 4*b))
	}
	code := *(*byte)(unsafe.Add(unsafe.Pointer(w.qs), b))
	s := *(*float32)(unsafe.Add(unsafe.Pointer(w.qmap), 4*int(code)))
	s2 := *(*float32)(unsafe.Add(unsafe.Pointer(w.scale2), (w.first+b)/ScaleBlock*4))
	return float32(s*s2) + w.offset
}

var nf4Generic = nf4Set{
	one:      func(w *nf4Rows) { nf4DotsGeneric(1, w) },
	four:     func(w *nf4Rows) { nf4DotsGeneric(4, w) },
	order:    &inOrder,
	quantise: nf4QuantiseGeneric,
}

var inOrder = func() (o [NF4Block]uint8) {
	for i := range o {
		o[i] = uint8(i)
	}
	return o
}()

func nf4WidenGeneric(dst *float32, codes *byte, scales *float32, blocks int) {
	d, c := unsafe.Slice(dst, blocks*NF4Block), unsafe.Slice(codes, blocks*NF4Block/2)
	for b, s := range unsafe.Slice(scales, blocks) {
		for i, q := range c[b*NF4Block/2:][:NF4Block/2] {
			d[b*NF4Block+2*i] = NF4Table[q>>4] * s
			d[b*NF4Block+2*i+1] = NF4Table[q&15] * s
		}
	}
}

func nf4DotsGeneric(xRows int, w *nf4Rows) {
	k := w.blocks * NF4Block
	out := unsafe.Slice(w.out, w.rows*xRows)
	xs := unsafe.Slice(w.x, (xRows-1)*w.ldx+k)
	codes := unsafe.Slice(w.codes, w.rows*k/2)
	var ws [NF4Block]float32
	clear(out)
	for j := range w.rows {
		for b := range w.blocks {
			for i, q := range codes[(j*w.blocks+b)*NF4Block/2:][:NF4Block/2] {
				ws[2*i], ws[2*i+1] = NF4Table[q>>4], NF4Table[q&15]
			}
			scale := w.scale(j*w.blocks + b)
			for i := range xRows {
				var s [4]float32
				for q, v := range xs[i*w.ldx+b*NF4Block:][:NF4Block] {
					s[q%4] += float32(v * ws[q])
				}
				out[j*xRows+i] += float32(scale * (s[0] + s[1] + (s[2] + s[3])))
			}
		}
	}
}

// nf4Code is the code of a number in [-1, 1]; that of a NaN is 15, as searching the bounds gives it.
func nf4Code(x float32) byte {
	var n byte
	for _, b := range nf4Bounds {
		if !(b >= x) {
			n++
		}
	}
	return n
}

// nf4Least keeps the reciprocal of a block of zeros, or of denormals, finite.
const nf4Least = 1e-38

func nf4QuantiseGeneric(codes *byte, scales, src *float32, blocks int) {
	cs, xs := unsafe.Slice(codes, blocks*NF4Block/2), unsafe.Slice(src, blocks*NF4Block)
	for b := range unsafe.Slice(scales, blocks) {
		x := xs[b*NF4Block:][:NF4Block]
		largest := absMax(x)
		unsafe.Slice(scales, blocks)[b] = largest
		inv := 1 / largest
		if largest < nf4Least {
			inv = 1 / float32(nf4Least)
		}
		for i := 0; i < NF4Block; i += 2 {
			cs[(b*NF4Block+i)/2] = nf4Code(x[i]*inv)<<4 | nf4Code(x[i+1]*inv)
		}
	}
}

// absMax is the largest magnitude; a NaN is larger than all.
func absMax(x []float32) float32 {
	var m uint32
	for _, v := range x {
		m = max(m, math.Float32bits(v)&0x7fffffff)
	}
	return math.Float32frombits(m)
}
