package data

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"lapidary/tokenizer/chat"
)

// Shown is a row as training sees it, or why it cannot be.
type Shown struct {
	Row    int     `json:"row"` // from 0
	Text   string  `json:"text"`
	IDs    []int32 `json:"ids"`
	Labels []int32 `json:"labels"`
	// Weights of the labels in the loss, where not all are 1.
	Weights []float32 `json:"weights,omitempty"`
}

// ShownError stands for a row that cannot be rendered.
type ShownError struct {
	Row   int    `json:"row"`
	Error string `json:"error"`
}

// ShowFile renders the first limit rows of a file (0: all) in order and gives each to f: a Shown, or a ShownError for a
// row that cannot be read or rendered. failed counts the latter.
func (e *Encoder) ShowFile(ctx context.Context, file string, limit int, f func(any) error) (failed int, err error) {
	rows, err := e.eachRow(ctx, file, limit)
	if err != nil {
		return 0, err
	}
	for i := range rows {
		var out any
		shown, err := rows[i].show(e, i)
		if out = shown; err != nil {
			failed++
			out = ShownError{Row: i, Error: err.Error()}
		}
		if err := f(out); err != nil {
			return failed, err
		}
		if err := ctx.Err(); err != nil {
			return failed, err
		}
	}
	return failed, nil
}

// readRow is a row of a file, or why it cannot be read.
type readRow struct {
	row Row
	err error
}

func (r *readRow) show(e *Encoder, n int) (Shown, error) {
	if r.err != nil {
		return Shown{}, r.err
	}
	return e.Show(n, &r.row)
}

// eachRow reads the first limit rows of a file (0: all); bad ones keep their places.
func (e *Encoder) eachRow(ctx context.Context, file string, limit int) ([]readRow, error) {
	bad := &RowErrors{}
	records, err := readFile(file, bad)
	if err != nil {
		return nil, err
	}
	if err := bad.asError(); err != nil {
		return nil, err // a line that is too long to be kept has no place in the list
	}
	format := e.config.Format
	if format == FormatAuto || format == "" {
		if format, err = formatOf(ctx, records); err != nil {
			return nil, err
		}
	}
	if limit > 0 {
		records = records[:min(limit, len(records))]
	}
	out := make([]readRow, len(records))
	err = parallel(ctx, len(records), func(i int) {
		o, err := records[i].parse()
		if err == nil && format == "" {
			_, err = detect(o)
		}
		if err == nil {
			out[i].row, err = decodeRow(records[i].source, format, o)
		}
		if errors.Is(err, errNoTurns) {
			out[i].row.Messages, err = []chat.Message{}, nil // for the template to judge
		}
		if err != nil {
			out[i].err = rowError(records[i].source, err)
		}
	})
	return out, err
}

// PrintFile prints the first limit rows of a file (0: all) with marks around what carries loss; failed counts the rows
// that cannot be.
func (e *Encoder) PrintFile(ctx context.Context, w io.Writer, file string, limit int, marks Marks) (failed int, err error) {
	rows, err := e.eachRow(ctx, file, limit)
	if err != nil {
		return 0, err
	}
	for i := range rows {
		err := rows[i].err
		if err == nil {
			err = e.Print(w, &rows[i].row, marks)
		}
		var bad *RowError
		if errors.As(err, &bad) {
			failed++
			_, err = fmt.Fprintf(w, "%s\n", bad)
		}
		if err = cmp.Or(err, ctx.Err()); err != nil {
			return failed, err
		}
	}
	return failed, nil
}

// Show renders row n at full length.
func (e *Encoder) Show(n int, row *Row) (Shown, error) {
	r, err := e.Render(row)
	if err != nil {
		return Shown{}, rowError(row.Source, err)
	}
	if r.Text == "" && e.text.Tokenizer != nil {
		r.Text = e.text.Tokenizer.Decode(r.IDs, false)
	}
	s := Shown{Row: n, Text: r.Text, IDs: r.IDs, Labels: r.Labels, Weights: r.Weights}
	if s.IDs == nil {
		s.IDs, s.Labels = []int32{}, []int32{}
	}
	return s, nil
}

// Marks set off what carries loss.
type Marks struct{ Open, Close string }

var (
	// Brackets are for files and pipes.
	Brackets = Marks{"⟦", "⟧"}
	// Colours are for terminals: what carries loss is bold green.
	Colours = Marks{"\x1b[1;32m", "\x1b[0m"}
)

// Print writes a row's text, what carries loss between marks. Control characters of the text are written out, so that
// data cannot steer a terminal.
func (e *Encoder) Print(w io.Writer, row *Row, marks Marks) error {
	r, err := e.Render(row)
	if err != nil {
		return rowError(row.Source, err)
	}
	out := bufio.NewWriter(w)
	lossTokens := Example{IDs: r.IDs, Labels: r.Labels}.LabelTokens()
	fmt.Fprintf(out, "%s: %d tokens, %d with loss\n", row.Source, len(r.IDs), lossTokens)
	var open float32 // the weight of the stretch that is open; 0: none is
	for i, piece := range e.pieces(r) {
		if w := r.weight(i); w != open && piece != "" {
			out.WriteString(marks.change(open, w))
			open = w
		}
		out.WriteString(visible(piece))
	}
	out.WriteString(marks.change(open, 0))
	out.WriteString("\n")
	return out.Flush()
}

// change ends a stretch of one weight and begins one of another; a weight other than 1 is written out.
func (m Marks) change(from, to float32) string {
	s := ""
	if from != 0 {
		s = m.Close
	}
	switch {
	case to == 1:
		s += m.Open
	case to != 0:
		s += fmt.Sprintf("%s×%g ", m.Open, to)
	}
	return s
}

// weight is what token i counts in the loss.
func (r *Rendered) weight(i int) float32 {
	switch {
	case i == 0 || r.Labels[i] < 0:
		return 0
	case r.Weights == nil:
		return 1
	}
	return r.Weights[i]
}

// pieces are the stretches of text that the tokens stand for. The bytes of one character belong to its first token.
func (e *Encoder) pieces(r *Rendered) []string {
	out := make([]string, len(r.IDs))
	shift := len(r.IDs) - len(r.Offsets)
	at := 0
	for i, id := range r.IDs {
		switch {
		case i >= shift:
			o := r.Offsets[i-shift]
			if o.End > at {
				out[i], at = r.Text[at:o.End], o.End
			}
		case e.text.Tokenizer != nil:
			out[i] = e.text.Tokenizer.Decode([]int32{id}, false)
		default:
			out[i] = fmt.Sprintf("%d ", id)
		}
	}
	return out
}

// visible keeps line ends and tabs and writes every other control character out.
func visible(s string) string {
	parts := strings.SplitAfter(s, "\n")
	for i, p := range parts {
		body, end := strings.CutSuffix(p, "\n")
		fields := strings.Split(body, "\t")
		for k := range fields {
			fields[k] = escapeControls(fields[k])
		}
		parts[i] = strings.Join(fields, "\t")
		if end {
			parts[i] += "\n"
		}
	}
	return strings.Join(parts, "")
}
