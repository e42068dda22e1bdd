package gemma2

import (
	"math"

	"lapidary/autograd"
	"lapidary/autograd/nn"
	"lapidary/kernels"
)

// Block is one decoder layer. Its projections are layers in slots: an adapter may take their place.
type Block struct {
	InputLayernorm           *nn.RMSNorm
	QProj, KProj, VProj      nn.Layer // [N,C] -> [N,H·D], [N,K·D], [N,K·D]
	OProj                    nn.Layer // [N,H·D] -> [N,C]
	PostAttentionLayernorm   *nn.RMSNorm
	PreFeedforwardLayernorm  *nn.RMSNorm
	GateProj, UpProj         nn.Layer // [N,C] -> [N,F]
	DownProj                 nn.Layer // [N,F] -> [N,C]
	PostFeedforwardLayernorm *nn.RMSNorm

	attention kernels.AttentionShape
}

// attentionShape is what attention of one layer needs to know. The scale comes from query_pre_attn_scalar, which in
// the 27b model is not head_dim.
func (c *Config) attentionShape(layer int) kernels.AttentionShape {
	s := kernels.AttentionShape{
		Heads: c.NumAttentionHeads, KVHeads: c.NumKeyValueHeads, HeadDim: c.HeadDim,
		Scale: float32(1 / math.Sqrt(c.QueryPreAttnScalar)),
		Cap:   float32(c.AttnLogitSoftcapping),
	}
	if c.LayerTypes[layer] == SlidingAttention {
		s.Window = c.SlidingWindow
	}
	return s
}

// pass is what all layers share during one forward pass.
type pass struct {
	rope  autograd.Rope
	spans []kernels.Span
	rows  []int32 // whose hidden states are wanted after the last block; nil: all
	keys  []int32 // whose keys and values documents see, one document after another; nil: the batch as it lies
	cache *Cache  // nil in training: keys and values are those of the batch itself
}

// layerPass is a block within a pass. It is an autograd.Block: a pure function of x and the parameters, so that it can
// be computed again in the backward walk.
type layerPass struct {
	*pass
	*Block
	layer int
	last  bool
}

// Forward is Gemma2DecoderLayer.forward; x [N,C]. Each branch is normed before it joins the residual stream. After the
// last block's attention tokens see nothing of each other any more, and only the wanted rows go on.
func (b *layerPass) Forward(t *autograd.Tape, x *autograd.Var) *autograd.Var {
	a := b.attend(t, b.InputLayernorm.Forward(t, x))
	if b.last && b.rows != nil {
		a, x = autograd.GatherRows(t, a, b.rows), autograd.GatherRows(t, x, b.rows)
	}
	x = b.PostAttentionLayernorm.AddTo(t, x, b.OProj.Forward(t, a))

	h := b.PreFeedforwardLayernorm.Forward(t, x)
	m := b.DownProj.Forward(t, autograd.GeGLU(t, b.GateProj.Forward(t, h), b.UpProj.Forward(t, h)))
	return b.PostFeedforwardLayernorm.AddTo(t, x, m)
}

// attend is Gemma2Attention.forward before o_proj; h [N,C], result [N,H·D].
func (b *layerPass) attend(t *autograd.Tape, h *autograd.Var) *autograd.Var {
	q := autograd.Rotate(t, b.QProj.Forward(t, h), b.rope, b.attention.HeadDim)
	k := autograd.Rotate(t, b.KProj.Forward(t, h), b.rope, b.attention.HeadDim)
	v := b.VProj.Forward(t, h)
	switch {
	case b.cache != nil:
		k, v = b.cache.extend(t, b.layer, k, v)
	case b.keys != nil:
		k, v = autograd.GatherRows(t, k, b.keys), autograd.GatherRows(t, v, b.keys)
	}
	return autograd.Attention(t, q, k, v, b.spans, b.attention)
}
