"""Prints, as JSON, the median seconds of scikit-learn's linear fits on data drawn as training.bench.ts draws it."""
import json
import statistics
import time

import numpy as np
from sklearn.linear_model import LogisticRegression, Ridge

ROWS, WIDTH = 200_000, 30
random = np.random.default_rng(1)
features = random.standard_normal((ROWS, WIDTH))


def scores(outputs):
    return features @ random.standard_normal((WIDTH, outputs)) + 3 * random.standard_normal((ROWS, outputs))


def seconds(model, target):
    times = []
    for _ in range(3):
        start = time.perf_counter()
        model.fit(features, target)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


logistic = LogisticRegression(C=1.0, max_iter=5000, tol=1e-7)
print(json.dumps({
    "ridge": seconds(Ridge(alpha=1.0), scores(1)[:, 0]),
    "logistic": seconds(logistic, scores(1)[:, 0] > 0),
    "multinomial, 3 classes": seconds(logistic, scores(3).argmax(axis=1)),
}))
