"""Prints rows {"python", "json", "repr", "indent"} for literal_test.go: a Python literal, what json.dumps makes of it, and its repr.
Rows {"bad"} are texts that ast.literal_eval refuses. Run: python3 gen.py > vectors.jsonl (CPython 3.11, seed 0)."""
import ast, json, random

random.seed(0)
CHARS = list("ab'\"\\\n\t\r {}[]:,<>&é日🦙") + ["\x00", "\x1b", "\x7f", "\xa0", "\xad", "\u0301", "\u200b", "\u2028", "\ufeff", "\U000e0001", "\ue000"]
NUMS = [0, -0.0, 1.0, 1e16, 1e15, 123456789012345680.0, 1e-4, 1e-5, 5e-324, 1.7976931348623157e308, 10**20, -7, 0.1, 1 / 3, 1e22, 2.5e-10]
TEXTS = ["()", "(1,)", "(1)", "[1,]", "{'a': 1,}", "'a' 'b'", "u'x'", "r'\\n'", "'''a\n'b'''", "\"it's\"", "'\\x41\\u00e9\\U0001f999\\101\\0'", "'\\q'",
         "0x1F", "0o17", "0b101", "1_000", "1.", ".5", "1e5", "1E-7", "00", "-1", "+1", "--1", "None", "True", " [ 1 , 2 ] ", "{1: 'a', None: 2, True: 3, 1.5: 4}",
         "'a\\\nb'", "[[[[]]]]", "{}", "1_0.5_0", "1e1_0", "-.5e-3", "'\\N'", "'\\u12'", "1__0", "_1", "1_", "01", "'a", "[1", "{'a'}", "{'a': }", "a", "f(x)", "1 2",
         "f'x'", "'a'b'", "[1,,2]", "(,)", "[,]", "1e", "0x", "", "{[1]: 2}", "'\n'", "__import__('os')"]


def value(depth=0):
    k = random.random()
    if depth > 3 or k < 0.5:
        return random.choice([None, True, False, random.choice(NUMS), "".join(random.choices(CHARS, k=random.randint(0, 8)))])
    if k < 0.7:
        return [value(depth + 1) for _ in range(random.randint(0, 4))]
    if k < 0.8:
        return tuple(value(depth + 1) for _ in range(random.randint(0, 3)))
    return {"".join(random.choices(CHARS, k=random.randint(0, 4))): value(depth + 1) for _ in range(random.randint(0, 4))}


def row(text):
    try:
        v = ast.literal_eval(text)
        if isinstance(v, (set, bytes, complex)):
            raise ValueError
        return {"python": text, "json": json.dumps(v, ensure_ascii=False), "repr": repr(v), "indent": json.dumps(v, ensure_ascii=False, indent=2)}
    except Exception:
        return {"bad": text}


for t in TEXTS + [repr(value()) for _ in range(400)]:
    print(json.dumps(row(t)))
