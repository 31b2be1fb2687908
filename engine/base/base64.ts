/** The bytes of an array as base64, as they lie in memory: a third longer than they are, and exact. */
export function base64Of({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString('base64');
}

/** In memory of its own, as typed arrays of more than a byte want to begin at a multiple of their size. */
export function bytesOf(text: string): ArrayBuffer {
  return new Uint8Array(Buffer.from(text, 'base64')).buffer;
}
