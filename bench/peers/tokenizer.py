"""Times Hugging Face tokenizers on the lines of a file: python tokenizer.py TOKENIZER_JSON TEXT_FILE THREADS.

THREADS must be what RAYON_NUM_THREADS is set to; the library reads that when it is loaded."""
import os
import sys
import time

os.environ["TOKENIZERS_PARALLELISM"] = "false" if sys.argv[3] == "1" else "true"
import tokenizers  # noqa: E402

tokenizer = tokenizers.Tokenizer.from_file(sys.argv[1])
with open(sys.argv[2], encoding="utf-8") as f:
    text = f.read()
lines = text.split("\n")
best = float("inf")
for _ in range(3):
    start = time.perf_counter()
    tokenizer.encode_batch(lines, add_special_tokens=False)
    best = min(best, time.perf_counter() - start)
print(f"tokenizers threads={sys.argv[3]} {len(text.encode()) / best / 1e6:.2f} MB/s ({tokenizers.__version__})")
