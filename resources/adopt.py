"""Sends a fitted model from a notebook or script to Galley, the workbench that has this file's project open.

    adopt(model, X, y, name="churn")

The model becomes an ONNX file, made by the converters of this Python, and goes with the rows `X`, the true answers `y` and
the model's own answers to the engine on 127.0.0.1. There it must give the same answers; then it is a version of the model
`name`, and running the same lines again makes the next one. Nothing leaves this machine. Needs Python 3.9 or later and
nothing else; a model of scikit-learn needs skl2onnx, one of Keras tf2onnx.
"""

import array
import csv
import datetime
import decimal
import http.client
import io
import json
import math
import os
import re
import sys
import tempfile
import time
import warnings
from pathlib import Path
from urllib.parse import quote

__all__ = ["adopt", "AdoptError"]

SAMPLE_ROWS = 300
LARGEST_EXACT_INTEGER = 2**24
LARGEST_FLOAT32 = 3.4028234663852886e38
POLL_SECONDS = 0.2
PICKLES = (".pkl", ".pickle", ".joblib", ".dill", ".cloudpickle", ".sav")
MODEL_FILES = (".onnx", ".json", ".ubj", ".txt")


class AdoptError(Exception):
    """What went wrong, and what to do about it; `code` is Galley's, where Galley refused."""

    def __init__(self, message, code=None):
        super().__init__(message)
        self.code = code


def adopt(
    model,
    X,
    y,
    name=None,
    X_test=None,
    y_test=None,
    target=None,
    task=None,
    alias=None,
    threshold=None,
    answers=None,
    classes=None,
    accept_breaking=False,
    project=None,
):
    """Makes a version of the Galley model `name` of a fitted model.

    model: an estimator or pipeline of scikit-learn, a model of XGBoost, LightGBM, Keras or PyTorch, an ONNX model, or the
        path of a model file (.onnx, XGBoost's .json or .ubj, LightGBM's .txt). A pickle is never opened.
    X, y: the rows that the model knows and their true answers: a DataFrame, an array, or a list of rows or dicts.
    X_test, y_test: rows that the model has not seen; it is judged by them where they are given.
    target: what `y` is called; the name of the Series, or "target".
    task: "regression", "binary" or "multiclass", where it cannot be seen.
    alias: one to point at the new version, such as "champion"; deployments that follow it change with it.
    threshold: from which probability on the answer is the second of two classes.
    answers: what the model says of `X`, for a model file, which cannot be asked here: one number or class a row, or a list
        of probabilities.
    classes: the classes in the order of the probabilities, where the model does not tell them.
    accept_breaking: also where a deployment that follows the alias may refuse its callers afterwards.
    project: the folder of the project, where it is not the one of this file.
    Returns what `package.import` answers, a dict. Raises AdoptError.
    """
    if name is not None and not re.fullmatch(r"[a-z][a-z0-9_-]{0,49}", name):
        raise AdoptError(f"The name {name!r} does not fit: small letters a to z, digits, - and _, a letter first, at most 50.")
    engine = _Engine(Path(project) if project else Path(__file__).resolve().parent)
    table = _Table(X)
    truth = _column(_values(y))
    _require_length(truth, table, "y", "X")
    target = _target_name(target, y, table)
    name = name or re.sub(r"[^a-z0-9_-]+", "-", target.lower()).strip("-_0123456789")[:50] or "model"
    test = _test_rows(table, X_test, y_test)
    source = _source_of(model, table)
    sample = table.sample()
    said = source.answers(sample)
    given = None if answers is None else _values(answers)
    task = task or source.task_for(truth)
    if task == "regression" and not all(isinstance(value, (int, float)) for value in truth if value is not None):
        raise AdoptError("The true answers of a regression must be numbers; say task= where the model has classes.")
    if task != "regression":
        truth = _whole(truth)
        test = test and (test[0], _whole(test[1]))
    class_names = _class_names(classes, source, truth)
    form, said = source.formed(task, said)

    uploads = []
    try:
        model_path = engine.upload(source.content, source.file_name, uploads)
        columns = [*table.columns, _Column(target, truth)]
        reference = engine.add_table(name + "-reference", columns, uploads)
        request = {
            "path": model_path,
            "reference": reference,
            "target": target,
            "model": name,
            "inputs": source.inputs(engine, model_path, table),
            "unseen": test is not None,
        }
        if task:
            request["task"] = task
        if source.output or form:
            request["output"] = {**source.output, **({"form": form} if form else {})}
        if class_names and task != "regression":
            request["classes"] = list(class_names.values())
        if test:
            test_columns = [*test[0].columns, _Column(target, test[1], type=columns[-1].type)]
            request["split"] = {"kind": "dataset", "reference": engine.add_table(name + "-test", test_columns, uploads)}
        given_answers = _given_answers(task, truth, class_names or {}, table, sample, said, given)
        if given_answers and threshold is not None and "outputs" in given_answers:
            given_answers.pop("labels", None)  # They are the model's own, by its own threshold.
        if given_answers:
            request["answers"] = given_answers
        if alias:
            request["alias"] = alias
        if threshold is not None:
            request["threshold"] = threshold
        if accept_breaking:
            request["acceptBreaking"] = True
        result = engine.job("package.import", request)
    except AdoptError as error:
        if error.code == "package.answers_differ" and source.doubt:
            raise AdoptError(f"{error}\n{source.doubt}", error.code) from None
        raise
    finally:
        engine.discard(uploads)
    _print_result(engine, result, len(sample) if given_answers else 0)
    return result


# The engine


class _Engine:
    """The engine that has a project open, found by the file that only its user can read."""

    def __init__(self, project):
        path = project / "run" / "engine.json"
        try:
            found = json.loads(path.read_text("utf-8"))
            self.port, self._token = int(found["port"]), str(found["token"])
        except FileNotFoundError:
            raise AdoptError(
                f"No Galley has the project {project} open. Open it in the app, or run: galley start --project {project}"
            ) from None
        except (OSError, ValueError, KeyError) as error:
            raise AdoptError(f"{path} cannot be read ({error}). Close the project in Galley and open it again.") from None
        self._project = project

    def call(self, name, value):
        body = json.dumps(value, allow_nan=False).encode()
        return self._send("POST", "/api/" + name.replace(".", "/"), body, {"content-type": "application/json"})

    def job(self, name, value):
        """The result of a call whose work is a job; a keyboard interrupt cancels it."""
        job = self.call(name, value)["job"]
        try:
            while job["state"] in ("queued", "running"):
                time.sleep(POLL_SECONDS)
                job = self.call("jobs.show", {"id": job["id"]})["job"]
        except KeyboardInterrupt:
            self.call("jobs.cancel", {"id": job["id"]})
            raise
        if job["state"] != "succeeded":
            raise _refusal(job["error"]) if job["error"] else AdoptError(f"The job was {job['state']}.")
        return job["result"]

    def upload(self, content, file_name, uploads):
        headers = {"content-type": "application/octet-stream", "x-file-name": quote(file_name)}
        path = self._send("POST", "/api/upload", content, headers)["path"]
        uploads.append(path)
        return path

    def discard(self, uploads):
        for path in uploads:
            try:
                self._send("DELETE", "/api/upload", json.dumps({"path": path}).encode(), {"content-type": "application/json"})
            except AdoptError:
                pass  # The engine removes what it was left with after a day.

    def add_table(self, name, columns, uploads):
        """Adds rows as a dataset version; returns its reference."""
        with tempfile.TemporaryFile("w+b") as file:
            _write_csv(file, columns)
            file.seek(0)
            path = self.upload(file, name + ".csv", uploads)
        options = {
            "delimiter": ",",
            "quote": '"',
            "encoding": "utf-8",
            "header": True,
            "decimal": ".",
            "thousands": "",
            "missing": [],
            "types": {column.name: column.type for column in columns},
        }
        added = self.job("data.add", {"name": name, "files": [path], "options": options})
        return f"{added['dataset']}@{added['version']}"

    def _send(self, method, path, body, headers):
        # Not by urllib: it would go through a proxy that the environment names, with the token.
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        try:
            connection.request(method, path, body, {**headers, "authorization": "Bearer " + self._token})
            answer = json.loads(connection.getresponse().read())
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise AdoptError(
                f"The Galley that has {self._project} open does not answer ({error}). Open the project and run this again."
            ) from None
        finally:
            connection.close()
        if isinstance(answer, dict) and "error" in answer:
            raise _refusal(answer["error"])
        return answer


def _refusal(error):
    details = error.get("details") or {}
    rows = "".join(f"\n  {json.dumps(fault)}" for fault in (details.get("faults") or [])[:3])
    return AdoptError(f"{error['message']} {error['hint']} ({error['code']}){rows}", error["code"])


# Rows


class _Column:
    """Values of a column as Python has them, None for missing, with Galley's type for them."""

    def __init__(self, name, values, dtype=None, type=None):
        self.name = name
        self.values = values
        self.categories = _categories_of(dtype)
        self.type = type or _type_of(values)


class _Table:
    """Rows as they were given, and as columns."""

    def __init__(self, rows):
        if hasattr(rows, "to_pandas"):  # polars, pyarrow
            rows = rows.to_pandas()
        if hasattr(rows, "toarray"):  # scipy's sparse matrices
            rows = rows.toarray()
        self.rows = rows
        self.is_frame = hasattr(rows, "iloc") and hasattr(rows, "columns")
        self.is_array = not self.is_frame and hasattr(rows, "dtype") and hasattr(rows, "shape")
        if self.is_frame:
            named = [(str(name), _values(rows.iloc[:, place]), rows.dtypes.iloc[place]) for place, name in enumerate(rows.columns)]
        elif self.is_array:
            if len(rows.shape) != 2:
                raise AdoptError(f"X has the shape {tuple(rows.shape)}; rows and columns are expected.")
            named = [(f"x{place}", _values(rows[:, place]), rows.dtype) for place in range(rows.shape[1])]
        else:
            named = _named_lists(rows)
        self.columns = [_Column(name, _column(values), dtype) for name, values, dtype in named]
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names) or not names:
            raise AdoptError("X must have columns, each with a name of its own.")
        self.length = len(self.columns[0].values)
        if self.length == 0:
            raise AdoptError("X has no rows.")

    @property
    def names(self):
        return [column.name for column in self.columns]

    def sample(self):
        """Numbers of the rows that are compared: spread over all, and those with the extremes of each column or a gap."""
        step = max(1, self.length // SAMPLE_ROWS)
        chosen = set(range(0, self.length, step)[:SAMPLE_ROWS])
        for column in self.columns:
            present = [place for place, value in enumerate(column.values) if value is not None]
            missing = next((place for place, value in enumerate(column.values) if value is None), None)
            if missing is not None:
                chosen.add(missing)
            if present and column.type in ("int64", "float64"):
                chosen.add(min(present, key=column.values.__getitem__))
                chosen.add(max(present, key=column.values.__getitem__))
        finite = [place for place in sorted(chosen) if all(_is_sendable(column.values[place]) for column in self.columns)]
        return finite[:10000]

    def taken(self, places):
        """Some rows in the form in which they were given, their numbers rounded to float32 as Galley's inputs are."""
        if self.is_frame:
            rows = self.rows.iloc[places].copy()
            for place, name in enumerate(rows.columns):
                dtype = rows.dtypes.iloc[place]
                if getattr(dtype, "kind", None) in ("f", "i", "u") and not _is_exact(self.columns[place].values):
                    narrow = "Float32" if str(dtype)[0].isupper() else "float32"
                    rows[name] = rows.iloc[:, place].astype(narrow).astype(dtype)
            return rows
        if self.is_array:
            rows = self.rows[places]
            return rows.astype("float32").astype(rows.dtype) if rows.dtype.kind in "fiu" else rows
        return [self.rows[place] for place in places]

    def dicts(self, places):
        """The same rows as they are sent."""
        return [{column.name: _sent(column, place) for column in self.columns} for place in places]


def _named_lists(rows):
    rows = list(rows)
    if rows and all(isinstance(row, dict) for row in rows):
        names = list(dict.fromkeys(key for row in rows for key in row))
        return [(str(name), [row.get(name) for row in rows], None) for name in names]
    if rows and all(isinstance(row, (list, tuple)) and len(row) == len(rows[0]) for row in rows):
        return [(f"x{place}", [row[place] for row in rows], None) for place in range(len(rows[0]))]
    raise AdoptError("X must be a DataFrame, an array, or a list of rows or dicts of the same columns.")


def _values(column):
    """A column or list of answers as a list."""
    if hasattr(column, "to_numpy") and not hasattr(column, "columns"):
        column = column.to_numpy() if str(getattr(column, "dtype", "")) != "category" else column.astype(object).to_numpy()
    if hasattr(column, "columns") and hasattr(column, "iloc"):
        if len(column.columns) != 1:
            return column.to_numpy().tolist()
        column = column.iloc[:, 0].to_numpy()
    if hasattr(column, "detach"):  # a tensor of PyTorch
        column = column.detach().cpu().numpy()
    if hasattr(column, "ndim") and column.ndim == 2 and column.shape[1] == 1:
        column = column[:, 0]
    kind = getattr(getattr(column, "dtype", None), "kind", "")
    if kind == "M":
        # As text, since Python's own times have no nanoseconds.
        return [None if str(value) == "NaT" else datetime.datetime.fromisoformat(str(value.astype("datetime64[us]"))) for value in column]
    return column.tolist() if hasattr(column, "tolist") else list(column)


def _column(values):
    """Values as plain Python, None for missing."""
    return [_plain(value) for value in values]


def _plain(value):
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return None
    if isinstance(value, float):
        return None if math.isnan(value) else value
    if isinstance(value, (bool, int, str, datetime.datetime)):
        return value
    if isinstance(value, decimal.Decimal):
        return None if value.is_nan() else float(value)
    if isinstance(value, datetime.date):
        return datetime.datetime(value.year, value.month, value.day)
    if hasattr(value, "to_pydatetime"):
        return value.to_pydatetime()
    if hasattr(value, "item"):
        return _plain(value.item())
    return str(value)


def _type_of(values):
    kinds = {bool if isinstance(value, bool) else type(value) for value in values if value is not None}
    if kinds == {bool}:
        return "boolean"
    if kinds == {int} and all(abs(value) < 2**63 for value in values if value is not None):
        return "int64"
    if kinds and kinds <= {int, float}:
        return "float64"
    if kinds and all(issubclass(kind, datetime.datetime) for kind in kinds):
        times = [value for value in values if value is not None]
        return "date" if all(value.tzinfo is None and value.time() == datetime.time() for value in times) else "timestamp"
    return "float64" if not kinds else "text"


def _categories_of(dtype):
    categories = getattr(dtype, "categories", None)
    return None if categories is None else [_plain(value) for value in categories]


def _float32(value):
    return array.array("f", [value])[0]


def _is_exact(values):
    return all(isinstance(value, int) and abs(value) <= LARGEST_EXACT_INTEGER for value in values if value is not None)


def _is_sendable(value):
    """JSON has no infinite numbers, and float32 none beyond its largest."""
    return not isinstance(value, float) or abs(value) <= LARGEST_FLOAT32


def _sent(column, place):
    value = column.values[place]
    if isinstance(value, float):
        return _float32(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) <= LARGEST_EXACT_INTEGER else int(_float32(value))
    return _text_of(column, place) if isinstance(value, datetime.datetime) else value


def _cell(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, datetime.datetime):
        if value.tzinfo is not None:
            value = value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
            return value.isoformat() + "Z"
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat()
    return str(value)


def _write_csv(file, columns):
    text = io.TextIOWrapper(file, "utf-8", newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.name for column in columns])
    for place in range(len(columns[0].values)):
        writer.writerow([_text_of(column, place) for column in columns])
    text.flush()
    text.detach()


def _text_of(column, place):
    value = column.values[place]
    if column.type == "timestamp" and isinstance(value, datetime.datetime) and value.tzinfo is None:
        return value.isoformat()
    return _cell(value)


def _require_length(values, table, what, of):
    if len(values) != table.length:
        raise AdoptError(f"{what} has {len(values)} values, and {of} {table.length} rows.")


def _target_name(target, y, table):
    name = target or getattr(y, "name", None) or (getattr(y, "columns", None) is not None and len(y.columns) == 1 and y.columns[0])
    name = str(name or "target")
    while name in table.names:
        name += "_true"
    return name


def _test_rows(table, X_test, y_test):
    """The rows that the model has not seen as a table, and their true answers; None where there are none."""
    if X_test is None:
        return None
    if y_test is None:
        raise AdoptError("X_test needs y_test, the true answers of its rows.")
    test = _Table(X_test)
    if test.names != table.names:
        raise AdoptError("X_test must have the columns of X, in their order.")
    true = _column(_values(y_test))
    _require_length(true, test, "y_test", "X_test")
    for column, known in zip(test.columns, table.columns):
        column.type = known.type
    return test, true


# What the answers are


def _class_names(classes, source, truth):
    """The names of the classes by the model's own, in the order of its probabilities; None where the file is to tell."""
    known = [_plain(value) for value in _values(classes)] if classes is not None else source.classes
    present = sorted({value for value in truth if value is not None}, key=_sort_key)
    if known is None and not source.counts_classes:
        return None
    known = _whole(known or present)
    names = [_cell(value) for value in known]
    if source.counts_classes and len(present) == len(known) and not {_cell(value) for value in present} <= set(names):
        return dict(zip(names, [_cell(value) for value in present]))
    return dict(zip(names, names))


def _sort_key(value):
    return (isinstance(value, str), value)


def _whole(values):
    """Classes that a table keeps as floats, as whole numbers."""
    if all(value is None or (isinstance(value, float) and value.is_integer()) for value in values):
        return [None if value is None else int(value) for value in values]
    return list(values)


def _given_answers(task, truth, class_names, table, sample, said, given):
    """The rows and what the model says of them; None for a model that was not asked."""
    if given is not None:
        _require_length(given, table, "answers", "X")
        said = _said_by(task, truth, [given[place] for place in sample])
    if said is None:
        return None
    labels, outputs = said
    answers = {"rows": table.dicts(sample)}
    if outputs is not None:
        rows = [[float(value) for value in (row if isinstance(row, (list, tuple)) else [row])] for row in outputs]
        if task == "regression" and any(len(row) != 1 for row in rows):
            raise AdoptError("The model gives several numbers a row; a model of one target can be adopted.")
        is_second_class = task == "binary" and all(len(row) == 1 for row in rows)
        answers["outputs"] = [[1 - row[0], row[0]] for row in rows] if is_second_class else rows
    if labels is not None:
        names = [_cell(value) for value in _whole([_plain(value) for value in labels])]
        answers["labels"] = [class_names.get(name, name) for name in names]
    return answers


def _said_by(task, truth, given):
    """Answers that were given along: probabilities, numbers, or classes."""
    if all(isinstance(value, (list, tuple)) for value in given):
        return None, given
    if task == "regression":
        return None, given
    if all(isinstance(value, float) and not value.is_integer() for value in given):
        return None, [[1 - value, value] for value in given] if len(set(truth)) == 2 else given
    return given, None


# Models


class _Source:
    """A model's file, and how it is asked."""

    file_name = "model.onnx"
    #: "regression", "binary", "multiclass"; None where the file is to tell.
    task = None
    #: In the order of its probabilities.
    classes = None
    #: Whether its classes are mere numbers, which stand for those of the true answers in their order.
    counts_classes = False
    output = {}
    #: Why its ONNX file may answer otherwise than the model itself.
    doubt = None

    def __init__(self, content):
        self.content = content

    def task_for(self, truth):
        return self.task

    def formed(self, task, said):
        """What the numbers of its output are, where that must be told, and what they say."""
        return None, said

    def answers(self, sample):
        """Labels (or None) and outputs (or None) for rows of the table; None where the model cannot be asked."""
        return None

    def inputs(self, engine, path, table):
        """Which columns go into which input of the file."""
        found = engine.job("package.inspect", {"path": path})["file"]["inputs"]
        if len(found) == 1:
            return [{"tensor": found[0]["name"], "columns": table.names}]
        names = {_folded(name): name for name in table.names}
        by_name = [names.get(_folded(tensor["name"])) for tensor in found]
        if None in by_name:
            if len(found) != len(table.names):
                raise AdoptError(f"The model takes {len(found)} inputs, and X has {len(table.names)} columns.")
            by_name = table.names
        return [{"tensor": tensor["name"], "columns": [name]} for tensor, name in zip(found, by_name)]


def _folded(name):
    return re.sub(r"\W+", "_", name).lower()


def _source_of(model, table):
    if isinstance(model, (str, os.PathLike)):
        return _file_source(Path(model))
    if isinstance(model, (bytes, bytearray)):
        return _file_of_bytes(bytes(model), "model.onnx")
    modules = {kind.__module__.split(".")[0] for kind in type(model).__mro__}
    if hasattr(model, "SerializeToString") and "onnx" in modules:
        return _file_of_bytes(model.SerializeToString(), "model.onnx")
    if "xgboost" in modules:
        return _XGBoost(model, table)
    if "lightgbm" in modules:
        return _LightGBM(model, table)
    if "keras" in modules or "tensorflow" in modules:
        return _Keras(model, table)
    if "torch" in modules:
        return _Torch(model, table)
    if "sklearn" in modules or (hasattr(model, "get_params") and hasattr(model, "predict")):
        return _Sklearn(model, table)
    raise AdoptError(
        f"A {type(model).__module__}.{type(model).__qualname__} cannot be converted here. Export it as ONNX and give the path of that file."
    )


def _file_source(path):
    suffix = path.suffix.lower()
    if suffix in PICKLES:
        raise AdoptError(
            f"{path.name} is a pickle, which runs whatever its maker wrote as soon as it is opened, so it is not opened here."
            " Load it yourself where you trust it, and give the model."
        )
    if suffix not in MODEL_FILES:
        raise AdoptError(f"{path.name} is none of {', '.join(MODEL_FILES)}. Export the model as ONNX, or give the fitted model itself.")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise AdoptError(f"{path} cannot be read: {error.strerror}.") from None
    return _file_of_bytes(content, path.name)


def _file_of_bytes(content, name):
    if re.match(rb"\x80[\x02-\x05]", content):
        raise AdoptError("A pickle is never opened. Load it yourself where you trust it, and give the model.")
    source = _Source(content)
    source.file_name = name
    return source


def _temporary(suffix, write):
    """The bytes of a file that a library writes."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model" + suffix)
        write(path)
        extra = [name for name in os.listdir(folder) if name != "model" + suffix]
        if extra:
            raise AdoptError(f"The exporter wrote weights into further files ({', '.join(extra)}); only one file can be sent.")
        return Path(path).read_bytes()


def _needs(package, why):
    return AdoptError(f"{why} needs {package}, which this Python does not have. Install it with: pip install {package}")


def _category_lists(table):
    return [column.categories for column in table.columns]


class _XGBoost(_Source):
    file_name = "model.json"
    counts_classes = True

    def __init__(self, model, table):
        self._table = table
        self._model = model
        self._is_booster = not hasattr(model, "get_booster")
        booster = (model if self._is_booster else model.get_booster()).copy()
        if self._is_booster:
            # Its own `predict` takes all trees, so this file must too.
            booster.set_attr(best_iteration=None, best_ntree_limit=None)
        missing = getattr(model, "missing", None)
        if isinstance(missing, (int, float)) and not math.isnan(missing):
            booster.set_attr(scikit_learn=json.dumps({"missing": missing}))
        if any(_category_lists(table)):
            booster.set_attr(galley_categories=json.dumps(_category_lists(table)))
        super().__init__(_temporary(".json", booster.save_model))
        learner = json.loads(self.content.decode("utf-8"))["learner"]
        self._objective = learner["objective"]["name"]
        count = int(learner["learner_model_param"]["num_class"])
        if self._objective.startswith("binary:"):
            self.task, self.classes = "binary", [0, 1]
        elif self._objective.startswith("multi:"):
            self.task, self.classes = "multiclass", list(range(count))
        else:
            self.task = "regression"
        own = getattr(model, "classes_", None) if not self._is_booster and self.task != "regression" else None
        if own is not None:
            self.classes = [_plain(value) for value in own]

    def answers(self, sample):
        rows = self._table.taken(sample)
        if not self._is_booster:
            if self.task == "regression":
                return None, _values(self._model.predict(rows))
            outputs = _values(self._model.predict_proba(rows))
            return _values(self._model.predict(rows)), outputs
        import xgboost

        has_categories = any(_category_lists(self._table))
        matrix = xgboost.DMatrix(rows, enable_categorical=True) if has_categories else xgboost.DMatrix(rows)
        if self._model.feature_names is None:
            matrix.feature_names = None
        outputs = _values(self._model.predict(matrix))
        if self._objective == "multi:softmax":
            return outputs, None
        if self._objective == "binary:logitraw":
            outputs = [1 / (1 + math.exp(-value)) for value in outputs]
        return None, outputs


class _LightGBM(_Source):
    file_name = "model.txt"
    counts_classes = True

    def __init__(self, model, table):
        self._table = table
        self._model = model
        booster = getattr(model, "booster_", model)
        text = booster.model_to_string()
        lists = getattr(booster, "pandas_categorical", None) or []
        categorical = [column for column in table.columns if column.categories is not None]
        if lists and len(lists) == len(categorical):
            of_column = {column.name: [_plain(value) for value in values] for column, values in zip(categorical, lists)}
            text += "\ngalley_categories:" + json.dumps([of_column.get(name) for name in table.names]) + "\n"
        super().__init__(text.encode("utf-8"))
        objective = (re.search(r"^objective=(.*)$", text, re.M) or ["", ""])[1].split(" ")[0]
        count = int(re.search(r"^num_class=(\d+)$", text, re.M)[1])
        if objective == "binary":
            self.task, self.classes = "binary", [0, 1]
        elif objective.startswith("multiclass"):
            self.task, self.classes = "multiclass", list(range(count))
        else:
            self.task = "regression"
        own = getattr(model, "classes_", None) if self.task != "regression" else None
        if own is not None:
            self.classes = [_plain(value) for value in own]

    def answers(self, sample):
        rows = self._table.taken(sample)
        if self.task == "regression" or not hasattr(self._model, "predict_proba"):
            return None, _values(self._model.predict(rows))
        return _values(self._model.predict(rows)), _values(self._model.predict_proba(rows))


class _Sklearn(_Source):
    doubt = (
        "skl2onnx computes in float32: behind a scaler, a number may come out on the other side of a tree's split. Trees need no"
        " scaler. The converters of onnxmltools fit certain releases of XGBoost and LightGBM; alone, without a pipeline, such a model"
        " goes as its own file."
    )

    def __init__(self, model, table):
        self._table = table
        self._model = model
        classes = getattr(model, "classes_", None)
        if classes is not None:
            if hasattr(classes, "ndim") and classes.ndim != 1 or isinstance(classes, list):
                raise AdoptError("A model of several targets cannot be adopted; adopt one model for each target.")
            self.classes = [_plain(value) for value in classes]
            self.task = "binary" if len(self.classes) == 2 else "multiclass"
        else:
            self.task = "regression"
        super().__init__(self._convert())
        self.output = self._output()

    def answers(self, sample):
        rows = self._table.taken(sample)
        said = _values(self._model.predict(rows))
        if self.task == "regression":
            return None, said
        outputs = _values(self._model.predict_proba(rows)) if hasattr(self._model, "predict_proba") else None
        return said, outputs

    def inputs(self, engine, path, table):
        if self._is_matrix:
            return [{"tensor": "input", "columns": table.names}]
        named = [(name, self._tensor_of(name)) for name in table.names]
        return [{"tensor": tensor, "columns": [name]} for name, tensor in named if tensor in self._taken]

    def _convert(self):
        try:
            import skl2onnx
            from skl2onnx.common import data_types
        except ImportError:
            raise _needs("skl2onnx", "A model of scikit-learn") from None
        self._register_boosters()
        is_numeric = all(column.type in ("int64", "float64", "boolean") for column in self._table.columns)
        matrix = [("input", data_types.FloatTensorType([None, len(self._table.columns)]))]

        def columns(whole):
            kinds = {
                "int64": data_types.Int64TensorType if whole else data_types.FloatTensorType,
                "float64": data_types.FloatTensorType,
                "boolean": data_types.BooleanTensorType if whole else data_types.FloatTensorType,
            }
            return [(column.name, kinds.get(column.type, data_types.StringTensorType)([None, 1])) for column in self._table.columns]

        ways = [columns(True), columns(False)]
        if is_numeric:
            # A step that picks columns by their names needs them one by one.
            ways = [*ways, matrix] if self._table.is_frame and _picks_columns(self._model) else [matrix, *ways]
        faults = []
        for types in ways:
            for options in self._options():
                try:
                    converted = skl2onnx.convert_sklearn(
                        self._model, initial_types=types, options=options, target_opset={"": 18, "ai.onnx.ml": 3}
                    )
                except Exception as error:  # Each converter has its own errors; the next way may do.
                    faults.append(error)
                    continue
                self._is_matrix = types is matrix
                self._onnx = converted
                self._taken = {value.name for value in converted.graph.input}
                return converted.SerializeToString()
        raise AdoptError(f"skl2onnx cannot convert this model ({_versions()}): {_first_line(faults[0])}") from faults[0]

    def _tensor_of(self, name):
        """skl2onnx writes names without spaces and the like."""
        taken = {_folded(value): value for value in self._taken}
        return name if name in self._taken else taken.get(_folded(name), name)

    def _options(self):
        return [{id(self._model): {"zipmap": False}}, None] if self.classes is not None else [None]

    def _output(self):
        outputs = [value.name for value in self._onnx.graph.output]
        if self.task == "regression":
            return {"tensor": outputs[0]}
        if not hasattr(self._model, "predict_proba"):
            return {"tensor": outputs[0], "form": "labels"}
        return {"tensor": name for name in outputs if "prob" in name.lower()}

    def _register_boosters(self):
        """Lets skl2onnx convert XGBoost and LightGBM inside a pipeline."""
        kinds = {type(step).__module__.split(".")[0]: type(step) for step in _steps(self._model)}
        boosters = {name: kind for name, kind in kinds.items() if name in ("xgboost", "lightgbm")}
        if not boosters:
            return
        try:
            from skl2onnx import update_registered_converter
            from skl2onnx.common import shape_calculator
        except ImportError:
            raise _needs("skl2onnx", "A pipeline of scikit-learn") from None
        for package, kind in boosters.items():
            is_classifier = kind.__name__.endswith("Classifier")
            shape = (
                shape_calculator.calculate_linear_classifier_output_shapes
                if is_classifier
                else shape_calculator.calculate_linear_regressor_output_shapes
            )
            try:
                if package == "xgboost":
                    from onnxmltools.convert.xgboost.operator_converters.XGBoost import convert_xgboost as convert
                else:
                    from onnxmltools.convert.lightgbm.operator_converters.LightGbm import convert_lightgbm as convert
            except ImportError:
                raise _needs("onnxmltools", f"A pipeline with a model of {package}") from None
            options = {"nocl": [True, False], "zipmap": [True, False, "columns"]} if is_classifier else {}
            update_registered_converter(kind, "Galley" + kind.__name__, shape, convert, options=options)


def _versions():
    """Of what converts; each release of one goes with certain releases of the others."""
    modules = [sys.modules.get(name) for name in ("skl2onnx", "onnx", "onnxmltools", "sklearn")]
    return ", ".join(f"{module.__name__} {module.__version__}" for module in modules if module)


def _first_line(error):
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]


def _steps(model):
    """A model and those inside it, as pipelines and searches have them."""
    found, waiting = [], [model]
    while waiting:
        step = waiting.pop()
        if step is None or isinstance(step, str) or any(step is known for known in found):
            continue
        found.append(step)
        for attribute in ("steps", "transformers_", "transformer_list", "estimators"):
            entries = getattr(step, attribute, None)
            if isinstance(entries, list):
                waiting += [part for entry in entries if isinstance(entry, tuple) for part in entry if hasattr(part, "get_params")]
        for attribute in ("best_estimator_", "estimator", "base_estimator", "final_estimator"):
            inner = getattr(step, attribute, None)
            if hasattr(inner, "get_params"):
                waiting.append(inner)
    return found


def _picks_columns(model):
    return any(type(step).__name__ == "ColumnTransformer" for step in _steps(model))


class _Network(_Source):
    """A network has no classes, and gives probabilities or the scores before them: its numbers and `y` tell."""

    counts_classes = True

    def __init__(self, content, table):
        self._table = table
        super().__init__(content)

    def raw(self, rows):
        raise NotImplementedError

    def answers(self, sample):
        rows = [row if isinstance(row, list) else [row] for row in _values(self.raw(self._table.taken(sample)))]
        if any(isinstance(value, list) for row in rows for value in row):
            raise AdoptError("The model gives a table for each row of X; one row of numbers is expected.")
        self._width = len(rows[0])
        return None, rows

    def task_for(self, truth):
        count = len({value for value in truth if value is not None})
        if self._width > 2:
            return "multiclass"
        return "binary" if self._width == 2 or count == 2 else "regression"

    def formed(self, task, said):
        _, rows = said
        if task == "regression":
            return "prediction", said
        shares = all(-1e-5 < value < 1 + 1e-5 for row in rows for value in row)
        if self._width == 1:
            second = [row[0] if shares else _logistic(row[0]) for row in rows]
            return ("probability" if shares else "logit"), (None, [[1 - value, value] for value in second])
        if shares and all(abs(sum(row) - 1) < 1e-3 for row in rows):
            return "probabilities", said
        return "logits", (None, [_softmax(row) for row in rows])


def _logistic(score):
    return 1 / (1 + math.exp(-score)) if score >= 0 else math.exp(score) / (1 + math.exp(score))


def _softmax(row):
    largest = max(row)
    shares = [math.exp(value - largest) for value in row]
    return [value / sum(shares) for value in shares]


def _matrix(rows):
    """Numbers as a float32 array of numpy, which comes with Keras and PyTorch."""
    import numpy

    return numpy.asarray(rows, dtype="float32")


class _Keras(_Network):
    def __init__(self, model, table):
        self._model = model
        if len(model.inputs) != 1:
            raise AdoptError("A Keras model with several inputs cannot be sent from here. Export it as ONNX and give the path of that file.")
        self.raw(table.taken([0]))  # A model that never answered cannot be exported.

        def write(path):
            if hasattr(model, "export"):
                model.export(path, format="onnx", verbose=False)
            else:
                import tf2onnx

                tf2onnx.convert.from_keras(model, output_path=path)

        super().__init__(_exported("Keras", write), table)

    def raw(self, rows):
        return self._model.predict(_matrix(rows), verbose=0)


class _Torch(_Network):
    def __init__(self, model, table):
        import torch

        self._model = model.eval()
        example = torch.zeros((2, len(table.columns)), dtype=torch.float32)

        def write(path):
            options = {
                "input_names": ["input"],
                "output_names": ["output"],
                "dynamic_axes": {"input": {0: "N"}, "output": {0: "N"}},
            }
            try:
                torch.onnx.export(model, (example,), path, dynamo=False, **options)
            except TypeError:  # Before 2.5 there was one exporter.
                torch.onnx.export(model, (example,), path, **options)

        super().__init__(_exported("PyTorch", write), table)

    def raw(self, rows):
        import torch

        with torch.no_grad():
            return self._model(torch.from_numpy(_matrix(rows)))


def _exported(library, write):
    """What an exporter writes, with its errors in words of ours."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _temporary(".onnx", write)
    except ImportError as error:
        raise _needs(getattr(error, "name", None) or "onnx", f"A model of {library}") from None
    except AdoptError:
        raise
    except Exception as error:  # Whatever a layer or a version of the exporter cannot do.
        raise AdoptError(f"{library} cannot export this model as ONNX: {_first_line(error)}") from error


def _print_result(engine, result, compared):
    run = result["run"]
    aliases = f" ({', '.join(result['aliases'])})" if result["aliases"] else ""
    metric = run["metric"]["name"]
    value = run["metrics"].get(metric)
    judged = "" if value is None else f": {metric} {value:.6g} on {run['rows']['holdout']:,} rows"
    print(f"{result['model']}@{result['version']}{aliases}{judged}")
    if compared:
        print(f"The same answers as here on {compared:,} rows.")
    for warning in result["warnings"]:
        print(f"Note: {warning['message']}")
    print(f"http://127.0.0.1:{engine.port}/package/{result['model']}/{result['version']}")
