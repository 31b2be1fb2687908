import { part } from './elements.ts';

/** The bytes of a part that stands in the page as base64 of gzip. */
export async function embeddedBytes(name: 'model' | 'runtime'): Promise<Uint8Array> {
  const text = part(name).textContent ?? '';
  const packed = Uint8Array.from(atob(text.trim()), (sign) => sign.charCodeAt(0));
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(unpacked).arrayBuffer());
}
