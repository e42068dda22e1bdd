package gemma2

import (
	"math"

	"lapidary/autograd"
	"lapidary/autograd/nn"
	"lapidary/kernels"
	"lapidary/tensor"
)

// Model is Gemma2ForCausalLM. With tied weights, Embed and Head hold the same Parameter.
type Model struct {
	Config Config
	Embed  nn.Embedder
	Blocks []*Block
	Norm   *nn.RMSNorm
	Head   nn.Layer

	// Recompute says which blocks drop their activations and compute them again in the backward walk; shorter than
	// Blocks means false for the rest. The gradients have the same bits either way.
	Recompute []bool
	// LogitBytes bounds the memory of logits that exist at one time in Loss and LogProbs.
	LogitBytes int

	params     []*nn.Parameter
	generation []byte   // generation_config.json as it was loaded; nil where there was none
	stop       TokenIDs // the end tokens it names
	close      func() error
}

// defaultLogitBytes is 256 rows of the published vocabulary: enough for the head's product to run at full speed.
const defaultLogitBytes = 256 << 20

// paddingID is torch's padding_idx: looking it up sends no gradient to its row.
const paddingID = 0

// build makes a model of the given weights, which have the names and shapes of c.tensors().
func build(c Config, weight func(name string) *tensor.Tensor) *Model {
	m := &Model{Config: c, LogitBytes: defaultLogitBytes}
	param := func(path string) *nn.Parameter {
		p := nn.NewParameter(path+".weight", weight(path+".weight"))
		m.params = append(m.params, p)
		return p
	}
	norm := func(path string) *nn.RMSNorm { return &nn.RMSNorm{Weight: param(path), Eps: float32(c.RMSNormEps)} }

	embed := param(embedPath)
	m.Embed = &nn.Embedding{Weight: embed, Padding: paddingID}
	for l := range c.NumHiddenLayers {
		linear := func(module string) nn.Layer { return &nn.Linear{Weight: param(layerPath(l, module))} }
		m.Blocks = append(m.Blocks, &Block{
			QProj: linear("self_attn.q_proj"), KProj: linear("self_attn.k_proj"),
			VProj: linear("self_attn.v_proj"), OProj: linear("self_attn.o_proj"),
			GateProj: linear("mlp.gate_proj"), UpProj: linear("mlp.up_proj"), DownProj: linear("mlp.down_proj"),
			InputLayernorm:           norm(layerPath(l, "input_layernorm")),
			PostAttentionLayernorm:   norm(layerPath(l, "post_attention_layernorm")),
			PreFeedforwardLayernorm:  norm(layerPath(l, "pre_feedforward_layernorm")),
			PostFeedforwardLayernorm: norm(layerPath(l, "post_feedforward_layernorm")),
			attention:                c.attentionShape(l),
		})
	}
	m.Norm = norm(normPath)
	head := embed
	if !c.TieWordEmbeddings {
		head = param(headPath)
	}
	m.Head = &nn.Linear{Weight: head, F32: true}
	return m
}

// Slots lists where adapters can stand, in the order of the modules.
func (m *Model) Slots() []nn.Slot {
	slots := []nn.Slot{{Path: embedPath, Embedder: &m.Embed}}
	for l, b := range m.Blocks {
		for _, s := range []struct {
			module string
			layer  *nn.Layer
		}{
			{"self_attn.q_proj", &b.QProj}, {"self_attn.k_proj", &b.KProj},
			{"self_attn.v_proj", &b.VProj}, {"self_attn.o_proj", &b.OProj},
			{"mlp.gate_proj", &b.GateProj}, {"mlp.up_proj", &b.UpProj}, {"mlp.down_proj", &b.DownProj},
		} {
			slots = append(slots, nn.Slot{Path: layerPath(l, s.module), Layer: s.layer})
		}
	}
	return append(slots, nn.Slot{Path: headPath, Layer: &m.Head, Head: true})
}

// Parameters lists the model's own weights in the order of the modules, whatever adapters stand in the slots. A tied
// head's weight is the embedding's and is listed once.
func (m *Model) Parameters() []*nn.Parameter { return m.params }

// TrainAll makes every weight a trained one, for full fine-tuning: float32 copies with gradients. A tied head stays
// tied, and gradients reach its weight from both sides.
func (m *Model) TrainAll() {
	for _, p := range m.params {
		p.Train()
	}
}

// Hidden returns the hidden states [N,C] after the final norm.
func (m *Model) Hidden(t *autograd.Tape, b nn.Batch) *autograd.Var {
	return m.hidden(t, b, nil, nil)
}

// hidden returns the hidden states of the given rows, or of all where rows is nil. It also shows each hidden state to
// watch: the embeddings, each block's output, and the final norm's in place of the last block's, as transformers'
// output_hidden_states has them.
func (m *Model) hidden(t *autograd.Tape, b nn.Batch, rows []int32, watch func(n int, x *autograd.Var)) *autograd.Var {
	p := &pass{rows: rows, spans: make([]kernels.Span, 0, len(b.Starts))}
	for d := 0; d+1 < len(b.Starts); d++ {
		lo, hi := b.Starts[d], b.Starts[d+1]
		p.spans = append(p.spans, kernels.Span{Q0: lo, Q1: hi, K0: lo, K1: hi})
	}
	p.rope = m.rope(b.Positions())
	return m.run(t, p, b.IDs, watch)
}

// sharedHidden returns the hidden states of the given rows of a batch whose documents share their beginnings: queries are
// those of the tokens that are computed, keys and values are laid out for each document.
func (m *Model) sharedHidden(t *autograd.Tape, b nn.Batch, s *nn.Shared, rows []int32) *autograd.Var {
	p := &pass{keys: s.At, rows: make([]int32, len(rows)), rope: m.rope(s.Positions)}
	for i, r := range rows {
		p.rows[i] = s.At[r]
	}
	for d, own := range s.Own {
		p.spans = append(p.spans, kernels.Span{Q0: own[0], Q1: own[1], K0: b.Starts[d], K1: b.Starts[d+1]})
	}
	return m.run(t, p, s.IDs, nil)
}

func (m *Model) rope(positions []int32) autograd.Rope {
	n := len(positions) * m.Config.HeadDim / 2
	r := autograd.Rope{Cos: make([]float32, n), Sin: make([]float32, n)}
	kernels.RopeTable(r.Cos, r.Sin, positions, m.Config.HeadDim, m.Config.RopeTheta, false)
	return r
}

// run is Gemma2Model.forward.
func (m *Model) run(t *autograd.Tape, p *pass, ids []int32, watch func(n int, x *autograd.Var)) *autograd.Var {
	mark := t.Mark()
	x := m.Embed.Embed(t, ids, m.embedScale(t))
	for l, b := range m.Blocks {
		if watch != nil {
			watch(l, x)
		}
		layer := &layerPass{p, b, l, l == len(m.Blocks)-1}
		if l < len(m.Recompute) && m.Recompute[l] {
			x = autograd.Checkpoint(t, layer, x)
		} else {
			x = layer.Forward(t, x)
		}
		if l%pinEvery == pinEvery-1 {
			t.Pin(x)
		}
		t.Release(mark, x)
	}
	x = m.Norm.Forward(t, x)
	t.Release(mark, x)
	if watch != nil {
		watch(len(m.Blocks), x)
	}
	return x
}

// pinEvery is of how many blocks one keeps its result for the backward walk; the residual stream between two of them is
// added up again from the branches, and then exists at one time. Of 26 blocks with two sums each, 6 results are kept and
// 8 made again, which is near the least of both together.
const pinEvery = 4

// embedScale is sqrt(C), rounded to bfloat16 where the model computes in it, as transformers does.
func (m *Model) embedScale(t *autograd.Tape) float32 {
	s := float32(math.Sqrt(float64(m.Config.HiddenSize)))
	if m.Config.DType == tensor.BF16 && t.Activations() == tensor.BF16 {
		return kernels.BF16ToF32(kernels.F32ToBF16(s))
	}
	return s
}
