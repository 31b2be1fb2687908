import type { ColumnBins, NumberBins, TextBins } from './reference-bins.ts';
import type { ReferenceColumn, ReferenceProfile } from './reference-profile.ts';
import { StrictReader } from './strict-reader.ts';

const largestColumnCount = 10_000;
const largestListLength = 20_000;

/** Reads a reference profile as JSON holds it. @throws GalleyError `monitor.invalid_profile` */
export function decodeReference(encoded: unknown): ReferenceProfile {
  const reader = StrictReader.of(encoded, 'reference', ['format', 'model', 'version', 'columns']);
  reader.integer('format', 1, 1);
  return {
    format: 1,
    model: reader.text('model', 200),
    version: reader.integer('version', 1),
    columns: reader.array('columns', largestColumnCount).map(decodeReferenceColumn),
  };
}

function decodeReferenceColumn(encoded: unknown): ReferenceColumn {
  const reader = StrictReader.of(encoded, 'reference column', ['role', 'bins']);
  return { role: reader.oneOf('role', ['input', 'output']), bins: decodeBins(reader.object('bins')) };
}

function decodeBins(encoded: object): ColumnBins {
  const isText = (encoded as { kind?: unknown }).kind === 'text';
  return isText ? decodeTextBins(encoded) : decodeNumberBins(encoded);
}

const sharedFields = ['name', 'kind', 'hidden', 'rows', 'missing', 'counts'];

function decodeNumberBins(encoded: object): NumberBins {
  const fields = [...sharedFields, 'centre', 'scale', 'minimum', 'maximum', 'massPoints', 'edges'];
  const reader = StrictReader.of(encoded, 'number bins', fields);
  const massPoints = ascending(reader, 'massPoints');
  const edges = ascending(reader, 'edges');
  const scale = reader.number('scale');
  if (scale <= 0) throw reader.fault('scale', 'is not above 0');
  return {
    name: reader.text('name', 1000),
    kind: reader.oneOf('kind', ['number']),
    ...hiddenOf(reader),
    rows: reader.integer('rows', 0),
    missing: reader.integer('missing', 0),
    centre: reader.number('centre'),
    scale,
    minimum: reader.isNull('minimum') ? null : reader.number('minimum'),
    maximum: reader.isNull('maximum') ? null : reader.number('maximum'),
    massPoints,
    edges,
    counts: countsOf(reader, massPoints.length + edges.length + 1),
  };
}

function decodeTextBins(encoded: object): TextBins {
  const reader = StrictReader.of(encoded, 'text bins', [...sharedFields, 'levels', 'rare']);
  const levels = reader.array('levels', largestListLength);
  if (!levels.every((level) => typeof level === 'string') || new Set(levels).size !== levels.length) {
    throw reader.fault('levels', 'are no different texts');
  }
  return {
    name: reader.text('name', 1000),
    kind: reader.oneOf('kind', ['text']),
    ...hiddenOf(reader),
    rows: reader.integer('rows', 0),
    missing: reader.integer('missing', 0),
    levels: levels as string[],
    rare: reader.isNull('rare') ? null : ascending(reader, 'rare'),
    counts: countsOf(reader, levels.length + 2),
  };
}

function hiddenOf(reader: StrictReader): { hidden?: true } {
  if (!reader.has('hidden')) return {};
  if (!reader.isTrue('hidden')) throw reader.fault('hidden', 'is not true');
  return { hidden: true };
}

function ascending(reader: StrictReader, field: string): number[] {
  const numbers = reader.array(field, largestListLength);
  const isOrdered = numbers.every(
    (value, index) => Number.isFinite(value) && (index === 0 || (value as number) > (numbers[index - 1] as number)),
  );
  if (!isOrdered) throw reader.fault(field, 'are no ascending numbers');
  return numbers as number[];
}

function countsOf(reader: StrictReader, length: number): number[] {
  const counts = reader.array('counts', length);
  if (counts.length !== length || !counts.every((rows) => Number.isSafeInteger(rows) && (rows as number) >= 0)) {
    throw reader.fault('counts', `are not ${length} counts`);
  }
  return counts as number[];
}
