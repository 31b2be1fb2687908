import type { Signature } from '../../engine/contract/values.ts';

export type Row = Record<string, unknown>;

/** A way to ask for rows. */
export interface Form {
  protocol: 'predict' | 'tensorflow' | 'open-inference' | 'mlflow';
  path: string;
  contentType: string;
  /** The body that asks for the rows; a column of any of them is one of all. */
  body(rows: readonly Row[]): string;
  /** The numbers of an answer to each row: the prediction, or the probabilities in the order of the classes. */
  // biome-ignore lint/suspicious/noExplicitAny: answers have many forms
  numbers(answer: any): number[][];
}

/** Every form in which the server takes rows by JSON or CSV, by its name. */
export function forms(model: string, signature: Signature): Record<string, Form> {
  const tensorflow = { protocol: 'tensorflow', path: `/v1/models/${model}:predict`, contentType: json } as const;
  const openInference = { protocol: 'open-inference', path: `/v2/models/${model}/infer`, contentType: json } as const;
  const mlflow = { protocol: 'mlflow', path: '/invocations', contentType: json, numbers: records } as const;
  return {
    predict: {
      protocol: 'predict',
      path: '/predict',
      contentType: json,
      body: (rows) => JSON.stringify({ rows }),
      numbers: records,
    },
    instances: { ...tensorflow, body: (instances) => JSON.stringify({ instances }), numbers: records },
    inputs: {
      ...tensorflow,
      body: (rows) => JSON.stringify({ signature_name: 'serving_default', inputs: columns(rows) }),
      numbers: ({ outputs }) => outputs.probabilities ?? outputs.map((value: number) => [value]),
    },
    'flat tensors': {
      ...openInference,
      body: (rows) => JSON.stringify({ inputs: tensors(signature, rows, [rows.length]) }),
      numbers: tensorRows,
    },
    'nested tensors': {
      ...openInference,
      body: (rows) => JSON.stringify({ id: 'a', inputs: tensors(signature, rows, [rows.length, 1]) }),
      numbers: tensorRows,
    },
    dataframe_split: { ...mlflow, body: (rows) => JSON.stringify({ dataframe_split: split(rows) }) },
    dataframe_records: { ...mlflow, body: (rows) => JSON.stringify({ dataframe_records: rows }) },
    'mlflow instances': { ...mlflow, body: (instances) => JSON.stringify({ instances }) },
    'mlflow inputs': { ...mlflow, body: (rows) => JSON.stringify({ inputs: columns(rows) }) },
    csv: { ...mlflow, contentType: 'text/csv', body: csv },
  };
}

const json = 'application/json';

function records(answer: { predictions: unknown[] }): number[][] {
  return answer.predictions.map((given) => {
    if (typeof given === 'number') return [given];
    const { prediction, probabilities } = given as { prediction: number; probabilities: Record<string, number> };
    return probabilities ? Object.values(probabilities) : [prediction];
  });
}

function tensorRows({ outputs }: { outputs: { data: number[]; shape: [number, number] }[] }): number[][] {
  const { data, shape } = outputs.at(-1) as (typeof outputs)[number];
  const [count, width] = shape;
  return Array.from({ length: count }, (_, row) => data.slice(row * width, (row + 1) * width));
}

function namesOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))];
}

function columns(rows: readonly Row[]): Record<string, unknown[]> {
  return Object.fromEntries(namesOf(rows).map((name) => [name, rows.map((row) => row[name] ?? null)]));
}

function split(rows: readonly Row[]) {
  const names = namesOf(rows);
  return { columns: names, data: rows.map((row) => names.map((name) => row[name] ?? null)) };
}

const datatypes: Record<string, string> = {
  int64: 'INT64',
  float64: 'FP64',
  decimal: 'FP64',
  boolean: 'BOOL',
  date: 'BYTES',
  timestamp: 'BYTES',
  text: 'BYTES',
};

function tensors({ inputs }: Signature, rows: readonly Row[], shape: number[]) {
  return Object.entries(columns(rows)).map(([name, values]) => ({
    name,
    datatype: datatypes[inputs.find((field) => field.name === name)?.type ?? 'text'],
    shape,
    data: shape.length === 1 ? values : values.map((value) => [value]),
  }));
}

function csv(rows: readonly Row[]): string {
  const names = namesOf(rows);
  const lines = [names, ...rows.map((row) => names.map((name) => row[name]))];
  return lines.map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return typeof value === 'number' || typeof value === 'boolean' ? text : `"${text.replaceAll('"', '""')}"`;
}
