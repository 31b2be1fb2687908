import { json, list, object, type Schema } from './openapi-schema.ts';

const text = { type: 'string' };
const whole = { type: 'integer' };

/** What is said of the path of the profile. @param errorResponse as every path has it, with these words */
export function profileOperation(tag: string, errorResponse: (description: string) => Schema): Schema {
  const summary = 'Counts and sketches of what was asked, by hour of event time, without a row.';
  const time = { ...text, description: 'An ISO date or timestamp.' };
  return {
    tags: [tag],
    operationId: 'profile',
    summary,
    parameters: [
      parameter('since', 'Windows that end after it.', time),
      parameter('until', 'Windows that begin before it.', time),
      parameter('shadow', 'Of answers that were made for comparison alone.', { type: 'boolean', default: false }),
    ],
    responses: {
      200: { description: summary, content: json(profileSchema()) },
      422: errorResponse('A parameter does not fit.'),
      501: errorResponse('Rows are not summed up, or nobody says what they are counted against.'),
    },
  };
}

function parameter(name: string, description: string, schema: Schema): Schema {
  return { name, in: 'query', description, schema };
}

function profileSchema(): Schema {
  const members = {
    format: { const: 'galley-profile' },
    formatVersion: { const: 1 },
    deployment: text,
    model: text,
    instance: text,
    madeAt: whole,
    profiles: list(object({ version: whole, reference: text, leftOut: whole, windows: list({ type: 'object' }) })),
  };
  return object({ ...members, signature: text }, Object.keys(members));
}
