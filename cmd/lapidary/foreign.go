package main

import (
	"fmt"
	"strings"
)

// Keys of TRL's, PEFT's and transformers' configurations that have no option of their own here, so that their YAML files
// work as they are. A foreign key is turned into an option, or accepted where it asks for what is done anyway, or set
// aside with a remark; a value that would change the run and cannot be honoured is an error.

// foreignKey turns a value into one of our options: its name is "" where nothing is to be set.
type foreignKey func(value string) (option, setting string, err error)

// becomes maps values to settings of an option; a value that maps to "" leaves it as it is.
func becomes(option string, settings map[string]string) foreignKey {
	return func(value string) (string, string, error) {
		setting, ok := settings[strings.ToLower(value)]
		switch {
		case !ok:
			return "", "", fmt.Errorf("%q cannot be honoured here", value)
		case setting == "":
			return "", "", nil
		}
		return option, setting, nil
	}
}

// only accepts the values that say what is done anyway.
func only(values ...string) foreignKey {
	settings := map[string]string{}
	for _, v := range values {
		settings[v] = ""
	}
	return becomes("", settings)
}

var precisions = map[string]string{"float32": "f32", "bfloat16": "bf16", "auto": "", "none": "", "null": ""}

var foreignKeys = map[string]foreignKey{
	// transformers and TRL
	"use_peft":             becomes("use_lora", map[string]string{"true": "true", "false": "false"}),
	"torch_dtype":          becomes("precision", precisions),
	"dtype":                becomes("precision", precisions),
	"bf16":                 becomes("precision", map[string]string{"true": "bf16", "false": ""}),
	"fp16":                 only("false"),
	"optim":                only("adamw_torch", "adamw_torch_fused", "adamw_hf"),
	"assistant_only_loss":  becomes("loss_on", map[string]string{"true": "assistant", "false": ""}),
	"completion_only_loss": becomes("loss_on", map[string]string{"true": "completion", "false": "all"}),
	"mask_prompt":          becomes("loss_on", maskPrompt),
	"loss_type":            only("nll", "chunked_nll"),
	"dataset_text_field":   only("text"),
	"logging_strategy":     only("steps"),
	"push_to_hub":          only("false"),
	"padding_free":         only("false", "true"), // rows are never padded
	"do_train":             only("true"),
	// PEFT
	"peft_type":       only("lora"),
	"task_type":       only("causal_lm"),
	"lora_task_type":  only("causal_lm"),
	"bias":            only("none"),
	"lora_bias":       only("false"),
	"fan_in_fan_out":  only("false"),
	"use_qalora":      only("false"),
	"inference_mode":  only("false", "true"),
	"revision":        only("main", "null"),
	"layers_pattern":  only("null"),
	"megatron_config": only("null"),
}

// maskPrompt is mlx-lm's --mask-prompt: loss on the answers, or on everything.
var maskPrompt = map[string]string{"true": "auto", "false": "all"}

// meaningless are keys about machines and libraries that are not at work here.
var meaningless = []string{
	"tf32", "attn_implementation", "gradient_checkpointing_kwargs", "dataset_num_proc", "dataset_config", "dataset_train_split",
	"dataset_test_split", "dataset_kwargs", "dataloader_num_workers", "dataloader_pin_memory", "dataloader_drop_last",
	"remove_unused_columns", "run_name", "disable_tqdm", "trust_remote_code", "use_cpu", "no_cuda", "ddp_find_unused_parameters", "ddp_timeout",
	"torch_compile", "use_liger_kernel", "low_cpu_mem_usage", "use_cache", "device_map", "hub_model_id", "hub_strategy", "hub_token",
	"model_revision", "auto_mapping", "log_level", "include_num_input_tokens_seen", "save_safetensors", "pad_to_multiple_of", "eval_packing",
	"do_eval", "data_seed", "full_determinism", "local_rank", "deepspeed", "fsdp", "fsdp_config", "accelerator_config",
}
