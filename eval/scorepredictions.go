package eval

import (
	"context"
	"errors"
	"fmt"

	"lapidary/data"
	"lapidary/tokenizer/chat"
	"lapidary/tokenizer/literal"
)

// Prediction is a model's answer to a case.
type Prediction struct {
	ID      string
	Output  Output
	Garbled bool // something that looks like a call could not be read
}

// OutputOfText reads the calls out of a model's text. A call that cannot be read is left out, and garbled reported; the
// row then fails by its count, as in the original.
func OutputOfText(text string) (out Output, garbled bool) {
	calls, err := chat.ParseOutput(text).Valid()
	out.Decoded = true
	for _, c := range calls {
		args, _ := c.Arguments.(*literal.Dict)
		out.Calls = append(out.Calls, Call{Name: c.Name, Args: args})
	}
	return out, err != nil
}

// ReadPrediction reads a row {"id","text"} or {"id","calls":[{"name","arguments"}]}.
func ReadPrediction(d *literal.Dict) (Prediction, error) {
	var p Prediction
	switch id := get(d, "id").(type) {
	case string:
		p.ID = id
	case literal.Number:
		p.ID = string(id)
	default:
		return p, fmt.Errorf("id: want a string, got %s", describe(get(d, "id")))
	}
	if calls, ok := d.Get("calls"); ok {
		p.Output = OutputOf(calls)
		p.Garbled = !p.Output.Decoded
		return p, nil
	}
	text, ok := d.Str("text")
	if !ok {
		return p, fmt.Errorf("want text or calls")
	}
	p.Output, p.Garbled = OutputOfText(text)
	return p, nil
}

// ReadPredictions reads a file of predictions; all bad rows are reported at once.
func ReadPredictions(ctx context.Context, file string) ([]Prediction, error) {
	records, err := data.ReadRecords(ctx, file)
	if err != nil {
		return nil, err
	}
	if len(records) == 0 {
		return nil, fmt.Errorf("%s: no predictions: want a line {\"id\",\"text\"} or {\"id\",\"calls\"} for each row", file)
	}
	out := make([]Prediction, len(records))
	var problems []error
	for i, r := range records {
		if out[i], err = ReadPrediction(r.Value); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", r.Source, err))
		}
	}
	return out, joinFirst(problems)
}

// ReadCases reads the rows to score against; all bad rows are reported at once.
func ReadCases(ctx context.Context, task Task, files []string) ([]Case, []data.Row, error) {
	rows, err := data.ReadRows(ctx, files, data.FormatAuto)
	if err != nil {
		return nil, nil, err
	}
	if err := task.Accepts(rows); err != nil {
		return nil, nil, err
	}
	cases := make([]Case, len(rows))
	var problems []error
	for i := range rows {
		if cases[i], err = CaseOf(&rows[i]); err != nil {
			problems = append(problems, err)
		}
	}
	return cases, rows, joinFirst(problems)
}

// joinFirst joins the first problems and counts the rest.
func joinFirst(problems []error) error {
	const most = 20
	if n := len(problems); n > most {
		problems = append(problems[:most:most], fmt.Errorf("and %d more", n-most))
	}
	return errors.Join(problems...)
}

// ScoreFile scores a file of predictions against data files.
func ScoreFile(ctx context.Context, task Task, predictions string, files []string) (*Scores, error) {
	cases, _, err := ReadCases(ctx, task, files)
	if err != nil {
		return nil, err
	}
	list, err := ReadPredictions(ctx, predictions)
	if err != nil {
		return nil, err
	}
	return Score(cases, list)
}
