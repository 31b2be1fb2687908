const textEncoder = new TextEncoder();

/**
 * Writes the protocol-buffers wire format (https://protobuf.dev/programming-guides/encoding/). Fields come out in the
 * order they are written, so the same calls give the same bytes.
 */
export class ProtobufWriter {
  #bytes = new Uint8Array(256);
  #length = 0;

  /** int64, enum and bool fields; negative values take ten bytes, as the format asks. */
  integer(field: number, value: number | bigint): void {
    this.#tag(field, 0);
    this.#varint(value);
  }

  /** A repeated int64 field in its packed form. */
  packedIntegers(field: number, values: ArrayLike<number>): void {
    const inner = new ProtobufWriter();
    for (let place = 0; place < values.length; place++) inner.#varint(values[place] as number);
    this.bytes(field, inner.finish());
  }

  /** A `float` field. */
  float(field: number, value: number): void {
    this.#tag(field, 5);
    this.#reserve(4);
    new DataView(this.#bytes.buffer).setFloat32(this.#length, value, true);
    this.#length += 4;
  }

  text(field: number, value: string): void {
    this.bytes(field, textEncoder.encode(value));
  }

  bytes(field: number, value: Uint8Array): void {
    this.#tag(field, 2);
    this.#varint(value.length);
    this.#append(value);
  }

  /** An embedded message, written by `write` into a writer of its own. */
  message(field: number, write: (writer: ProtobufWriter) => void): void {
    const inner = new ProtobufWriter();
    write(inner);
    this.bytes(field, inner.finish());
  }

  /** Whole fields as they stand on the wire. */
  raw(fields: Uint8Array): void {
    this.#append(fields);
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #tag(field: number, wireType: number): void {
    this.#varint(field * 8 + wireType);
  }

  #varint(value: number | bigint): void {
    this.#reserve(10);
    if (typeof value === 'number' && value >= 0 && value < 2 ** 31) {
      let short = value;
      for (; short > 127; short >>>= 7) this.#bytes[this.#length++] = (short & 127) | 128;
      this.#bytes[this.#length++] = short;
      return;
    }
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest > 127n) {
      this.#bytes[this.#length++] = Number(rest & 127n) | 128;
      rest >>= 7n;
    }
    this.#bytes[this.#length++] = Number(rest);
  }

  #append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #reserve(size: number): void {
    const needed = this.#length + size;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
