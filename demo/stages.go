package demo

import (
	"lapidary/tokenizer"
	"lapidary/train"
)

// Seed of all that pretraining draws.
const Seed = 42

// Stage is a part of the curriculum.
type Stage struct {
	Name     string
	Steps    int
	Rate     float64
	Schedule string
	Warmup   int
	corpus   Corpus
}

const (
	rowTokens = 512
	batchRows = 4
)

// Stages is the recipe: copying first, for everything else stands on it, in short documents that grow; then the language
// with some copying; then tools of random pieces, which must be read; then the language with all of it and harder, and the
// same at a rate that falls to nothing.
func Stages() []Stage {
	return []Stage{
		{Name: "copy", Steps: 400, Rate: 3e-3, Schedule: "constant_with_warmup", Warmup: 100,
			corpus: Corpus{Seed: 1, Axes: Inventive, Copies: 92, Shortest: 12, Longest: 40, Grown: 2400}},
		{Name: "talk", Steps: 1400, Rate: 3e-3, Schedule: "constant_with_warmup", Warmup: 20,
			corpus: Corpus{Seed: 2, Axes: Inventive, Copies: 20, Longest: 80}},
		{Name: "bind", Steps: 500, Rate: 3e-3, Schedule: "constant_with_warmup", Warmup: 20,
			corpus: Corpus{Seed: 5, Axes: Inventive | Crossing | Reading, Copies: 5, Longest: 60, Bindings: 85, WordPieces: 3, WordsGrown: 1600}},
		{Name: "hard", Steps: 700, Rate: 3e-3, Schedule: "constant_with_warmup", Warmup: 20,
			corpus: Corpus{Seed: 4, Axes: Inventive | Crossing | Reading | Hard, Copies: 12, Longest: 80, Bindings: 12, WordPieces: 3}},
		{Name: "settle", Steps: 900, Rate: 3e-3, Schedule: "cosine", Warmup: 20,
			corpus: Corpus{Seed: 3, Axes: Inventive | Crossing | Reading | Hard, Copies: 10, Longest: 80, Bindings: 8, WordPieces: 3}},
	}
}

// Corpus is the stage's training set.
func (s Stage) Corpus(t *tokenizer.Tokenizer) *Corpus {
	c := s.corpus
	c.Tokenizer, c.Tokens, c.Rows = t, rowTokens, s.Steps*batchRows
	return &c
}

// Config is the stage's run. Rows come in order: each is seen once.
func (s Stage) Config(dir string) train.Config {
	c := train.DefaultConfig()
	c.OutputDir, c.NumTrainEpochs, c.ShuffleDataset, c.Seed = dir, 1, false, Seed
	c.PerDeviceTrainBatchSize, c.GradientAccumulationSteps = batchRows, 1
	c.LearningRate, c.LRSchedulerType, c.WarmupSteps = s.Rate, s.Schedule, float64(s.Warmup)
	c.WeightDecay, c.AdamBeta2 = 0.1, 0.98
	c.LoggingSteps, c.EvalSteps, c.SaveSteps, c.ReportTo = 20, 500, 100, "none"
	return c
}
