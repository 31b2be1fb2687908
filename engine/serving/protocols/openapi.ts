import { predictionFlags } from '../../contract/serving.ts';
import type { FieldSignature, Signature } from '../../contract/values.ts';
import { profileOperation } from './openapi-profile.ts';
import { parametersOf, protocolPaths } from './openapi-protocols.ts';
import { json, object, reference, type Schema } from './openapi-schema.ts';

export interface OpenApiSubject {
  deployment: string;
  model: string;
  version: number;
  url: string;
  /** Callers need a token. */
  token: boolean;
  signature: Signature;
}

/** OpenAPI 3.1 of the server with the version that is active. */
export function openApi(subject: OpenApiSubject): Schema {
  const { model, version, deployment, url, token, signature } = subject;
  return {
    openapi: '3.1.0',
    info: {
      title: `${model} (deployment ${deployment})`,
      version: String(version),
      'x-model': model,
      description: `Predicts ${signature.target} with version ${version} of ${model}.`,
    },
    servers: [{ url }],
    ...(token && { security: [{ token: [] }] }),
    paths: paths(subject),
    components: {
      schemas: schemas(subject),
      ...(token && { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } }),
    },
  };
}

function paths(subject: OpenApiSubject): Schema {
  return {
    '/predict': { post: predictOperation(subject) },
    '/stream': { post: streamOperation(subject) },
    '/predict/{model}': { post: ofModel(predictOperation(subject)) },
    '/labels': { post: labelsOperation(subject) },
    '/labels/{model}': { post: ofModel(labelsOperation(subject)) },
    '/livez': { get: operation('live', 'Whether the process runs.', json(object({ status: { type: 'string' } }))) },
    '/readyz': {
      get: {
        ...operation('ready', 'Whether the model is loaded and warm.', json(object({ status: { type: 'string' } }))),
        responses: {
          200: { description: 'Ready.' },
          503: errorResponse('Not yet, or not any more.'),
        },
      },
    },
    '/metrics': { get: operation('metrics', 'Metrics in the text format of Prometheus.', textContent) },
    '/profile': { get: profileOperation(ownTag, errorResponse) },
    '/profile/{model}': { get: ofModel(profileOperation(ownTag, errorResponse)) },
    '/openapi.json': { get: operation('openapi', 'This description.', json({ type: 'object' })) },
    '/docs': { get: operation('docs', 'A page to try the paths on.', { 'text/html': { schema: { type: 'string' } } }) },
    '/': { get: operation('overview', 'What the server is.', json({ type: 'object' })) },
    ...protocolPaths(subject.signature, exampleRow(subject.signature)),
  };
}

/** The same, where the path names the model. */
function ofModel(operation: Schema): Schema {
  const { parameters } = parametersOf('/{model}');
  const own = (operation.parameters ?? []) as Schema[];
  return {
    ...operation,
    operationId: `${operation.operationId}OfModel`,
    parameters: [...(parameters as Schema[]), ...own],
  };
}

const ownTag = 'Galley';

const textContent = { 'text/plain': { schema: { type: 'string' } } };

function operation(operationId: string, summary: string, content: Schema): Schema {
  return { tags: [ownTag], operationId, summary, responses: { 200: { description: summary, content } } };
}

function predictOperation(subject: OpenApiSubject): Schema {
  const row = exampleRow(subject.signature);
  const answer = exampleAnswer(subject.signature);
  const { model, version, deployment } = subject;
  return {
    tags: [ownTag],
    operationId: 'predict',
    summary: `Predicts ${subject.signature.target} for one row or many. Nothing is answered where any row has a fault.`,
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: { oneOf: [reference('SingleRequest'), reference('ListRequest')] },
          examples: {
            one: { summary: 'One row', value: { row } },
            many: { summary: 'Many rows, with ids', value: { rows: [row], ids: ['row-1'] } },
          },
        },
      },
    },
    responses: {
      200: {
        description: 'The predictions, in the order of the rows.',
        content: {
          'application/json': {
            schema: { oneOf: [reference('SingleAnswer'), reference('ListAnswer')] },
            examples: {
              one: { value: { model, version, deployment, ...answer } },
              many: { value: { model, version, deployment, predictions: [answer] } },
            },
          },
        },
      },
      400: errorResponse('The body is not JSON.'),
      413: errorResponse('The body is too large.'),
      415: errorResponse('The body is not sent as application/json.'),
      422: errorResponse('Rows do not fit; details.faults names each row, field and reason.'),
      503: errorResponse('The model is not ready, or too many rows wait.'),
    },
  };
}

function streamOperation({ model, version, deployment, signature }: OpenApiSubject): Schema {
  const lines = (values: unknown[]) => ({
    'application/x-ndjson': {
      schema: { type: 'string', description: 'Lines of JSON.' },
      examples: { two: { value: `${values.map((value) => JSON.stringify(value)).join('\n')}\n` } },
    },
  });
  const row = exampleRow(signature);
  const answer = { model, version, deployment, ...exampleAnswer(signature) };
  return {
    tags: [ownTag],
    operationId: 'stream',
    summary:
      'Answers each line, a row or a body of /predict, as soon as it comes, and goes on after one that does not fit.',
    requestBody: { required: true, content: lines([row, { row, id: 'row-1' }]) },
    responses: {
      200: {
        description: 'A line for each line, in their order: an answer of /predict, or an error.',
        content: lines([answer, answer]),
      },
      415: errorResponse('The body is not sent as application/x-ndjson.'),
      503: errorResponse('The model is not ready, or the server ends.'),
    },
  };
}

const isoTime = {
  type: ['string', 'null'],
  description: 'An ISO 8601 date or timestamp; without an offset in UTC.',
};

function labelsOperation({ signature }: OpenApiSubject): Schema {
  const { task, classes = [] } = signature;
  const schema = task === 'regression' ? { type: 'number' } : { type: ['string', 'number', 'boolean'] };
  const at = { ...isoTime, description: `When it became known, else when it was sent. ${isoTime.description}` };
  const label = object({ row_id: { type: 'string', minLength: 1, maxLength: 200 }, label: schema, at }, [
    'row_id',
    'label',
  ]);
  const example = { row_id: 'row-1', label: task === 'regression' ? 1.5 : classes[0] };
  return {
    tags: [ownTag],
    operationId: 'labels',
    summary: 'Takes what came true for rows that were answered.',
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: object({ labels: { type: 'array', minItems: 1, items: label } }),
          examples: { one: { summary: 'One label', value: { labels: [example] } } },
        },
      },
    },
    responses: {
      200: { description: 'They are written.', content: json(object({ accepted: { type: 'integer' } })) },
      412: errorResponse('The server keeps no log.'),
      422: errorResponse('Labels do not fit; details.faults names each.'),
    },
  };
}

function schemas({ signature }: OpenApiSubject): Schema {
  const id = { type: 'string', minLength: 1, maxLength: 200, description: 'Labels are joined by it later.' };
  const about = { model: { type: 'string' }, version: { type: 'integer' }, deployment: { type: 'string' } };
  return {
    Row: rowSchema(signature),
    Options: optionsSchema(signature),
    SingleRequest: object({ row: reference('Row'), id, event_time: isoTime, options: reference('Options') }, ['row']),
    ListRequest: object(
      {
        rows: { type: 'array', minItems: 1, items: reference('Row') },
        ids: { type: 'array', uniqueItems: true, items: id },
        event_times: { type: 'array', items: isoTime },
        options: reference('Options'),
      },
      ['rows'],
    ),
    Prediction: predictionSchema(signature, {}),
    SingleAnswer: predictionSchema(signature, about),
    ListAnswer: object({ ...about, predictions: { type: 'array', items: reference('Prediction') } }),
    Error: errorSchema(),
  };
}

function rowSchema(signature: Signature): Schema {
  const properties = Object.fromEntries(signature.inputs.map((field) => [field.name, fieldSchema(field)]));
  return {
    ...object(
      properties,
      signature.inputs.filter(({ nullable }) => !nullable).map(({ name }) => name),
    ),
    examples: [exampleRow(signature)],
  };
}

function optionsSchema({ intervals = [] }: Signature): Schema {
  const level = { enum: [null, ...intervals.map((interval) => interval.level)] };
  return object(
    {
      probabilities: { type: 'boolean', default: true, description: 'Whether a classification has them.' },
      interval: { ...level, description: 'Share of rows whose truth should lie inside of the interval.' },
      explanation: {
        type: 'boolean',
        default: false,
        description: 'What each column adds to the answer, of up to 20 rows.',
      },
      version: { type: ['integer', 'null'], description: 'The version that must answer.' },
    },
    [],
  );
}

const jsonTypes: Record<FieldSignature['type'], Schema> = {
  int64: { type: 'integer' },
  float64: { type: 'number' },
  decimal: { type: 'number' },
  boolean: { type: 'boolean' },
  date: { type: 'string', format: 'date' },
  timestamp: { type: 'string', format: 'date-time' },
  text: { type: 'string' },
};

function fieldSchema(field: FieldSignature): Schema {
  const { type, ...rest } = jsonTypes[field.type];
  const remarks = [
    field.minimum != null && field.maximum != null && `Seen in training: ${field.minimum} to ${field.maximum}.`,
    field.categories &&
      `Seen in training: ${field.categories.slice(0, 20).join(', ')}${field.categories.length > 20 ? ', …' : ''}.`,
  ].filter(Boolean);
  return {
    type: field.nullable ? [type, 'null'] : type,
    ...rest,
    ...(remarks.length > 0 && { description: `${remarks.join(' ')} Other values are answered and flagged.` }),
    examples: [exampleValue(field)],
  };
}

function predictionSchema({ task, classes = [] }: Signature, about: Schema): Schema {
  const number = { type: ['number', 'null'] };
  const interval = object({ level: { type: 'number' }, lower: number, upper: number });
  const outputs =
    task === 'regression'
      ? { prediction: number }
      : {
          label: { type: 'string', enum: classes },
          probabilities: object(Object.fromEntries(classes.map((name) => [name, number]))),
        };
  const flag = object({ field: { type: 'string' }, flag: { type: 'string', enum: [...predictionFlags] } });
  const required = [...Object.keys(about), 'row_id', task === 'regression' ? 'prediction' : 'label'];
  return object(
    {
      ...about,
      row_id: { type: 'string' },
      ...outputs,
      ...(task === 'regression' && { interval }),
      explanation: explanationSchema(classes),
      flags: { type: 'array', items: flag },
    },
    required,
  );
}

function explanationSchema(classes: readonly string[]): Schema {
  const number = { type: ['number', 'null'] };
  return object({
    class: { enum: classes.length === 0 ? [null] : classes },
    base: { ...number, description: 'The answer to the typical row. With all contributions it adds up to the answer.' },
    contributions: {
      type: 'array',
      items: object({
        column: { type: 'string' },
        contribution: number,
        error: { ...number, description: 'Standard error of a sampled contribution; 0 where it is exact.' },
      }),
    },
  });
}

function errorSchema(): Schema {
  const text = { type: 'string' };
  return object({
    error: object({ code: text, kind: text, message: text, hint: text, details: { type: 'object' } }),
  });
}

function errorResponse(description: string): Schema {
  return { description, content: json(reference('Error')) };
}

/** A row that fits the signature. */
export function exampleRow(signature: Signature): Record<string, unknown> {
  return Object.fromEntries(signature.inputs.map((field) => [field.name, exampleValue(field)]));
}

const fallbackExamples: Record<FieldSignature['type'], unknown> = {
  int64: 1,
  float64: 0.5,
  decimal: 0.5,
  boolean: true,
  date: '2024-01-31',
  timestamp: '2024-01-31T12:00:00Z',
  text: 'text',
};

function exampleValue(field: FieldSignature): unknown {
  return field.example ?? field.categories?.[0] ?? fallbackExamples[field.type];
}

function exampleAnswer({ task, classes = [] }: Signature): Record<string, unknown> {
  if (task === 'regression') return { row_id: 'row-1', prediction: 1.5 };
  const even = Number((1 / classes.length).toPrecision(3));
  return { row_id: 'row-1', label: classes[0], probabilities: Object.fromEntries(classes.map((name) => [name, even])) };
}
