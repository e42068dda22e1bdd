package eval

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"
)

// WriteTable prints the scores for a reader.
func (s *Scores) WriteTable(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "category\trows\tpassed\taccuracy\t95% interval")
	for _, name := range slices.Sorted(maps.Keys(s.Categories)) {
		writeRate(t, name, s.Categories[name])
	}
	fmt.Fprintln(t, "\t\t\t\t")
	for _, f := range []struct{ key, name string }{
		{"parse_rate", "calls that parse"}, {"name_accuracy", "function names right"},
		{"argument_accuracy", "arguments right"}, {"ast_accuracy", "whole answer right"},
		{"irrelevance_accuracy", "rightly no call"}, {"false_call_rate", "false calls"},
	} {
		if r := s.Intervals[f.key]; r.N > 0 {
			writeRate(t, f.name, r)
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, note := range []struct {
		n    int
		text string
	}{
		{s.Garbled, "rows hold a call that could not be read"},
		{s.GarbledIrrelevance, "of them count as rightly calling nothing, since nothing could be read"},
		{s.Missing, "rows have no prediction and count as wrong"},
	} {
		if note.n > 0 {
			if _, err := fmt.Fprintf(w, "%d %s\n", note.n, note.text); err != nil {
				return err
			}
		}
	}
	return nil
}

func writeRate(w io.Writer, name string, r Rate) {
	fmt.Fprintf(w, "%s\t%d\t%d\t%.1f%%\t%.1f–%.1f%%\n", name, r.N, r.Passed, 100*r.Value, 100*r.Low, 100*r.High)
}
