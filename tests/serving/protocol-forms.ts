import type { Signature } from '../../engine/contract/values.ts';
import { send } from './running-server.ts';

export type Row = Record<string, unknown>;

/** The numbers of an answer to each row: the prediction, or the probabilities in the order of the classes. */
type Numbers = number[][];

export type Ask = (rows: Row[]) => Promise<Numbers>;

/** The same rows in every form that the server takes. */
export function forms(url: string, model: string, signature: Signature): Record<string, Ask> {
  const names = signature.inputs.map(({ name }) => name);
  const columns = (rows: Row[]) => Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name])]));
  const ask = async (path: string, body: unknown, type = 'application/json') => {
    const sent = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await send(url, { path, body: sent, headers: { 'content-type': type } });
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const records = (answers: unknown[]): Numbers =>
    answers.map((answer) => {
      if (typeof answer === 'number') return [answer];
      const { prediction, probabilities } = answer as { prediction: number; probabilities: Record<string, number> };
      return probabilities ? Object.values(probabilities) : [prediction];
    });
  const tensors =
    (path: string, shape: (rows: number) => number[], data: (values: unknown[]) => unknown[]) =>
    async (rows: Row[]) => {
      const inputs = signature.inputs.map(({ name, type }) => ({
        name,
        datatype: datatypes[type],
        shape: shape(rows.length),
        data: data(rows.map((row) => row[name])),
      }));
      const { outputs } = await ask(path, { inputs });
      const {
        data: flat,
        shape: [, width],
      } = outputs.at(-1) as { data: number[]; shape: [number, number] };
      return rows.map((_, row) => flat.slice(row * width, (row + 1) * width));
    };
  return {
    predict: async (rows) => records((await ask('/predict', { rows })).predictions),
    'one row': async (rows) => records(await Promise.all(rows.map((row) => ask('/predict', { row })))),
    instances: async (rows) => records((await ask(`/v1/models/${model}:predict`, { instances: rows })).predictions),
    inputs: async (rows) => {
      const { outputs } = await ask(`/v1/models/${model}:predict`, {
        signature_name: 'serving_default',
        inputs: columns(rows),
      });
      return Array.isArray(outputs) ? outputs.map((value) => [value]) : outputs.probabilities;
    },
    'flat tensors': tensors(
      `/v2/models/${model}/infer`,
      (rows) => [rows],
      (values) => values,
    ),
    'nested tensors': tensors(
      `/v2/models/${model}/infer`,
      (rows) => [rows, 1],
      (values) => values.map((value) => [value]),
    ),
    dataframe_split: async (rows) => {
      const data = rows.map((row) => names.map((name) => row[name]));
      return records((await ask('/invocations', { dataframe_split: { columns: names, data } })).predictions);
    },
    dataframe_records: async (rows) => records((await ask('/invocations', { dataframe_records: rows })).predictions),
    'mlflow instances': async (rows) => records((await ask('/invocations', { instances: rows })).predictions),
    'mlflow inputs': async (rows) => records((await ask('/invocations', { inputs: columns(rows) })).predictions),
    csv: async (rows) => {
      const lines = [names, ...rows.map((row) => names.map((name) => row[name]))].map((cells) =>
        cells.map(csvCell).join(','),
      );
      return records((await ask('/invocations', `${lines.join('\r\n')}\r\n`, 'text/csv')).predictions);
    },
  };
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

function csvCell(value: unknown): string {
  if (value === null) return '';
  return typeof value === 'string' ? `"${value.replaceAll('"', '""')}"` : String(value);
}
