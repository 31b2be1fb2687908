"""The other side of serving.bench.ts: FastAPI, uvicorn (one worker, uvloop and httptools) and onnxruntime with one model.

Usage: python serving_fastapi.py MODEL_FOLDER PORT
MODEL_FOLDER holds model.onnx and signature.json; the fields of a request are checked by a Pydantic model made from the signature.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
import uvicorn
from fastapi import FastAPI
from pydantic import create_model

folder, port = Path(sys.argv[1]), int(sys.argv[2])
signature = json.loads((folder / "signature.json").read_text())
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options)
inputs = signature["inputs"]
is_regression = signature["task"] == "regression"
outputs = ["prediction"] if is_regression else ["label", "probabilities"]

types = {"int64": int, "float64": float, "decimal": float, "boolean": bool}


def field_of(field):
    kind = types.get(field["type"], str)
    return (kind | None, None) if field["nullable"] else (kind, ...)


Row = create_model("Row", **{field["name"]: field_of(field) for field in inputs})
Request = create_model("Request", row=(Row, ...))
app = FastAPI()


def tensor(field, value):
    if field["tensor"] == "string":
        return np.array([["" if value is None else value]], dtype=object)
    return np.array([[np.nan if value is None else value]], dtype=np.float32)


@app.post("/predict")
async def predict(request: Request):
    row = request.row
    answers = session.run(outputs, {field["name"]: tensor(field, getattr(row, field["name"])) for field in inputs})
    if is_regression:
        return {"prediction": float(answers[0][0, 0])}
    label, probabilities = answers
    return {"label": str(label[0]), "probabilities": dict(zip(signature["classes"], map(float, probabilities[0])))}


@app.get("/readyz")
async def ready():
    return {}


uvicorn.run(app, host="127.0.0.1", port=port, loop="uvloop", http="httptools", log_level="error", access_log=False)
