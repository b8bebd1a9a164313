"""Writes the Parquet files of ParquetTest as Hugging Face's `datasets` lays them out (pyarrow 18.1)."""
import struct
import sys
import zlib

import pyarrow as pa
import pyarrow.parquet as pq


def png(width, height, red):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = b"".join(b"\0" + bytes((red, 0, 0)) * width for _ in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


image = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
turns = pa.list_(pa.struct([("from", pa.string()), ("value", pa.string())]))
folder = sys.argv[1]

for part, first in (("00000", 0), ("00001", 5)):
    ids = list(range(first, first + 5))
    table = pa.table({
        "id": pa.array(ids, pa.int64()),
        "image": pa.array([{"bytes": png(30 + i, 28, i), "path": None} for i in ids], image),
        "conversations": pa.array([[{"from": "human", "value": f"<image>Wo ist {i}? ü"},
                                    {"from": "gpt", "value": f"[1, 2, {i}, 4]"}] for i in ids], turns),
        "difficulty": pa.array([None if i == 1 else i / 2 for i in ids], pa.float64()),
    })
    pq.write_table(table, f"{folder}/data/train-{part}-of-00002.parquet", row_group_size=2)

test = pa.table({
    "images": pa.array([[], [{"bytes": png(28, 28, 1), "path": "a.png"}, {"bytes": png(29, 28, 2), "path": "b.png"}]],
                       pa.list_(image)),
    "problem": ["none", "two " + "long " * 200],
    "answer": ["A", "B"],
    "tags": pa.array([["x"], None], pa.list_(pa.string())),
})
for codec in ("zstd", "gzip", "lz4", "none"):
    pq.write_table(test, f"{folder}/data/test-{codec}.parquet", compression=codec)
pq.write_table(test, f"{folder}/data/test-v2.parquet", compression="snappy", data_page_version="2.0")
pq.write_table(test, f"{folder}/data/test-brotli.parquet", compression="brotli")
