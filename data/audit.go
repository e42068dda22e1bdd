package data

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
)

// Defect is a kind of finding.
type Defect string

// The defects an audit looks for. The first group keeps a row from being read, the second teaches a model something
// false, the third wastes or weakens training.
const (
	DefectRow      Defect = "bad-row"      // not JSON, not UTF-8, a key twice, a field of the wrong kind
	DefectTemplate Defect = "bad-template" // the chat template refuses the conversation
	DefectTools    Defect = "bad-tools"    // the tool list cannot be read
	DefectSchema   Defect = "bad-schema"   // a tool's parameters are no JSON schema

	DefectCall        Defect = "bad-call"            // a call that is neither JSON nor a Python literal, or no call
	DefectUnknownTool Defect = "unknown-tool"        // a call of a function that is not offered
	DefectMissing     Defect = "missing-argument"    // the schema requires it
	DefectUnexpected  Defect = "unexpected-argument" // the schema does not know it
	DefectArgument    Defect = "wrong-argument"      // its value does not fit the schema
	DefectMisspelt    Defect = "misspelt-tag"        // <tool_reponse>
	DefectSplit       Defect = "split-tag"           // < tool_call>, <tool_call without its end
	DefectUnbalanced  Defect = "unbalanced-tag"      // opened and not closed, or the reverse
	DefectMarkup      Defect = "markup-in-content"   // <end_of_turn> and the like inside a turn
	DefectRoles       Defect = "role-order"          // turns that cannot follow each other
	DefectResponse    Defect = "lost-response"       // calls and tool turns do not match
	DefectDoubleBOS   Defect = "double-bos"
	DefectMissingEnd  Defect = "missing-eos" // nothing teaches the model to stop
	DefectCutCall     Defect = "cut-call"    // max_length cuts through a call
	DefectOverlap     Defect = "overlap"     // a question of the evaluation data stands in the training data

	DefectEmpty       Defect = "empty"
	DefectMasked      Defect = "all-masked"
	DefectTruncated   Defect = "truncated"
	DefectDuplicate   Defect = "duplicate"
	DefectSameTool    Defect = "duplicate-tool"
	DefectMixed       Defect = "mixed-style" // calls as JSON and as Python literals in one file
	DefectReplacement Defect = "replacement-character"
	DefectControl     Defect = "control-character"
)

// warnings are the defects that do not make a run wrong.
var warnings = []Defect{DefectTruncated, DefectDuplicate, DefectSameTool, DefectMixed, DefectReplacement, DefectControl,
	DefectUnexpected, DefectEmpty, DefectMasked}

// Severe reports whether a defect should stop a run.
func (d Defect) Severe() bool { return !slices.Contains(warnings, d) }

// Finding is one defect at one place.
type Finding struct {
	Defect Defect `json:"defect"`
	Source Source `json:"source"`
	Field  string `json:"field,omitempty"`
	Detail string `json:"detail"`
	Fix    string `json:"fix,omitempty"` // what --fix would do
}

// AuditReport is what an audit found.
type AuditReport struct {
	Rows      int            `json:"rows"`
	EvalRows  int            `json:"eval_rows"`
	Counts    map[Defect]int `json:"counts"`
	Errors    int            `json:"errors"`
	Warnings  int            `json:"warnings"`
	Findings  []Finding      `json:"findings"` // at most maxFindings of each defect
	Lengths   *Lengths       `json:"lengths,omitempty"`
	NotLooked []string       `json:"not_checked,omitempty"` // what could not be looked at, and why
}

// maxFindings bounds how many findings of a defect a report lists; all are counted.
const maxFindings = 1000

// Auditor looks for defects. A nil Tokenizer leaves out what needs tokens, a nil Template what needs rendering.
type Auditor struct {
	encoder *Encoder
	schemas schemaCache
}

// NewAuditor audits as the given configuration would train.
func NewAuditor(config Config, text Text) (*Auditor, error) {
	encoder, err := NewEncoder(config, text)
	return &Auditor{encoder: encoder}, err
}

// checked is a row as the audit goes along.
type checked struct {
	record   record
	row      *Row // nil when it cannot be read
	rendered *Rendered
	findings []Finding
	python   []bool // of each call written in text: a Python literal
	train    bool
}

func (c *checked) add(d Defect, field, format string, args ...any) {
	c.findings = append(c.findings, Finding{Defect: d, Source: c.record.source, Field: field, Detail: clean(fmt.Sprintf(format, args...)), Fix: fixes[d]})
}

// Audit reads training and evaluation files and reports every defect. Only a file that cannot be read at all is an error.
func (a *Auditor) Audit(ctx context.Context, train, eval []string) (*AuditReport, error) {
	report := &AuditReport{Counts: map[Defect]int{}, Findings: []Finding{}}
	var all []checked
	for i, file := range slices.Concat(train, eval) {
		rows, err := a.file(ctx, file, i < len(train))
		if err != nil {
			return nil, err
		}
		a.styles(rows)
		all = append(all, rows...)
	}
	a.repeats(all)
	for i := range all {
		if all[i].train {
			report.Rows++
		} else {
			report.EvalRows++
		}
		for _, f := range all[i].findings {
			report.add(f)
		}
	}
	slices.SortStableFunc(report.Findings, func(x, y Finding) int {
		return cmp.Or(cmp.Compare(x.Source.File, y.Source.File), cmp.Compare(x.Source.Line, y.Source.Line))
	})
	a.measure(report, all)
	return report, nil
}

func (r *AuditReport) add(f Finding) {
	r.Counts[f.Defect]++
	if f.Defect.Severe() {
		r.Errors++
	} else {
		r.Warnings++
	}
	if r.Counts[f.Defect] <= maxFindings {
		r.Findings = append(r.Findings, f)
	}
}

func (a *Auditor) file(ctx context.Context, file string, train bool) ([]checked, error) {
	bad := &RowErrors{}
	records, err := readFile(file, bad)
	if err != nil {
		return nil, err
	}
	rows := make([]checked, len(records), len(records)+len(bad.Rows))
	format := a.encoder.config.Format
	if format == FormatAuto || format == "" {
		if format, err = formatOf(ctx, records); err != nil {
			return nil, err
		}
	}
	err = parallel(ctx, len(records), func(i int) {
		rows[i] = checked{record: records[i], train: train}
		a.check(&rows[i], format)
	})
	for _, e := range bad.Rows {
		row := checked{record: record{source: e.Source}, train: train}
		row.add(DefectRow, e.Field, "%v", e.Err)
		rows = append(rows, row)
	}
	return rows, err
}

// formatOf finds the format most rows of a file have, so that a defect in the first row does not hide it.
func formatOf(ctx context.Context, records []record) (Format, error) {
	formats := make([]Format, len(records))
	err := parallel(ctx, len(records), func(i int) {
		if o, err := records[i].parse(); err == nil {
			formats[i], _ = detect(o)
		}
	})
	counts := map[Format]int{}
	for _, f := range formats {
		counts[f]++
	}
	var most Format // of equal ones the first in the list of formats
	for _, f := range Formats() {
		if counts[f] > 0 && (most == "" || counts[f] > counts[most]) {
			most = f
		}
	}
	return most, err
}

// check looks at one row by itself.
func (a *Auditor) check(c *checked, format Format) {
	o, err := c.record.parse()
	if err == nil && format == "" {
		_, err = detect(o)
	}
	var row Row
	if err == nil {
		row, err = decodeRow(c.record.source, format, o)
	}
	if err != nil {
		c.broken(err)
		return
	}
	c.row = &row
	a.checkTurns(c)
	a.checkCalls(c)
	c.checkText()
	a.checkTokens(c)
}

// broken files a row that cannot be read under the defect its field points at.
func (c *checked) broken(err error) {
	e := rowError(c.record.source, err)
	d := DefectRow
	switch {
	case isField(e.Field, "tools"):
		d = DefectTools
	case isField(e.Field, "tool_calls"), isField(e.Field, "function_call"):
		d = DefectCall
	case errors.Is(e.Err, errNoTurns):
		d = DefectEmpty
	}
	c.add(d, e.Field, "%v", e.Err)
}
