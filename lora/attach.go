package lora

import (
	"fmt"
	"hash/fnv"
	"math"

	"lapidary/autograd"
	"lapidary/autograd/nn"
	"lapidary/kernels"
	"lapidary/tensor"
)

// Adapter is a set of trained weights in the slots of one model.
type Adapter struct {
	// Config is the configuration that the weights belong to. It is written with them.
	Config Config
	// Warnings are things about the configuration or the file that a user should hear.
	Warnings []string

	parts     []part
	placed    []placed
	plan      *plan
	grownFrom int             // rows that the vocabulary had before it was grown; 0 where it was not
	savedBase map[string]bool // keys of frozen weights that the file had which was read
	base      []*savedWeight
}

// savedWeight is a frozen weight that came with the adapter: the rows of new tokens, for one.
type savedWeight struct {
	param *nn.Parameter // of the model
	names []string      // of the tensors that it is in a checkpoint
	data  *tensor.Tensor
	own   *autograd.Var // what the model had
}

// part is what stands in one slot, as files and merging see it.
type part interface {
	// weights lists the trained parameters, under the names of PEFT's files.
	weights() []*nn.Parameter
	// merge returns base with the adapter in it, in float32. Rows of base are outputs.
	merge(p *kernels.Pool, base *tensor.Tensor) *tensor.Tensor
}

// placed remembers a slot, to put back what stood in it.
type placed struct {
	site  *site
	part  part
	layer nn.Layer
	embed nn.Embedder
}

// Attach puts a new adapter into the slots of a model. Until it is trained it changes nothing that the model
// computes. The weights it starts from are a function of seed and the modules' paths. Grow the vocabulary before.
func Attach(m Model, cfg Config, seed uint64) (*Adapter, error) {
	switch cfg.InitLoraWeights {
	case InitDefault, InitGaussian, InitRandom:
	case "":
		cfg.InitLoraWeights = InitDefault
	default:
		return nil, &ConfigError{Problems: []FieldError{{"init_lora_weights", quote(string(cfg.InitLoraWeights)) + " can be read but not begun with; use true or gaussian"}}}
	}
	p, err := newPlan(m, cfg)
	if err != nil {
		return nil, err
	}
	a, err := build(p, func(name string, shape ...int) (*nn.Parameter, error) {
		return nn.NewTrained(name, tensor.New(tensor.F32, shape...)), nil
	})
	if err != nil {
		return nil, err
	}
	for _, pl := range a.placed {
		begin(pl, cfg.InitLoraWeights, seed)
	}
	a.Enable()
	return a, nil
}

// maker gives a new parameter its memory and first values: zeros, or what a file holds. Only what a file really holds
// is allocated, whatever rank its configuration claims.
type maker func(name string, shape ...int) (*nn.Parameter, error)

// build makes the parts of a plan without putting them into the slots.
func build(p *plan, trained maker) (*Adapter, error) {
	a := &Adapter{Config: p.cfg, Warnings: p.warnings, plan: p}
	var embed *embedding // for a head that shares its adapter
	var rows *tokenRows  // or its token rows
	var whole *wholeModule
	for _, s := range p.sites {
		pl := placed{site: s}
		var err error
		isTiedHead := p.tied && s == p.head
		switch {
		case s.r > 0 && isTiedHead && p.cfg.EnsureWeightTying && embed != nil:
			h := &tiedHead{base: s.linear, embed: embed, drop: newDropout(p.cfg.LoraDropout, s.slot.Path)}
			pl.part, pl.layer = h, h
		case s.r > 0 && s.embed != nil:
			embed, err = newEmbedding(&p.cfg, s, trained)
			pl.part, pl.embed = embed, embed
		case s.r > 0:
			var l *linear
			l, err = newLinear(&p.cfg, s, trained)
			pl.part, pl.layer = l, l
		case s.whole && isTiedHead && p.cfg.EnsureWeightTying && whole != nil:
			pl.part, pl.layer = &sharedPart{whole}, &nn.Linear{Weight: whole.param, F32: s.linear.F32}
		case s.whole:
			var w *wholeModule
			w, err = newWholeModule(s, trained)
			pl.part, pl.layer, pl.embed = w, w.layer, w.embedder
			if s == p.embed {
				whole = w
			}
		case len(s.tokens) > 0 && s.embed != nil:
			rows, err = newTokenRows(s, trained)
			e := &tokenEmbedding{s.embed, rows}
			pl.part, pl.embed = e, e
		case len(s.tokens) > 0 && isTiedHead && p.shareRows:
			h := &tokenHead{s.linear, rows}
			pl.part, pl.layer = &sharedPart{h}, h
		case len(s.tokens) > 0:
			h := &tokenHead{base: s.linear}
			h.tokenRows, err = newTokenRows(s, trained)
			pl.part, pl.layer = h, h
		default:
			continue
		}
		if err != nil {
			return nil, err
		}
		a.placed, a.parts = append(a.placed, pl), append(a.parts, pl.part)
	}
	return a, nil
}

func newLinear(c *Config, s *site, trained maker) (*linear, error) {
	l := &linear{base: s.linear, scale: float32(c.Scaling(s.r, s.alpha)), drop: newDropout(c.LoraDropout, s.slot.Path)}
	in, out := s.linear.In(), s.linear.Out()
	var err error
	if l.a, err = trained(s.key()+".lora_A.weight", s.r, in); err != nil {
		return nil, err
	}
	if l.b, err = trained(s.key()+".lora_B.weight", out, s.r); err != nil {
		return nil, err
	}
	if c.UseDoRA {
		l.dora, err = newMagnitude(s, trained, false)
	}
	return l, err
}

func newEmbedding(c *Config, s *site, trained maker) (*embedding, error) {
	l := &embedding{base: s.embed, scale: float32(c.Scaling(s.r, s.alpha))}
	rows, width := s.embed.Weight.Var.Rows(), s.embed.Weight.Var.Cols()
	var err error
	if l.a, err = trained(s.key()+".lora_embedding_A", s.r, rows); err != nil {
		return nil, err
	}
	if l.b, err = trained(s.key()+".lora_embedding_B", width, s.r); err != nil {
		return nil, err
	}
	if c.UseDoRA {
		l.dora, err = newMagnitude(s, trained, true)
	}
	return l, err
}

func newTokenRows(s *site, trained maker) (*tokenRows, error) {
	p, err := trained(s.key()+tokensKey, len(s.tokens), s.weight().Var.Cols())
	return &tokenRows{rows: p, ids: s.tokens, index: indexOf(s.tokens)}, err
}

// wholeModule is a module that is trained whole: a float32 copy in the place of the frozen one.
type wholeModule struct {
	param    *nn.Parameter
	layer    nn.Layer
	embedder nn.Embedder
}

func newWholeModule(s *site, trained maker) (*wholeModule, error) {
	p, err := trained(s.key()+".weight", s.weight().Data().Shape()...)
	w := &wholeModule{param: p}
	if s.embed != nil {
		w.embedder = &nn.Embedding{Weight: p, Padding: s.embed.Padding}
	} else {
		w.layer = &nn.Linear{Weight: p, F32: s.linear.F32}
	}
	return w, err
}

// sharedPart is a part whose weights belong to another slot's.
type sharedPart struct{ part }

func (*sharedPart) weights() []*nn.Parameter { return nil }

// begin gives new weights their first values.
func begin(pl placed, init Init, seed uint64) {
	round := roundTo(pl.site.weight().Data().DType())
	switch p := pl.part.(type) {
	case *linear:
		bound := 1 / math.Sqrt(float64(p.a.Var.Cols()))
		fill(p.a, seed, init == InitGaussian, bound, 1/float64(p.a.Var.Rows()))
		round(p.a)
		if init == InitRandom {
			fill(p.b, seed, false, 1/math.Sqrt(float64(p.b.Var.Cols())), 0)
			round(p.b)
		}
		p.dora.begin()
	case *embedding:
		p.dora.begin()
		fill(p.b, seed, true, 0, 1)
		round(p.b)
		if init == InitRandom {
			fill(p.a, seed, true, 0, 1)
			round(p.a)
		}
	case *wholeModule:
		copy(p.param.Data().F32(), pl.site.weight().Data().Float32s())
	case *tokenEmbedding:
		p.copyRows(pl.site.weight().Data())
	case *tokenHead:
		p.copyRows(pl.site.weight().Data())
	}
}

// fill draws a parameter: uniform within ±bound, or normal. The values depend on the seed and the name only.
func fill(p *nn.Parameter, seed uint64, normal bool, bound, deviation float64) {
	h := fnv.New64a()
	h.Write([]byte(p.Name)) // never fails
	key := kernels.Hash64(seed, h.Sum64())
	if normal {
		kernels.FillNormal(p.Data().F32(), 0, float32(deviation), key)
	} else {
		kernels.FillUniform(p.Data().F32(), float32(-bound), float32(bound), key)
	}
}

// roundTo rounds first values to the base's type, as PEFT draws them in it.
func roundTo(d tensor.DType) func(*nn.Parameter) {
	return func(p *nn.Parameter) {
		for i, x := range p.Data().F32() {
			switch d {
			case tensor.BF16:
				x = kernels.BF16ToF32(kernels.F32ToBF16(x))
			case tensor.F16:
				x = kernels.F16ToF32(kernels.F32ToF16(x))
			}
			p.Data().F32()[i] = x
		}
	}
}

func (r *tokenRows) copyRows(table *tensor.Tensor) {
	m := table.Mat()
	for k, id := range r.ids {
		to := r.rows.Data().F32()[k*m.Cols : (k+1)*m.Cols]
		for c := range to {
			to[c] = m.At(int(id), c)
		}
	}
}

// Enable puts the adapter into its slots; a new adapter is enabled.
func (a *Adapter) Enable() {
	for _, w := range a.base {
		if w.own == nil {
			w.own, w.param.Var = w.param.Var, autograd.NewConst(w.data)
		}
	}
	for _, p := range a.placed {
		if p.site.slot.Embedder != nil {
			*p.site.slot.Embedder = p.embed
		} else {
			*p.site.slot.Layer = p.layer
		}
	}
}

// Disable puts the model's own layers back, until Enable. Frozen weights that came with the adapter stay.
func (a *Adapter) Disable() {
	for _, p := range a.placed {
		if p.site.slot.Embedder != nil {
			*p.site.slot.Embedder = p.site.embed
		} else {
			*p.site.slot.Layer = p.site.linear
		}
	}
}

// Detach leaves the model as it was before Attach or Load, but for the size of its vocabulary. The adapter can still
// be saved, merged, and enabled again.
func (a *Adapter) Detach() {
	a.Disable()
	for _, w := range a.base {
		if w.own != nil {
			w.param.Var, w.own = w.own, nil
		}
	}
}

// Parameters lists what is trained, in the order of the modules. Names are those of PEFT's files.
func (a *Adapter) Parameters() []*nn.Parameter {
	var list []*nn.Parameter
	for _, p := range a.parts {
		list = append(list, p.weights()...)
	}
	return list
}

// NumParameters counts the trained weights.
func (a *Adapter) NumParameters() int64 {
	var n int64
	for _, p := range a.Parameters() {
		n += int64(p.Data().Len())
	}
	return n
}

// VocabGrown tells the adapter that the model's vocabulary had only the given number of rows before it was grown for
// this adapter: what is needed to grow it again is then saved with the weights.
func (a *Adapter) VocabGrown(from int) { a.grownFrom = from }

// String sums the adapter up.
func (a *Adapter) String() string {
	return fmt.Sprintf("%d modules, %d trained parameters", len(a.placed), a.NumParameters())
}
