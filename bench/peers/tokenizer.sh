#!/usr/bin/env bash
# Encodes the lines of a file with Hugging Face tokenizers and with lapidary, in turn, and prints MB/s of each.
# usage: bench/peers/tokenizer.sh TOKENIZER_JSON TEXT_FILE [ROUNDS]
set -euo pipefail
cd "$(dirname "$0")/../.."
tokenizer=$(realpath "$1") text=$(realpath "$2") rounds=${3:-3}
venv=${VENV:-${TMPDIR:-/tmp}/lapidary-peer-tokenizer}
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/python" -c 'import tokenizers' 2>/dev/null || "$venv/bin/pip" install -q tokenizers
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go test -c -o "$work/ours" ./tokenizer
for _ in $(seq "$rounds"); do
    for threads in 1 2; do
        RAYON_NUM_THREADS=$threads "$venv/bin/python" bench/peers/tokenizer.py "$tokenizer" "$text" "$threads"
        (cd tokenizer && BENCH_TOKENIZER="$tokenizer" BENCH_TEXT="$text" "$work/ours" -test.run '^$' \
            -test.bench "EncodeLines/workers=$threads\$" -test.benchtime 5x | awk '/MB\/s/ {print "lapidary   threads=" t, $(NF-1), "MB/s"}' t="$threads")
    done
done
