import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';

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
  const validator: Validator = Compile(closed(schema) as TSchema);
  return (value) => {
    if (validator.Check(value)) return [];
    return validator
      .Errors(value)
      .filter((error) => error.keyword !== 'boolean')
      .map((error) => ({ path: error.instancePath, message: describe(error) }));
  };
}

function describe(error: { keyword: string; message: string; params: object }): string {
  const params = error.params as {
    additionalProperties?: string[];
    allowedValues?: unknown[];
    requiredProperties?: string[];
  };
  if (params.additionalProperties) return `has unknown fields: ${params.additionalProperties.join(', ')}`;
  if (params.requiredProperties) return `lacks required fields: ${params.requiredProperties.join(', ')}`;
  if (params.allowedValues) return `must be one of ${params.allowedValues.join(', ')}`;
  return error.message;
}
