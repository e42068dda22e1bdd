package data

import (
	"errors"
	"math/bits"
	"slices"

	"lapidary/tokenizer/chat"
)

// Lengths are the lengths of the training rows in tokens, and what a limit loses of them.
type Lengths struct {
	Rows      int      `json:"rows"`
	P50       int      `json:"p50"`
	P90       int      `json:"p90"`
	P99       int      `json:"p99"`
	Longest   int      `json:"longest"`
	Tokens    int      `json:"tokens"`
	Labels    int      `json:"label_tokens"`
	Histogram []Bucket `json:"histogram"`
	Limits    []Limit  `json:"limits"`
}

// Bucket counts the rows with From to 2·From-1 tokens.
type Bucket struct {
	From int `json:"from"`
	Rows int `json:"rows"`
}

// Limit is what a max_length cuts off.
type Limit struct {
	MaxLength int `json:"max_length"`
	Rows      int `json:"rows"`
	Tokens    int `json:"tokens"`
	Labels    int `json:"label_tokens"`
}

// checkTokens renders a row and looks at what training would see.
func (a *Auditor) checkTokens(c *checked) {
	if has(c.row.Raw, "ground_truth") {
		return // a question for evaluation: there is nothing to learn from
	}
	r, err := a.encoder.Render(c.row)
	switch {
	case errors.Is(err, errNoTokenizer), errors.Is(err, errNoTemplate):
		return
	case err != nil:
		e := rowError(c.record.source, err)
		c.add(DefectTemplate, e.Field, "%v", e.Err)
		return
	}
	c.rendered = r
	c.checkEnds(a.encoder, r)
	x := a.encoder.cut(r, c.record.source)
	switch {
	case len(r.IDs) == 0:
		c.add(DefectEmpty, "", "no tokens")
	case x.LabelTokens() == 0:
		c.add(DefectMasked, "", "no token carries loss")
	}
	if n := a.encoder.config.MaxLength; n > 0 && len(r.IDs) > n {
		c.checkCut(r, n)
	}
}

// checkEnds looks at the first and last tokens.
func (c *checked) checkEnds(e *Encoder, r *Rendered) {
	if e.text.Tokenizer == nil || len(r.IDs) == 0 {
		return
	}
	bos, eos := e.text.Tokenizer.BOS(), e.text.Tokenizer.EOS()
	if len(r.IDs) > 1 && r.IDs[0] == bos && r.IDs[1] == bos && c.row.Format != FormatText && c.row.Format != FormatPrompt {
		c.add(DefectDoubleBOS, "", "the row begins with two BOS")
	}
	if c.row.Format != FormatTokens {
		return
	}
	turn, _ := e.text.Tokenizer.TokenToID("<end_of_turn>")
	tail := r.IDs[max(0, len(r.IDs)-2):] // a newline may follow the marker
	if !slices.Contains(tail, eos) && !slices.Contains(tail, turn) {
		c.add(DefectMissingEnd, "input_ids", "neither EOS nor an end of turn at the end")
	}
}

// checkCut says what a row loses by the limit.
func (c *checked) checkCut(r *Rendered, limit int) {
	shift := len(r.IDs) - len(r.Offsets)
	if at := limit - shift; at >= 0 && at < len(r.Offsets) {
		cut := r.Offsets[at].Start
		for _, s := range r.Spans {
			if s.Kind == chat.KindCall && s.End > cut && s.Start < cut {
				c.add(DefectCutCall, "", "%d tokens; the limit of %d cuts through a call", len(r.IDs), limit)
				return
			}
		}
	}
	c.add(DefectTruncated, "", "%d tokens; the limit is %d", len(r.IDs), limit)
}

// measure sums up the lengths of the training rows.
func (a *Auditor) measure(report *AuditReport, all []checked) {
	if a.encoder.text.Tokenizer == nil {
		report.NotLooked = append(report.NotLooked, "tokens, lengths and masks: no tokenizer given")
	} else if a.encoder.text.Template == nil {
		report.NotLooked = append(report.NotLooked, "tokens, lengths and masks of conversations: no chat template given")
	}
	var lengths []int
	var rendered []*Rendered
	for _, c := range all {
		if c.train && c.rendered != nil {
			lengths = append(lengths, len(c.rendered.IDs))
			rendered = append(rendered, c.rendered)
		}
	}
	if len(lengths) == 0 {
		return
	}
	slices.Sort(lengths)
	at := func(percent int) int { return lengths[min(len(lengths)*percent/100, len(lengths)-1)] }
	l := &Lengths{Rows: len(lengths), P50: at(50), P90: at(90), P99: at(99), Longest: lengths[len(lengths)-1]}
	for _, n := range lengths {
		l.Tokens += n
		from := 0
		if n > 0 {
			from = 1 << (bits.Len(uint(n)) - 1)
		}
		if k := len(l.Histogram); k == 0 || l.Histogram[k-1].From != from {
			l.Histogram = append(l.Histogram, Bucket{From: from})
		}
		l.Histogram[len(l.Histogram)-1].Rows++
	}
	limits := []int{256, 512, 1024, 2048, 4096, 8192}
	if n := a.encoder.config.MaxLength; n > 0 && !slices.Contains(limits, n) {
		limits = append(limits, n)
		slices.Sort(limits)
	}
	for _, n := range limits {
		l.Limits = append(l.Limits, loss(rendered, n))
	}
	for _, r := range rendered {
		l.Labels += Example{IDs: r.IDs, Labels: r.Labels}.LabelTokens()
	}
	report.Lengths = l
}

// loss counts what a limit cuts off the ends.
func loss(rendered []*Rendered, limit int) Limit {
	l := Limit{MaxLength: limit}
	for _, r := range rendered {
		if len(r.IDs) <= limit {
			continue
		}
		l.Rows++
		l.Tokens += len(r.IDs) - limit
		for _, label := range r.Labels[limit:] {
			if label >= 0 {
				l.Labels++
			}
		}
	}
	return l
}
