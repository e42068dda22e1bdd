#!/usr/bin/env bash
# Training steps of a Gemma-2 shape with transformers + PEFT and with lapidary, in turn; prints a JSON line for each.
# usage: [LAYERS=26] [TOKENS=512] [LABELS=1] [THREADS=2] [SETTINGS="..."] bench/peers/step.sh [ROUNDS]
# SETTINGS are the peer's, one run each: DTYPE:ATTENTION[:recompute]. The full shape in float32 needs 24 GB: on a
# smaller machine ask for fewer layers, which both sides then have. Weights are random; nothing is fetched but packages.
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${1:-1} layers=${LAYERS:-26} tokens=${TOKENS:-512} labels=${LABELS:-1} threads=${THREADS:-2}
settings=${SETTINGS:-float32:eager float32:sdpa float32:eager:recompute bfloat16:eager}
venv=${VENV:-${TMPDIR:-/tmp}/lapidary-peer-step}
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/python" -c 'import torch, transformers, peft' 2>/dev/null || "$venv/bin/pip" install -q torch transformers peft
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -o "$work/lapidary" ./cmd/lapidary
"$work/lapidary" version
"$venv/bin/python" --version

ours() { # precision, further flags
    local precision=$1
    shift
    printf '{"who":"lapidary","load":"%s"} ' "$(cut -d' ' -f1 /proc/loadavg)"
    "$work/lapidary" bench step --shape gemma-2-2b --num-hidden-layers "$layers" --tokens "$tokens" --labels "$labels" \
        --threads "$threads" --precision "$precision" --steps 2 --quiet --json "$@"
}

for _ in $(seq "$rounds"); do
    for s in $settings; do
        IFS=: read -r dtype attn recompute <<<"$s"
        printf '{"who":"peft","load":"%s"} ' "$(cut -d' ' -f1 /proc/loadavg)"
        # a setting that the machine cannot hold is a result too
        "$venv/bin/python" bench/peers/step.py --layers "$layers" --tokens "$tokens" --labels "$labels" --threads "$threads" \
            --dtype "$dtype" --attn "$attn" ${recompute:+--gradient-checkpointing} 2>"$work/err" || { echo "failed ($?): $(tail -1 "$work/err")"; }
        ours bf16 ${recompute:+--gradient-checkpointing}
        [ "$dtype" = bfloat16 ] || ours f32 ${recompute:+--gradient-checkpointing}
    done
done
