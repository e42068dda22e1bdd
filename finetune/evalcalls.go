package finetune

import (
	"context"
	"fmt"
	"slices"
	"time"

	"lapidary/data"
	"lapidary/eval"
	"lapidary/generate"
	"lapidary/tokenizer/chat"
)

// CallTest is a set of questions, ready to be asked: each case with its prompt as tokens.
type CallTest struct {
	Cases   []eval.Case
	Prompts [][]int32
	Rows    int // of the files; Cases are a sample of them where fewer
	// TooLong are questions that leave no room for an answer. They are not asked, and count as wrong.
	TooLong []data.Source

	options CallTestOptions
}

// CallTestOptions says what to ask, and how.
type CallTestOptions struct {
	Task      eval.Task
	Files     []string
	Template  string
	DoubleBOS bool // as in training
	Limit     int  // ask so many, chosen at random; 0: all
	Side      int  // questions side by side: one pass over the weights moves all of them
	Sampling  generate.Options
}

// NewCallTest reads questions and renders them.
func (s *Session) NewCallTest(ctx context.Context, o CallTestOptions) (*CallTest, error) {
	tok, err := s.Text()
	if err != nil {
		return nil, err
	}
	template, err := FindTemplate(o.Template, tok)
	if err != nil {
		return nil, err
	}
	cases, rows, err := eval.ReadCases(ctx, o.Task, o.Files)
	if err != nil {
		return nil, err
	}
	t := &CallTest{Rows: len(rows), options: o}
	room := s.Model.Config.MaxPositionEmbeddings - o.Sampling.MaxNewTokens
	for _, i := range eval.Sample(len(rows), o.Limit, o.Sampling.Seed) {
		c := &chat.Conversation{Messages: rows[i].Messages[:cases[i].Turns], Tools: rows[i].Tools}
		prompt, err := s.encodePrompt(template, c, o.DoubleBOS)
		if err != nil {
			return nil, &data.RowError{Source: rows[i].Source, Field: "messages", Err: err}
		}
		if len(prompt) > room {
			t.TooLong, prompt = append(t.TooLong, rows[i].Source), nil
		}
		t.Cases, t.Prompts = append(t.Cases, cases[i]), append(t.Prompts, prompt)
	}
	if len(t.Cases) == 0 {
		return nil, fmt.Errorf("%v: no row to ask", o.Files)
	}
	return t, nil
}

// Answered is what a model said to the questions of a test.
type Answered struct {
	Scores *eval.Scores
	Texts  []string // of each case; "" where it was not asked
	Tokens int      // generated
	Cut    int      // answers that reached max_new_tokens
	Took   time.Duration
}

// Ask has the model answer a test, and scores the answers. progress, where not nil, hears how many have been answered.
func (s *Session) Ask(ctx context.Context, t *CallTest, progress func(done int)) (*Answered, error) {
	var asked []int
	var prompts [][]int32
	for i, p := range t.Prompts {
		if p != nil {
			asked, prompts = append(asked, i), append(prompts, p)
		}
	}
	o := t.options.Sampling
	if len(o.StopIDs) == 0 {
		o.StopIDs = s.StopIDs()
	}
	began, done, lengths := time.Now(), 0, make([]int, len(prompts))
	results, err := s.GenerateAll(ctx, prompts, max(1, t.options.Side), o, func(row int, id int32) error {
		lengths[row]++
		ended := !o.IgnoreEOS && slices.Contains(o.StopIDs, id)
		if ended || lengths[row] >= o.MaxNewTokens {
			done++
			if progress != nil {
				progress(done)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	a := &Answered{Texts: make([]string, len(t.Cases)), Took: time.Since(began)}
	predictions := make([]eval.Prediction, len(asked))
	for k, i := range asked {
		a.Texts[i] = s.Tokenizer.Decode(results[k].Content(), false) // tags may be special tokens
		a.Tokens += len(results[k].IDs)
		if results[k].Reason == generate.ReasonLength {
			a.Cut++
		}
		predictions[k].ID = t.Cases[i].ID
		predictions[k].Output, predictions[k].Garbled = eval.OutputOfText(a.Texts[i])
	}
	a.Scores, err = eval.Score(t.Cases, predictions)
	return a, err
}
