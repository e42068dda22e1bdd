package demo

import (
	"math"
	"strings"

	"lapidary/model/gemma2"
	"lapidary/tensor"
)

// Shape is the demo model's: every trait of Gemma-2 in small, both soft caps included.
func Shape(vocab int) gemma2.Config {
	c := gemma2.DefaultConfig()
	c.VocabSize, c.HiddenSize, c.IntermediateSize, c.NumHiddenLayers = vocab, 160, 320, 5
	c.NumAttentionHeads, c.NumKeyValueHeads, c.HeadDim, c.QueryPreAttnScalar = 6, 3, 32, 32
	c.MaxPositionEmbeddings, c.SlidingWindow = 1024, 128
	c.InitializerRange = 1 / math.Sqrt(float64(c.HiddenSize))
	return c
}

// postNorm is what the norms after attention and feed-forward begin with: they multiply by one plus the weight, and
// branches that begin at half the size leave the embeddings readable. At full size the model did not learn to copy.
const postNorm = -0.5

// NewModel makes the model that pretraining begins with, in float32.
func NewModel(vocab int, seed uint64) (*gemma2.Model, error) {
	m, err := gemma2.NewRandom(Shape(vocab), seed, tensor.F32)
	if err != nil {
		return nil, err
	}
	for _, p := range m.Parameters() {
		if strings.Contains(p.Name, "post_") {
			for i := range p.Data().F32() {
				p.Data().F32()[i] = postNorm
			}
		}
	}
	return m, nil
}
