"""Products of the Gemma-2 2B shapes and attention: lapidary beside numpy, torch and BLIS, one after another in every round.

Prints a line for each shape: medians in GFLOP/s, lapidary's share of its own register-only peak, and its ratio to the
best peer. fwd is Y = X*W^T, bwd is dX = dY*W. Peers hold their weights as they like: oneDNN has them packed beforehand.
"""
import argparse
import ctypes
import ctypes.util
import json
import platform
import re
import statistics
import subprocess
import time

import numpy as np
import torch
import torch.nn.functional as F

p = argparse.ArgumentParser()
p.add_argument("--lapidary", required=True)
p.add_argument("--rounds", type=int, default=5)
p.add_argument("--pattern", default=".")
p.add_argument("--threads", type=int, default=2)
p.add_argument("--seconds", type=float, default=0.3, help="at least, for a figure of a round")
a = p.parse_args()
torch.set_num_threads(a.threads)

PROJECTIONS = {"q": (2048, 2304), "k": (1024, 2304), "v": (1024, 2304), "o": (2304, 2048), "gate": (9216, 2304),
               "up": (9216, 2304), "down": (2304, 9216), "head": (256000, 2304)}


def blis():
    """cblas_sgemm of the system's BLIS, or None."""
    name = ctypes.util.find_library("blis")
    if name is None:
        print("blis: not installed, left out")
        return None
    lib = ctypes.CDLL(name)
    lib.bli_thread_set_num_threads(ctypes.c_long(a.threads))
    return lib.cblas_sgemm


def blis_product(left, right, out, transposed):
    """out = left * right, or left * right^T."""
    (m, k), n = left.shape, out.shape[1]
    one, zero = ctypes.c_float(1), ctypes.c_float(0)
    row_major, plain, turned = 101, 111, 112
    return lambda: sgemm(row_major, plain, turned if transposed else plain, m, n, k, one,
                         ctypes.c_void_p(left.ctypes.data), k, ctypes.c_void_p(right.ctypes.data), right.shape[1],
                         zero, ctypes.c_void_p(out.ctypes.data), n)


def cpu():
    try:
        with open("/proc/cpuinfo") as f:
            found = {k.strip(): v.strip() for k, _, v in (line.partition(":") for line in f)}
        return f'{found.get("model name")}, family {found.get("cpu family")} model {found.get("model")}'
    except OSError:
        return platform.processor()


def rate(flops, f):
    """That of a round: all runs of its time, as lapidary counts its own."""
    f()
    n, began = 0, time.perf_counter()
    while n == 0 or time.perf_counter() - began < a.seconds:
        f()
        n += 1
    return flops * n / (time.perf_counter() - began) / 1e9


def ours(*args):
    out = subprocess.run([a.lapidary, "bench", *args, "--threads", str(a.threads), "--rounds", "3", "--json"], check=True,
                         capture_output=True, text=True)
    return json.loads(out.stdout)


def line(name, mine, shares, peers):
    best = max(peers.values(), default=float("nan"))
    print(f"{name:36s} lapidary {mine:6.1f} ({shares:.3f} of peak)  " +
          "  ".join(f"{k} {v:6.1f}" for k, v in peers.items()) + f"  ratio {mine / best:.2f}", flush=True)


def peers_of(op, m, n, k):
    """Functions that compute one product in float32."""
    x, w, dy = (torch.rand(s) - 0.5 for s in ((m, k), (n, k), (m, n)))
    nx, nw, ndy = x.numpy(), w.numpy(), dy.numpy()
    if op == "fwd":
        y = np.empty((m, n), np.float32)
        ty = torch.empty(m, n)
        fs = {"openblas": lambda: np.matmul(nx, nw.T, out=y), "mkl": lambda: torch.mm(x, w.t(), out=ty)}
        left, weight = x, w
    else:
        y = np.empty((m, k), np.float32)
        ty = torch.empty(m, k)
        fs = {"openblas": lambda: np.matmul(ndy, nw, out=y), "mkl": lambda: torch.mm(dy, w, out=ty)}
        left, weight = dy, w.t().contiguous()
    if sgemm is not None:
        product = blis_product(nx, nw, y, True) if op == "fwd" else blis_product(ndy, nw, y, False)
        product()
        again = y.copy()
        fs["openblas"]()
        np.testing.assert_allclose(again, y, atol=1e-2)  # sums of up to 256,000 products below 1/4
        fs["blis"] = product
    if torch.backends.mkldnn.is_available():
        packed = torch._C._nn.mkldnn_reorder_linear_weight(weight.to_mkldnn(), m) if hasattr(
            torch._C._nn, "mkldnn_reorder_linear_weight") else weight.to_mkldnn()
        dense = left.to_mkldnn()
        fs["onednn"] = lambda: torch._C._nn.mkldnn_linear(dense, packed)
    return fs


def gemm(op, m, n, k, weights):
    flops = 2.0 * m * n * k
    fs = peers_of(op, m, n, k)
    if weights == "bf16":
        bx, bw = (torch.rand(m, k if op == "fwd" else n) - 0.5).bfloat16(), (torch.rand(n, k) - 0.5).bfloat16()
        f = (lambda: F.linear(bx, bw)) if op == "fwd" else (lambda: torch.mm(bx, bw))
        if op in bf16_usable:
            fs["torch-bf16"] = f
    results, failed = {name: [] for name in fs}, set()
    mine, shares = [], []
    for _ in range(a.rounds):
        got = ours("gemm", "--m", str(m), "--n", str(n), "--k", str(k), "--weights", weights, *(["--backward"] if op == "bwd" else []))
        mine.append(got["gflops"])
        shares.append(got["ratio"])
        for name, f in fs.items():
            if name in failed:
                continue
            try:
                results[name].append(rate(flops, f))
            except RuntimeError as e:
                print(f"{name}: {str(e).splitlines()[0]}")
                failed.add(name)
    return statistics.median(mine), statistics.median(shares), {k: statistics.median(v) for k, v in results.items() if v}


def bf16_works():
    """The products that torch computes in bfloat16 at half the speed of float32 or more. Without hardware for it they take
    minutes a layer: say so once instead of running every shape."""
    x, w = torch.rand(64, 1024), torch.rand(1024, 1024)
    bx, bw = x.bfloat16(), w.bfloat16()
    usable = set()
    for op, plain, short in (("fwd", lambda: F.linear(x, w), lambda: F.linear(bx, bw)),
                             ("bwd", lambda: torch.mm(x, w), lambda: torch.mm(bx, bw))):
        f32, bf16 = (rate(2.0 * 64 * 1024 * 1024, f) for f in (plain, short))
        if bf16 > f32 / 2:
            usable.add(op)
        print(f"torch {op} 64x1024x1024: float32 {f32:.1f}, bfloat16 {bf16:.1f} GFLOP/s" +
              ("" if op in usable else "; bfloat16 not run on larger shapes"))
    return usable


def sdpa(tokens, heads=8, kv=4, d=256):
    q, k, v = (torch.rand(1, h, tokens, d) - 0.5 for h in (heads, kv, kv))
    for t in (q, k, v):
        t.requires_grad_()
    do = torch.rand(1, heads, tokens, d) - 0.5
    # grouped heads as transformers runs them: keys and values repeated
    group = lambda t: t.repeat_interleave(heads // kv, 1)
    scores = tokens * (tokens + 1) / 2 * heads * 2 * d
    forward, both, mine, shares = [], [], [], []

    def run():
        F.scaled_dot_product_attention(q, group(k), group(v), is_causal=True).backward(do)

    def infer():
        with torch.no_grad():
            F.scaled_dot_product_attention(q, group(k), group(v), is_causal=True)

    for _ in range(a.rounds):
        got = ours("attention", "--tokens", str(tokens), "--softcap", "0")
        mine.append((got["forward"]["gflops"], got["gflops"]))
        shares.append((got["forward"]["ratio"], got["ratio"]))
        forward.append(rate(2 * scores, infer))
        both.append(rate(7 * scores, run))
    m, s = statistics.median, list(zip(*shares))
    o = list(zip(*mine))
    line(f"attention t={tokens} fwd", m(o[0]), m(s[0]), {"sdpa": m(forward)})
    line(f"attention t={tokens} fwd+bwd", m(o[1]), m(s[1]), {"sdpa": m(both)})


print(f"{cpu()}; {a.threads} threads; python {platform.python_version()}, numpy {np.__version__}, torch {torch.__version__}")
print(next((l.strip() for l in torch.__config__.show().splitlines() if "Math Kernel" in l), "torch without MKL"))
try:
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    print(f'numpy: {blas["name"]} {blas["version"]}')
except (TypeError, KeyError):
    print("numpy does not say what it multiplies with")
bf16_usable = bf16_works()
sgemm = blis()
for m in (512, 2048):
    for name, (n, k) in PROJECTIONS.items():
        for op in ("fwd", "bwd"):
            for weights in ("f32", "bf16"):
                label = f"m={m}/proj={name}/op={op}/w={weights}"
                if re.search(a.pattern, label):
                    line(label, *gemm(op, m, n, k, weights))
for tokens in (512, 2048):
    if re.search(a.pattern, f"attention t={tokens}"):
        sdpa(tokens)
