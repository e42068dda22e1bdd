package finetune

import (
	"fmt"
	"slices"

	"lapidary/data"
	"lapidary/tokenizer/chat"
)

// Recipes are the names that Recipe knows.
func Recipes() []string { return []string{"default", "course"} }

// Recipe is a set of options to begin from.
func Recipe(name string) (Options, error) {
	switch name {
	case "", "default":
		return DefaultOptions(), nil
	case "course":
		return courseOptions(), nil
	}
	return Options{}, fmt.Errorf("recipe: %q is none of %v", name, Recipes())
}

// courseOptions are the settings of the function-calling course's notebook, for parity with what it trains. Some of them
// are mistakes; each is an option of its own, and what the default recipe does instead stands beside it.
func courseOptions() Options {
	o := DefaultOptions()
	a, r, t := &o.Adapter, &o.Rows, &o.Train

	a.R, a.Alpha, a.Dropout = 16, 64, 0.05
	a.Recompute = true
	// The whole embedding and the head get adapters, to make the new tokens learnable. (Default: only the new rows of
	// the embedding are trained.)
	a.TargetModules = []string{"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj", "embed_tokens", "lm_head"}

	// Tools, calls and responses are Python literals, the roles human and tool are not those of gemma-2-it, and <eos>
	// follows every turn. (Default: the checkpoint's template, JSON.)
	r.Template = "course"
	// The pair around responses is misspelt, so that the right one stays five ordinary tokens. (Default: none are added;
	// course adds them spelled right.)
	r.AddedTokens = []string{TokensCourseMisspelt}
	// The texts bring their own <bos>, and the tokenizer adds another. (Default: one.)
	r.DoubleBOS = true
	// The texts end with <eos> and a line end, and get one more <eos>. (Default: none after an end marker.)
	r.AppendEOS = true
	// The prompts are learnt as well as the answers. (Default: the assistant's turns.)
	r.LossOn = data.LossAll
	r.MaxLength, r.Pack = 1500, true

	t.NumTrainEpochs, t.PerDeviceTrainBatchSize, t.PerDeviceEvalBatchSize, t.GradientAccumulationSteps = 1, 1, 1, 4
	t.LearningRate, t.LRSchedulerType, t.WarmupRatio = 1e-4, "cosine", 0.1
	t.WeightDecay, t.MaxGradNorm, t.Seed = 0.1, 1, 42
	t.LoggingSteps, t.EvalStrategy, t.SaveStrategy = 5, "epoch", "no"
	// transformers of its time counted the first label of each row too, which nothing predicts. (Default: it does not.)
	t.LabelCount = "unshifted"
	o.Machine.Precision = "bf16"
	return o
}

// Names of lists of tokens, to be given in place of tokens.
const (
	TokensCourse         = "course"          // the tags of Hermes conversations
	TokensCourseMisspelt = "course-misspelt" // the same, the response pair as the notebook spells it
)

// SpecialTokens puts lists in place of their names.
func SpecialTokens(tokens []string) []string {
	var out []string
	for _, t := range tokens {
		switch t {
		case TokensCourse:
			out = append(out, chat.SpecialTokens()...)
		case TokensCourseMisspelt:
			out = append(out, chat.SpecialTokensTypo()...)
		default:
			out = append(out, t)
		}
	}
	return slices.Clip(out)
}
