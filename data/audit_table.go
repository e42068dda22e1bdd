package data

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
)

// WriteTable prints the report for a reader: a line per defect with the first places, then the lengths.
func (r *AuditReport) WriteTable(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "rows\t%d\t\n", r.Rows)
	if r.EvalRows > 0 {
		fmt.Fprintf(t, "evaluation rows\t%d\t\n", r.EvalRows)
	}
	fmt.Fprintf(t, "errors\t%d\t\nwarnings\t%d\t\n", r.Errors, r.Warnings)
	for _, d := range slices.SortedFunc(maps.Keys(r.Counts), func(a, b Defect) int {
		return cmp.Or(-cmp.Compare(severity(a), severity(b)), -cmp.Compare(r.Counts[a], r.Counts[b]), cmp.Compare(a, b))
	}) {
		fmt.Fprintf(t, "%s\t%d\t%s\n", d, r.Counts[d], r.firstPlaces(d))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if err := r.Lengths.writeTable(w); err != nil {
		return err
	}
	for _, s := range r.NotLooked {
		if _, err := fmt.Fprintln(w, "not checked: "+s); err != nil {
			return err
		}
	}
	return nil
}

func severity(d Defect) int {
	if d.Severe() {
		return 1
	}
	return 0
}

// firstPlaces shows the first finding whole and the places of two more.
func (r *AuditReport) firstPlaces(d Defect) string {
	var out []string
	for _, f := range r.Findings {
		switch {
		case f.Defect != d:
		case len(out) == 0:
			place := f.Source.String()
			if f.Field != "" {
				place += " " + f.Field
			}
			out = append(out, place+": "+f.Detail)
		case len(out) < 3:
			out = append(out, f.Source.String())
		}
	}
	return clean(strings.Join(out, "; "))
}

func (l *Lengths) writeTable(w io.Writer) error {
	if l == nil {
		return nil
	}
	fmt.Fprintf(w, "\ntokens a row: half have at most %d, 90%% %d, 99%% %d, the longest %d; %d in all, %d with loss\n",
		l.P50, l.P90, l.P99, l.Longest, l.Tokens, l.Labels)
	most := 0
	for _, b := range l.Histogram {
		most = max(most, b.Rows)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, b := range l.Histogram {
		fmt.Fprintf(t, "%d–%d\t%d\t%s\n", b.From, max(b.From, 2*b.From-1), b.Rows, strings.Repeat("█", (b.Rows*40+most-1)/most))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w, "\nwhat --max-length loses:")
	t = tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "max length\trows cut\ttokens\tof all\twith loss\t")
	for _, x := range l.Limits {
		fmt.Fprintf(t, "%d\t%d\t%d\t%.1f%%\t%d\t\n", x.MaxLength, x.Rows, x.Tokens, 100*float64(x.Tokens)/float64(max(1, l.Tokens)), x.Labels)
	}
	return t.Flush()
}
