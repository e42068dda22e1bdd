package kernels

import (
	"fmt"
	"math"
	"slices"
	"sync"
)

// Quantising, with the results of bitsandbytes on the CPU bit for bit: codes, scales, and codes of scales.

// quantiseBlocks blocks of NF4 are one piece of work: 16 Ki numbers, widened 64 KB.
const quantiseBlocks = 256

// QuantiseNF4 quantises a dense matrix; double quantises the scales too. It reports false, and nothing, where a number
// is not finite.
func QuantiseNF4(p *Pool, m Mat, double bool) (*Quant, bool) {
	m.check("QuantiseNF4")
	if !asVector(&m) || m.Storage.Quantised() {
		panic(fmt.Sprintf("kernels: QuantiseNF4: %v of %d x %d with stride %d is not a dense matrix of floats", m.Storage, m.Rows, m.Cols, m.Stride))
	}
	n := m.Rows * m.Cols
	q := &Quant{Codes: make([]byte, (n+1)/2), Scale: make([]float32, (n+NF4Block-1)/NF4Block)}
	p.Run((len(q.Scale)+quantiseBlocks-1)/quantiseBlocks, &quantiseTask{ks: kernelsOf(active), p: p, m: m, q: q, n: n})
	if !finite(q.Scale) {
		return nil, false
	}
	if double && n > 0 {
		q.quantiseScales()
	}
	return q, true
}

// quantiseTask quantises pieces of a matrix.
type quantiseTask struct {
	ks *kernelSet
	p  *Pool
	m  Mat
	q  *Quant
	n  int
}

func (t *quantiseTask) Do(w, i int) {
	from := i * quantiseBlocks * NF4Block
	n := min(quantiseBlocks*NF4Block, t.n-from)
	x := t.p.workerScratch(w, quantiseBlocks*NF4Block)[:n]
	flat := Mat{Storage: t.m.Storage, Rows: 1, Cols: t.n, Stride: t.n, F32: t.m.F32, U16: t.m.U16}
	(&words{ks: t.ks}).widen(x, &flat, 0, from, n)
	b := from / NF4Block
	if whole := n / NF4Block; whole > 0 {
		t.ks.nf4.quantise(&t.q.Codes[from/2], &t.q.Scale[b], &x[0], whole)
		x, b = x[whole*NF4Block:], b+whole
	}
	if len(x) > 0 {
		t.q.lastBlock(x, b)
	}
}

// lastBlock quantises what is left of a matrix that is no whole number of blocks: its scale is never below the least
// divisor, and it divides instead of multiplying with a reciprocal.
func (q *Quant) lastBlock(x []float32, block int) {
	s := absMax(x)
	if s < nf4Least {
		s = nf4Least
	}
	q.Scale[block] = s
	codes := q.Codes[block*NF4Block/2:]
	for i := 0; i < len(x); i += 2 {
		low := nf4Code(0)
		if i+1 < len(x) {
			low = nf4Code(x[i+1] / s)
		}
		codes[i/2] = nf4Code(x[i]/s)<<4 | low
	}
}

func finite(x []float32) bool {
	for _, v := range x {
		if v-v != 0 {
			return false
		}
	}
	return true
}

// quantiseScales is double quantisation: the scales less their mean, in 8 bits.
func (q *Quant) quantiseScales() {
	blocks := len(q.Scale)
	q.Offset = torchSum(q.Scale) / float32(blocks)
	q.ScaleCodes, q.Scale2 = make([]byte, blocks), make([]float32, (blocks+ScaleBlock-1)/ScaleBlock)
	q.ScaleMap = DynamicMap()
	codes := dynamicCodes()
	for b := range q.Scale2 {
		x := q.Scale[b*ScaleBlock : min((b+1)*ScaleBlock, blocks)]
		for i := range x {
			x[i] -= q.Offset
		}
		s := absMax(x)
		q.Scale2[b] = s
		inv := 1 / s
		for i, v := range x {
			if t := float32(v*inv) + 1; t == t { // 0 times infinity, where all scales are equal: code 0
				q.ScaleCodes[b*ScaleBlock+i] = codes[min(65535, max(0, int(float32(t*32767.5)+0.5)))]
			}
		}
	}
	q.Scale = nil
}

// DynamicMap is the signed 8-bit map of bitsandbytes: means of an evenly divided decade, for seven decades, finer the
// larger they are; zero and one.
var DynamicMap = sync.OnceValue(func() *[256]float32 {
	values := []float32{0, 1}
	for i := range 7 {
		items := 1 << i
		step := float32(float32(1-float32(0.1)) / float32(items))
		edge := func(j int) float32 { // torch.linspace works from both ends, with fused steps
			if j < (items+1)/2 {
				return fma32(step, float32(j), 0.1)
			}
			return fma32(-step, float32(items-j), 1)
		}
		decade := float32(math.Pow(10, float64(i-6)))
		for j := range items {
			v := decade * float32(float32(edge(j)+edge(j+1))/2)
			values = append(values, v, -v)
		}
	}
	slices.Sort(values)
	return (*[256]float32)(values)
})

// dynamicCodes is the code of each of 65536 evenly spaced numbers in [-1, 1]: a number is first rounded to one of
// those, which is not always the way to the nearest value.
var dynamicCodes = sync.OnceValue(func() *[1 << 16]byte {
	m, codes, code := DynamicMap(), new([1 << 16]byte), 0
	for i := range codes {
		x := float64(i)/32767.5 - 1
		for code < 255 && (float64(m[code])+float64(m[code+1]))/2 < x {
			code++
		}
		codes[i] = byte(code)
	}
	return codes
})

// torchSum adds in the order of torch's sum with vectors of eight on one thread, so that the mean of the scales has the
// same bits: four rows of vectors, each in a cascade of four levels of 2^max(4, log2(n)/4) numbers.
func torchSum(x []float32) float32 {
	const lanes, rows, levels = 8, 4, 4
	type vector [lanes]float32
	add := func(a *vector, b []float32) {
		for i, v := range b[:lanes] {
			a[i] += v
		}
	}
	vectors := len(x) / lanes
	steps := vectors / rows
	power := 4
	if steps > 1 {
		power = max(power, int(math.Ceil(math.Log2(float64(steps))))/levels)
	}
	mask := 1<<power - 1
	var acc [levels][rows]vector
	for i := 0; i < steps; {
		for r := range rows {
			add(&acc[0][r], x[(i*rows+r)*lanes:])
		}
		if i++; i&mask != 0 {
			continue
		}
		for l := 1; l < levels; l++ {
			for r := range rows {
				add(&acc[l][r], acc[l-1][r][:])
				acc[l-1][r] = vector{}
			}
			if i&(mask<<(l*power)) != 0 {
				break
			}
		}
	}
	for l := 1; l < levels; l++ {
		for r := range rows {
			add(&acc[0][r], acc[l][r][:])
		}
	}
	sum := &acc[0][0]
	for v := steps * rows; v < vectors; v++ {
		add(sum, x[v*lanes:])
	}
	for r := 1; r < rows; r++ {
		add(sum, acc[0][r][:])
	}
	var s float32
	for _, v := range x[vectors*lanes:] {
		s += v
	}
	for _, v := range sum {
		s += v
	}
	return s
}

// QuantiseI8 quantises the rows of a matrix, rounded to binary16 before, as LLM.int8() has its weights. It reports
// false, and nothing, where a number is not finite in binary16.
func QuantiseI8(p *Pool, m Mat) (*Quant, bool) {
	m.check("QuantiseI8")
	if m.Storage.Quantised() {
		panic("kernels: QuantiseI8: " + m.Storage.String() + " is quantised already")
	}
	q := &Quant{Codes: make([]byte, m.Rows*m.Cols), Scale: make([]float32, m.Rows)}
	size, n := rowBlocks(m.Rows, m.Cols)
	p.Run(n, &i8Task{m: m, q: q, size: size})
	return q, finite(q.Scale)
}

type i8Task struct {
	m    Mat
	q    *Quant
	size int
}

func (t *i8Task) Do(_, i int) {
	s, ops, c := scratches.get(), activeRows(), t.m.Cols
	defer scratches.put(s)
	half := make([]uint16, c)
	r0, r1 := blockRange(i, t.size, t.m.Rows)
	for r := r0; r < r1; r++ {
		x := s.get(1, c)
		ops.narrowF16(half, ops.loadRow(&t.m, r, 0, c, s.get(0, c)))
		ops.widenF16(x, half)
		largest := absMax(x)
		t.q.Scale[r] = largest
		factor := float32(1/largest) * 127
		if largest == 0 {
			factor = 0
		}
		const toInteger = 3 << 22 // added, a number is rounded to a whole one, nearest even, in its last bits
		codes := t.q.Codes[r*c : (r+1)*c]
		for j, v := range x {
			codes[j] = byte(math.Float32bits(float32(v*factor) + toInteger))
		}
	}
}
