import { galleyVersion } from '../../base/galley-version.ts';
import type { ErrorReport } from '../../contract/errors.ts';
import type { Signature } from '../../contract/values.ts';
import type { AnsweredRow } from '../answer-text.ts';
import { invalidRequest, requireRowCount } from '../checked-rows.ts';
import { type HttpAnswer, jsonTextAnswer, refusalAnswer } from '../http-answer.ts';
import { parseJson, readTextBody } from '../http-body.ts';
import type { HttpCall, HttpProtocol } from '../http-routes.ts';
import { routingKey } from '../traffic-split.ts';
import { valueOfText } from '../value-of-text.ts';
import { parseCsv } from './csv.ts';
import type { ServingHost } from './host.ts';
import { refusalWords } from './refusal.ts';
import { flagsOf, requireMembers, requireObject, rowsOf, rowsOfColumns } from './row-forms.ts';

const forms = ['dataframe_split', 'dataframe_records', 'instances', 'inputs'] as const;
type Form = (typeof forms)[number];

/** MLflow's scoring server, in the form of MLflow 2 and later. */
export function mlflow(host: ServingHost): HttpProtocol {
  return {
    routes: [
      { method: 'POST', path: '/invocations', predicts: true, answer: (call) => invoke(host, call) },
      { method: 'GET', path: '/ping', answer: () => health(host) },
      { method: 'GET', path: '/health', answer: () => health(host) },
      { method: 'GET', path: '/version', answer: () => plainText(galleyVersion) },
    ],
    refusal: (thrown) => refusalAnswer(thrown, errorForm, 400),
  };
}

function health(host: ServingHost): HttpAnswer {
  host.requireReady();
  return plainText('\n');
}

function plainText(body: string): HttpAnswer {
  return { status: 200, contentType: 'text/plain; charset=utf-8', body };
}

/** MLflow's codes by HTTP status. */
const errorCodes: Partial<Record<number, string>> = {
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'ENDPOINT_NOT_FOUND',
  429: 'REQUEST_LIMIT_EXCEEDED',
  500: 'INTERNAL_ERROR',
  503: 'TEMPORARILY_UNAVAILABLE',
};

function errorForm(error: ErrorReport, status: number) {
  return { error_code: errorCodes[status] ?? 'BAD_REQUEST', message: refusalWords(error) };
}

async function invoke(host: ServingHost, { request, receipt }: HttpCall): Promise<HttpAnswer> {
  const { bodyBytes, rows: largest } = host.settings.limits;
  const { mediaType, text } = await readTextBody(request, bodyBytes, ['application/json', 'text/csv']);
  const predictor = host.predictor({ key: routingKey(request.headers) });
  const rows =
    mediaType === 'text/csv'
      ? rowsOfCsv(text, predictor.loaded.signature, largest)
      : rowsOfJson(parseJson(text), largest);
  const answered = await predictor.predict({ rows }, receipt);
  const flags = flagsOf(answered);
  const predictions = answered.map(predictionText).join(',');
  return jsonTextAnswer(
    `{"predictions":[${predictions}]${flags ? `,"flags":${JSON.stringify(flags)}` : ''}}`,
    answered.length,
  );
}

/** A number, or a record with label and probabilities by class. */
function predictionText({ label, outputs }: AnsweredRow): string {
  return label === null ? outputs.slice(outputs.indexOf(':') + 1) : `{${outputs}}`;
}

/** @throws GalleyError `serving.invalid_request` */
function rowsOfJson(parsed: unknown, largest: number): readonly unknown[] {
  const body = requireObject(parsed, 'The body');
  requireMembers(body, 'The body', [...forms, 'params']);
  const given = forms.filter((form) => body[form] !== undefined);
  const [form] = given;
  if (!form || given.length > 1) throw invalidRequest(`The body must have exactly one of ${forms.join(', ')}.`);
  if (Object.keys(requireObject(body.params ?? {}, '"params"')).length > 0) {
    throw invalidRequest('"params" must be empty: the model has no parameters.');
  }
  return readForm[form](body[form], largest);
}

const readForm: Record<Form, (value: unknown, largest: number) => readonly unknown[]> = {
  dataframe_split: splitRows,
  dataframe_records: (value) => requireRecords(value, 'dataframe_records'),
  instances: (value) => requireRecords(value, 'instances'),
  inputs: (value, largest) => rowsOfColumns(requireObject(value, '"inputs"'), 'inputs', largest),
};

function requireRecords(value: unknown, name: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw invalidRequest(`"${name}" must be a list of objects of columns.`);
}

/** `{columns, data, index?}`, as pandas writes a frame with `orient='split'`. */
function splitRows(value: unknown, largest: number): readonly unknown[] {
  const frame = requireObject(value, '"dataframe_split"');
  requireMembers(frame, '"dataframe_split"', ['columns', 'data', 'index']);
  const { columns, data } = frame;
  if (!isTexts(columns)) throw invalidRequest('dataframe_split.columns must be a list of names.');
  if (!Array.isArray(data)) throw invalidRequest('dataframe_split.data must be a list of rows.');
  requireRowCount(data.length, largest);
  return namedRows(columns, data, 'dataframe_split.data');
}

/** The rows of a CSV text with a line of names, its cells read by the types of the columns. */
function rowsOfCsv(text: string, { inputs }: Signature, largest: number): readonly unknown[] {
  const [names, ...lines] = parseCsv(text, largest + 1);
  if (!names) throw invalidRequest('The CSV has no line with the names of the columns.');
  const types = new Map(inputs.map(({ name, type }) => [name, type]));
  const columns = names.map((name) => name ?? '');
  const data = lines.map((cells) =>
    cells.map((cell, column) => {
      const type = types.get(columns[column] ?? '');
      return type ? valueOfText(type, cell) : cell;
    }),
  );
  return namedRows(columns, data, 'The CSV');
}

/** @throws GalleyError `serving.invalid_request` */
function namedRows(columns: readonly string[], data: readonly unknown[], what: string): readonly unknown[] {
  const seen = new Set<string>();
  const twice = columns.find((name) => seen.size === seen.add(name).size);
  if (twice !== undefined) throw invalidRequest(`${what} has the column ${JSON.stringify(twice.slice(0, 60))} twice.`);
  const wrong = data.findIndex((row) => !Array.isArray(row) || row.length !== columns.length);
  if (wrong !== -1)
    throw invalidRequest(`${what}: row ${wrong} must have ${columns.length} values, one for each column.`);
  return rowsOf(columns, data.length, (row, column) => (data[row] as unknown[])[column]);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
