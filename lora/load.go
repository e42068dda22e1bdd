package lora

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lapidary/autograd/nn"
	"lapidary/internal/bound"
	"lapidary/tensor"
)

// Source is an open adapter_model.safetensors.
type Source interface {
	Names() []string
	Tensor(name string) (*tensor.Tensor, error)
	Metadata() map[string]string
}

// Grower is a model whose vocabulary can grow: needed for adapters that were trained with new tokens.
type Grower interface {
	ResizeVocab(rows int, seed uint64) error
}

// FileError reports everything that is wrong with an adapter's tensors.
type FileError struct {
	Path       string
	Missing    []string
	Unexpected []string
	Misshapen  []Misshapen
	NotFinite  []string
}

// Misshapen is a tensor of a shape that the configuration does not give it, or of a type that holds no weights.
type Misshapen struct {
	Name       string
	DType      tensor.DType
	Have, Want []int
}

func (e *FileError) Error() string {
	var s []string
	add := func(what string, names []string) {
		if len(names) > 0 {
			s = append(s, fmt.Sprintf("%d tensors %s: %s", len(names), what, strings.Join(firstFew(names), ", ")))
		}
	}
	add("are missing", e.Missing)
	add("belong to no module that the configuration adapts", escaped(e.Unexpected))
	var shapes []string
	for _, m := range e.Misshapen {
		shapes = append(shapes, fmt.Sprintf("%s is %v %v, the configuration means %v", bound.Escape(m.Name, 120), m.DType, m.Have, m.Want))
	}
	add("have the wrong shape", shapes)
	add("are not finite", escaped(e.NotFinite))
	return "lora: " + bound.Escape(e.Path, 200) + ": " + strings.Join(s, "; ")
}

func escaped(names []string) []string {
	out := slices.Clone(names)
	for i := range out {
		out[i] = bound.Escape(out[i], 120)
	}
	return out
}

func (e *FileError) orNil() error {
	if len(e.Missing)+len(e.Unexpected)+len(e.Misshapen)+len(e.NotFinite) == 0 {
		return nil
	}
	return e
}

// AttachSaved is Load for files that are open already; path is what errors call the weights. Tensors are copied.
func AttachSaved(m Model, cfg Config, src Source, path string) (*Adapter, error) {
	r := newReader(src, path)
	if err := r.settleTying(&cfg); err != nil {
		return nil, err
	}
	grownFrom, err := r.growVocab(m, &cfg)
	if err != nil {
		return nil, err
	}
	p, err := newPlan(m, cfg)
	if err != nil {
		return nil, err
	}
	p.warnings = append(p.warnings, r.warnings...)
	clear(r.used)
	a, err := build(p, r.parameter)
	if err != nil {
		return nil, err
	}
	a.grownFrom = grownFrom
	if err := r.finish(a); err != nil {
		return nil, err
	}
	a.Enable()
	return a, nil
}

// Restore gives the adapter's weights the values that Save wrote: the same bits, where they were saved as float32. path
// is what errors call the file.
func (a *Adapter) Restore(src Source, path string) error { return newReader(src, path).fill(a) }

// reader is a file of tensors under canonical names.
type reader struct {
	src      Source
	names    map[string]string // canonical -> as written
	used     map[string]bool   // canonical
	err      *FileError
	warnings []string
}

func newReader(src Source, path string) *reader {
	r := &reader{src: src, names: map[string]string{}, used: map[string]bool{}, err: &FileError{Path: path}}
	for _, n := range src.Names() {
		key := canonical(n)
		if _, twice := r.names[key]; twice {
			r.err.Unexpected = append(r.err.Unexpected, n)
			continue
		}
		r.names[key] = n
	}
	return r
}

// get returns a tensor of the file, or nil where there is none.
func (r *reader) get(key string) (*tensor.Tensor, error) {
	name, ok := r.names[key]
	if !ok {
		return nil, nil
	}
	r.used[key] = true
	x, err := r.src.Tensor(name)
	if err != nil {
		return nil, fmt.Errorf("lora: %s: %w", bound.Escape(r.err.Path, 200), err)
	}
	return x, nil
}

// settleTying: files that PEFT wrote with ensure_weight_tying can hold two adapters that drifted apart in training.
// What was trained is then kept, as two.
func (r *reader) settleTying(cfg *Config) error {
	if !cfg.EnsureWeightTying {
		return nil
	}
	pair := map[string]string{".lora_embedding_A": ".lora_B.weight", ".lora_embedding_B": ".lora_A.weight"}
	for key := range r.names {
		for ending, other := range pair {
			if !strings.HasSuffix(key, ending) {
				continue
			}
			x, err := r.get(key)
			if err != nil {
				return err
			}
			head, err := r.get(keyPrefix + "lm_head" + other)
			if err != nil {
				return err
			}
			if head == nil || !x.DType().IsFloat() || !head.DType().IsFloat() || sameValues(transposed(x).Mat(), head.Mat()) {
				continue
			}
			cfg.EnsureWeightTying = false
			r.warnings = append(r.warnings, "ensure_weight_tying is set, but the file holds different adapters for the embedding and the head: they are kept apart")
			return nil
		}
	}
	return nil
}

// maxNewRows bounds growth that only an id or the metadata asks for; the shape of a tensor may ask for more.
const maxNewRows = 1 << 16

// growVocab grows the model to the vocabulary that the adapter was trained with, and returns the size it had; zero
// where nothing had to grow.
func (r *reader) growVocab(m Model, cfg *Config) (from int, err error) {
	have := 0
	for _, s := range m.Slots() {
		if s.Embedder != nil {
			if e, ok := (*s.Embedder).(*nn.Embedding); ok {
				have = e.Weight.Var.Rows()
			}
		}
	}
	claimed, shown := 0, 0
	for _, set := range cfg.TrainableTokens {
		for _, id := range set.IDs {
			claimed = max(claimed, int(id)+1)
		}
	}
	if n, err := strconv.Atoi(r.src.Metadata()[vocabKey]); err == nil {
		claimed = max(claimed, n)
	}
	for key := range r.names {
		ending := vocabDimension(key)
		if ending < 0 {
			continue
		}
		x, err := r.get(key)
		if err != nil {
			return 0, err
		}
		if x.Rank() == 2 {
			shown = max(shown, x.Dim(ending))
		}
	}
	if claimed > max(have, shown)+maxNewRows {
		return 0, fmt.Errorf("lora: %s asks for a vocabulary of %d; the model has %d", bound.Escape(r.err.Path, 200), claimed, have)
	}
	want := max(claimed, shown)
	if have == 0 || want <= have {
		return 0, nil
	}
	g, ok := m.(Grower)
	if !ok {
		return 0, fmt.Errorf("lora: %s needs a vocabulary of %d; the model has %d and cannot grow", bound.Escape(r.err.Path, 200), want, have)
	}
	return have, g.ResizeVocab(want, 0)
}

// vocabDimension tells which dimension of a tensor of the embedding or head is the vocabulary; -1 for other tensors.
func vocabDimension(key string) int {
	module, isEmbed := cutAfter(key, "embed_tokens")
	if !isEmbed {
		var isHead bool
		if module, isHead = cutAfter(key, "lm_head"); !isHead {
			return -1
		}
	}
	switch {
	case strings.HasSuffix(module, "base_layer.weight"), module == ".weight", !isEmbed && module == ".lora_B.weight":
		return 0
	case module == ".lora_embedding_A":
		return 1
	}
	return -1
}

func cutAfter(key, name string) (rest string, ok bool) {
	i := strings.LastIndex(key, name)
	if i < 1 || key[i-1] != '.' {
		return "", false
	}
	return key[i+len(name):], true
}

// parameter is a maker that takes values from the file.
func (r *reader) parameter(name string, shape ...int) (*nn.Parameter, error) {
	x, err := r.take(name, shape, true)
	if err != nil {
		return nil, err
	}
	if x == nil { // noted: finish reports it, with all the rest, before anybody looks
		return nn.NewTrained(name, tensor.New(tensor.F32)), nil
	}
	return nn.NewTrained(name, tensor.FromFloat32(x.Float32s(), shape...)), nil
}

// fill gives an adapter's parameters the values of the file.
func (r *reader) fill(a *Adapter) error {
	loaded := map[string]*tensor.Tensor{}
	for _, p := range a.Parameters() {
		x, err := r.take(p.Name, p.Data().Shape(), true)
		if err != nil {
			return err
		}
		loaded[p.Name] = x
	}
	if err := r.finish(a); err != nil {
		return err
	}
	for _, p := range a.Parameters() {
		copy(p.Data().F32(), loaded[p.Name].Float32s())
	}
	return nil
}

// finish reads the frozen weights that were saved with the adapter, and reports everything that is wrong with the
// file at once.
func (r *reader) finish(a *Adapter) error {
	for _, pl := range a.placed {
		if _, ok := pl.part.(*tiedHead); ok { // a copy of the embedding's weights, compared before
			r.used[pl.site.key()+".lora_A.weight"], r.used[pl.site.key()+".lora_B.weight"] = true, true
		}
	}
	base, err := r.takeBase(a)
	if err != nil {
		return err
	}
	for key, name := range r.names {
		if !r.used[key] {
			r.err.Unexpected = append(r.err.Unexpected, name)
		}
	}
	slices.Sort(r.err.Unexpected)
	if err := r.err.orNil(); err != nil {
		return err
	}
	for s, x := range base {
		a.setBase(s, x)
	}
	return nil
}

// take returns a tensor of the file after checking it; nil, with the fault noted, where it is not as it must be.
func (r *reader) take(key string, shape []int, needed bool) (*tensor.Tensor, error) {
	x, err := r.get(key)
	switch {
	case err != nil:
		return nil, err
	case x == nil && needed:
		r.err.Missing = append(r.err.Missing, key)
	case x == nil:
	case !x.DType().IsFloat() || !slices.Equal(x.Shape(), shape):
		r.err.Misshapen = append(r.err.Misshapen, Misshapen{key, x.DType(), x.Shape(), shape})
	case !finite(x):
		r.err.NotFinite = append(r.err.NotFinite, key)
	default:
		return x, nil
	}
	return nil, nil
}

// takeBase reads the frozen embedding and head, where they were saved with the adapter.
func (r *reader) takeBase(a *Adapter) (map[*site]*tensor.Tensor, error) {
	base := map[*site]*tensor.Tensor{}
	for _, s := range []*site{a.plan.embed, a.plan.head} {
		if s == nil {
			continue
		}
		key := s.key()
		for _, k := range []string{key + ".base_layer.weight", key + ".token_adapter.base_layer.weight", key + ".weight"} {
			if s.whole && k == key+".weight" { // trained, not frozen
				r.used[k] = true
				continue
			}
			x, err := r.take(k, s.weight().Data().Shape(), false)
			if err != nil {
				return nil, err
			}
			if x != nil {
				base[s] = x
			}
		}
	}
	e, h := base[a.plan.embed], base[a.plan.head]
	if a.plan.tied && e != nil && h != nil && !sameValues(e.Mat(), h.Mat()) {
		return nil, fmt.Errorf("lora: %s holds different weights for the embedding and the head, which share one in this model", bound.Escape(r.err.Path, 200))
	}
	return base, nil
}

// setBase keeps the frozen weight of a slot that was saved with the adapter, in the model's type.
func (a *Adapter) setBase(s *site, x *tensor.Tensor) {
	if a.savedBase == nil {
		a.savedBase = map[string]bool{}
	}
	a.savedBase[s.baseKey()] = true
	p := s.weight()
	for _, w := range a.base {
		if w.param == p { // a tied head, or the same file again
			return
		}
	}
	if sameValues(p.Data().Mat(), x.Mat()) {
		return // the model's own, which may be mapped
	}
	var d tensor.DType
	if !p.Data().DType().IsQuantised() { // beside quantised weights it keeps its own type
		d = p.Data().DType()
	}
	data := rounded(x, d)
	if data == x {
		data = x.Clone()
	}
	names := []string{s.slot.Path + ".weight"}
	if a.plan.tied {
		names = []string{a.plan.embed.slot.Path + ".weight", a.plan.head.slot.Path + ".weight"}
	}
	a.base = append(a.base, &savedWeight{param: p, names: names, data: data})
}

// frozen returns the weight that came with the adapter, or else the model's.
func (a *Adapter) frozen(name string, own *tensor.Tensor) *tensor.Tensor {
	for _, w := range a.base {
		if slices.Contains(w.names, name) {
			return w.data
		}
	}
	return own
}
