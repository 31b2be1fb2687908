/** A part of an OpenAPI document. */
export type Schema = Record<string, unknown>;

/** An object with these properties and no others. */
export function object(properties: Record<string, unknown>, required = Object.keys(properties)): Schema {
  return { type: 'object', properties, required, additionalProperties: false };
}

export function list(items: Schema): Schema {
  return { type: 'array', items };
}

/** A schema of the document by its name. */
export function reference(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

/** Content that is JSON. */
export function json(schema: Schema): Schema {
  return { 'application/json': { schema } };
}
