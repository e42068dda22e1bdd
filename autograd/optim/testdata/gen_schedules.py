"""Prints schedules.json from the formulas of an installed transformers (5.23.0 for the committed file).
usage: gen_schedules.py PATH/TO/transformers/optimization.py > schedules.json
Only the plain functions of that file run; torch is replaced by a stand-in that keeps the rate."""
import json, re, sys, types

source = open(sys.argv[1]).read()
source = source[source.index("def _get_constant_lambda"):source.index("def get_wsd_schedule")]

class Optimizer:
    def __init__(self, lr): self.defaults = {"lr": lr}

class LambdaLR:
    def __init__(self, optimizer, lr_lambda, last_epoch=-1):
        self.rate = lambda k: optimizer.defaults["lr"] * lr_lambda(k)

import math
from functools import partial
scope = {"math": math, "partial": partial, "Optimizer": Optimizer, "LambdaLR": LambdaLR, "ReduceLROnPlateau": None}
exec("from __future__ import annotations\n" + source, scope)
makers = {
    "linear": ("get_linear_schedule_with_warmup", True), "cosine": ("get_cosine_schedule_with_warmup", True),
    "cosine_with_restarts": ("get_cosine_with_hard_restarts_schedule_with_warmup", True),
    "polynomial": ("get_polynomial_decay_schedule_with_warmup", True), "inverse_sqrt": ("get_inverse_sqrt_schedule", False),
    "constant": ("get_constant_schedule", None), "constant_with_warmup": ("get_constant_schedule_with_warmup", False),
    "cosine_with_min_lr": ("get_cosine_with_min_lr_schedule_with_warmup", True),
}
cases = []
def case(kind, lr, w, n, **args):
    name, total = makers[kind]
    kw = dict(args)
    if total is not None: kw["num_warmup_steps"] = w
    if total: kw["num_training_steps"] = n
    s = scope[name](Optimizer(lr), **kw)
    cases.append({"type": kind, "lr": lr, "warmup_steps": w, "total_steps": n, "args": args, "rates": [s.rate(k) for k in range(n + 3)]})
for kind in makers:
    for lr, w, n in ((2e-4, 0, 7), (1e-2, 2, 12), (3e-4, 5, 23), (1e-3, 1, 1 if kind not in ("polynomial",) else 2)):
        args = {"min_lr": lr / 10} if kind == "cosine_with_min_lr" else {}
        case(kind, lr, w, n, **args)
case("cosine", 1e-3, 3, 20, num_cycles=1.5)
case("cosine_with_restarts", 1e-3, 3, 20, num_cycles=3)
case("polynomial", 1e-3, 3, 20, lr_end=1e-5, power=2.5)
case("inverse_sqrt", 1e-3, 3, 20, timescale=50)
case("cosine_with_min_lr", 1e-3, 3, 20, min_lr_rate=0.2, num_cycles=1.0)
print(json.dumps(cases, indent=0))
