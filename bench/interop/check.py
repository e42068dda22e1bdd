"""Checks lapidary's files with the libraries that define them. See run.sh."""
import argparse
import json
import subprocess
import sys
import warnings
from pathlib import Path

import torch
from peft import PeftModel, get_peft_model_state_dict
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

LIMIT = 1e-4  # logits: float32 rounding of two different summation orders, over models of a few layers
failures = []


def check(what, ok, detail=""):
    print(("ok    " if ok else "FAIL  ") + what + (f"  ({detail})" if detail else ""), flush=True)
    if not ok:
        failures.append(what)


def run(*args):
    done = subprocess.run([str(a) for a in args], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, args))}\nexit {done.returncode}\n{done.stderr}")
    return done.stdout


def load(path, **kw):
    return AutoModelForCausalLM.from_pretrained(path, attn_implementation="eager", **kw).eval()


@torch.no_grad()
def largest_difference(model, ours, rows):
    worst = 0.0
    for i, ids in enumerate(rows):
        theirs = model(input_ids=torch.tensor([ids]), use_cache=False).logits[0].float()
        worst = max(worst, (theirs - ours[f"logits.{i}"]).abs().max().item())
    return worst


def score(lapidary, model, data, out, adapter=None):
    extra = ["--adapter", adapter] if adapter else []
    run(lapidary, "score", "--model", model, *extra, "--data", data, "--logits", out, "--precision", "f32")
    return load_file(out)


def check_training(a, case, base, *flags):
    """Trains from PEFT's initial adapter; PEFT opens the result and computes the same logits; so does the merge."""
    golden, name = a.models / case, case + "".join(flags)
    work = a.work / name
    steps = json.loads((golden / "steps.json").read_text())["train"]
    data = golden / "data.jsonl"
    run(a.lapidary, "train", "--model", base, "--data", data, "--output-dir", work, "--adapter-init", golden / "init",
        "--per-device-train-batch-size", steps["batch"], "--gradient-accumulation-steps", steps["accum"],
        "--max-steps", 4, "--learning-rate", steps["lr"], "--shuffle-dataset=false", "--precision", "f32", *flags)
    rows = [json.loads(line)["input_ids"] for line in data.read_text().splitlines()[:3]]
    few = a.work / f"{name}.jsonl"
    few.write_text("".join(json.dumps({"input_ids": r}) + "\n" for r in rows))
    ours = score(a.lapidary, base, few, a.work / f"{name}.safetensors", work)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = PeftModel.from_pretrained(load(base, dtype=torch.float32), work)
    told = [str(w.message) for w in caught if "missing" in str(w.message).lower() or "unexpected" in str(w.message).lower()]
    # Frozen embeddings may be saved beside an adapter (PEFT's save_embedding_layers); they are no adapter's keys.
    written = {k for k in load_file(work / "adapter_model.safetensors") if not k.endswith(".base_layer.weight")}
    wanted = get_peft_model_state_dict(model, save_embedding_layers=False).keys()
    check(f"{name}: PEFT opens the adapter, no missing or unexpected keys", not told and written == wanted,
          "; ".join(told) or f"{len(written)} keys, {len(written ^ wanted)} differ")
    d = largest_difference(model.eval(), ours, rows)
    check(f"{name}: PEFT's logits are ours", d <= LIMIT, f"largest difference {d:.2e}")

    merged = a.work / f"{name}-merged"
    run(a.lapidary, "merge", "--model", base, "--adapter", work, "--output-dir", merged)
    d = largest_difference(load(merged, dtype=torch.float32), ours, rows)
    check(f"{name}: transformers opens the merged checkpoint", d <= LIMIT, f"largest difference to the adapter {d:.2e}")
    return work


def check_init(a):
    """transformers opens a fresh checkpoint, tokenizer included, and computes the same logits."""
    from transformers import AutoTokenizer
    out = a.work / "fresh"
    run(a.lapidary, "init", "--shape", "tiny", "--output-dir", out)
    text = 'Call get_weather("Zürich") — 23 °C.\n\n<start_of_turn>user\nHi<end_of_turn>\n'
    ids = AutoTokenizer.from_pretrained(out)(text, add_special_tokens=False)["input_ids"]
    ours = json.loads(subprocess.run([a.lapidary, "tokenize", "--tokenizer", out], input=json.dumps({"text": text}) + "\n",
                                     capture_output=True, text=True, check=True).stdout)["ids"]
    check("init: transformers' tokenizer gives our ids", ids == ours, f"{len(ids)} ids")
    few = a.work / "fresh.jsonl"
    few.write_text(json.dumps({"input_ids": [2] + ids}) + "\n")
    logits = score(a.lapidary, out, few, a.work / "fresh.safetensors")
    d = largest_difference(load(out, dtype=torch.float32), logits, [[2] + ids])
    check("init: transformers opens a fresh checkpoint", d <= LIMIT, f"largest difference {d:.2e}")


def check_tensorboard(run_dir):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    events = sorted(run_dir.rglob("events.out.tfevents.*"))
    check("TensorBoard: event files exist", bool(events))
    if not events:
        return
    acc = EventAccumulator(str(events[0].parent), size_guidance={"scalars": 0})
    acc.Reload()
    lines = [json.loads(line) for line in (run_dir / "metrics.jsonl").read_text().splitlines()]
    want = {m["step"]: m["loss"] for m in lines if "loss" in m}
    got = {e.step: e.value for e in acc.Scalars("train/loss")}
    same = want.keys() == got.keys() and all(abs(got[s] - want[s]) <= 1e-6 * abs(want[s]) for s in want)
    check("TensorBoard: its own reader reads train/loss as in metrics.jsonl", same, f"{len(got)} steps, tags {acc.Tags()['scalars']}")


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--lapidary", required=True)
    p.add_argument("--models", type=Path, required=True)
    p.add_argument("--work", type=Path, required=True)
    a = p.parse_args()
    import peft
    import transformers
    print(f"torch {torch.__version__}, transformers {transformers.__version__}, peft {peft.__version__}")
    quirks = a.models / "quirks-f32" / "model"
    for name in ["lora-basic", "lora-patterns", "lora-course", "lora-new-tokens", "dora"]:
        run_dir = check_training(a, name, quirks)
    for name in ["lora-basic", "lora-new-tokens"]:
        check_training(a, name, quirks, "--adapter-dtype=bf16")
    check_init(a)
    check_tensorboard(run_dir)
    print("all checks passed" if not failures else f"{len(failures)} failed")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
