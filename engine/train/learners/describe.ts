import type { TSchema } from 'typebox';
import type { LearnerDescription, LearnerParameter } from '../../contract/train-learners.ts';
import type { Learner, ParameterValue } from './learner.ts';

/** The parts of a JSON schema that say what a parameter takes. */
interface ParameterSchema
  extends Pick<LearnerParameter, 'minimum' | 'maximum' | 'exclusiveMinimum' | 'exclusiveMaximum'> {
  type?: string;
  description?: string;
  default: ParameterValue;
  enum?: unknown[];
  const?: unknown;
  anyOf?: ParameterSchema[];
}

/** A learner as people choose it: every parameter with what it takes, from its schema. */
export function describeLearner({ name, title, description, parameters }: Learner): LearnerDescription {
  const described = Object.entries(parameters.properties as Record<string, TSchema>).map(([parameter, schema]) =>
    describeParameter(parameter, schema as ParameterSchema),
  );
  return { name, title, description, parameters: described };
}

function describeParameter(name: string, schema: ParameterSchema): LearnerParameter {
  const choices = choicesOf(schema);
  const limits = (['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'] as const).flatMap((limit) =>
    schema[limit] === undefined ? [] : [[limit, schema[limit]] as const],
  );
  return {
    name,
    kind: choices ? 'choice' : kindOf(schema.type),
    description: schema.description ?? '',
    default: schema.default,
    ...Object.fromEntries(limits),
    ...(choices ? { choices } : {}),
  };
}

/** The texts of an enumeration or of a union of literals. */
function choicesOf({ enum: values, anyOf }: ParameterSchema): string[] | undefined {
  const listed = values ?? anyOf?.map((option) => option.const);
  return listed?.every((value) => typeof value === 'string') ? (listed as string[]) : undefined;
}

function kindOf(type: string | undefined): LearnerParameter['kind'] {
  return type === 'integer' || type === 'number' || type === 'boolean' ? type : 'text';
}
