"""Scores a Parquet file with ONNX Runtime on all cores, chunk by chunk, as one would in Python; prints the rows a second.

Arguments: model.onnx, the file, the file for the answers.
"""
import os
import sys
import time

import numpy as np
import onnxruntime
import pyarrow as pa
import pyarrow.parquet as pq

model, source, target = sys.argv[1:4]
start = time.perf_counter()
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = os.cpu_count()
options.log_severity_level = 3
session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
names = [found.name for found in session.get_inputs()]
rows, writer = 0, None
for batch in pq.ParquetFile(source).iter_batches(batch_size=65536):
    columns = [batch.column(name).to_numpy(zero_copy_only=False) for name in names]
    feeds = {name: column.astype(np.float32).reshape(-1, 1) for name, column in zip(names, columns)}
    label, probabilities = session.run(["label", "probabilities"], feeds)
    table = pa.Table.from_batches([batch]).append_column("label", pa.array(label.ravel()))
    for index in range(probabilities.shape[1]):
        table = table.append_column(f"probability_{index}", pa.array(probabilities[:, index].astype(np.float64)))
    writer = writer or pq.ParquetWriter(target, table.schema, compression="snappy")
    writer.write_table(table)
    rows += batch.num_rows
writer.close()
print(rows / (time.perf_counter() - start))
