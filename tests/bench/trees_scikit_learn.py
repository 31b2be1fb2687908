"""Prints, as JSON, the median processor seconds and the AUC of scikit-learn's and LightGBM's boosting on the data of trees.bench.ts.

Arguments: file of float32 rows (columns, then the class), columns, training rows.
"""
import json
import statistics
import sys
import time

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score

path, width, rows = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
data = np.fromfile(path, dtype=np.float32).reshape(-1, width + 1)
features, target = data[:, :width].astype(np.float64), data[:, width].astype(int)
models = {"scikit-learn": HistGradientBoostingClassifier(early_stopping=False)}
try:
    from lightgbm import LGBMClassifier

    models["LightGBM"] = LGBMClassifier(num_threads=1, verbose=-1)
except ImportError:
    pass

found = {}
for name, model in models.items():
    times = []
    for _ in range(3):
        start = time.process_time()
        model.fit(features[:rows], target[:rows])
        times.append(time.process_time() - start)
    auc = roc_auc_score(target[rows:], model.predict_proba(features[rows:])[:, 1])
    found[name] = {"seconds": statistics.median(times), "auc": auc}
print(json.dumps(found))
