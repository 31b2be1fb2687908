/** A field of a message as it stands on the wire. */
export interface WireField {
  number: number;
  /** 0 varint, 1 eight bytes, 2 a length and bytes, 5 four bytes. */
  type: 0 | 1 | 2 | 5;
  /** Of a varint; 0 where it is another field. */
  integer: bigint;
  /** What the field holds, without tag and length; of a varint its bytes. */
  content: Uint8Array;
  /** The whole field with its tag, to be copied as it is. */
  whole: Uint8Array;
}

/** Bytes that are no message of protocol buffers. */
export class WireError extends Error {}

/** Bytes of a number at most. */
export const longestVarint = 10;

/**
 * The fields of a message in the protocol-buffers wire format, in order; nothing is copied.
 * @throws WireError where the bytes end within a field, a number is too long, or a field is of no known type.
 */
export function* wireFields(bytes: Uint8Array): Generator<WireField> {
  let place = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let count = 0; count < longestVarint; count++) {
      const byte = bytes[place++];
      if (byte === undefined) throw new WireError('the bytes end within a number');
      value |= BigInt(byte & 127) << BigInt(7 * count);
      if (byte < 128) return BigInt.asUintN(64, value);
    }
    throw new WireError('a number takes more than ten bytes');
  };
  while (place < bytes.length) {
    const begin = place;
    const tag = varint();
    const number = Number(tag >> 3n);
    const type = Number(tag & 7n);
    if (number < 1 || number >= 2 ** 29) throw new WireError(`a field has the number ${number}`);
    if (type !== 0 && type !== 1 && type !== 2 && type !== 5) throw new WireError(`a field has the wire type ${type}`);
    const contentAt = place;
    const integer = type === 0 || type === 2 ? varint() : 0n;
    const start = type === 2 ? place : contentAt;
    const end = type === 0 ? place : start + contentLength(type, integer, bytes.length);
    if (end > bytes.length) throw new WireError('a field is longer than what holds it');
    place = end;
    const content = bytes.subarray(start, end);
    yield { number, type, integer: type === 0 ? integer : 0n, content, whole: bytes.subarray(begin, end) };
  }
}

function contentLength(type: 1 | 2 | 5, length: bigint, most: number): number {
  if (type === 1) return 8;
  if (type === 5) return 4;
  return length > BigInt(most) ? most + 1 : Number(length);
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/** The text that a field holds. @throws WireError where it is not UTF-8. */
export function wireText({ content }: WireField): string {
  try {
    return decoder.decode(content);
  } catch {
    throw new WireError('a name is not UTF-8');
  }
}

/** The int64 that a varint field holds. @throws WireError where it is no varint. */
export function wireInteger({ type, integer }: WireField): number {
  if (type !== 0) throw new WireError('a number stands as something else');
  return Number(BigInt.asIntN(64, integer));
}

/** The int64 values of a repeated field: one, or packed ones. */
export function wireIntegers(field: WireField): number[] {
  if (field.type === 0) return [wireInteger(field)];
  const values: number[] = [];
  let value = 0n;
  let count = 0;
  for (const byte of field.content) {
    if (count >= longestVarint) throw new WireError('a number takes more than ten bytes');
    value |= BigInt(byte & 127) << BigInt(7 * count++);
    if (byte >= 128) continue;
    values.push(Number(BigInt.asIntN(64, value)));
    value = 0n;
    count = 0;
  }
  if (count > 0) throw new WireError('the bytes end within a number');
  return values;
}
