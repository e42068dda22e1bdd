#!/usr/bin/env bash
# Training steps of a Gemma-2 shape with transformers + PEFT and with lapidary, in turn: a JSON line for each run, and
# at the end the medians and ratios of each setting.
# usage: [LAYERS=26] [THREADS=2] [STEPS=2] [LIMIT=900] [MODEL=DIR] [SETTINGS="..."]
#   [PRECISIONS="bf16 f32"] bench/peers/step.sh [ROUNDS]
# A setting is DTYPE:ATTENTION:TOKENS:LABELS[:recompute] of the peer, LABELS the share of tokens that carry loss. We run
# beside it in each of PRECISIONS, everything kept, and with recompute where the peer's setting has it. LIMIT is what a run
# may take in seconds; what fails or takes longer is a result too. MODEL is a checkpoint for us instead of random
# weights: they are mapped then. The full shape in float32 needs 24 GB: on a smaller machine ask for fewer layers, which
# both sides then have. Each run is a process, so that no memory is left from the one before. Nothing is fetched but
# packages.
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${1:-1} layers=${LAYERS:-26} threads=${THREADS:-2} steps=${STEPS:-2} limit=${LIMIT:-900}
precisions=${PRECISIONS:-bf16 f32}
settings=${SETTINGS:-float32:eager:512:1 float32:sdpa:512:1 float32:eager:512:0.3 float32:eager:512:1:recompute
    float32:eager:1500:1:recompute float32:eager:1500:0.3:recompute bfloat16:eager:512:1 bfloat16:sdpa:512:1}
venv=${VENV:-${TMPDIR:-/tmp}/lapidary-peer-step}
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/python" -c 'import torch, transformers, peft' 2>/dev/null || "$venv/bin/pip" install -q torch transformers peft
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -o "$work/lapidary" ./cmd/lapidary
"$work/lapidary" version
"$venv/bin/python" --version

# measure SETTING WHO COMMAND...: runs it, prints its JSON line and remembers the figures.
measure() {
    local setting=$1 who=$2 line code=0
    shift 2
    line=$(timeout --kill-after=10 "$limit" "$@" 2>"$work/err") || code=$?
    if [ "$code" != 0 ]; then
        printf '{"setting":"%s","who":"%s","failed":%d} %s\n' "$setting" "$who" "$code" "$(tail -n 1 "$work/err")"
        return
    fi
    line=$(printf '%s\n' "$line" | tail -n 1)
    printf '{"setting":"%s","who":"%s","load":"%s"} %s\n' "$setting" "$who" "$(cut -d' ' -f1 /proc/loadavg)" "$line"
    printf '%s %s %s %s\n' "$setting" "$who" "$(field "$line" tokens_per_second)" "$(field "$line" peak_rss_bytes)" >>"$work/results"
}

field() { printf '%s\n' "$1" | sed -n "s/.*\"$2\": *\([0-9.e+]*\).*/\1/p"; }

for _ in $(seq "$rounds"); do
    for s in $settings; do
        IFS=: read -r dtype attn tokens labels recompute <<<"$s"
        measure "$s" peft "$venv/bin/python" bench/peers/step.py --layers "$layers" --tokens "$tokens" --labels "$labels" \
            --threads "$threads" --steps "$steps" --dtype "$dtype" --attn "$attn" ${recompute:+--gradient-checkpointing}
        for precision in $precisions; do
            ours=("$work/lapidary" bench step --shape gemma-2-2b --num-hidden-layers "$layers" --tokens "$tokens"
                --labels "$labels" --threads "$threads" --precision "$precision" --steps "$steps" --quiet --json ${MODEL:+--model "$MODEL"})
            measure "$s" "$precision" "${ours[@]}"
            [ -z "$recompute" ] || measure "$s" "$precision+recompute" "${ours[@]}" --gradient-checkpointing
        done
    done
done

echo "medians of $rounds rounds; ratios to the peer's"
sort "$work/results" | awk '
    function median(list,   v, n, i, j, t) {
        n = split(list, v, " ")
        for (i = 2; i <= n; i++) for (j = i; j > 1 && v[j] + 0 < v[j - 1] + 0; j--) { t = v[j]; v[j] = v[j - 1]; v[j - 1] = t }
        return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
    }
    { key = $1 " " $2; if (!(key in rate)) order[++count] = key; rate[key] = rate[key] " " $3; rss[key] = rss[key] " " $4 }
    END {
        printf "%-34s %-15s %8s %7s %8s %7s\n", "setting", "who", "tok/s", "ratio", "GB", "ratio"
        for (i = 1; i <= count; i++) {
            split(order[i], part, " "); peer = part[1] " peft"
            r = median(rate[order[i]]); m = median(rss[order[i]]) / 1e9
            printf "%-34s %-15s %8.2f %7s %8.2f %7s\n", part[1], part[2], r,
                peer in rate ? sprintf("%.2f", r / median(rate[peer])) : "-", m, peer in rss ? sprintf("%.2f", m * 1e9 / median(rss[peer])) : "-"
        }
    }'
