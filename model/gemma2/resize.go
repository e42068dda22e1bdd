package gemma2

import (
	"fmt"
	"math"
	"slices"

	"lapidary/autograd"
	"lapidary/autograd/nn"
	"lapidary/kernels"
	"lapidary/tensor"
)

// ResizeVocab grows the vocabulary to n rows, for new special tokens. New rows of the embedding, and of an untied head,
// are the mean of the old ones with normal noise of 1e-9 of each column's variance: the diagonal of what transformers'
// mean_resizing draws. The noise is a function of seed, row and column. Call it before adapters are attached; the grown
// tables are in Go memory, whatever was mapped.
func (m *Model) ResizeVocab(n int, seed uint64) error {
	switch {
	case n < m.Config.VocabSize:
		return fmt.Errorf("gemma2: the vocabulary of %d cannot shrink to %d", m.Config.VocabSize, n)
	case n > maxVocab:
		return fmt.Errorf("gemma2: a vocabulary of %d is more than %d", n, maxVocab)
	}
	embed, head, err := m.tables()
	if err != nil {
		return err
	}
	if n == m.Config.VocabSize {
		return nil
	}
	growRows(embed, n, kernels.Hash64(seed, 0))
	if head != embed {
		growRows(head, n, kernels.Hash64(seed, 1))
	}
	m.Config.VocabSize = n
	return nil
}

// Untie gives a tied head a weight of its own, equal to the embedding's for now. Call it before adapters are attached.
func (m *Model) Untie() error {
	embed, head, err := m.tables()
	if err != nil || head != embed {
		return err
	}
	own := nn.NewParameter(headPath+".weight", embed.Data())
	if embed.Trained() {
		own.Train() // copies
	}
	m.Head = &nn.Linear{Weight: own, F32: true}
	m.params = append(m.params, own)
	m.Config.TieWordEmbeddings = false
	return nil
}

// tables returns the parameters of the embedding and the head: one and the same where they are tied.
func (m *Model) tables() (embed, head *nn.Parameter, err error) {
	e, ok := m.Embed.(*nn.Embedding)
	l, ok2 := m.Head.(*nn.Linear)
	if !ok || !ok2 {
		return nil, nil, fmt.Errorf("gemma2: the embedding or the head carries an adapter; change the vocabulary first")
	}
	return e.Weight, l.Weight, nil
}

func growRows(p *nn.Parameter, n int, key uint64) {
	old := p.Data()
	rows, cols := old.Dim(0), old.Dim(1)
	mean, std := columnStats(old.Mat())
	fill := func(to kernels.Mat, from int) {
		for r := rows; r < n; r++ {
			for c := range cols {
				at := uint64(r)*uint64(cols) + uint64(c)
				to.Set(r-from, c, float32(mean[c]+math.Sqrt(1e-9)*std[c]*kernels.Normal(key, at)))
			}
		}
	}
	var grown *tensor.Tensor
	if q := old.Quant(); q != nil { // int8: each row has its own scale
		fresh := tensor.New(tensor.F32, n-rows, cols)
		fill(fresh.Mat(), rows)
		p := kernels.NewPool(1)
		more, _ := kernels.QuantiseI8(p, fresh.Mat())
		p.Close()
		grown = tensor.FromQuant(tensor.Int8, &kernels.Quant{Codes: slices.Concat(q.Codes, more.Codes), Scale: slices.Concat(q.Scale, more.Scale)}, n, cols)
	} else {
		grown = tensor.New(old.DType(), n, cols)
		copy(grown.Bytes(), old.Bytes())
		fill(grown.Mat(), 0)
	}
	if p.Trained() {
		p.Var = autograd.NewParam(grown)
	} else {
		p.Var = autograd.NewConst(grown)
	}
}

// columnStats returns each column's mean and deviation (divided by the number of rows).
func columnStats(x kernels.Mat) (mean, std []float64) {
	mean, std = make([]float64, x.Cols), make([]float64, x.Cols)
	for r := range x.Rows {
		for c := range mean {
			v := float64(x.At(r, c))
			mean[c] += v
			std[c] += v * v
		}
	}
	for c := range mean {
		mean[c] /= float64(x.Rows)
		std[c] = math.Sqrt(max(0, std[c]/float64(x.Rows)-mean[c]*mean[c]))
	}
	return mean, std
}
