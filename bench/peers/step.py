"""One LoRA training step of a Gemma-2 shape with transformers + PEFT on the CPU; prints a JSON line.

Random weights and tokens. The adapter is lapidary's default of `bench step`: rank 16 on the seven projections, alpha
32, dropout 0.05. seconds and processor seconds are those of the fastest step after the first.
"""
import argparse
import json
import resource
import time

import peft
import torch
import transformers

p = argparse.ArgumentParser()
p.add_argument("--layers", type=int, default=26)
p.add_argument("--tokens", type=int, default=512)
p.add_argument("--labels", type=float, default=1.0, help="share of the tokens that carry loss, at the end")
p.add_argument("--steps", type=int, default=2)
p.add_argument("--dtype", choices=["float32", "bfloat16"], default="float32")
p.add_argument("--attn", choices=["eager", "sdpa"], default="eager")
p.add_argument("--gradient-checkpointing", action="store_true")
p.add_argument("--threads", type=int, default=2)
a = p.parse_args()

torch.set_num_threads(a.threads)
torch.manual_seed(0)
dtype = getattr(torch, a.dtype)
config = transformers.Gemma2Config(num_hidden_layers=a.layers, attn_implementation=a.attn)
torch.set_default_dtype(dtype)
model = transformers.Gemma2ForCausalLM(config)
torch.set_default_dtype(torch.float32)
model = peft.get_peft_model(model, peft.LoraConfig(
    r=16, lora_alpha=32, lora_dropout=0.05, task_type="CAUSAL_LM",
    target_modules=["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]))
if a.gradient_checkpointing:
    model.gradient_checkpointing_enable()
    model.enable_input_require_grads()
model.train()
optimizer = torch.optim.AdamW([w for w in model.parameters() if w.requires_grad], lr=1e-4)
ids = torch.randint(3, config.vocab_size, (1, a.tokens))
labels = ids.clone()
labels[:, : int(a.tokens * (1 - a.labels))] = -100

seconds, processor = [], []
for _ in range(a.steps + 1):
    began, cpu = time.perf_counter(), time.process_time()
    loss = model(input_ids=ids, labels=labels, use_cache=False).loss
    loss.backward()
    torch.nn.utils.clip_grad_norm_([w for w in model.parameters() if w.requires_grad], 1.0)
    optimizer.step()
    optimizer.zero_grad()
    seconds.append(time.perf_counter() - began)
    processor.append(time.process_time() - cpu)
best = min(seconds[1:])
print(json.dumps({
    "tokens_per_second": a.tokens / best, "seconds_per_step": best, "cpu_seconds_per_step": min(processor[1:]),
    "peak_rss_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, "loss": loss.item(), "tokens": a.tokens,
    "layers": a.layers, "dtype": a.dtype, "attn": a.attn, "recompute": a.gradient_checkpointing, "threads": a.threads,
    "torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__,
}), flush=True)
