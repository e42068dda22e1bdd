package eval

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"lapidary/tokenizer/literal"
)

// Rate is a share with its 95% confidence interval.
type Rate struct {
	Passed int     `json:"passed"`
	N      int     `json:"n"`
	Value  float64 `json:"accuracy"`
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
}

// normal95 is the quantile that leaves 2.5% on each side.
const normal95 = 1.959963984540054

// NewRate computes the Wilson score interval (Wilson 1927), which stays within [0, 1] and is honest for small n.
func NewRate(passed, n int) Rate {
	r := Rate{Passed: passed, N: n}
	if n == 0 {
		return r
	}
	const z2 = normal95 * normal95
	p, m := float64(passed)/float64(n), float64(n)
	centre := (p + z2/(2*m)) / (1 + z2/m)
	half := normal95 / (1 + z2/m) * math.Sqrt(p*(1-p)/m+z2/(4*m*m))
	r.Value, r.Low, r.High = p, max(0, centre-half), min(1, centre+half)
	return r
}

// value is nil for a rate of nothing.
func (r Rate) value() *float64 {
	if r.N == 0 {
		return nil
	}
	return &r.Value
}

// Scores are the figures of one evaluation. A figure that no row bears on is null.
type Scores struct {
	Rows       int             `json:"rows"`
	Categories map[string]Rate `json:"categories"` // rows passed by BFCL's rules

	ParseRate        *float64 `json:"parse_rate"`        // of the rows that should call: at least one call, nothing unreadable
	NameAccuracy     *float64 `json:"name_accuracy"`     // of the rows that should call: exactly the expected names
	ArgumentAccuracy *float64 `json:"argument_accuracy"` // of all arguments expected or given: the right ones
	ASTAccuracy      *float64 `json:"ast_accuracy"`      // of the rows that should call: passed by BFCL's rules
	Irrelevance      *float64 `json:"irrelevance_accuracy"`
	FalseCallRate    *float64 `json:"false_call_rate"` // of the rows that should not call: a call was read

	Garbled            int `json:"garbled"`             // rows with something unreadable inside call marks
	GarbledIrrelevance int `json:"garbled_irrelevance"` // of them, rows that count as right because nothing could be read
	Missing            int `json:"missing"`             // rows without a prediction; they count as wrong

	Intervals map[string]Rate `json:"intervals"` // the figures above with counts and confidence intervals
	PerRow    []RowScore      `json:"-"`
}

// RowScore is the verdict on one row.
type RowScore struct {
	ID        string    `json:"id"`
	Valid     bool      `json:"valid"`
	ErrorType ErrorType `json:"error_type"`
}

// MarshalJSON writes null for a row that passed, as the original checker's answers have it.
func (e ErrorType) MarshalJSON() ([]byte, error) {
	if e == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(e))
}

// tally counts what the rates are made of.
type tally struct{ passed, n int }

func (t *tally) add(ok bool) {
	t.n++
	if ok {
		t.passed++
	}
}

func (t *tally) rate() Rate { return NewRate(t.passed, t.n) }

// Score compares predictions with cases. A case without a prediction is wrong; a prediction without a case, or a
// second one for the same case, is an error.
func Score(cases []Case, predictions []Prediction) (*Scores, error) {
	byID, err := indexPredictions(cases, predictions)
	if err != nil {
		return nil, err
	}
	s := &Scores{Rows: len(cases), Categories: map[string]Rate{}, Intervals: map[string]Rate{}}
	categories := map[string]*tally{}
	var parse, names, arguments, ast, quiet, falseCalls tally
	for _, c := range cases {
		p, found := byID[c.ID]
		if !found {
			s.Missing++
		}
		verdict := CheckBFCL(c.Category, c.Functions, c.Answers, p.Output)
		if !found {
			verdict = ErrNoPrediction
		}
		s.PerRow = append(s.PerRow, RowScore{ID: c.ID, Valid: verdict == "", ErrorType: verdict})
		if categories[c.Category] == nil {
			categories[c.Category] = &tally{}
		}
		categories[c.Category].add(verdict == "")
		if p.Garbled {
			s.Garbled++
		}
		if c.CallsNothing() {
			quiet.add(verdict == "")
			falseCalls.add(len(p.Output.Calls) > 0)
			if p.Garbled && verdict == "" {
				s.GarbledIrrelevance++
			}
			continue
		}
		parse.add(len(p.Output.Calls) > 0 && !p.Garbled)
		names.add(sameNames(c.Answers, p.Output.Calls))
		countArguments(&arguments, c, p.Output.Calls)
		ast.add(verdict == "")
	}
	for name, t := range categories {
		s.Categories[name] = t.rate()
	}
	for _, f := range []struct {
		name string
		rate Rate
		to   **float64
	}{
		{"parse_rate", parse.rate(), &s.ParseRate}, {"name_accuracy", names.rate(), &s.NameAccuracy},
		{"argument_accuracy", arguments.rate(), &s.ArgumentAccuracy}, {"ast_accuracy", ast.rate(), &s.ASTAccuracy},
		{"irrelevance_accuracy", quiet.rate(), &s.Irrelevance}, {"false_call_rate", falseCalls.rate(), &s.FalseCallRate},
	} {
		*f.to = f.rate.value()
		s.Intervals[f.name] = f.rate
	}
	return s, nil
}

// ErrNoPrediction marks a case that the predictions do not answer.
const ErrNoPrediction ErrorType = "no_prediction"

func indexPredictions(cases []Case, predictions []Prediction) (map[string]Prediction, error) {
	known := map[string]bool{}
	for _, c := range cases {
		if known[c.ID] {
			return nil, fmt.Errorf("%s: id %q stands twice in the data", c.Source, c.ID)
		}
		known[c.ID] = true
	}
	byID := map[string]Prediction{}
	var wrong []string
	for _, p := range predictions {
		switch _, twice := byID[p.ID]; {
		case twice:
			wrong = append(wrong, fmt.Sprintf("%q stands twice", p.ID))
		case !known[p.ID]:
			wrong = append(wrong, fmt.Sprintf("%q is not in the data", p.ID))
		}
		byID[p.ID] = p
	}
	if n := len(wrong); n > 0 {
		return nil, fmt.Errorf("%d predictions do not fit the data: %s", n, strings.Join(wrong[:min(n, 5)], ", "))
	}
	return byID, nil
}

// sameNames compares the names called with those expected, order aside.
func sameNames(answers []Answer, calls []Call) bool {
	counts := map[string]int{}
	for _, a := range answers {
		counts[a.Name]++
	}
	for _, c := range calls {
		counts[c.Name]--
	}
	for _, n := range counts {
		if n != 0 {
			return false
		}
	}
	return true
}

// countArguments pairs each expected call with the first free call of its name and judges its arguments one by one.
// An expected argument that is absent is wrong, and so is one given that nobody expected.
func countArguments(t *tally, c Case, calls []Call) {
	taken := make([]bool, len(calls))
	for _, answer := range c.Answers {
		args := &literal.Dict{}
		for i, call := range calls {
			if !taken[i] && call.Name == answer.Name {
				taken[i], args = true, call.Args
				break
			}
		}
		f := functionNamed(c.Functions, answer.Name)
		for _, name := range keys(args) {
			allowed, expected := answer.param(name)
			t.add(expected && checkParam(f.Params[name], get(args, name), allowed) == "")
		}
		for _, p := range answer.Params {
			if _, given := args.Get(p.Name); !given && !mayBeLeftOut(p.Allowed) {
				t.add(false)
			}
		}
	}
}
