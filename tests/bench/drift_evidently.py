"""Prints, as JSON, the seconds and the peak memory (MB) of Evidently's drift report of two Parquet files, read included.

Arguments: reference file, current file.
"""
import json
import resource
import sys
import time
import warnings

import evidently
import pandas as pd
from evidently import Report
from evidently.presets import DataDriftPreset

warnings.filterwarnings("ignore")
reference, current = sys.argv[1], sys.argv[2]
start = time.perf_counter()
report = Report([DataDriftPreset()]).run(pd.read_parquet(current), pd.read_parquet(reference))
values = report.dict()["metrics"]
seconds = time.perf_counter() - start
drifted = next(metric["value"]["count"] for metric in values if "DriftedColumnsCount" in metric["metric_name"])
megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"version": evidently.__version__, "seconds": seconds, "megabytes": megabytes, "drifted": drifted}))
