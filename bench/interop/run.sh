#!/usr/bin/env bash
# Runs lapidary beside the libraries it claims to agree with: PEFT opens our adapters and computes our logits,
# transformers opens our merged and our fresh checkpoints, TensorBoard's own reader reads our events.
#
#   bench/interop/run.sh [VENV]
#
# Builds a Python environment in VENV (default: .venv-interop beside the checkout) unless it is there already; that
# downloads some gigabytes. Reference models are looked for in ../shared/golden/models.
set -euo pipefail
cd "$(dirname "$0")/../.."
venv=${1:-../.venv-interop}
if [ ! -x "$venv/bin/python" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install -q -r bench/interop/requirements.txt
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
CGO_ENABLED=0 go build -o "$work/lapidary" ./cmd/lapidary
HF_HUB_OFFLINE=1 "$venv/bin/python" bench/interop/check.py --lapidary "$work/lapidary" --models ../shared/golden/models --work "$work"
