package finetune

import (
	"context"
	"fmt"
	"io"
	"math"

	"lapidary/autograd/nn"
	"lapidary/data"
	"lapidary/internal/durable"
	"lapidary/tensor"
	"lapidary/tensor/safetensors"
)

// RowScore is what the model thinks of one row.
type RowScore struct {
	Row         int       `json:"row"`
	LogProbs    []float32 `json:"logprobs"` // of each token but the first
	Loss        *float64  `json:"loss"`     // mean over the label tokens; null without any
	LabelTokens int       `json:"label_tokens"`
}

// Score calls emit for each row in order.
func (s *Session) Score(ctx context.Context, rows []data.Example, emit func(RowScore) error) error {
	t := s.Tape()
	for i, row := range rows {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		t.Reset()
		b := documents(row)
		r := RowScore{Row: i, LogProbs: s.Model.LogProbs(t, b), LabelTokens: b.LabelTokens()}
		if r.LabelTokens > 0 {
			t.Reset()
			t.NoGrad(func() {
				_, sum := s.Model.Loss(t, b, 1)
				mean := sum / float64(r.LabelTokens)
				r.Loss = &mean
			})
			if math.IsNaN(*r.Loss) || math.IsInf(*r.Loss, 0) {
				return fmt.Errorf("row %d: the loss is %v: the weights hold values that are not finite", i, *r.Loss)
			}
		}
		if err := emit(r); err != nil {
			return err
		}
	}
	return nil
}

func documents(row data.Example) nn.Batch {
	var b nn.Batch
	b.IDs, b.Labels, b.Starts = data.Concat(row)
	return b
}

// WriteLogits writes the logits [T,V] of each row, after the final cap, as one float32 tensor logits.N a row. They are
// computed while they are written: no more than one row's exist at a time.
func (s *Session) WriteLogits(ctx context.Context, path string, rows []data.Example) error {
	t := s.Tape()
	var entries []safetensors.Entry
	for i, row := range rows {
		entries = append(entries, safetensors.Entry{
			Name: fmt.Sprintf("logits.%d", i), DType: tensor.F32, Shape: []int{len(row.IDs), s.Model.Config.VocabSize},
			Write: func(w io.Writer) (err error) {
				if ctx.Err() != nil {
					return context.Cause(ctx)
				}
				t.Reset()
				t.NoGrad(func() {
					logits := s.Model.Logits(t, s.Model.Hidden(t, documents(row)))
					_, err = w.Write(logits.Data.Bytes())
				})
				return err
			},
		})
	}
	return durable.WriteFile(path, func(w io.Writer) error {
		return safetensors.EncodeEntries(w, entries, map[string]string{"format": "pt"})
	}, 0o644)
}
