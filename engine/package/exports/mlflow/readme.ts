import { isoTime } from '../../../base/clock.ts';
import type { ColumnType, FieldSignature, Signature } from '../../../contract/values.ts';
import type { ExportSource } from '../exporter.ts';
import { testedWith } from './environment.ts';
import { exampleTensors } from './input-example.ts';

/** For the engineer who gets the folder. */
export function readmeFile({ version, signature, galleyVersion }: ExportSource): string {
  const request = JSON.stringify({
    dataframe_split: {
      columns: signature.inputs.map(({ name }) => name),
      data: [Object.values(exampleTensors(signature)).map(([[value]]) => value)],
    },
  });
  return `# ${version.model}, version ${version.version}

A model of MLflow with its ONNX flavor, written by Galley ${galleyVersion}. It answers \`${signature.target}\` from raw columns: all
preparation is inside \`model.onnx\`, and MLflow needs no code but its own. Loaded and served with MLflow ${testedWith.mlflow}, onnxruntime ${testedWith.onnxruntime} and
Python ${testedWith.python}.

## Load and serve

    pip install -r requirements.txt
    python check_golden.py                      # loads the model and compares its answers with the golden set
    mlflow models serve -m . --env-manager local -p 5000
    python check_golden.py http://127.0.0.1:5000

    curl http://127.0.0.1:5000/invocations -H 'content-type: application/json' -d '${request.replaceAll("'", "'\\''")}'

In Python, a table or tensors by name:

    model = mlflow.pyfunc.load_model(".")
    model.predict(pandas_data_frame)

Into a registry:

    mlflow.register_model("file:///…/this folder", "${version.model}")

## Columns

| column | type | tensor | may be missing | seen in training |
| --- | --- | --- | --- | --- |
${signature.inputs.map(columnLine).join('\n')}

Answers: ${answersOf(signature)}

Rules that come from MLflow and ONNX Runtime, not from the model:

- A missing number is \`NaN\` (\`null\` in JSON). **A missing text is the empty text \`""\`**: ONNX Runtime's Python reads \`None\` and \`NaN\` of a text
  column as the words "None" and "nan", which the model has never seen. \`frame[texts] = frame[texts].fillna("")\` before \`predict\`.
- A date is an ISO text, \`2004-02-29\`; a timestamp \`2004-02-29T13:45:00.000Z\`, in UTC. A boolean is \`true\` or \`false\`.
- Every column must be there, also one that may be missing. \`inputs\` wants tensors of the shape [rows, 1] (\`{"inputs": {"x": [[1], [2]]}}\`).
- MLflow reads CSV for no model of named tensors: send JSON.
- A signature of tensors has no "optional"; what may be missing, ranges and categories are in \`metadata.galley.inputs\` of \`MLmodel\`.

\`golden.json\` has rows and the answers of the trainer; an answer may differ from them by 1e-5, relative where it is above 1, a label not at all.
`;
}

function columnLine({ name, type, tensor, nullable, minimum, maximum, categories }: FieldSignature): string {
  const seen = categories
    ? categories.slice(0, 12).join(', ') + (categories.length > 12 ? ', …' : '')
    : minimum != null && maximum != null
      ? `${bound(minimum, type)} to ${bound(maximum, type)}`
      : '';
  const cells = [name, type, tensor, nullable ? 'yes' : 'no', seen];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

/** Dates and times as they are to be sent. */
function bound(value: number, type: ColumnType): string {
  if (type === 'date') return isoTime(value).slice(0, 10);
  return type === 'timestamp' ? isoTime(value) : String(value);
}

function answersOf({ task, classes = [] }: Signature): string {
  if (task === 'regression') return '`prediction`, float [rows, 1].';
  return `\`label\`, text [rows], and \`probabilities\`, float [rows, ${classes.length}], in the order ${classes.map((name) => `\`${name}\``).join(', ')}.`;
}
