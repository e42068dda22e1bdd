#!/usr/bin/env bash
# Matrix products of Gemma-2 2B and its attention with lapidary, numpy (OpenBLAS), torch (MKL, oneDNN, SDPA) and, where the
# system has it (Debian: libblis4-openmp), BLIS, in turn.
# usage: [THREADS=2] [VENV=dir] bench/peers/gemm.sh [ROUNDS] [PATTERN]
# PATTERN is a regular expression on names such as m=512/proj=gate/op=fwd; figures are medians of ROUNDS in GFLOP/s, the
# share is of lapidary's register-only loop. Operands are random; nothing is fetched but packages. The head needs 11 GB.
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${1:-5} pattern=${2:-.} threads=${THREADS:-2}
venv=${VENV:-${TMPDIR:-/tmp}/lapidary-peer-gemm}
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/python" -c 'import torch, numpy' 2>/dev/null || "$venv/bin/pip" install -q torch numpy
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -o "$work/lapidary" ./cmd/lapidary
"$work/lapidary" version
# these name a core for OpenBLAS; it finds its own better
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
OPENBLAS_NUM_THREADS=$threads OMP_NUM_THREADS=$threads MKL_NUM_THREADS=$threads BLIS_NUM_THREADS=$threads \
    "$venv/bin/python" bench/peers/gemm.py --lapidary "$work/lapidary" --rounds "$rounds" --pattern "$pattern" --threads "$threads"
