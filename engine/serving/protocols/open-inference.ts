import { galleyVersion } from '../../base/galley-version.ts';
import type { VersionStatus } from '../../contract/traffic.ts';
import type { FieldSignature, Signature } from '../../contract/values.ts';
import { type AnsweredRow, numberText } from '../answer-text.ts';
import { invalidRequest } from '../checked-rows.ts';
import { type HttpAnswer, jsonAnswer, jsonTextAnswer, refusalAnswer } from '../http-answer.ts';
import { readJsonBody } from '../http-body.ts';
import type { HttpCall, HttpProtocol, HttpRoute } from '../http-routes.ts';
import { routingKey } from '../traffic-split.ts';
import { modelOf, predictorOf, type ServingHost } from './host.ts';
import { readTensors } from './open-inference-input.ts';
import { refusalWords } from './refusal.ts';
import { flagsOf, requireMembers, requireObject } from './row-forms.ts';

/** Triton's client sends no content type. */
const mediaTypes = ['application/json', ''];

/** Open Inference Protocol, version 2, over REST: health, metadata, inference, index of the repository. */
export function openInference(host: ServingHost): HttpProtocol {
  const models = ['', '/versions/{version}'].map((which) => `/v2/models/{model}${which}`);
  return {
    prefix: '/v2',
    routes: [
      {
        method: 'GET',
        path: '/v2',
        answer: () => jsonAnswer({ name: 'galley', version: galleyVersion, extensions: [] }),
      },
      { method: 'GET', path: '/v2/health/live', answer: () => jsonAnswer({ live: true }) },
      {
        method: 'GET',
        path: '/v2/health/ready',
        answer: () => jsonAnswer({ ready: host.isReady }, host.isReady ? 200 : 503),
      },
      { method: 'POST', path: '/v2/repository/index', answer: () => jsonAnswer(repositoryIndex(host)) },
      ...models.flatMap((path): HttpRoute[] => [
        { method: 'GET', path, answer: ({ parameters }) => metadata(host, parameters) },
        { method: 'GET', path: `${path}/ready`, answer: ({ parameters }) => modelReady(host, parameters) },
        { method: 'POST', path: `${path}/infer`, predicts: true, answer: (call) => infer(host, call) },
      ]),
    ],
    refusal: (thrown) => refusalAnswer(thrown, (error) => ({ error: refusalWords(error) }), 400),
  };
}

interface OutputTensor {
  name: string;
  datatype: 'FP32' | 'BYTES';
  /** Values a row. */
  width: number;
  /** Of one row, as JSON without brackets. */
  text(row: AnsweredRow): string;
}

function outputTensors({ task, classes = [] }: Signature): OutputTensor[] {
  const scores = ({ scores }: AnsweredRow) => Array.from(scores, numberText).join(',');
  if (task === 'regression') return [{ name: 'prediction', datatype: 'FP32', width: 1, text: scores }];
  return [
    { name: 'label', datatype: 'BYTES', width: 1, text: ({ label }) => JSON.stringify(label) },
    { name: 'probabilities', datatype: 'FP32', width: classes.length, text: scores },
  ];
}

/** Given where it is asked for: labels are joined by it later. */
const rowIds: OutputTensor = { name: 'row_id', datatype: 'BYTES', width: 1, text: ({ id }) => JSON.stringify(id) };

async function infer(host: ServingHost, { request, receipt, parameters }: HttpCall): Promise<HttpAnswer> {
  if (request.headers['inference-header-content-length'] !== undefined) {
    throw invalidRequest('Tensors must stand in the JSON; the extension for binary data is not spoken here.');
  }
  const body = requireObject(await readJsonBody(request, host.settings.limits.bodyBytes, mediaTypes), 'The body');
  requireMembers(body, 'The body', ['id', 'parameters', 'inputs', 'outputs']);
  const { id, inputs, outputs } = body;
  if (id !== undefined && typeof id !== 'string') throw invalidRequest('"id" must be a text.');
  const predictor = host.predictor({ ...parameters, key: routingKey(request.headers, id) });
  const { signature, version } = predictor.loaded;
  const wanted = chooseOutputs(outputs, signature);
  const answered = await predictor.predict(
    { rows: readTensors(inputs, signature, host.settings.limits.rows) },
    receipt,
  );
  const flags = flagsOf(answered);
  const about = JSON.stringify({
    model_name: predictor.model,
    model_version: String(version),
    ...(id !== undefined && { id }),
    // A parameter may not be a list.
    ...(flags && { parameters: { flags: JSON.stringify(flags) } }),
  }).slice(0, -1);
  return jsonTextAnswer(
    `${about},"outputs":[${wanted.map((tensor) => tensorText(tensor, answered)).join(',')}]}`,
    answered.length,
  );
}

/** @throws GalleyError `serving.invalid_request` */
function chooseOutputs(outputs: unknown, signature: Signature): OutputTensor[] {
  const all = outputTensors(signature);
  if (outputs === undefined) return all;
  if (!Array.isArray(outputs)) throw invalidRequest('"outputs" must be a list.');
  if (outputs.length === 0) return all;
  const known = new Map([...all, rowIds].map((tensor) => [tensor.name, tensor]));
  const names = [...known.keys()].join(', ');
  return outputs.map((output, position) => {
    const { name } = requireObject(output, `outputs[${position}]`);
    const tensor = typeof name === 'string' ? known.get(name) : undefined;
    if (!tensor) throw invalidRequest(`outputs[${position}].name must be one of ${names}, each once.`);
    known.delete(tensor.name);
    return tensor;
  });
}

function tensorText({ name, datatype, width, text }: OutputTensor, rows: readonly AnsweredRow[]): string {
  return `{"name":"${name}","shape":[${rows.length},${width}],"datatype":"${datatype}","data":[${rows.map(text).join(',')}]}`;
}

function modelReady(host: ServingHost, parameters: HttpCall['parameters']): HttpAnswer {
  const { model } = predictorOf(host, parameters);
  host.requireReady();
  return jsonAnswer({ name: model, ready: true });
}

function metadata(host: ServingHost, parameters: HttpCall['parameters']): HttpAnswer {
  const { model, loaded } = predictorOf(host, parameters);
  const { signature } = loaded;
  const versions = modelOf(host, model)?.versions.filter(({ state }) => state === 'ready') ?? [];
  return jsonAnswer({
    name: model,
    versions: versions.map(({ version }) => String(version)),
    platform: 'onnxruntime_onnx',
    inputs: signature.inputs.map(({ name, type }) => ({ name, datatype: datatypes[type], shape: [-1, 1] })),
    outputs: outputTensors(signature).map(({ name, datatype, width }) => ({ name, datatype, shape: [-1, width] })),
  });
}

const datatypes: Record<FieldSignature['type'], string> = {
  int64: 'INT64',
  float64: 'FP64',
  decimal: 'FP64',
  boolean: 'BOOL',
  date: 'BYTES',
  timestamp: 'BYTES',
  text: 'BYTES',
};

function repositoryIndex(host: ServingHost) {
  return host.status().models.flatMap(({ model, versions }) =>
    versions.map(({ version, state }) => ({
      name: model,
      version: String(version),
      state: states[state],
      reason: '',
    })),
  );
}

const states: Record<VersionStatus['state'], string> = { loading: 'LOADING', ready: 'READY', unloading: 'UNLOADING' };
