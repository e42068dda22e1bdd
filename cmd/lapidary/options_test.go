package main

import (
	"testing"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"
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
