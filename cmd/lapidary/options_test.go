package main

import (
	"testing"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"

	"lapidary/data"
	"lapidary/finetune"
)

type sampleOptions struct {
	Rate    float64            `json:"learning_rate"`
	Targets []string           `json:"lora_target_modules"`
	Layers  []int              `json:"layers_to_transform"`
	Ranks   map[string]int     `json:"lora_rank_pattern"`
	Alphas  map[string]float64 `json:"lora_alpha_pattern"`
	Shuffle bool               `json:"shuffle_dataset"`
	Seed    uint64             `json:"seed"`
	Better  *bool              `json:"greater_is_better"`
	Extra   struct {
		Power float64 `json:"power"`
	} `json:"lr_scheduler_kwargs"`
	Group struct {
		Name string `json:"output_dir"`
	}
}

func newSample() (*pflag.FlagSet, *sampleOptions) {
	o := &sampleOptions{Shuffle: true}
	fs := pflag.NewFlagSet("sample", pflag.ContinueOnError)
	fs.SetNormalizeFunc(flagName)
	bindFlags(fs, o)
	return fs, o
}

func TestFlagsOfEveryKind(t *testing.T) {
	fs, o := newSample()
	require.NoError(t, fs.Parse([]string{"--learning_rate", "2e-4", "--lora-target-modules=q_proj,v_proj", "--layers-to-transform", "1,2",
		"--lora-rank-pattern", "q_proj=8,layers.1=4", "--lora-alpha-pattern", "q_proj=0.5", "--shuffle-dataset=false", "--seed", "7",
		"--greater-is-better", "--lr-scheduler-kwargs", `{"power":2}`, "--output-dir", "out"}))
	yes := true
	want := sampleOptions{Rate: 2e-4, Targets: []string{"q_proj", "v_proj"}, Layers: []int{1, 2}, Ranks: map[string]int{"q_proj": 8, "layers.1": 4},
		Alphas: map[string]float64{"q_proj": 0.5}, Seed: 7, Better: &yes}
	want.Extra.Power, want.Group.Name = 2, "out"
	require.Equal(t, want, *o)
}

func TestRunFileYieldsToFlags(t *testing.T) {
	fs, o := newSample()
	require.NoError(t, fs.Parse([]string{"--learning-rate", "1e-3"}))
	file := t.TempDir() + "/run.yaml"
	writeFile(t, file, "learning_rate: 5e-5\ntarget_modules: [q_proj, o_proj]\nrank_pattern: {q_proj: 4}\nshuffle_dataset: false\nlr_scheduler_kwargs: {power: 3}\n")
	require.NoError(t, readRunFile(fs, file, o))
	require.Equal(t, 1e-3, o.Rate)
	require.Equal(t, []string{"q_proj", "o_proj"}, o.Targets)
	require.Equal(t, map[string]int{"q_proj": 4}, o.Ranks)
	require.Equal(t, 3.0, o.Extra.Power)
	require.False(t, o.Shuffle)
}

func TestRunFileNamesWhatIsWrong(t *testing.T) {
	fs, o := newSample()
	file := t.TempDir() + "/run.yaml"
	writeFile(t, file, "learning_rat: 1\nseed: 1.5\n")
	err := readRunFile(fs, file, o)
	require.ErrorContains(t, err, `line 1: unknown key "learning_rat"; did you mean "learning_rate"?`)
	require.ErrorContains(t, err, "line 2: seed")
	require.Equal(t, exitUsage, exitCode(err))
}

func TestUnknownFlagNamesTheNearest(t *testing.T) {
	require.Equal(t, exitUsage, run([]string{"version", "--levls"}))
	require.Equal(t, `; did you mean "learning-rate"?`, didYouMean("learnin-rate", []string{"lora-r", "learning-rate"}))
	require.Empty(t, didYouMean("zzz", []string{"lora-r"}))
}

func TestOptionalValuesMayFollow(t *testing.T) {
	require.Equal(t, []string{"train", "--packing=true", "--resume_from_checkpoint=latest", "--model", "m"},
		joinValues([]string{"train", "--packing", "true", "--resume_from_checkpoint", "latest", "--model", "m"}))
	require.Equal(t, []string{"--resume-from-checkpoint", "--quiet"}, joinValues([]string{"--resume-from-checkpoint", "--quiet"}))
}

// A file written for trl sft and one for PEFT's LoraConfig are taken as they are; what cannot be honoured is an error.
func TestForeignRunFiles(t *testing.T) {
	read := func(text string) (trainOptions, error) {
		o := trainOptions{Options: finetune.DefaultOptions()}
		return o, decodeRunFile([]byte(text), "run.yaml", &o)
	}
	o, err := read(`
model_name_or_path: gemma
dataset_name: rows.jsonl
learning_rate: 2.0e-5
use_peft: true
lora_r: 8
lora_task_type: CAUSAL_LM
torch_dtype: float32
bf16: true
tf32: false
optim: adamw_torch_fused
attn_implementation: eager
gradient_checkpointing: true
gradient_checkpointing_kwargs: {use_reentrant: false}
dataset_num_proc: 4
assistant_only_loss: true
eval_strategy: "no"
max_seq_length: 512
packing: true
report_to: none
push_to_hub: false
`)
	require.NoError(t, err)
	require.Equal(t, "gemma", o.Model)
	require.Equal(t, []string{"rows.jsonl"}, o.Data)
	require.Equal(t, 8, o.Adapter.R)
	require.Equal(t, "bf16", o.Machine.Precision, "the later line")
	require.Equal(t, data.LossAssistant, o.Rows.LossOn)
	require.Equal(t, 512, o.Rows.MaxLength)
	require.True(t, o.Adapter.Recompute && o.Rows.Pack && o.Adapter.UseLora)

	o, err = read("peft_type: LORA\ntask_type: CAUSAL_LM\nr: 4\nlora_alpha: 8\ntarget_modules: [q_proj]\nbias: none\nfan_in_fan_out: false\nuse_rslora: true\nmask_prompt: false\n")
	require.NoError(t, err)
	require.Equal(t, data.LossAll, o.Rows.LossOn)
	require.True(t, o.Adapter.UseRSLoRA)

	_, err = read("optim: adafactor\nfp16: true\npush_to_hub: [1]\npeft_tipe: LORA\n")
	require.Equal(t, exitUsage, exitCode(err))
	for _, want := range []string{`line 1: optim: "adafactor" cannot be honoured`, `line 2: fp16: "true" cannot`, "line 3: push_to_hub: one value expected", `line 4: unknown key "peft_tipe"`} {
		require.ErrorContains(t, err, want)
	}
}

func TestMaskPrompt(t *testing.T) {
	c := trainVerb()
	require.NoError(t, c.ParseFlags(joinValues([]string{"--mask-prompt", "false"})))
	require.Equal(t, "all", c.Flags().Lookup("loss-on").Value.String())
	require.NoError(t, c.ParseFlags([]string{"--mask-prompt"}))
	require.Equal(t, "auto", c.Flags().Lookup("loss-on").Value.String())
	require.Error(t, c.ParseFlags([]string{"--mask-prompt=perhaps"}))
}
