package kernels

import (
	"fmt"
	"math"
)

// Shapes: x [N, H*D]; cos, sin [N, D/2]. Lane k of a head pairs with lane k+D/2 (the half-split layout of the
// checkpoints; both halves share angle k).

// RopeTable fills cos and sin for the given positions, all steps in float32 as transformers' rotary embedding does:
// angle = position * 1/theta^(2k/D). With bf16, the values are rounded to bfloat16, as a bf16 model casts them.
func RopeTable(cos, sin []float32, positions []int32, headDim int, theta float64, bf16 bool) {
	half := headDim / 2
	if headDim <= 0 || headDim%2 != 0 {
		panic(fmt.Sprintf("kernels: RopeTable: head dimension %d is not even", headDim))
	}
	mustLen("RopeTable", "cos", len(cos), len(positions)*half)
	mustLen("RopeTable", "sin", len(sin), len(positions)*half)
	for k := range half {
		inv := 1 / float32(math.Pow(theta, float64(float32(2*k)/float32(headDim))))
		for n, pos := range positions {
			s, c := math.Sincos(float64(float32(pos) * inv))
			sin[n*half+k], cos[n*half+k] = float32(s), float32(c)
		}
	}
	if bf16 {
		for i := range cos {
			cos[i] = BF16ToF32(F32ToBF16(cos[i]))
			sin[i] = BF16ToF32(F32ToBF16(sin[i]))
		}
	}
}

// Rope rotates every head of x in place; inverse rotates by the negative angle, which is the backward.
func Rope(p *Pool, x Mat, cos, sin []float32, headDim int, inverse bool) {
	if headDim <= 0 || headDim%2 != 0 || x.Cols%headDim != 0 {
		panic(fmt.Sprintf("kernels: Rope: x is [%d,%d], head dimension %d", x.Rows, x.Cols, headDim))
	}
	mustLen("Rope", "cos", len(cos), x.Rows*headDim/2)
	mustLen("Rope", "sin", len(sin), x.Rows*headDim/2)
	if x.Rows == 0 || x.Cols == 0 {
		return
	}
	t := ropeTasks.get()
	size, n := rowBlocks(x.Rows, x.Cols)
	*t = ropeTask{ops: activeRows(), x: x, cos: cos, sin: sin, half: headDim / 2, inverse: inverse, size: size}
	p.Run(n, t)
	*t = ropeTask{}
	ropeTasks.put(t)
}

type ropeTask struct {
	ops        *rowOps
	x          Mat
	cos, sin   []float32
	half, size int
	inverse    bool
}

var ropeTasks freeList[ropeTask]

func (t *ropeTask) Do(_, i int) {
	s := scratches.get()
	ops, h := t.ops, t.half
	r0, r1 := blockRange(i, t.size, t.x.Rows)
	for r := r0; r < r1; r++ {
		cos, sin := t.cos[r*h:(r+1)*h], t.sin[r*h:(r+1)*h]
		if t.inverse {
			neg := s.get(2, h)
			ops.scale(neg, -1, sin)
			sin = neg
		}
		for c := 0; c < t.x.Cols; c += 2 * h {
			v := ops.loadRow(&t.x, r, c, c+2*h, s.get(0, 2*h))
			ops.rotate(v[:h], v[h:], cos, sin)
			ops.storeRow(&t.x, r, c, c+2*h, v)
		}
	}
	scratches.put(s)
}

func rotateGeneric(x1, x2, cos, sin []float32) {
	n := len(x1)
	x2, cos, sin = x2[:n], cos[:n], sin[:n]
	for i := range x1 {
		a, b := x1[i], x2[i]
		x1[i] = float32(a*cos[i]) - float32(b*sin[i])
		x2[i] = float32(b*cos[i]) + float32(a*sin[i])
	}
}
