package lora

import (
	"fmt"
	"slices"
	"strings"

	"lapidary/autograd/nn"
)

// Model is what an adapter attaches to.
type Model interface {
	// Slots lists where adapters can stand, in the order of the modules. A head that is tied to the embedding holds the
	// embedding's Parameter.
	Slots() []nn.Slot
}

// site is one slot and what is to stand in it: at most one of a low-rank adapter, a whole copy, and token rows.
type site struct {
	slot   nn.Slot
	linear *nn.Linear    // the layer in the slot,
	embed  *nn.Embedding // or the embedding

	r      int // of a low-rank adapter; 0 for none
	alpha  float64
	whole  bool
	tokens []int32
}

func (s *site) weight() *nn.Parameter {
	if s.embed != nil {
		return s.embed.Weight
	}
	return s.linear.Weight
}

func (s *site) taken() bool { return s.r > 0 || s.whole }

// plan says what stands where.
type plan struct {
	cfg         Config
	sites       []*site
	embed, head *site // nil where the model has none
	tied        bool  // the head holds the embedding's weight
	shareRows   bool  // the head uses the embedding's token rows
	warnings    []string
}

// TargetError says that a configuration names no module of the model.
type TargetError struct {
	Field     string
	Wanted    string
	Available []string // endings of the paths that could have been named
}

func (e *TargetError) Error() string {
	return fmt.Sprintf("lora: %s: %s names no module of the model; there are %s", e.Field, e.Wanted, strings.Join(firstFew(e.Available), ", "))
}

// newPlan decides for each slot of the model.
func newPlan(m Model, cfg Config) (*plan, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if cfg.TargetModules.IsZero() && cfg.TargetModules.List == nil { // an empty list names nothing, which PEFT refuses too
		cfg.TargetModules.List = []string{"q_proj", "v_proj"} // PEFT's default for this family
	}
	p := &plan{cfg: cfg}
	if err := p.survey(m.Slots()); err != nil {
		return nil, err
	}
	match, err := newMatcher(&p.cfg)
	if err != nil {
		return nil, err
	}
	for _, step := range []func(*matcher) error{p.findWhole, p.findTargets, p.findTokens} {
		if err := step(match); err != nil {
			return nil, err
		}
	}
	p.tie(match)
	p.expandAllLinear()
	return p, p.conflicts()
}

// survey looks at what stands in the slots.
func (p *plan) survey(slots []nn.Slot) error {
	for _, slot := range slots {
		s := &site{slot: slot}
		var ok bool
		if slot.Embedder != nil {
			s.embed, ok = (*slot.Embedder).(*nn.Embedding)
		} else {
			s.linear, ok = (*slot.Layer).(*nn.Linear)
		}
		if !ok {
			return fmt.Errorf("lora: %s carries an adapter already, or is no plain layer", slot.Path)
		}
		switch {
		case s.embed != nil:
			p.embed = s
		case slot.Head:
			p.head = s
		}
		p.sites = append(p.sites, s)
	}
	p.tied = p.embed != nil && p.head != nil && p.embed.weight() == p.head.weight()
	return nil
}

// available lists what a configuration could have named.
func (p *plan) available() []string {
	var names []string
	for _, s := range p.sites {
		if name := s.slot.Path[strings.LastIndexByte(s.slot.Path, '.')+1:]; !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// findWhole marks the modules of modules_to_save; each name must be that of a layer, not of a part of the model.
func (p *plan) findWhole(*matcher) error {
	for _, name := range p.cfg.ModulesToSave {
		ending := moduleMatcher{names: map[string]bool{name: true}}
		found := false
		for _, s := range p.sites {
			if ending.hasEnding(s.slot.Path) {
				s.whole, found = true, true
			}
		}
		if !found {
			return &TargetError{"modules_to_save", quote(name), p.available()}
		}
	}
	return nil
}

func (p *plan) findTargets(match *matcher) error {
	t := p.cfg.TargetModules
	if err := p.checkLayers(match); err != nil {
		return err
	}
	found := false
	for _, s := range p.sites {
		if !s.whole && match.targeted(s.slot.Path, s.linear != nil, s.slot.Head) {
			s.r, s.alpha = match.rank(s.slot.Path)
			found = true
		}
	}
	if !found {
		wanted := t.List
		if t.Regex != "" {
			wanted = []string{t.Regex}
		}
		return &TargetError{"target_modules", quote(strings.Join(wanted, ", ")), p.available()}
	}
	for _, name := range t.List {
		ending := moduleMatcher{names: map[string]bool{name: true}}
		if !slices.ContainsFunc(p.sites, func(s *site) bool { return ending.hasEnding(s.slot.Path) }) {
			p.warnings = append(p.warnings, fmt.Sprintf("target_modules: %s names no module of the model", quote(name)))
		}
	}
	return nil
}

// checkLayers refuses layers that the model does not have, which PEFT passes over in silence.
func (p *plan) checkLayers(match *matcher) error {
	known, most := map[int]bool{}, -1
	for _, s := range p.sites {
		if n, ok := match.layer(s.slot.Path); ok {
			known[n], most = true, max(most, n)
		}
	}
	for _, l := range p.cfg.LayersToTransform {
		if !known[l] {
			return &ConfigError{Problems: []FieldError{{"layers_to_transform", fmt.Sprintf("there is no layer %d; the model has layers 0 to %d", l, most)}}}
		}
	}
	return nil
}

// findTokens gives the embedding, and the head where it is named, their token rows.
func (p *plan) findTokens(*matcher) error {
	const field = "trainable_token_indices"
	for _, set := range p.cfg.TrainableTokens {
		var at *site
		ending := moduleMatcher{names: map[string]bool{set.Module: true}}
		for _, s := range []*site{p.embed, p.head} {
			if s != nil && at == nil && (ending.hasEnding(s.slot.Path) || set.Module == "" && s == p.embed) {
				at = s
			}
		}
		if at == nil {
			return &TargetError{field, quote(set.Module), []string{"embed_tokens", "lm_head"}}
		}
		rows := at.weight().Var.Rows()
		for _, id := range set.IDs {
			if int(id) >= rows {
				return &ConfigError{Problems: []FieldError{{field, fmt.Sprintf("token %d is not in the vocabulary of %d", id, rows)}}}
			}
		}
		at.tokens = set.IDs
	}
	return nil
}

// tie applies what a shared weight means: token rows of the embedding serve the head too, unless it has others;
// with ensure_weight_tying the rest is shared as well.
func (p *plan) tie(match *matcher) {
	if !p.tied {
		return
	}
	e, h := p.embed, p.head
	p.shareRows = len(e.tokens) > 0 && (h.tokens == nil || slices.Equal(e.tokens, h.tokens))
	if p.shareRows {
		h.tokens = e.tokens
	}
	if !p.cfg.EnsureWeightTying {
		if e.r > 0 || h.r > 0 || e.whole || h.whole {
			p.warnings = append(p.warnings, "the embedding and the head share one weight but are adapted apart; merging will make two of it (ensure_weight_tying adapts them together)")
		}
		return
	}
	e.whole = e.whole || h.whole
	h.whole = e.whole
	if e.r > 0 || h.r > 0 {
		e.r, e.alpha = match.rank(e.slot.Path)
		h.r, h.alpha = e.r, e.alpha
	}
}

// expandAllLinear writes down what "all-linear" meant for this model, as PEFT does when it attaches.
func (p *plan) expandAllLinear() {
	if !p.cfg.TargetModules.allLinear() {
		return
	}
	var names []string
	for _, s := range p.sites {
		if s.r > 0 {
			names = append(names, s.slot.Path[strings.LastIndexByte(s.slot.Path, '.')+1:])
		}
	}
	slices.Sort(names)
	p.cfg.TargetModules = Modules{List: slices.Compact(names)}
}

// conflicts reports what cannot stand in one slot together.
func (p *plan) conflicts() error {
	var v problems
	for _, s := range p.sites {
		if len(s.tokens) > 0 && s.taken() {
			v.add("trainable_token_indices", "%s is adapted as a whole already; its rows cannot be trained beside that", s.slot.Path)
		}
	}
	if p.tied && p.cfg.EnsureWeightTying {
		if p.embed.r > 0 && p.cfg.UseDoRA {
			v.add("use_dora", "cannot be shared between the embedding and the head; leave out ensure_weight_tying")
		}
		if len(p.embed.tokens) > 0 && len(p.head.tokens) > 0 && !p.shareRows {
			v.add("trainable_token_indices", "ensure_weight_tying needs the same tokens in the embedding and the head")
		}
	}
	if len(v.found) > 0 {
		return &ConfigError{Problems: v.found}
	}
	return nil
}
