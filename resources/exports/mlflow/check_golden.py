"""Asks this model for the rows of golden.json and compares its answers with those of the trainer.

    python check_golden.py                        loads the folder by mlflow.pyfunc
    python check_golden.py http://127.0.0.1:5000  asks `mlflow models serve -m . --env-manager local`

Ends with 0 where all answers are equal, and with 1 where one is not.
"""

import json
import sys
import urllib.request
from pathlib import Path

import numpy as np
import pandas as pd

FOLDER = Path(__file__).resolve().parent
TOLERANCE = 1e-5


def read(name):
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def table_of(golden, fields):
    """Rows as MLflow wants them: a missing number is NaN, a missing text is empty, a boolean text is `true` or `false`."""
    number = lambda value: np.nan if value is None else float(value)
    text = lambda value: "" if value is None else json.dumps(value) if isinstance(value, bool) else value
    columns = {
        field["name"]: [(number if field["tensor"] == "float" else text)(row[position]) for row in golden["rows"]]
        for position, field in enumerate(fields)
    }
    return pd.DataFrame(columns)


def answers_of_folder(table):
    import mlflow

    return mlflow.pyfunc.load_model(str(FOLDER)).predict(table)


def answers_of_server(url, table):
    body = json.dumps({"dataframe_split": {"columns": list(table.columns), "data": table.to_numpy(object).tolist()}})
    request = urllib.request.Request(f"{url}/invocations", body.encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request) as response:
        return json.load(response)["predictions"]


def numbers(rows):
    return np.array([[np.nan if value is None else value for value in row] for row in rows], dtype=float)


def main():
    golden, signature = read("golden.json"), read("signature.json")
    table = table_of(golden, signature["inputs"])
    answers = answers_of_server(sys.argv[1].rstrip("/"), table) if len(sys.argv) > 1 else answers_of_folder(table)
    found = numbers(answers["prediction" if signature["task"] == "regression" else "probabilities"])
    expected = numbers(golden["outputs"])
    difference = np.abs(found - expected) / np.maximum(1, np.abs(expected))
    is_wrong = ~((difference <= TOLERANCE) | (~np.isfinite(found) & ~np.isfinite(expected))).all(axis=1)
    if "labels" in golden:
        is_wrong |= np.array(answers["label"], dtype=object) != np.array(golden["labels"], dtype=object)
    for row in np.flatnonzero(is_wrong)[:5]:
        print(f"row {row}: {found[row]} where the trainer has {expected[row]}", file=sys.stderr)
    print(f"{(~is_wrong).sum()} of {len(is_wrong)} golden rows answered as by the trainer")
    return 1 if is_wrong.any() else 0


if __name__ == "__main__":
    sys.exit(main())
