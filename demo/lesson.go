package demo

import (
	"context"
	"fmt"
	"io"
	"path/filepath"

	"lapidary/eval"
	"lapidary/finetune"
	"lapidary/internal/durable"
)

// The tags of a call are not in the base's vocabulary: fine-tuning adds them.
var callTags = []string{"<tool_call>", "</tool_call>"}

// Seeds of the tasks.
const (
	trainSeed = 101
	// testSeed draws the exam that is quoted. No setting was chosen by it.
	testSeed = 707
)

// DevSeeds draw the exams that settings are chosen by.
var DevSeeds = []uint64{303, 404, 505}

// Lesson is the fine-tuning that turns the base model into one that calls functions.
type Lesson struct {
	Base    string // directory of the base model
	Dir     string // gets train.jsonl, test.jsonl and adapter/
	Threads int
	Steps   int
	Rate    float64
	Rank    int
	Batch   int
	Rows    int // of the training set
	Turns   int // questions about a list of tools in the training set, at most
	Tests   int // questions of the test set
	// AnswerWeight is the weight of a token of an answer in words beside one of a call. Words say that no tool fits, in
	// fewer tokens than a call has.
	AnswerWeight float64
	Words        Axis   // of the training set: Inventive, and perhaps Hard
	Training     uint64 // seed of the training set and of the adapter
	Seed         uint64 // of the test set
	Axes         Axis   // what of the test set training never shows
}

// DefaultLesson takes about a minute on two cores.
func DefaultLesson(dir string) Lesson {
	return Lesson{Base: filepath.Join(dir, "base"), Dir: dir, Steps: 400, Rate: 4e-3, Rank: 16, Batch: 8, Rows: 3200, Turns: 5, AnswerWeight: 1.6, Tests: 200, Words: Inventive | Hard | Foreign | Crossing, Training: trainSeed, Seed: testSeed, Axes: AllHeld}
}

// Adapter is where the adapter is written.
func (l Lesson) Adapter() string { return filepath.Join(l.Dir, "adapter") }

// Options is the run as `lapidary train` would be told it.
func (l Lesson) Options() finetune.Options {
	o := finetune.DefaultOptions()
	o.Model, o.Data, o.Machine = l.Base, []string{filepath.Join(l.Dir, "train.jsonl")}, finetune.Machine{Threads: l.Threads, Precision: "f32"}
	o.Rows.AddedTokens = callTags
	o.Rows.LossWeights = map[string]float64{"answer": l.AnswerWeight}
	o.Adapter.R, o.Adapter.Alpha, o.Adapter.Dropout = l.Rank, 2*float64(l.Rank), 0
	c := &o.Train
	c.OutputDir, c.MaxSteps, c.LearningRate, c.Seed = l.Adapter(), l.Steps, l.Rate, l.Training
	c.PerDeviceTrainBatchSize, c.GradientAccumulationSteps = l.Batch, 1
	c.LoggingSteps, c.SaveStrategy, c.EvalStrategy, c.ReportTo, c.OverwriteOutputDir = 10, "no", "no", "none", true
	return o
}

// Write puts the tasks on disk.
func (l Lesson) Write() error {
	for _, f := range []struct {
		name string
		rows [][]Task
	}{{"train", NewConversations(l.Rows, l.Turns, l.Words, l.Training)}, {"test", alone(l.Questions())}} {
		err := durable.WriteFile(filepath.Join(l.Dir, f.name+".jsonl"), func(w io.Writer) error { return WriteRows(w, f.name, f.rows) }, 0o644)
		if err != nil {
			return err
		}
	}
	return nil
}

// Questions are the tasks of the test set.
func (l Lesson) Questions() []Task { return NewTasks(l.Tests, l.Axes, l.Seed) }

// Example is the question to show, with its number: the first of the test set that needs a word and a number and whose tool
// a reader can tell from the values, its words being English.
func (l Lesson) Example() (int, Task) {
	questions := l.Questions()
	for i, t := range questions {
		if t.Fits >= 0 && len(t.Tools) > 1 && len(t.Arguments) > 1 && t.Arguments[0].Number != t.Arguments[1].Number && t.Tools[t.Fits].listed() {
			return i, t
		}
	}
	return 0, questions[0]
}

// ToolList writes the tools as the model is shown them.
func (t Task) ToolList() string { return toolList(t.Tools) }

// Exam is a set of questions that a session is asked.
type Exam struct {
	cases   []eval.Case
	prompts []string
}

// Exam reads the test set that Write left, scored by the rules of the Berkeley leaderboard.
func (l Lesson) Exam(ctx context.Context) (*Exam, error) {
	cases, _, err := eval.ReadCases(ctx, eval.TaskCalls, []string{filepath.Join(l.Dir, "test.jsonl")})
	if err != nil {
		return nil, err
	}
	x := &Exam{cases: cases}
	for _, t := range l.Questions() {
		x.prompts = append(x.prompts, prompt(t.Tools, t.Request))
	}
	return x, nil
}

// Take asks the first n questions.
func (x *Exam) Take(ctx context.Context, s *finetune.Session, n int) (*eval.Scores, []string, error) {
	n = min(n, len(x.cases))
	answers, err := Answers(ctx, s.Model, s.Tape(), s.Tokenizer, x.prompts[:n])
	if err != nil {
		return nil, nil, err
	}
	predictions := make([]eval.Prediction, n)
	for i, a := range answers {
		p := eval.Prediction{ID: x.cases[i].ID}
		p.Output, p.Garbled = eval.OutputOfText(a)
		predictions[i] = p
	}
	scores, err := eval.Score(x.cases[:n], predictions)
	return scores, answers, err
}

// Line says the figures that matter.
func Line(s *eval.Scores) string {
	calls, wrong := s.Intervals["ast_accuracy"], s.Intervals["false_call_rate"]
	return fmt.Sprintf("calls right %d of %d (%.1f%%), false calls %d of %d (%.1f%%)",
		calls.Passed, calls.N, 100*calls.Value, wrong.Passed, wrong.N, 100*wrong.Value)
}
