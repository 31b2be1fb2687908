import type { Signature } from '../../contract/values.ts';
import { json, list, object, reference, type Schema } from './openapi-schema.ts';

/** The description of one path's method. */
type Operation = [path: string, method: 'get' | 'post', operation: Schema];

interface Described {
  /** Of a request. */
  schema: Schema;
  example: unknown;
}

const anything: Schema = {};
const text: Schema = { type: 'string' };
const members: Schema = { type: 'object' };
const cells = list({ type: ['number', 'string', 'boolean', 'null'] });

/**
 * The paths of the protocols that are not our own, each with an example that is answered.
 * @param row that fits the signature
 */
export function protocolPaths(signature: Signature, row: Record<string, unknown>): Schema {
  const paths: Record<string, Schema> = {};
  for (const [path, method, operation] of [
    ...tensorflowServing(row),
    ...openInference(signature, row),
    ...mlflow(signature, row),
  ]) {
    paths[path] = { ...paths[path], [method]: { ...operation, ...parametersOf(path) } };
  }
  return paths;
}

/** What stands in braces in a path. */
export function parametersOf(path: string): Schema {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  if (names.length === 0) return {};
  return { parameters: names.map((name) => ({ name, in: 'path', required: true, schema: text })) };
}

function tensorflowServing(row: Record<string, unknown>): Operation[] {
  const tag = 'TensorFlow Serving';
  const signatureName = { type: 'string', enum: ['', 'serving_default'] };
  const request: Described = {
    schema: {
      oneOf: [
        object({ signature_name: signatureName, instances: list(anything) }, ['instances']),
        object({ signature_name: signatureName, inputs: anything }, ['inputs']),
      ],
    },
    example: { instances: [row] },
  };
  return ['', '/versions/{version}', '/labels/{label}'].flatMap((which): Operation[] => {
    const model = `/v1/models/{model}${which}`;
    const id = `tensorflow${which.split('/')[1] ?? ''}`;
    return [
      [
        `${model}:predict`,
        'post',
        ask(tag, `${id}Predict`, 'Predicts for instances (rows) or inputs (columns).', request),
      ],
      [model, 'get', read(tag, `${id}Status`, 'The state of the model.')],
      [`${model}/metadata`, 'get', read(tag, `${id}Metadata`, 'Inputs and outputs of the model.')],
    ];
  });
}

const datatypes: Record<string, string> = { int64: 'INT64', float64: 'FP64', decimal: 'FP64', boolean: 'BOOL' };

function openInference({ inputs }: Signature, row: Record<string, unknown>): Operation[] {
  const tag = 'Open Inference Protocol';
  const tensor = object(
    { name: text, shape: list({ type: 'integer' }), datatype: text, parameters: members, data: list(anything) },
    ['name', 'shape', 'datatype', 'data'],
  );
  const output = object({ name: text, parameters: members }, ['name']);
  const tensors = inputs.map(({ name, type }) => {
    return { name, shape: [1, 1], datatype: datatypes[type] ?? 'BYTES', data: [row[name]] };
  });
  const request: Described = {
    schema: object({ id: text, parameters: members, inputs: list(tensor), outputs: list(output) }, ['inputs']),
    example: { id: 'request-1', inputs: tensors },
  };
  const index: Described = { schema: members, example: {} };
  return [
    ['/v2', 'get', read(tag, 'serverMetadata', 'What the server is.')],
    ['/v2/health/live', 'get', read(tag, 'serverLive', 'Whether the process runs.')],
    ['/v2/health/ready', 'get', read(tag, 'serverReady', 'Whether the model is loaded and warm.')],
    ['/v2/repository/index', 'post', ask(tag, 'repositoryIndex', 'The models of the server.', index)],
    ...['', '/versions/{version}'].flatMap((which): Operation[] => {
      const model = `/v2/models/{model}${which}`;
      const id = which === '' ? 'model' : 'modelVersion';
      return [
        [`${model}/infer`, 'post', ask(tag, `${id}Infer`, 'Predicts for named tensors.', request)],
        [model, 'get', read(tag, `${id}Metadata`, 'Inputs and outputs of the model.')],
        [`${model}/ready`, 'get', read(tag, `${id}Ready`, 'Whether the model is loaded and warm.')],
      ];
    }),
  ];
}

function mlflow({ inputs }: Signature, row: Record<string, unknown>): Operation[] {
  const tag = 'MLflow';
  const columns = inputs.map(({ name }) => name);
  const frame = object({ columns: list(text), data: list(cells), index: list(anything) }, ['columns', 'data']);
  const request: Described = {
    schema: {
      oneOf: [
        object({ dataframe_split: frame, params: members }, ['dataframe_split']),
        object({ dataframe_records: list(reference('Row')), params: members }, ['dataframe_records']),
        object({ instances: list(reference('Row')), params: members }, ['instances']),
        object({ inputs: members, params: members }, ['inputs']),
      ],
    },
    example: { dataframe_split: { columns, data: [columns.map((name) => row[name] ?? null)] } },
  };
  const invoke = ask(tag, 'invocations', 'Predicts for a data frame, instances, inputs or CSV.', request);
  const { content } = invoke.requestBody as { content: Schema };
  content['text/csv'] = { schema: { type: 'string' } };
  return [
    ['/invocations', 'post', invoke],
    ['/ping', 'get', read(tag, 'ping', 'Whether the model is loaded and warm.', 'text/plain')],
    ['/health', 'get', read(tag, 'health', 'Whether the model is loaded and warm.', 'text/plain')],
    ['/version', 'get', read(tag, 'version', 'The version of the server.', 'text/plain')],
  ];
}

function ask(tag: string, operationId: string, summary: string, { schema, example }: Described): Schema {
  return {
    tags: [tag],
    operationId,
    summary,
    requestBody: {
      required: true,
      content: { 'application/json': { schema, examples: { one: { summary: 'One row', value: example } } } },
    },
    responses: {
      200: { description: 'The answer.', content: json(anything) },
      '4XX': { description: 'What does not fit, in words.', content: json(members) },
    },
  };
}

function read(tag: string, operationId: string, summary: string, type = 'application/json'): Schema {
  return {
    tags: [tag],
    operationId,
    summary,
    responses: {
      200: { description: summary, content: { [type]: { schema: anything } } },
      '4XX': { description: 'There is no such model, version or label.', content: json(members) },
    },
  };
}
