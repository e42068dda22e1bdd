package kernels

import "fmt"

// NF4Block is the number of elements that share a scale, ScaleBlock the number of scales that share one.
const (
	NF4Block   = 64
	ScaleBlock = 256
)

// Quant is a quantised matrix in the form of bitsandbytes. Views share it, nobody writes it.
//
// I8 (rows of its LLM.int8()): element = code * (Scale[row] * 1/127), Scale the largest magnitude of the row.
//
// NF4 (QLoRA, arXiv 2305.14314): element = NF4Table[code] * scale, blocks counted over the flattened matrix, so that
// one may end in the middle of a row. The scale, the largest magnitude of the block, stands in Scale or, with double
// quantisation, is ScaleMap[ScaleCodes[block]] * Scale2[block/256] + Offset, each operation rounded.
type Quant struct {
	Codes      []byte        // I8: one int8 each; NF4: two a byte, the first in the upper half
	Scale      []float32     // of rows or blocks; nil with double quantisation
	ScaleCodes []byte        // of the blocks' scales
	ScaleMap   *[256]float32 // what they mean
	Scale2     []float32     // largest magnitude of each ScaleBlock scales less Offset
	Offset     float32       // mean of the scales
}

// I8Mat views a quantised matrix of int8 with a scale for each row.
func I8Mat(q *Quant, rows, cols int) Mat {
	m := Mat{Storage: I8, Rows: rows, Cols: cols, Stride: cols, Q: q}
	m.check("I8Mat")
	return m
}

// NF4Mat views a quantised matrix of 4-bit codes.
func NF4Mat(q *Quant, rows, cols int) Mat {
	m := Mat{Storage: NF4, Rows: rows, Cols: cols, Stride: cols, Q: q}
	m.check("NF4Mat")
	return m
}

// Double reports whether the scales are quantised too.
func (q *Quant) Double() bool { return q.ScaleCodes != nil }

// Bytes is the memory of codes and scales.
func (q *Quant) Bytes() int64 {
	return int64(len(q.Codes)) + 4*int64(len(q.Scale)) + int64(len(q.ScaleCodes)) + 4*int64(len(q.Scale2))
}

// check returns how many elements there are, and panics where codes and scales do not fit together.
func (q *Quant) check(what string, s Storage, stride int) int {
	if q == nil {
		panic(fmt.Sprintf("kernels: %s: a %v view of nothing", what, s))
	}
	if s == I8 {
		n := len(q.Codes)
		if stride > 0 && len(q.Scale) != n/stride {
			panic(fmt.Sprintf("kernels: %s: %d scales for %d codes in rows of %d", what, len(q.Scale), n, stride))
		}
		return n
	}
	blocks := (2*len(q.Codes) + NF4Block - 1) / NF4Block
	if !q.Double() && len(q.Scale) == blocks {
		return 2 * len(q.Codes)
	}
	if q.Double() && (len(q.ScaleCodes) != blocks || len(q.Scale2) != (blocks+ScaleBlock-1)/ScaleBlock || q.ScaleMap == nil) {
		panic(fmt.Sprintf("kernels: %s: %d and %d scales for %d blocks of codes", what, len(q.ScaleCodes), len(q.Scale2), blocks))
	}
	if !q.Double() {
		panic(fmt.Sprintf("kernels: %s: %d scales for %d blocks of codes", what, len(q.Scale), blocks))
	}
	return 2 * len(q.Codes)
}

// BlockScale is the scale of an NF4 block.
func (q *Quant) BlockScale(block int) float32 {
	if q.ScaleCodes == nil {
		return q.Scale[block]
	}
	return float32(q.ScaleMap[q.ScaleCodes[block]]*q.Scale2[block/ScaleBlock]) + q.Offset
}

// i8Scale is what the codes of a row are multiplied by.
func (q *Quant) i8Scale(row int) float32 { return q.Scale[row] * (1.0 / 127) }

// code is code i of an NF4 matrix.
func (q *Quant) code(i int) byte { return q.Codes[i/2] >> (4 - 4*(i&1)) & 15 }

// at is element i of the flattened matrix, whose rows are stride long.
func (q *Quant) at(s Storage, i, stride int) float32 {
	if s == I8 {
		return float32(int8(q.Codes[i])) * q.i8Scale(i/stride)
	}
	return NF4Table[q.code(i)] * q.BlockScale(i/NF4Block)
}

// widenBlocks is how many blocks are widened at once: their scales are 256 bytes.
const widenBlocks = 64

// widen writes elements [i, i+len(dst)) of the flattened matrix as float32; they lie in one row of I8.
func (q *Quant) widen(ks *kernelSet, dst []float32, s Storage, i, stride int) {
	if len(dst) == 0 {
		return
	}
	if s == I8 {
		ks.fromI8(&dst[0], &q.Codes[i : i+len(dst)][0], len(dst), q.i8Scale(i/stride))
		return
	}
	if at := i % NF4Block; at != 0 {
		n := min(NF4Block-at, len(dst))
		q.widenPart(ks, dst[:n], i)
		dst, i = dst[n:], i+n
	}
	var scales [widenBlocks]float32
	for len(dst) >= NF4Block {
		n := min(len(dst)/NF4Block, widenBlocks)
		for b := range n {
			scales[b] = q.BlockScale(i/NF4Block + b)
		}
		ks.widenNF4(&dst[0], &q.Codes[i/2 : i/2+n*NF4Block/2][0], &scales[0], n)
		dst, i = dst[n*NF4Block:], i+n*NF4Block
	}
	if len(dst) > 0 {
		q.widenPart(ks, dst, i)
	}
}

// widenPart is widen within one block; a block that has all its codes is widened whole, beside.
func (q *Quant) widenPart(ks *kernelSet, dst []float32, i int) {
	block := i / NF4Block
	scale := q.BlockScale(block)
	if from := block * NF4Block / 2; from+NF4Block/2 <= len(q.Codes) {
		var whole [NF4Block]float32
		ks.widenNF4(&whole[0], &q.Codes[from], &scale, 1)
		copy(dst, whole[i%NF4Block:])
		return
	}
	for j := range dst {
		dst[j] = NF4Table[q.code(i+j)] * scale
	}
}

// scaled finishes a sum of products with codes of row r: only I8 has its scale taken out of it.
func (m *Mat) scaled(r int, sum float32) float32 {
	if m.Storage != I8 {
		return sum
	}
	return sum * m.Q.i8Scale((m.From+r*m.Stride)/m.Stride)
}

// Floats writes row r as float32 into dst, which is as long, and returns it.
func (m *Mat) Floats(r int, dst []float32) []float32 {
	mustLen("Floats", "dst", len(dst), m.Cols)
	(&words{ks: kernelsOf(active)}).widen(dst, m, r, 0, m.Cols)
	return dst
}
