/** Float32 numbers as base64 of their little-endian bytes: a third longer than the bytes, and exact. */
export function encodeNumbers(values: Float32Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}

export function decodeNumbers(text: string): Float32Array {
  // A copy: a small Buffer lies within a larger one, at any offset.
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
  return new Float32Array(bytes.buffer);
}
