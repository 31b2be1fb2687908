"""Prints how many rows a second of processor time scikit-learn's MLPClassifier learns from, on data drawn as network.bench.ts draws it."""
import time
import warnings

import numpy as np
from sklearn.neural_network import MLPClassifier

ROWS, WIDTH, EPOCHS = 100_000, 30, 10
random = np.random.default_rng(1)
features = random.standard_normal((ROWS, WIDTH)).astype(np.float32)
target = features[:, 0] + features[:, 1] * features[:, 2] + random.standard_normal(ROWS) > 0

model = MLPClassifier((64, 32), batch_size=256, max_iter=EPOCHS, alpha=1e-5, random_state=0)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    start = time.process_time()
    model.fit(features, target)
    seconds = time.process_time() - start
print(ROWS * model.n_iter_ / seconds)
