import { readFileSync } from 'node:fs';

/** What of JSON Schema stands in the fixture. */
interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  items?: Schema;
  pattern?: string;
  minimum?: number;
  maximum?: number;
}

interface Schemas {
  kinds: Record<string, Schema>;
  $defs: Record<string, Schema>;
}

export interface Manifest {
  apiVersion: string;
  kind: string;
  [member: string]: unknown;
}

const path = new URL('../fixtures/kubernetes/schemas.json', import.meta.url);
const { kinds, $defs } = JSON.parse(readFileSync(path, 'utf8')) as Schemas;

/** What of a manifest its kind does not know, lacks, or has in another type: `spec.replica is not known`. */
export function manifestFaults(manifest: Manifest): string[] {
  const kind = `${manifest.apiVersion} ${manifest.kind}`;
  const schema = kinds[kind];
  return schema ? faults(manifest, schema, '') : [`${kind} is no kind of the fixture`];
}

function faults(value: unknown, given: Schema, path: string): string[] {
  const schema = given.$ref ? ($defs[given.$ref.replace('#/$defs/', '')] as Schema) : given;
  const { type, enum: words, pattern, minimum = -Infinity, maximum = Infinity } = schema;
  if (type !== undefined && ![type].flat().some((name) => isOfType(value, name))) {
    return [`${path} is ${JSON.stringify(value)}, not of type ${type}`];
  }
  if (words && !words.includes(value)) return [`${path} is ${value}, not one of ${words.join(', ')}`];
  if (typeof value === 'string' && pattern && !new RegExp(pattern).test(value)) {
    return [`${path} is ${value}, which ${pattern} does not match`];
  }
  if (typeof value === 'number' && (value < minimum || value > maximum)) return [`${path} is ${value}, out of range`];
  if (Array.isArray(value)) return value.flatMap((item, at) => faults(item, schema.items ?? {}, `${path}[${at}]`));
  return typeof value === 'object' && value !== null ? objectFaults(value, schema, path) : [];
}

function objectFaults(value: object, schema: Schema, path: string): string[] {
  const { properties = {}, additionalProperties = true, required = [] } = schema;
  const at = (name: string) => (path === '' ? name : `${path}.${name}`);
  const lacking = required.filter((name) => !(name in value)).map((name) => `${at(name)} is missing`);
  const wrong = Object.entries(value).flatMap(([name, member]) => {
    const known = properties[name] ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined);
    if (known) return faults(member, known, at(name));
    return additionalProperties === false ? [`${at(name)} is not known`] : [];
  });
  return [...lacking, ...wrong];
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}
