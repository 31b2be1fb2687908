import type { VersionStatus } from '../../contract/traffic.ts';
import type { FieldSignature, Signature } from '../../contract/values.ts';
import type { AnsweredRow } from '../answer-text.ts';
import { invalidRequest, requireRowCount } from '../checked-rows.ts';
import { type HttpAnswer, jsonAnswer, jsonTextAnswer, refusalAnswer } from '../http-answer.ts';
import { readTextBody } from '../http-body.ts';
import type { HttpCall, HttpProtocol, HttpRoute } from '../http-routes.ts';
import { routingKey } from '../traffic-split.ts';
import { modelOf, predictorOf, type ServingHost } from './host.ts';
import { refusalWords } from './refusal.ts';
import { flagsOf, requireMembers, requireObject, rowsOfColumns } from './row-forms.ts';
import { parseTensorJson } from './tensor-json.ts';

/** The only signature of a model: what a saved model calls the one that is used where none is named. */
const servingDefault = 'serving_default';
/** What `curl -d` sends, as in the examples of the specification, and no content type are taken too. */
const mediaTypes = ['application/json', 'application/x-www-form-urlencoded', ''];
const members = ['signature_name', 'instances', 'inputs'];

/** TensorFlow Serving's REST API (tensorflow.org/tfx/serving/api_rest): predict, status and metadata. */
export function tensorflowServing(host: ServingHost): HttpProtocol {
  const models = ['', '/versions/{version}', '/labels/{label}'].map((which) => `/v1/models/{model}${which}`);
  return {
    prefix: '/v1/',
    routes: models.flatMap((path): HttpRoute[] => [
      { method: 'POST', path: `${path}:predict`, predicts: true, answer: (call) => predict(host, call) },
      { method: 'GET', path, answer: ({ parameters }) => modelStatus(host, parameters) },
      { method: 'GET', path: `${path}/metadata`, answer: ({ parameters }) => metadata(host, parameters) },
    ]),
    refusal: (thrown) => refusalAnswer(thrown, (error) => ({ error: refusalWords(error) }), 400),
  };
}

async function predict(host: ServingHost, { request, receipt, parameters }: HttpCall): Promise<HttpAnswer> {
  const { text } = await readTextBody(request, host.settings.limits.bodyBytes, mediaTypes);
  const body = requireObject(parseTensorJson(text), 'The body');
  const predictor = host.predictor({ ...parameters, key: routingKey(request.headers) });
  const { signature } = predictor.loaded;
  const { rows, isColumnar } = readForm(body, signature, host.settings.limits.rows);
  const answered = await predictor.predict({ rows }, receipt);
  const outputs = isColumnar ? `"outputs":${columns(answered)}` : `"predictions":${list(answered, instanceText)}`;
  const flags = flagsOf(answered);
  return jsonTextAnswer(`{${outputs}${flags ? `,"flags":${JSON.stringify(flags)}` : ''}}`, answered.length);
}

/** @throws GalleyError `serving.invalid_request` */
function readForm(
  body: Record<string, unknown>,
  signature: Signature,
  largest: number,
): { rows: unknown[]; isColumnar: boolean } {
  requireMembers(body, 'The body', members);
  const { signature_name: name = '', instances, inputs } = body;
  if (name !== '' && name !== servingDefault) {
    throw invalidRequest(`The model has no signature of that name, only "${servingDefault}".`);
  }
  if ((instances === undefined) === (inputs === undefined)) {
    throw invalidRequest('The body must have either "instances" or "inputs".');
  }
  if (inputs !== undefined) return { rows: rowsOfInputs(inputs, signature, largest), isColumnar: true };
  if (!Array.isArray(instances)) throw invalidRequest('"instances" must be a list.');
  requireRowCount(instances.length, largest);
  return { rows: instances.map((instance) => rowOfInstance(instance, signature)), isColumnar: false };
}

/** A model with a single input takes its values without a name. */
function onlyInput({ inputs }: Signature): FieldSignature | undefined {
  return inputs.length === 1 ? inputs[0] : undefined;
}

function rowOfInstance(instance: unknown, signature: Signature): unknown {
  const only = onlyInput(signature);
  const isRow = typeof instance === 'object' && instance !== null && !Array.isArray(instance);
  if (isRow) return unwrapValues(instance as Record<string, unknown>);
  return only ? unwrapValues({ [only.name]: instance }) : instance;
}

function rowsOfInputs(inputs: unknown, signature: Signature, largest: number): unknown[] {
  const only = onlyInput(signature);
  const columns = only && Array.isArray(inputs) ? { [only.name]: inputs } : requireObject(inputs, '"inputs"');
  return rowsOfColumns(columns, 'inputs', largest).map(unwrapValues);
}

/** Takes values out of the lists of one in which tensors of the shape [rows, 1] have them, in place. */
function unwrapValues(row: Record<string, unknown>): Record<string, unknown> {
  for (const [name, value] of Object.entries(row)) {
    if (Array.isArray(value) && value.length === 1) row[name] = value[0];
  }
  return row;
}

/** One output stands without its name, several by theirs. */
function instanceText({ label, scores }: AnsweredRow): string {
  if (label === null) return tensorNumber(scores[0] as number);
  return `{"label":${JSON.stringify(label)},"probabilities":${numbers(scores)}}`;
}

function columns(rows: readonly AnsweredRow[]): string {
  if (rows[0]?.label === null) return list(rows, instanceText);
  const labels = list(rows, ({ label }) => JSON.stringify(label));
  return `{"label":${labels},"probabilities":${list(rows, ({ scores }) => numbers(scores))}}`;
}

function list(rows: readonly AnsweredRow[], textOf: (row: AnsweredRow) => string): string {
  return `[${rows.map(textOf).join(',')}]`;
}

function numbers(scores: Float32Array): string {
  return `[${Array.from(scores, tensorNumber).join(',')}]`;
}

/** Also NaN and infinities, which this protocol's clients read. */
const tensorNumber = String;

/** One version where the path names one, else every one that is in memory. */
function modelStatus(host: ServingHost, parameters: HttpCall['parameters']): HttpAnswer {
  const { version } = predictorOf(host, parameters).loaded;
  const isNamed = parameters.version !== undefined || parameters.label !== undefined;
  const { versions = [] } = modelOf(host, parameters.model) ?? {};
  const shown = isNamed ? versions.filter((one) => one.version === version) : versions;
  const status = { error_code: 'OK', error_message: '' };
  return jsonAnswer({
    model_version_status: shown.map((one) => ({ version: String(one.version), state: states[one.state], status })),
  });
}

const states: Record<VersionStatus['state'], string> = {
  loading: 'LOADING',
  ready: 'AVAILABLE',
  unloading: 'UNLOADING',
};

function metadata(host: ServingHost, parameters: HttpCall['parameters']): HttpAnswer {
  const predictor = predictorOf(host, parameters);
  const { version, signature } = predictor.loaded;
  const definition = {
    inputs: Object.fromEntries(
      signature.inputs.map((field) => [field.name, tensorInfo(field.name, dtypes[field.type])]),
    ),
    outputs: outputInfo(signature),
    method_name: 'tensorflow/serving/predict',
  };
  return jsonAnswer({
    model_spec: { name: predictor.model, signature_name: '', version: String(version) },
    metadata: { signature_def: { signature_def: { [servingDefault]: definition } } },
  });
}

const dtypes: Record<FieldSignature['type'], string> = {
  int64: 'DT_INT64',
  float64: 'DT_DOUBLE',
  decimal: 'DT_DOUBLE',
  boolean: 'DT_BOOL',
  date: 'DT_STRING',
  timestamp: 'DT_STRING',
  text: 'DT_STRING',
};

function outputInfo({ task, classes = [] }: Signature) {
  if (task === 'regression') return { prediction: tensorInfo('prediction', 'DT_FLOAT') };
  return {
    label: tensorInfo('label', 'DT_STRING'),
    probabilities: tensorInfo('probabilities', 'DT_FLOAT', [classes.length]),
  };
}

function tensorInfo(name: string, dtype: string, widths: number[] = []) {
  const dim = [-1, ...widths].map((size) => ({ size: String(size), name: '' }));
  return { dtype, tensor_shape: { dim, unknown_rank: false }, name };
}
