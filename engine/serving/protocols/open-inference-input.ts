import type { FieldSignature, Signature } from '../../contract/values.ts';
import { invalidRequest } from '../checked-rows.ts';
import { requireMembers, requireObject, rowsOfColumns } from './row-forms.ts';

const tensorMembers = ['name', 'shape', 'datatype', 'parameters', 'data'];

/** Datatypes that a column takes: those of its kind, none of which loses a value. */
const takenDatatypes: Record<FieldSignature['type'], readonly string[]> = {
  int64: ['INT64', 'INT32', 'INT16', 'INT8', 'UINT64', 'UINT32', 'UINT16', 'UINT8'],
  float64: ['FP64', 'FP32'],
  decimal: ['FP64', 'FP32'],
  boolean: ['BOOL'],
  date: ['BYTES'],
  timestamp: ['BYTES'],
  text: ['BYTES'],
};

/**
 * Rows of named tensors of the shape [rows] or [rows, 1], their data flat or nested.
 * @throws GalleyError `serving.invalid_request`
 */
export function readTensors(inputs: unknown, signature: Signature, largestRows: number): Record<string, unknown>[] {
  if (!Array.isArray(inputs)) throw invalidRequest('"inputs" must be a list of tensors.');
  const fields = new Map(signature.inputs.map((field) => [field.name, field]));
  const columns: Record<string, unknown> = Object.create(null);
  for (const [position, input] of inputs.entries()) {
    const place = `inputs[${position}]`;
    const tensor = requireObject(input, place);
    requireMembers(tensor, place, tensorMembers);
    const { name } = tensor;
    if (typeof name !== 'string') throw invalidRequest(`${place}.name must be a text.`);
    const field = fields.get(name);
    if (!field)
      throw invalidRequest(`${place}.name is ${JSON.stringify(name.slice(0, 60))}; the model has no such input.`);
    if (name in columns) throw invalidRequest(`${place} is the second tensor with the name ${name}.`);
    columns[name] = tensorValues(tensor, field, place);
  }
  return rowsOfColumns(columns, 'inputs', largestRows);
}

function tensorValues(
  { shape, datatype, data }: Record<string, unknown>,
  field: FieldSignature,
  place: string,
): unknown[] {
  const taken = takenDatatypes[field.type];
  if (typeof datatype !== 'string' || !taken.includes(datatype)) {
    throw invalidRequest(`${place}.datatype must be ${taken.join(' or ')} for ${field.name}.`);
  }
  const rows = rowsOfShape(shape, place);
  if (!Array.isArray(data)) throw invalidRequest(`${place}.data must be a list.`);
  if (data.length !== rows)
    throw invalidRequest(`${place}.data has ${data.length} values where its shape says ${rows}.`);
  const isNested =
    (shape as number[]).length === 2 && data.every((value) => Array.isArray(value) && value.length === 1);
  const values = isNested ? data.map(([value]) => value) : data;
  requireRange(values, datatype, place);
  return values;
}

function rowsOfShape(shape: unknown, place: string): number {
  const [rows, width = 1, ...more] = Array.isArray(shape) ? shape : [];
  if (Number.isSafeInteger(rows) && rows >= 0 && width === 1 && more.length === 0) return rows;
  throw invalidRequest(`${place}.shape must be [rows] or [rows, 1].`);
}

/** A number that its own datatype cannot hold was meant otherwise. */
function requireRange(values: readonly unknown[], datatype: string, place: string): void {
  const [, unsigned, bits] = /^(U?)INT(8|16|32|64)$/.exec(datatype) ?? [];
  if (bits === undefined) return;
  const span = 2 ** Number(bits);
  const [least, most] = unsigned ? [0, span - 1] : [-span / 2, span / 2 - 1];
  const position = values.findIndex((value) => typeof value === 'number' && (value < least || value > most));
  if (position !== -1) throw invalidRequest(`${place}.data[${position}] is no ${datatype}.`);
}
