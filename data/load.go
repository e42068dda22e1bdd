package data

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"strings"
)

// Set is a data set ready for training.
type Set struct {
	Examples    []Example // in file order, packed if so configured
	Report      Report
	Fingerprint string // of the examples: equal fingerprints give equal runs
}

// Places counts rows and names the first of them.
type Places struct {
	Count int      `json:"count"`
	First []Source `json:"first,omitempty"`
}

func (p *Places) add(s Source) {
	p.Count++
	if len(p.First) < maxReported {
		p.First = append(p.First, s)
	}
}

func (p *Places) String() string {
	const shown = 3 // of those that the report names: a line in a log should stay a line
	names := make([]string, min(shown, len(p.First)))
	for i := range names {
		names[i] = p.First[i].String()
	}
	if p.Count > len(names) {
		names = append(names, "…")
	}
	return strings.Join(names, ", ")
}

// Report says what became of the rows.
type Report struct {
	Rows        int    `json:"rows"`         // read
	Examples    int    `json:"examples"`     // made of them: rows of training, after packing
	Tokens      int    `json:"tokens"`       // in the examples
	LabelTokens int    `json:"label_tokens"` // of them with loss
	Longest     int    `json:"longest"`      // tokens of the longest row, before cutting
	LostTokens  int    `json:"lost_tokens"`  // beyond max_length
	Truncated   Places `json:"truncated"`
	AllMasked   Places `json:"all_masked"` // left out: no token of theirs carries loss
	Empty       Places `json:"empty"`      // left out: no tokens at all
	DoubleBOS   Places `json:"double_bos"` // brought a BOS of their own; one was kept
	Fused       Places `json:"fused"`      // a token joins prompt and completion and carries no loss
}

// Notes are the findings worth a line in the log.
func (r *Report) Notes() []string {
	var out []string
	note := func(p *Places, format string, args ...any) {
		if p.Count > 0 {
			out = append(out, fmt.Sprintf("%d of %d rows ", p.Count, r.Rows)+fmt.Sprintf(format, args...)+" ("+p.String()+")")
		}
	}
	note(&r.Truncated, "are longer than max_length; %d tokens are lost", r.LostTokens)
	note(&r.AllMasked, "carry no loss and are left out")
	note(&r.Empty, "have no tokens and are left out")
	note(&r.Fused, "have a token that joins prompt and completion; it carries no loss")
	note(&r.DoubleBOS, "begin with a BOS of their own; it is not doubled")
	return out
}

// Load reads files and makes their examples, on all threads; the result does not depend on their number. All bad rows
// are reported at once, as RowErrors.
func Load(ctx context.Context, files []string, config Config, text Text) (*Set, error) {
	encoder, err := NewEncoder(config, text)
	if err != nil {
		return nil, err
	}
	rows, err := ReadRows(ctx, files, config.Format)
	if err != nil {
		return nil, err
	}
	return encoder.Set(ctx, rows)
}

// Set makes the examples of rows.
func (e *Encoder) Set(ctx context.Context, rows []Row) (*Set, error) {
	examples := make([]Example, len(rows))
	found := make([]*Rendered, len(rows))
	errs := make([]error, len(rows))
	err := parallel(ctx, len(rows), func(i int) {
		if found[i], errs[i] = e.Render(&rows[i]); errs[i] == nil {
			examples[i] = e.cut(found[i], rows[i].Source)
			found[i] = &Rendered{IDs: found[i].IDs, DoubleBOS: found[i].DoubleBOS, Fused: found[i].Fused} // the text is no longer needed
		}
	})
	if err != nil {
		return nil, err
	}
	bad := &RowErrors{}
	s := &Set{Report: Report{Rows: len(rows)}}
	for i := range rows {
		if errs[i] != nil {
			bad.add(rowError(rows[i].Source, errs[i]))
			continue
		}
		s.admit(examples[i], found[i], e.config)
	}
	if err := bad.asError(); err != nil {
		return nil, err
	}
	if s.Examples, err = Pack(s.Examples, e.config.Packing, e.config.MaxLength); err != nil {
		return nil, err
	}
	s.finish(e.config.KeepAll)
	return s, nil
}

// admit takes an example into the set, or reports why not.
func (s *Set) admit(x Example, r *Rendered, config Config) {
	report := &s.Report
	report.Longest = max(report.Longest, len(r.IDs))
	if r.DoubleBOS {
		report.DoubleBOS.add(x.Source)
	}
	if r.Fused {
		report.Fused.add(x.Source)
	}
	if lost := len(r.IDs) - config.MaxLength; x.Truncated || config.Packing == PackBFD && lost > 0 {
		report.Truncated.add(x.Source)
		report.LostTokens += lost
	}
	switch {
	case config.KeepAll:
		s.Examples = append(s.Examples, x)
	case len(x.IDs) == 0:
		report.Empty.add(x.Source)
	case x.LabelTokens() == 0:
		report.AllMasked.add(x.Source)
	default:
		s.Examples = append(s.Examples, x)
	}
}

// finish drops packed rows that carry no loss, unless all are to be kept, and sums up.
func (s *Set) finish(keepAll bool) {
	kept := s.Examples[:0]
	for _, x := range s.Examples {
		n := x.LabelTokens()
		if n == 0 && !keepAll {
			s.Report.AllMasked.add(x.Source)
			continue
		}
		s.Report.Tokens += len(x.IDs)
		s.Report.LabelTokens += n
		kept = append(kept, x)
	}
	s.Examples = kept
	s.Report.Examples = len(kept)
	s.Fingerprint = fingerprint(kept)
}

// fingerprint hashes all that training sees of the examples.
func fingerprint(examples []Example) string {
	h := sha256.New()
	var buffer []byte
	put := func(x int32) { buffer = binary.LittleEndian.AppendUint32(buffer, uint32(x)) }
	buffer = append(buffer, "examples 1\n"...)
	put(int32(len(examples)))
	for _, x := range examples {
		documents := x.Documents()
		put(int32(len(documents)))
		for _, n := range documents {
			put(int32(n))
		}
		for i, id := range x.IDs {
			put(id)
			put(x.Labels[i])
		}
		for _, w := range x.Weights {
			put(int32(math.Float32bits(w)))
		}
		h.Write(buffer)
		buffer = buffer[:0]
	}
	h.Write(buffer)
	return hex.EncodeToString(h.Sum(nil))
}
