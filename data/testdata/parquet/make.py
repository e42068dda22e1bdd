# Writes the Parquet files of this folder with pyarrow, and rows.jsonl with what a reader must see in them.
import json
import pyarrow as pa
import pyarrow.parquet as pq

ROWS = [
    {"id": 1, "messages": [{"role": "user", "content": "What is 2+2?"}, {"role": "assistant", "content": None,
        "tool_calls": [{"name": "add", "arguments": "{\"a\": 2, \"b\": 2}"}]}],
        "tools": ["{\"name\": \"add\"}"], "score": 0.5, "ok": True, "tags": {"lang": "en", "level": "easy"}},
    {"id": 2, "messages": [], "tools": None, "score": 5.0, "ok": False, "tags": None},
    {"id": 3, "messages": [{"role": "user", "content": "Grüße, 世界 \U0001f600"}], "tools": [], "score": None, "ok": None,
        "tags": {}},
    {"id": None, "messages": [{"role": "user", "content": ""}, {"role": "assistant", "content": "x",
        "tool_calls": []}], "tools": ["a", None, "b"], "score": -1e300, "ok": True, "tags": {"k": None}},
]
call = pa.struct([("name", pa.string()), ("arguments", pa.string())])
message = pa.struct([("role", pa.string()), ("content", pa.string()), ("tool_calls", pa.list_(call))])
SCHEMA = pa.schema([("id", pa.int64()), ("messages", pa.list_(message)), ("tools", pa.list_(pa.string())),
                    ("score", pa.float64()), ("ok", pa.bool_()), ("tags", pa.map_(pa.string(), pa.string()))])


def seen(v):
    """What is null in a struct is left out; null elements of lists and null map values stay."""
    if isinstance(v, dict):
        return {k: seen(x) for k, x in v.items() if x is not None}
    if isinstance(v, list):
        return [seen(x) for x in v]
    return v


with open("rows.jsonl", "w") as f:
    for row in ROWS:
        out = seen({k: v for k, v in row.items() if k != "tags"})
        if row["tags"] is not None:
            out["tags"] = row["tags"]
        f.write(json.dumps(out) + "\n")
table = pa.table({k: pa.array([list(r[k].items()) if k == "tags" and r[k] is not None else r.get(k) for r in ROWS],
                              type=SCHEMA.field(k).type) for k in SCHEMA.names}, schema=SCHEMA)
for name, options in {
    "snappy-v1": dict(compression="snappy", data_page_version="1.0"),
    "zstd-v2": dict(compression="zstd", data_page_version="2.0"),
    "gzip-plain": dict(compression="gzip", use_dictionary=False),
    "none-groups": dict(compression="none", row_group_size=1),
    "old-lists": dict(compression="none", use_compliant_nested_type=False, version="1.0"),
    "brotli": dict(compression="brotli"),
    "delta": dict(compression="none", use_dictionary=False, column_encoding={"id": "DELTA_BINARY_PACKED"}),
}.items():
    pq.write_table(table, name + ".parquet", store_schema=False, **options)

ids = pa.table({"input_ids": pa.array([[2, 106, 1645], [2, 7]], pa.list_(pa.int32())),
                "labels": pa.array([[-100, -100, 1645], None], pa.list_(pa.int64()))})
pq.write_table(ids, "ids.parquet", store_schema=False, compression="snappy")
