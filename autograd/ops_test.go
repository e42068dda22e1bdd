package autograd_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/autograd"
	"lapidary/autograd/gradcheck"
	"lapidary/kernels"
	"lapidary/tensor"
)

// Every operation against its formula in float64, result and gradients. Shapes are odd on purpose: no tile fits.

type (
	vars = []*autograd.Var
	nums = [][]float64
	tape = *autograd.Tape
)

const (
	n, c, k = 7, 13, 5
	eps     = 1e-6
	seed    = 20240611
)

// matmul returns a·b, a [n,k], b [k,m]; with t, b is given as [m,k].
func matmul(a, b []float64, n, k, m int, t bool) []float64 {
	y := make([]float64, n*m)
	for i := range n {
		for j := range m {
			for l := range k {
				if t {
					y[i*m+j] += a[i*k+l] * b[j*k+l]
				} else {
					y[i*m+j] += a[i*k+l] * b[l*m+j]
				}
			}
		}
	}
	return y
}

func each(in nums, f func(x ...float64) float64) []float64 {
	y, x := make([]float64, len(in[0])), make([]float64, len(in))
	for i := range y {
		for j := range in {
			x[j] = in[j][i]
		}
		y[i] = f(x...)
	}
	return y
}

func gelu(x float64) float64 {
	return 0.5 * x * (1 + math.Tanh(math.Sqrt(2/math.Pi)*(x+0.044715*x*x*x)))
}

func rmsNorm(x, w []float64, rows, cols int) []float64 {
	y := make([]float64, len(x))
	for r := range rows {
		var s float64
		for _, v := range x[r*cols : (r+1)*cols] {
			s += v * v
		}
		for i := range cols {
			y[r*cols+i] = x[r*cols+i] / math.Sqrt(s/float64(cols)+eps) * (1 + w[i])
		}
	}
	return y
}

func add(a, b []float64, scale float64) []float64 {
	y := make([]float64, len(a))
	for i := range a {
		y[i] = a[i] + scale*b[i]
	}
	return y
}

// mask is what dropout multiplies by.
func mask(rows, cols int, rate float32, key uint64) []float64 {
	p := kernels.NewPool(1)
	defer p.Close()
	ones, m := tensor.New(tensor.F32, rows, cols), tensor.New(tensor.F32, rows, cols)
	for i := range ones.F32() {
		ones.F32()[i] = 1
	}
	kernels.Dropout(p, m.Mat(), ones.Mat(), rate, key, false)
	out := make([]float64, len(m.F32()))
	for i, v := range m.F32() {
		out[i] = float64(v)
	}
	return out
}

func product(a, b []float64) []float64 {
	return each(nums{a, b}, func(x ...float64) float64 { return x[0] * x[1] })
}

func in(shapes ...int) (list []gradcheck.Input) {
	for i := 0; i < len(shapes); i += 2 {
		list = append(list, gradcheck.Input{Rows: shapes[i], Cols: shapes[i+1]})
	}
	return list
}

var ids = []int32{3, 0, 4, 3, 1, 3, 0}

func elementary() []gradcheck.Case {
	return []gradcheck.Case{
		{Name: "Add", Inputs: in(n, c, n, c), Forward: func(t tape, x vars) *autograd.Var { return autograd.Add(t, x[0], x[1]) },
			Reference: func(x, _ nums) []float64 { return add(x[0], x[1], 1) }},
		{Name: "Add to itself", Inputs: in(n, c), Forward: func(t tape, x vars) *autograd.Var { return autograd.Add(t, x[0], x[0]) },
			Reference: func(x, _ nums) []float64 { return add(x[0], x[0], 1) }},
		{Name: "Mul", Inputs: in(n, c, n, c), Forward: func(t tape, x vars) *autograd.Var { return autograd.Mul(t, x[0], x[1]) },
			Reference: func(x, _ nums) []float64 { return product(x[0], x[1]) }},
		{Name: "Mul by itself", Inputs: in(n, c), Forward: func(t tape, x vars) *autograd.Var { return autograd.Mul(t, x[0], x[0]) },
			Reference: func(x, _ nums) []float64 { return product(x[0], x[0]) }},
		{Name: "Scale", Inputs: in(n, c), Forward: func(t tape, x vars) *autograd.Var { return autograd.Scale(t, x[0], -0.75) },
			Reference: func(x, _ nums) []float64 { return each(x, func(v ...float64) float64 { return -0.75 * v[0] }) }},
		{Name: "Tanh", Inputs: in(n, c), Forward: func(t tape, x vars) *autograd.Var { return autograd.Tanh(t, x[0]) },
			Reference: func(x, _ nums) []float64 { return each(x, func(v ...float64) float64 { return math.Tanh(v[0]) }) }},
		{Name: "Softcap", Inputs: in(n, c), Forward: func(t tape, x vars) *autograd.Var { return autograd.Softcap(t, x[0], 1.5) },
			Reference: func(x, _ nums) []float64 {
				return each(x, func(v ...float64) float64 { return 1.5 * math.Tanh(v[0]/1.5) })
			}},
		{Name: "Gelu", Inputs: in(n, c), Forward: func(t tape, x vars) *autograd.Var { return autograd.Gelu(t, x[0]) },
			Reference: func(x, _ nums) []float64 { return each(x, func(v ...float64) float64 { return gelu(v[0]) }) }},
		{Name: "Sum", Inputs: in(n, c), Forward: func(t tape, x vars) *autograd.Var { return autograd.Sum(t, autograd.Mul(t, x[0], x[0])) },
			Reference: func(x, _ nums) []float64 {
				var s float64
				for _, v := range x[0] {
					s += v * v
				}
				return []float64{s}
			}},
		{Name: "ColScale", Inputs: in(n, c, 1, c), Forward: func(t tape, x vars) *autograd.Var { return autograd.ColScale(t, x[0], x[1]) },
			Reference: func(x, _ nums) []float64 {
				y := make([]float64, n*c)
				for i := range y {
					y[i] = x[0][i] * x[1][i%c]
				}
				return y
			}},
		{Name: "MatMul", Inputs: in(n, k, k, c), Forward: func(t tape, x vars) *autograd.Var { return autograd.MatMul(t, x[0], x[1]) },
			Reference: func(x, _ nums) []float64 { return matmul(x[0], x[1], n, k, c, false) }},
		{Name: "MatMulInto", Inputs: in(n, c, n, k, k, c), Forward: func(t tape, x vars) *autograd.Var {
			return autograd.MatMulInto(t, autograd.Scale(t, x[0], 2), x[1], x[2], 0.5)
		}, Reference: func(x, _ nums) []float64 {
			return add(add(x[0], x[0], 1), matmul(x[1], x[2], n, k, c, false), 0.5)
		}},
	}
}

func fused() []gradcheck.Case {
	const rate, key = 0.4, 99
	dropped := func(x []float64, cols int) []float64 { return product(x, mask(n, cols, rate, key)) }
	return []gradcheck.Case{
		{Name: "Linear", Inputs: in(n, k, c, k), Forward: func(t tape, x vars) *autograd.Var { return autograd.Linear(t, x[0], x[1]) },
			Reference: func(x, _ nums) []float64 { return matmul(x[0], x[1], n, k, c, true) }},
		{Name: "Linear, input twice", Inputs: in(n, k, c, k, c, k), Forward: func(t tape, x vars) *autograd.Var {
			h := autograd.Tanh(t, x[0])
			return autograd.Add(t, autograd.Linear(t, h, x[1]), autograd.LinearF32(t, h, x[2]))
		}, Reference: func(x, _ nums) []float64 {
			h := each(nums{x[0]}, func(v ...float64) float64 { return math.Tanh(v[0]) })
			return add(matmul(h, x[1], n, k, c, true), matmul(h, x[2], n, k, c, true), 1)
		}},
		{Name: "LinearInto", Inputs: in(n, c, n, k, c, k), Forward: func(t tape, x vars) *autograd.Var {
			return autograd.LinearInto(t, autograd.Scale(t, x[0], 2), x[1], x[2], 0.5)
		}, Reference: func(x, _ nums) []float64 {
			return add(add(x[0], x[0], 1), matmul(x[1], x[2], n, k, c, true), 0.5)
		}},
		{Name: "LinearInto a frozen base", Inputs: []gradcheck.Input{{Rows: n, Cols: k, Frozen: true}, {Rows: c, Cols: k, Frozen: true}, {Rows: 2, Cols: k}, {Rows: c, Cols: 2}},
			Forward: func(t tape, x vars) *autograd.Var {
				y := autograd.Linear(t, x[0], x[1])
				return autograd.LinearInto(t, y, autograd.LinearF32(t, x[0], x[2]), x[3], 0.5)
			}, Reference: func(x, _ nums) []float64 {
				h := matmul(x[0], x[2], n, k, 2, true)
				return add(matmul(x[0], x[1], n, k, c, true), matmul(h, x[3], n, 2, c, true), 0.5)
			}},
		{Name: "LinearPlus", Inputs: in(n, k, c, k, n, 2, c, 2), Forward: func(t tape, x vars) *autograd.Var {
			return autograd.LinearPlus(t, tensor.F32, x[0], x[1], x[2], x[3], 0.3)
		}, Reference: func(x, _ nums) []float64 {
			return add(matmul(x[0], x[1], n, k, c, true), matmul(x[2], x[3], n, 2, c, true), 0.3)
		}},
		{Name: "LinearPlus of a rank beyond its own", Inputs: in(n, k, c, k, n, kernels.MaxPlus+1, c, kernels.MaxPlus+1), Forward: func(t tape, x vars) *autograd.Var {
			return autograd.LinearPlus(t, tensor.F32, x[0], x[1], x[2], x[3], 0.3)
		}, Reference: func(x, _ nums) []float64 {
			return add(matmul(x[0], x[1], n, k, c, true), matmul(x[2], x[3], n, kernels.MaxPlus+1, c, true), 0.3)
		}},
		{Name: "LinearPlus on a frozen base", Inputs: []gradcheck.Input{{Rows: n, Cols: k, Frozen: true}, {Rows: c, Cols: k, Frozen: true}, {Rows: 2, Cols: k}, {Rows: c, Cols: 2}},
			Forward: func(t tape, x vars) *autograd.Var {
				return autograd.LinearPlus(t, tensor.F32, x[0], x[1], autograd.LinearF32(t, x[0], x[2]), x[3], 0.5)
			}, Reference: func(x, _ nums) []float64 {
				h := matmul(x[0], x[2], n, k, 2, true)
				return add(matmul(x[0], x[1], n, k, c, true), matmul(h, x[3], n, 2, c, true), 0.5)
			}},
		{Name: "Dropout", Inputs: in(n, c), Forward: func(t tape, x vars) *autograd.Var { return autograd.Dropout(t, x[0], rate, key) },
			Reference: func(x, _ nums) []float64 { return dropped(x[0], c) }},
		{Name: "DropoutLinear", Inputs: in(n, k, c, k), Forward: func(t tape, x vars) *autograd.Var {
			return autograd.DropoutLinear(t, x[0], x[1], rate, key)
		}, Reference: func(x, _ nums) []float64 { return matmul(dropped(x[0], k), x[1], n, k, c, true) }},
		{Name: "DropoutLinear and Linear of one input", Inputs: in(n, k, c, k, c, k), Forward: func(t tape, x vars) *autograd.Var {
			h := autograd.Tanh(t, x[0])
			return autograd.Add(t, autograd.Linear(t, h, x[1]), autograd.DropoutLinear(t, h, x[2], rate, key))
		}, Reference: func(x, _ nums) []float64 {
			h := each(nums{x[0]}, func(v ...float64) float64 { return math.Tanh(v[0]) })
			return add(matmul(h, x[1], n, k, c, true), matmul(dropped(h, k), x[2], n, k, c, true), 1)
		}},
		{Name: "Embedding", Inputs: in(k, c), Forward: func(t tape, x vars) *autograd.Var { return autograd.Embedding(t, x[0], ids, 3, -1) },
			Reference: func(x, _ nums) []float64 { return lookUp(x[0], x[0], -1) }},
		{Name: "Embedding with padding", Inputs: in(k, c), Forward: func(t tape, x vars) *autograd.Var { return autograd.Embedding(t, x[0], ids, 3, 0) },
			Reference: func(x, at nums) []float64 { return lookUp(x[0], at[0], 0) }},
		{Name: "RMSNorm", Inputs: in(n, c, 1, c), Forward: func(t tape, x vars) *autograd.Var { return autograd.RMSNorm(t, x[0], x[1], eps) },
			Reference: func(x, _ nums) []float64 { return rmsNorm(x[0], x[1], n, c) }},
		{Name: "RMSNorm, frozen weight", Inputs: []gradcheck.Input{{Rows: n, Cols: c}, {Rows: 1, Cols: c, Frozen: true}},
			Forward:   func(t tape, x vars) *autograd.Var { return autograd.RMSNorm(t, x[0], x[1], eps) },
			Reference: func(x, _ nums) []float64 { return rmsNorm(x[0], x[1], n, c) }},
		{Name: "RMSNorm, frozen input", Inputs: []gradcheck.Input{{Rows: n, Cols: c, Frozen: true}, {Rows: 1, Cols: c}},
			Forward:   func(t tape, x vars) *autograd.Var { return autograd.RMSNorm(t, x[0], x[1], eps) },
			Reference: func(x, _ nums) []float64 { return rmsNorm(x[0], x[1], n, c) }},
		{Name: "AddRMSNorm", Inputs: in(n, c, n, c, 1, c), Forward: func(t tape, x vars) *autograd.Var {
			return autograd.AddRMSNorm(t, x[0], x[1], x[2], eps)
		}, Reference: func(x, _ nums) []float64 { return add(x[0], rmsNorm(x[1], x[2], n, c), 1) }},
		{Name: "AddRMSNorm, a residual stream", Inputs: in(n, c, 1, c), Forward: func(t tape, x vars) *autograd.Var {
			h := autograd.Tanh(t, x[0])
			return autograd.AddRMSNorm(t, h, autograd.RMSNorm(t, h, x[1], eps), x[1], eps)
		}, Reference: func(x, _ nums) []float64 {
			h := each(nums{x[0]}, func(v ...float64) float64 { return math.Tanh(v[0]) })
			return add(h, rmsNorm(rmsNorm(h, x[1], n, c), x[1], n, c), 1)
		}},
		{Name: "GeGLU", Inputs: in(n, c, n, c), Forward: func(t tape, x vars) *autograd.Var { return autograd.GeGLU(t, x[0], x[1]) },
			Reference: func(x, _ nums) []float64 {
				return each(x, func(v ...float64) float64 { return gelu(v[0]) * v[1] })
			}},
	}
}

// lookUp returns 3·table[id]; rows of padding are constant.
func lookUp(table, at []float64, padding int32) (y []float64) {
	for _, id := range ids {
		from := table
		if id == padding {
			from = at
		}
		for _, v := range from[int(id)*c : int(id+1)*c] {
			y = append(y, 3*v)
		}
	}
	return y
}

func TestOperations(t *testing.T) {
	for _, table := range [][]gradcheck.Case{elementary(), fused(), attentions(), losses(), checkpoints()} {
		for _, c := range table {
			t.Run(c.Name, func(t *testing.T) { gradcheck.Run(t, c, seed) })
		}
	}
}

func TestMutateRefuses(t *testing.T) {
	pool := kernels.NewPool(1)
	defer pool.Close()
	tp := autograd.NewTape(pool)
	p := autograd.NewParam(tensor.New(tensor.F32, 2, 2))
	assert.Panics(t, func() { tp.Mutate(p) }, "a parameter")
	y := autograd.Scale(tp, p, 1)
	autograd.Tanh(tp, y)
	tp.Mutate(y)
	autograd.Mul(tp, y, y)
	assert.Panics(t, func() { tp.Mutate(y) }, "a variable whose values a recorded operation reads")
}

func TestNoGradHasNoRandomness(t *testing.T) {
	pool := kernels.NewPool(1)
	defer pool.Close()
	tp := autograd.NewTape(pool)
	require.False(t, tp.Random())
	tp.SetKey(7)
	require.True(t, tp.Random())
	tp.NoGrad(func() { require.False(t, tp.Random()) })
	require.True(t, tp.Random())
}
