import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { Errors } from 'typebox/schema';
import { meantSchema, type Schema } from './meant-schema.ts';
import { nearestName } from './nearest-name.ts';

export interface Fault {
  /** JSON pointer of the field: `/rows/0/price`. */
  path: string;
  message: string;
}

/** Checks a value against a schema: no coercion, and no field that the schema does not name. */
export type Check = (value: unknown) => Fault[];

/** A copy of the schema in which every object is closed to fields that it does not name. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (schema === null || typeof schema !== 'object') return schema;
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema))
    copy[key] = key === 'enum' || key === 'const' ? value : closed(value);
  if (copy.type === 'object' && copy.properties !== undefined && copy.additionalProperties === undefined) {
    copy.additionalProperties = false;
  }
  return copy;
}

/** Compiles a schema once; the check then lists every fault of a value, none where it fits. */
export function compileCheck(schema: TSchema): Check {
  const strict = closed(schema) as TSchema & Schema;
  const validator: Validator = Compile(strict);
  return (value) => {
    if (validator.Check(value)) return [];
    const meant = meantSchema(strict, value);
    const [fits, found] = Errors(meant, value);
    const errors = fits ? validator.Errors(value) : found;
    const unions = errors.filter(({ keyword }) => keyword === 'anyOf').map(({ schemaPath }) => `${schemaPath}/anyOf/`);
    return errors
      .filter(
        ({ keyword, schemaPath }) => keyword !== 'boolean' && !unions.some((union) => schemaPath.startsWith(union)),
      )
      .map((error) => ({ path: error.instancePath, message: describe(error, schemaAt(meant, error.schemaPath)) }));
  };
}

/** What a path such as `#/properties/name` leads to. */
function schemaAt(schema: Schema, path: string): Schema {
  const names = path.split('/').slice(1);
  return names.reduce<Schema>((at, name) => (at[name] ?? {}) as Schema, schema);
}

const bounds: Readonly<Record<string, string>> = {
  minimum: 'at least',
  maximum: 'at most',
  exclusiveMinimum: 'above',
  exclusiveMaximum: 'below',
};

const kinds: Readonly<Record<string, string>> = {
  integer: 'a whole number',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

function describe(error: { keyword: string; message: string; params: object }, schema: Schema): string {
  const params = error.params as {
    additionalProperties?: string[];
    allowedValues?: unknown[];
    limit?: number;
    requiredProperties?: string[];
  };
  if (params.additionalProperties)
    return `has unknown fields: ${params.additionalProperties.map((name) => withMeant(name, schema)).join(', ')}`;
  if (params.requiredProperties) return `lacks required fields: ${params.requiredProperties.join(', ')}`;
  if (error.keyword === 'const' && schema.const !== undefined) return `must be ${JSON.stringify(schema.const)}`;
  if (params.allowedValues) return `must be one of ${params.allowedValues.join(', ')}`;
  const bound = bounds[error.keyword];
  if (bound !== undefined && params.limit !== undefined) return `must be ${bound} ${params.limit}`;
  if (error.keyword === 'anyOf') return `must be ${(schema.anyOf as Schema[]).map(kindInWords).join(' or ')}`;
  const isForm = schema.pattern !== undefined && typeof schema.description === 'string';
  if (isForm && ['type', 'pattern'].includes(error.keyword)) return `must be ${schema.description}`;
  if (error.keyword === 'type' && typeof schema.type === 'string')
    return `must be ${kinds[schema.type] ?? schema.type}`;
  return error.message;
}

/** A field that an object has not, with the one that may be meant. */
function withMeant(name: string, { properties = {} }: Schema): string {
  const meant = nearestName(name, Object.keys(properties as object));
  return meant === undefined ? name : `${name} (did you mean ${meant}?)`;
}

function kindInWords(schema: Schema): string {
  if (schema.const !== undefined) return String(schema.const);
  if (Array.isArray(schema.enum)) return schema.enum.join(' or ');
  if (Array.isArray(schema.anyOf)) return schema.anyOf.map(kindInWords).join(' or ');
  return String(schema.description ?? kinds[String(schema.type)] ?? schema.type ?? 'something else');
}
