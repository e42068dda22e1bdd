package optim_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/autograd/nn"
	"lapidary/autograd/optim"
	"lapidary/kernels"
	"lapidary/tensor"
)

const (
	loraName = "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight"
	normName = "model.layers.0.input_layernorm.weight"
)

var defaults = optim.AdamWConfig{Beta1: 0.9, Beta2: 0.999, Eps: 1e-8, WeightDecay: 0.1}

func newPool(t testing.TB, workers int) *kernels.Pool {
	p := kernels.NewPool(workers)
	t.Cleanup(p.Close)
	return p
}

func randomParams(rng *rand.Rand) []*nn.Parameter {
	var params []*nn.Parameter
	for i, shape := range [][]int{{7, 33}, {130}, {5, 1000}} {
		data := tensor.New(tensor.F32, shape...)
		for j := range data.F32() {
			data.F32()[j] = float32(rng.NormFloat64())
		}
		params = append(params, nn.NewTrained([]string{loraName, normName, "lm_head.weight"}[i], data))
	}
	return params
}

func fillGrads(rng *rand.Rand, params []*nn.Parameter) {
	for _, p := range params {
		for j := range p.Grad().F32() {
			p.Grad().F32()[j] = float32(rng.NormFloat64())
		}
	}
}

// reference is the update of SPEC 6.4 in float64.
type reference struct{ p, m, v []float64 }

func (r *reference) step(g []float32, lr, coef, wd float64, t int) {
	b1, b2 := 0.9, 0.999
	for i := range r.p {
		gi := float64(g[i]) * coef
		r.p[i] *= 1 - lr*wd
		r.m[i] = b1*r.m[i] + (1-b1)*gi
		r.v[i] = b2*r.v[i] + (1-b2)*gi*gi
		r.p[i] -= lr / (1 - math.Pow(b1, float64(t))) * r.m[i] / (math.Sqrt(r.v[i])/math.Sqrt(1-math.Pow(b2, float64(t))) + 1e-8)
	}
}

// A step rounds a handful of float32 operations, and 0.9 and 0.999 themselves; the update is at most lr*√(1/(1-β2)) in
// size. 20 steps of 1e-2 stay within 20*(lr*1e-5 + |p|*2^-23).
func TestAdamWEqualsFloat64(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	params := randomParams(rng)
	opt := optim.NewAdamW(newPool(t, 2), params, defaults)
	refs := make([]reference, len(params))
	for i, p := range params {
		refs[i] = reference{m: make([]float64, p.Data().Len()), v: make([]float64, p.Data().Len())}
		for _, x := range p.Data().F32() {
			refs[i].p = append(refs[i].p, float64(x))
		}
	}
	const steps, lr, maxNorm = 20, 1e-2, 0.5
	for step := 1; step <= steps; step++ {
		fillGrads(rng, params)
		var squares float64
		for _, p := range params {
			for _, g := range p.Grad().F32() {
				squares += float64(g) * float64(g)
			}
		}
		norm, err := opt.Step(lr, maxNorm)
		require.NoError(t, err)
		require.InEpsilon(t, math.Sqrt(squares), norm, 1e-12)
		for i, p := range params {
			wd := 0.1
			if p.Name == normName {
				wd = 0
			}
			refs[i].step(p.Grad().F32(), lr, maxNorm/(norm+1e-6), wd, step)
		}
	}
	for i, p := range params {
		for j, got := range p.Data().F32() {
			want := refs[i].p[j]
			require.LessOrEqual(t, math.Abs(float64(got)-want), steps*(lr*1e-5+math.Abs(want)*0x1p-23), "%s[%d]: %v, want %v", p.Name, j, got, want)
		}
	}
}

func snapshot(opt *optim.AdamW, params []*nn.Parameter) string {
	s := fmt.Sprint(opt.Steps())
	for _, p := range params {
		s += string(p.Data().Bytes())
	}
	for _, m := range opt.State() {
		s += string(m.Tensor.Bytes())
	}
	return s
}

func TestStepChangesNothingWhenAnythingIsNotFinite(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for _, c := range []struct {
		name  string
		spoil func(opt *optim.AdamW, params []*nn.Parameter) (lr float64)
		what  string
	}{
		{"gradient NaN", func(_ *optim.AdamW, p []*nn.Parameter) float64 { p[1].Grad().F32()[129] = nan; return 1e-3 }, "gradient of " + normName},
		{"gradient Inf", func(_ *optim.AdamW, p []*nn.Parameter) float64 { p[0].Grad().F32()[0] = -inf; return 1e-3 }, "gradient of " + loraName},
		{"first moment", func(o *optim.AdamW, _ []*nn.Parameter) float64 { o.State()[0].Tensor.F32()[3] = nan; return 1e-3 }, "first moment of " + loraName},
		{"second moment", func(o *optim.AdamW, _ []*nn.Parameter) float64 { o.State()[5].Tensor.F32()[3] = inf; return 1e-3 }, "second moment of lm_head.weight"},
		{"parameter", func(_ *optim.AdamW, p []*nn.Parameter) float64 { p[2].Data().F32()[4999] = nan; return 1e-3 }, "lm_head.weight"},
		{"rate NaN", func(*optim.AdamW, []*nn.Parameter) float64 { return math.NaN() }, "learning rate NaN"},
		{"rate Inf", func(*optim.AdamW, []*nn.Parameter) float64 { return math.Inf(1) }, "learning rate +Inf"},
		{"square overflows", func(_ *optim.AdamW, p []*nn.Parameter) float64 { p[0].Grad().F32()[0] = 1e30; return 1e-3 }, "square of a gradient"},
	} {
		t.Run(c.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(3, 4))
			params := randomParams(rng)
			opt := optim.NewAdamW(newPool(t, 1), params, defaults)
			fillGrads(rng, params)
			_, err := opt.Step(1e-3, 0)
			require.NoError(t, err)
			lr := c.spoil(opt, params)
			before := snapshot(opt, params)
			_, err = opt.Step(lr, 0)
			var nf *optim.NonFiniteError
			require.ErrorAs(t, err, &nf)
			require.Contains(t, nf.What, c.what)
			require.True(t, before == snapshot(opt, params), "bits changed")
		})
	}
}

func TestClippingTakesAnyFiniteGradient(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	params := randomParams(rng)
	opt := optim.NewAdamW(newPool(t, 1), params, defaults)
	fillGrads(rng, params)
	params[0].Grad().F32()[0] = 3e38
	norm, err := opt.Step(1e-3, 1)
	require.NoError(t, err)
	require.InEpsilon(t, 3e38, norm, 1e-6)
	require.NoError(t, opt.CheckFinite())
}

func TestRestoredStateGoesOnWithTheSameBits(t *testing.T) {
	run := func(workers, restart int) string {
		rng := rand.New(rand.NewPCG(7, 8))
		params := randomParams(rng)
		pool := newPool(t, workers)
		opt := optim.NewAdamW(pool, params, defaults)
		for step := range 6 {
			if step == restart {
				kept := map[string]*tensor.Tensor{}
				for _, s := range opt.State() {
					kept[s.Name] = s.Tensor.Clone()
				}
				again := optim.NewAdamW(pool, params, defaults)
				require.NoError(t, again.Restore(opt.Steps(), func(n string) (*tensor.Tensor, error) { return kept[n], nil }))
				opt = again
			}
			fillGrads(rng, params)
			_, err := opt.Step(1e-2, 1)
			require.NoError(t, err)
		}
		return snapshot(opt, params)
	}
	want := run(1, -1)
	for workers := 1; workers <= 3; workers++ {
		for restart := range 6 {
			require.True(t, want == run(workers, restart), "workers %d, restarted before step %d", workers, restart)
		}
	}
}

func TestRestoreReportsEverythingAndChangesNothing(t *testing.T) {
	params := randomParams(rand.New(rand.NewPCG(9, 10)))
	opt := optim.NewAdamW(newPool(t, 1), params, defaults)
	before := snapshot(opt, params)
	bad := tensor.New(tensor.F32, 130)
	bad.F32()[7] = float32(math.NaN())
	err := opt.Restore(-1, func(name string) (*tensor.Tensor, error) {
		switch name {
		case "exp_avg." + loraName:
			return tensor.New(tensor.F32, 33, 7), nil
		case "exp_avg_sq." + normName:
			return bad, nil
		case "exp_avg.lm_head.weight", "exp_avg_sq.lm_head.weight":
			return tensor.New(tensor.F32, 5, 1000), nil
		}
		return nil, nil
	})
	require.Error(t, err)
	for _, part := range []string{"exp_avg." + loraName + ": is F32 [33 7], want F32 [7 33]", "exp_avg_sq." + loraName + ": is missing",
		"exp_avg_sq." + normName + ": not finite", "step: -1"} {
		assert.ErrorContains(t, err, part)
	}
	assert.NotContains(t, err.Error(), "lm_head")
	assert.True(t, before == snapshot(opt, params))
}

func TestDecayGroups(t *testing.T) {
	for name, want := range map[string]bool{
		loraName: true, "base_model.model.model.embed_tokens.lora_embedding_A": true,
		"base_model.model.model.layers.0.mlp.up_proj.lora_magnitude_vector": true,
		"model.embed_tokens.token_adapter.trainable_tokens_delta":           true, "lm_head.weight": true,
		normName: false, "model.norm.weight": false, "model.layers.3.post_feedforward_layernorm.weight": false,
		"x.q_norm.weight": false, "a.Bias": false, "a.RMSNorm.weight": false, "normal.weight": true, "abnorm.weight": true,
	} {
		assert.Equal(t, want, optim.Decays(name), name)
	}
}
