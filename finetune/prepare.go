package finetune

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"lapidary/data"
	"lapidary/eval"
	"lapidary/lora"
	"lapidary/tokenizer/chat"
	"lapidary/train"
)

// Job is a run that is ready to start: the data is read and checked, the model opened, the adapter in place.
type Job struct {
	Session
	Options Options
	Train   *data.Set
	Eval    *data.Set // nil where there is none
	// Notes are things about the data and the adapter that a user should hear before the run.
	Notes []string

	template string
	memory   *MemoryPlan // once it is made
	evaluate func(ctx context.Context, step int) (map[string]float64, error)
}

// Prepare opens everything that a run needs and reads the data. An error is about the options or the input; nothing has
// been written.
func Prepare(ctx context.Context, o Options) (*Job, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	files, err := findData(o)
	if err != nil {
		return nil, err
	}
	s, err := Open(o.Model, "", o.Machine)
	if err != nil {
		return nil, err
	}
	j := &Job{Session: *s, Options: o}
	for _, step := range []func() error{
		j.addTokens,
		j.attach,
		func() error { return j.read(ctx, files) },
		func() error { return j.prepareEvaluation(ctx, files.Valid) },
	} {
		if err := step(); err != nil {
			return nil, errors.Join(err, j.Close())
		}
	}
	return j, nil
}

// findData resolves the files of training and evaluation.
func findData(o Options) (data.Files, error) {
	files, err := data.Discover(o.Data)
	if err != nil {
		return files, err
	}
	if len(files.Train) == 0 {
		return files, fmt.Errorf("data: no training file among %v", o.Data)
	}
	if len(o.EvalData) > 0 {
		eval, err := data.Discover(o.EvalData)
		if err != nil {
			return files, err
		}
		files.Valid = eval.Evaluation()
	}
	return files, nil
}

// addTokens adds new special tokens to the tokenizer and grows the model's vocabulary to hold them.
func (j *Job) addTokens() error {
	o := &j.Options
	if o.Adapter.AdapterInit != "" {
		tok, err := findTokenizer([]string{o.Adapter.AdapterInit})
		if err != nil {
			return err
		}
		if tok != nil {
			j.Tokenizer = tok
		}
	}
	if len(o.Rows.AddedTokens) == 0 {
		return nil
	}
	tok, err := j.Text()
	if err != nil {
		return err
	}
	_, err = tok.AddTokens(SpecialTokens(o.Rows.AddedTokens))
	return err
}

// attach grows the vocabulary to the tokenizer's and puts the adapter in place, or makes every weight a trained one.
func (j *Job) attach() (err error) {
	a := j.Options.Adapter
	if a.AdapterInit != "" {
		if j.Adapter, err = lora.Load(a.AdapterInit, j.Model); err != nil {
			return err
		}
		j.Notes = append(j.Notes, j.Adapter.Warnings...)
	}
	before := j.Model.Config.VocabSize
	if j.Adapter == nil && j.Tokenizer != nil && j.Tokenizer.VocabSize() > before {
		if err := j.Model.ResizeVocab(j.Tokenizer.VocabSize(), j.Options.Train.Seed); err != nil {
			return err
		}
	}
	switch {
	case !a.UseLora:
		j.Model.TrainAll()
	case j.Adapter == nil:
		cfg := a.config()
		cfg.BaseModel = j.Options.Model
		grown := j.Model.Config.VocabSize > before
		if grown {
			j.trainNewRows(&cfg, before)
		}
		if j.Adapter, err = lora.Attach(j.Model, cfg, j.Options.Train.Seed); err != nil {
			return err
		}
		if grown {
			j.Adapter.VocabGrown(before)
		}
		j.Notes = append(j.Notes, j.Adapter.Warnings...)
	}
	return nil
}

// trainNewRows trains the rows that a grown vocabulary has more, and those only: the adapter stays small. An adapter
// that already trains the embedding is left as it was asked for.
func (j *Job) trainNewRows(cfg *lora.Config, before int) {
	for _, names := range [][]string{cfg.TargetModules.List, cfg.ModulesToSave} {
		if slices.Contains(names, "embed_tokens") || slices.Contains(names, "lm_head") {
			return
		}
	}
	if len(cfg.TrainableTokens) > 0 {
		return
	}
	set := lora.TokenSet{}
	for id := before; id < j.Model.Config.VocabSize; id++ {
		set.IDs = append(set.IDs, int32(id))
	}
	cfg.TrainableTokens = []lora.TokenSet{set}
}

// read turns the files into examples.
func (j *Job) read(ctx context.Context, files data.Files) error {
	cfg := j.Options.Rows.Config
	cfg.VocabSize = j.Model.Config.VocabSize
	if cfg.MaxLength == 0 || cfg.MaxLength > j.Model.Config.MaxPositionEmbeddings {
		cfg.MaxLength = j.Model.Config.MaxPositionEmbeddings
	}
	if cfg.Packing = data.PackNone; j.Options.Rows.Pack {
		cfg.Packing = cmp.Or(j.Options.Rows.Config.Packing, data.PackBFD)
	}
	template, err := FindTemplate(j.Options.Rows.Template, j.Tokenizer)
	if err != nil {
		return err
	}
	j.template = template.Name()
	if source, ok := chat.Source(template); ok && j.Tokenizer != nil {
		j.Tokenizer.Config.ChatTemplate = source // whoever uses the result renders as it was trained
	}
	text := data.Text{Tokenizer: j.Tokenizer, Template: template, Adapt: true}
	if j.Train, err = data.Load(ctx, files.Train, cfg, text); err != nil {
		return err
	}
	if len(j.Train.Examples) == 0 {
		why := "there are none"
		if notes := j.Train.Report.Notes(); len(notes) > 0 {
			why = strings.Join(notes, "; ")
		}
		return fmt.Errorf("%s: no row to train on: %s", strings.Join(files.Train, ", "), why)
	}
	j.Notes = append(j.Notes, j.Train.Report.Notes()...)
	if len(files.Valid) == 0 {
		return nil
	}
	if j.Eval, err = data.Load(ctx, files.Valid, cfg, text); err != nil {
		return err
	}
	if len(j.Eval.Examples) == 0 && j.Options.Evaluation.Task != eval.TaskLoss {
		return nil // questions without answers: only calls are measured
	}
	for _, n := range j.Eval.Report.Notes() {
		j.Notes = append(j.Notes, "evaluation: "+n)
	}
	return nil
}

// Parameters counts what is trained.
func (j *Job) Parameters() (n int64) {
	for _, p := range j.trained().Parameters() {
		if p.Trained() {
			n += int64(p.Data().Len())
		}
	}
	return n
}

// Run trains. The adapter, or the whole model, stands in the output directory afterwards.
func (j *Job) Run(ctx context.Context, hooks train.Hooks) (train.Summary, error) {
	fingerprints, err := j.fingerprints()
	if err != nil {
		return train.Summary{}, err
	}
	plan := j.planMemory()
	if err := j.checkMemory(plan); err != nil {
		return train.Summary{}, err
	}
	j.apply(plan)
	in := train.Inputs{
		ArenaBytes: plan.arenaLimit(),
		Model:      j.trained(), Store: j.store(), Train: train.Rows(j.Train.Examples),
		Pool: j.Pool, Activations: j.Activations, Evaluate: j.evaluate, Fingerprints: fingerprints, Hooks: hooks,
		Card: train.Card{
			Title: filepath.Base(j.Options.Train.OutputDir), BaseModel: j.Options.Model, Adapter: j.Adapter != nil,
			Datasets: j.Options.Data, Tool: "lapidary",
		},
	}
	if j.Eval != nil && len(j.Eval.Examples) > 0 {
		in.Eval = train.Rows(j.Eval.Examples)
	}
	return train.Run(ctx, j.Options.Train, in)
}
