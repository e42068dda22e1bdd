package finetune

import (
	"errors"
	"fmt"

	"lapidary/kernels"
	"lapidary/model/gemma2"
	"lapidary/tensor"
)

// QuantOptions says how the frozen weights of a base are kept, by the names of transformers' BitsAndBytesConfig.
// Adapters, their gradients and sums are float32 as ever; values that are multiplied are codes times scales in float32.
type QuantOptions struct {
	LoadIn4bit bool `json:"load_in_4bit"`
	LoadIn8bit bool `json:"load_in_8bit"`
	// QuantType is the kind of 4-bit codes: nf4, or nothing for the same.
	QuantType string `json:"bnb_4bit_quant_type"`
	// DoubleQuant quantises the scales of 4-bit blocks too; where it is not given, it does.
	DoubleQuant *bool `json:"bnb_4bit_use_double_quant"`
	// EmbedIn8bit keeps the embedding, and a head of its own, in rows of int8. transformers leaves them as they are.
	EmbedIn8bit bool `json:"embed_in_8bit"`
}

// Validate reports what makes no sense.
func (q QuantOptions) Validate() error {
	var problems []error
	if q.LoadIn4bit && q.LoadIn8bit {
		problems = append(problems, errors.New("load_in_4bit, load_in_8bit: a base is loaded in one of them"))
	}
	switch q.QuantType {
	case "", "nf4":
	case "fp4":
		problems = append(problems, errors.New("bnb_4bit_quant_type: fp4 is not supported, nf4 is: it is the better of the two for weights"))
	default:
		problems = append(problems, fmt.Errorf("bnb_4bit_quant_type: %q is not known; there is nf4", q.QuantType))
	}
	if !q.LoadIn4bit && (q.QuantType != "" || q.DoubleQuant != nil) {
		problems = append(problems, errors.New("bnb_4bit_quant_type, bnb_4bit_use_double_quant: say something about load_in_4bit, which is not given"))
	}
	return errors.Join(problems...)
}

// base is what the model's loader is told.
func (q QuantOptions) base() gemma2.Quantisation {
	b := gemma2.Quantisation{Embedding: q.EmbedIn8bit}
	switch {
	case q.LoadIn4bit:
		b.Linear, b.Double = tensor.NF4, q.DoubleQuant == nil || *q.DoubleQuant
	case q.LoadIn8bit:
		b.Linear = tensor.Int8
	}
	return b
}

// quantisedBytes is the memory of quantised weights, which are no part of a file.
func quantisedBytes(m *gemma2.Model) (n int64) {
	for _, p := range m.Parameters() {
		if p.Data().DType().IsQuantised() {
			n += p.Data().Size()
		}
	}
	return n
}

// flags is how the command line says it.
func (q QuantOptions) flags() string {
	text := "--load-in-4bit"
	if q.EmbedIn8bit {
		text += " --embed-in-8bit"
	}
	return text
}

// quantisedSaves is what a base would take less if it were quantised.
func quantisedSaves(m *gemma2.Model, q QuantOptions) (n int64) {
	for _, p := range m.Parameters() {
		if d := q.base().Of(p.Name, p.Data().Rank()); d != tensor.Invalid {
			n += p.Data().Size() - int64(p.Data().Len())*int64(d.Bits())/8
			if d == tensor.NF4 {
				n -= int64(p.Data().Len()) / kernels.NF4Block
			}
		}
	}
	return n
}
