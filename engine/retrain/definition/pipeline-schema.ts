import Type, { type TObject, type TSchema } from 'typebox';
import {
  commonMembers,
  Duration,
  Scalar,
  type StepKind,
  type StepKindSpec,
  StepNames,
  stepKindNames,
  stepKinds,
} from '../../contract/retrain-pipeline.ts';
import { QuietPeriod, triggerForms } from '../../contract/retrain-triggers.ts';
import { Name } from '../../contract/values.ts';

/** What stands in a file beside its steps. */
export const fileMembers = {
  format: Type.Literal(1),
  pipeline: Name,
  summary: Type.Optional(Type.String()),
  parameters: Type.Optional(Type.Record(Name, Scalar)),
  /** A run that a trigger asks for begins once nothing has come for so long. */
  debounce: Type.Optional(Duration),
  quiet: Type.Optional(QuietPeriod),
  /** Runs may run beside one another. */
  concurrent: Type.Optional(Type.Boolean()),
};

/** The form of a step of a kind, as it stands in the file once its parameters are filled in. */
export function stepSchema(kind: StepKind): TObject {
  const { summary, inputs, members }: StepKindSpec = stepKinds[kind];
  const named = Object.entries(inputs).map(([member, { required, many }]): [string, TSchema] => {
    const schema = many ? StepNames : Name;
    return [member, required ? schema : Type.Optional(schema)];
  });
  return Type.Object(
    { ...commonMembers, kind: Type.Literal(kind), ...Object.fromEntries(named), ...members },
    { description: summary, additionalProperties: false },
  );
}

/** The JSON Schema of a file, for the completion of editors. Where a value is wanted, `${name}` stands as well. */
export function pipelineJsonSchema(): Record<string, unknown> {
  const { properties, required = [] } = plain(Type.Object(fileMembers));
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Pipeline of Galley',
    type: 'object',
    required: [...required, 'steps'],
    additionalProperties: false,
    properties: {
      ...properties,
      triggers: { type: 'array', items: { $ref: '#/$defs/trigger' } },
      steps: { type: 'array', minItems: 1, items: { $ref: '#/$defs/step' } },
    },
    $defs: {
      trigger: { type: 'object', required: ['on'], oneOf: Object.values(triggerForms).map(plain) },
      step: { type: 'object', required: ['name', 'kind'], oneOf: stepKindNames.map(openStep) },
    },
  };
}

interface PlainSchema {
  type?: string;
  pattern?: string;
  properties?: Record<string, PlainSchema>;
  patternProperties?: Record<string, PlainSchema>;
  items?: PlainSchema;
  anyOf?: PlainSchema[];
  required?: string[];
}

const reference = { type: 'string', pattern: '\\$\\{[^}]+\\}' };
/** They make the graph, which is the same whatever the parameters are. */
const fixedMembers: ReadonlySet<string> = new Set(['name', 'kind', 'after', 'matrix']);

/** The form of a step in which `${name}` may stand for values. */
function openStep(kind: StepKind): object {
  const { properties = {}, ...rest } = plain(stepSchema(kind));
  const { inputs }: StepKindSpec = stepKinds[kind];
  const isFixed = (name: string) => fixedMembers.has(name) || name in inputs;
  const open = Object.entries(properties).map(([name, member]) => [name, isFixed(name) ? member : opened(member)]);
  return { ...rest, properties: Object.fromEntries(open) };
}

/** A form in which `${name}` may stand for each value, and no member that it does not name. */
function opened(schema: PlainSchema): object {
  const { type, pattern, properties, patternProperties, items, anyOf } = schema;
  if (anyOf) return { ...schema, anyOf: [...anyOf.map(opened), reference] };
  if (items) return { ...schema, items: opened(items) };
  if (properties) return { ...schema, properties: mapped(properties), additionalProperties: false };
  if (patternProperties) return { ...schema, patternProperties: mapped(patternProperties) };
  return type === 'string' && pattern === undefined ? schema : { anyOf: [schema, reference] };
}

function mapped(members: Readonly<Record<string, PlainSchema>>): Record<string, object> {
  return Object.fromEntries(Object.entries(members).map(([name, member]) => [name, opened(member)]));
}

function plain(schema: TSchema): PlainSchema {
  return JSON.parse(JSON.stringify(schema)) as PlainSchema;
}
