package finetune

import (
	"context"
	"fmt"
	"math"

	"lapidary/data"
	"lapidary/eval"
)

// LossScore is the mean loss over the label tokens of a data set.
type LossScore struct {
	Rows        int     `json:"rows"` // that were scored
	RowsInData  int     `json:"rows_in_data"`
	Tokens      int     `json:"tokens"`
	LabelTokens int     `json:"label_tokens"`
	Loss        float64 `json:"loss"` // each token counts the same
	Perplexity  float64 `json:"perplexity"`
}

// RowLoss is the loss of one row.
type RowLoss struct {
	Source      data.Source `json:"source"`
	LabelTokens int         `json:"label_tokens"`
	Loss        float64     `json:"loss"`
}

// ReadRows makes examples of files with the session's tokenizer, no longer than the model takes, and reports notes.
func (s *Session) ReadRows(ctx context.Context, files []string, o RowOptions) (*data.Set, error) {
	cfg := o.Config
	cfg.VocabSize, cfg.Packing = s.Model.Config.VocabSize, data.PackNone
	if limit := s.Model.Config.MaxPositionEmbeddings; cfg.MaxLength == 0 || cfg.MaxLength > limit {
		cfg.MaxLength = limit
	}
	template, err := FindTemplate(o.Template, s.Tokenizer)
	if err != nil {
		return nil, err
	}
	return data.Load(ctx, files, cfg, data.Text{Tokenizer: s.Tokenizer, Template: template, Adapt: true})
}

// EvalLoss measures the loss of a set, of limit rows chosen at random where limit is above 0. each, where not nil, hears
// of every row.
func (s *Session) EvalLoss(ctx context.Context, set *data.Set, limit int, seed uint64, each func(RowLoss) error) (LossScore, error) {
	score := LossScore{RowsInData: len(set.Examples)}
	var sum float64
	t := s.Tape()
	for _, i := range eval.Sample(len(set.Examples), limit, seed) {
		if ctx.Err() != nil {
			return score, context.Cause(ctx)
		}
		row := set.Examples[i]
		b := documents(row)
		r := RowLoss{Source: row.Source, LabelTokens: b.LabelTokens()}
		var of float64
		t.Reset()
		t.NoGrad(func() { _, of = s.Model.Loss(t, b, 1) })
		if math.IsNaN(of) || math.IsInf(of, 0) {
			return score, fmt.Errorf("%s: the loss is %v: the weights hold values that are not finite", row.Source, of)
		}
		sum += of
		score.Rows++
		score.Tokens += len(row.IDs)
		score.LabelTokens += r.LabelTokens
		if each != nil {
			r.Loss = of / float64(r.LabelTokens)
			if err := each(r); err != nil {
				return score, err
			}
		}
	}
	if score.LabelTokens == 0 {
		return score, fmt.Errorf("no token carries loss: %v", set.Report.Notes())
	}
	score.Loss = sum / float64(score.LabelTokens)
	score.Perplexity = math.Exp(score.Loss)
	return score, nil
}
