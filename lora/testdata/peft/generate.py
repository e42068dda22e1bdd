"""Adapters of every kind, made, saved and run by PEFT on the model in base/: the folders beside this file.

usage: python generate.py   (in this folder; torch, transformers and peft installed)
Each folder holds the adapter as save_pretrained wrote it, with weights moved at random, and logits.json: the logits of
one prompt in evaluation.
"""
import glob, json, os, shutil, torch, warnings
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

warnings.simplefilter("ignore")
cases = {
    "tied": dict(target_modules=["embed_tokens", "q_proj"], ensure_weight_tying=True),
    "tied-by-head": dict(target_modules=["lm_head"], ensure_weight_tying=True),
    "whole-tied": dict(target_modules=["q_proj"], modules_to_save=["lm_head"], ensure_weight_tying=True),
    "whole": dict(target_modules="all-linear", modules_to_save=["embed_tokens", "lm_head"]),
    "dora-embedding": dict(target_modules=["embed_tokens", "o_proj"], use_dora=True, lora_dropout=0.1),
    "expression": dict(target_modules=r".*layers\.1.*(q|up)_proj", rank_pattern={"up_proj": 5}, alpha_pattern={".*q_proj": 1}),
    "tokens-apart": dict(target_modules=["q_proj"], trainable_token_indices={"embed_tokens": [5, 38], "lm_head": [33]}),
    "tokens-shared": dict(target_modules=["q_proj"], trainable_token_indices={"embed_tokens": [5, 38], "lm_head": [5, 38]}),
    "tokens-head": dict(target_modules=["q_proj"], trainable_token_indices={"lm_head": [33]}),
    "all-linear": dict(target_modules="all-linear", use_rslora=True, exclude_modules=["k_proj"]),
    "one-layer": dict(target_modules=["q_proj", "lm_head"], layers_to_transform=1),
}
ids = torch.tensor([[2, 17, 39, 5, 0, 5, 33, 38]])
for name, settings in cases.items():
    torch.manual_seed(1)
    shutil.rmtree(name, ignore_errors=True)
    base = AutoModelForCausalLM.from_pretrained("base", dtype=torch.float32, attn_implementation="eager")
    model = get_peft_model(base, LoraConfig(r=3, lora_alpha=6, task_type="CAUSAL_LM", **settings))
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.requires_grad:
                parameter.add_(torch.randn_like(parameter) * 0.1)
        model.save_pretrained(name)
        logits = model.eval()(input_ids=ids).logits.flatten().tolist()
    with open(os.path.join(name, "logits.json"), "w") as f:
        json.dump([round(x, 7) for x in logits], f)
    for extra in glob.glob(os.path.join(name, "README.md")):
        os.remove(extra)
