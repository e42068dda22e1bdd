package autograd_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/autograd"
	"lapidary/kernels"
	"lapidary/tensor"
)

// Making results again gives the bits of keeping them, for every gradient, in less memory: a stack of gated blocks whose
// weights are all trained, so that every result is read again; some kept, some checkpointed, some pinned.
func TestRemakingKeepsBits(t *testing.T) {
	const rows, width, inner, blocks = 33, 24, 64, 7
	pool := kernels.NewPool(2)
	defer pool.Close()
	run := func(act tensor.DType, keepAll bool, pin, checkpoint int) (grads [][]float32, bytes int64) {
		tp := autograd.NewTape(pool)
		tp.Arena().Poison, tp.KeepAll = true, keepAll
		tp.SetActivations(act)
		tp.SetKey(3)
		var p vars
		for i, s := range [][2]int{{rows, width}, {1, width}, {inner, width}, {inner, width}, {width, inner}} {
			x := tensor.New(tensor.F32, s[0], s[1])
			kernels.FillNormal(x.F32(), 0, 1, uint64(i))
			p = append(p, autograd.NewParam(x))
		}
		mark := tp.Mark()
		x := autograd.Scale(tp, p[0], 1)
		for i := range blocks {
			b := autograd.NewOp[gated](tp)
			*b = gated{p[1], p[2], p[3], p[4]}
			if i < checkpoint {
				x = autograd.Checkpoint(tp, b, x)
			} else {
				x = b.Forward(tp, x)
			}
			if pin > 0 && i%pin == 0 {
				tp.Pin(x)
			}
			tp.Release(mark, x)
		}
		x = autograd.RMSNorm(tp, x, p[1], eps)
		tp.Release(mark, x)
		tp.Backward(autograd.Sum(tp, autograd.Mul(tp, x, x)))
		for _, v := range p {
			grads = append(grads, v.Grad.F32())
		}
		return grads, tp.Arena().Bytes()
	}
	for _, act := range []tensor.DType{tensor.F32, tensor.BF16} {
		want, most := run(act, true, 0, 0)
		for _, pin := range []int{0, 1, 3} {
			for _, checkpoint := range []int{0, 2, blocks} {
				got, bytes := run(act, false, pin, checkpoint)
				require.Equal(t, want, got, "%v, pin %d, %d checkpoints", act, pin, checkpoint)
				require.Less(t, bytes, most, "%v, pin %d, %d checkpoints", act, pin, checkpoint)
			}
		}
	}
}

// gated is a block as decoders have it.
type gated struct{ norm, gate, up, down *autograd.Var }

func (b *gated) Forward(t *autograd.Tape, x *autograd.Var) *autograd.Var {
	h := autograd.RMSNorm(t, x, b.norm, eps)
	h = autograd.GeGLU(t, autograd.DropoutLinear(t, h, b.gate, 0.2, t.Key(1)), autograd.Linear(t, h, b.up))
	return autograd.AddRMSNorm(t, x, autograd.Linear(t, h, b.down), b.norm, eps)
}
