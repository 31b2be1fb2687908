/** A JSON schema as TypeBox writes it. */
export type Schema = Readonly<Record<string, unknown>>;

/**
 * The schema without the alternatives that a value does not mean: of objects that a field with one fixed text tells apart
 * (such as `kind`), the one with the value's text stays, or, where none has it, only the texts that there are; of other
 * objects the only one that has all fields of the value; of one alternative beside null, that one, where the value is of its
 * kind. Then faults tell of what was meant and not of everything else that could have been. Alternatives that nothing tells
 * apart stay as they are.
 */
export function meantSchema(schema: Schema, value: unknown): Schema {
  if (Array.isArray(schema.anyOf)) {
    const meant = meantAlternative(schema.anyOf as Schema[], value);
    return meant === undefined ? schema : meantSchema(meant, value);
  }
  if (Array.isArray(value) && isObject(schema.items)) {
    const { items, ...rest } = schema;
    return { ...rest, prefixItems: value.map((item) => meantSchema(items as Schema, item)) };
  }
  return isObject(value) && schema.type === 'object' ? withMeantFields(schema, value) : schema;
}

function withMeantFields(schema: Schema, value: Record<string, unknown>): Schema {
  const { patternProperties, ...rest } = schema;
  const properties = (schema.properties ?? {}) as Record<string, Schema>;
  const patterns = Object.entries((patternProperties ?? {}) as Record<string, Schema>);
  const fields = Object.keys(value).flatMap((name): [string, Schema][] => {
    const field = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const own = field ?? patterns.find(([pattern]) => new RegExp(pattern, 'u').test(name))?.[1];
    return own ? [[name, meantSchema(own, value[name])]] : [];
  });
  return { ...rest, properties: { ...properties, ...Object.fromEntries(fields) } };
}

/** Undefined where neither fields nor null tell the alternatives apart. */
function meantAlternative(alternatives: readonly Schema[], value: unknown): Schema | undefined {
  if (!isObject(value)) return besideNull(alternatives, value);
  const field = tellingField(alternatives);
  if (field === undefined) return besideNull(alternatives, value) ?? withAllFields(alternatives, Object.keys(value));
  const textOf = (alternative: Schema) => (alternative.properties as Record<string, Schema>)[field]?.const;
  const meant = alternatives.find((alternative) => textOf(alternative) === value[field]);
  return (
    meant ?? {
      type: 'object',
      required: [field],
      properties: { [field]: { enum: alternatives.map(textOf) } },
      additionalProperties: true,
    }
  );
}

function withAllFields(alternatives: readonly Schema[], names: readonly string[]): Schema | undefined {
  const [only, ...others] = alternatives.filter(
    ({ properties }) => isObject(properties) && names.every((name) => Object.hasOwn(properties, name)),
  );
  return others.length > 0 ? undefined : only;
}

/** The only alternative that is not null, where the value is of its kind. */
function besideNull(alternatives: readonly Schema[], value: unknown): Schema | undefined {
  const [only, ...others] = alternatives.filter(({ type }) => type !== 'null');
  if (!only || others.length > 0) return undefined;
  return only.type === undefined || only.type === kindOf(value, only.type) ? only : undefined;
}

/** As JSON schema names it; every number counts as a whole one where those are wanted. */
function kindOf(value: unknown, wanted: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' && wanted === 'integer' ? 'integer' : typeof value;
}

function tellingField(alternatives: readonly Schema[]): string | undefined {
  const fixedFields = alternatives.map(({ properties }) =>
    Object.entries((properties ?? {}) as Record<string, Schema>).flatMap(([name, field]) =>
      field.const === undefined ? [] : name,
    ),
  );
  return fixedFields[0]?.find((name) => fixedFields.every((names) => names.includes(name)));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
