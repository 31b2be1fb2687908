/** A line of a stream, without its end; null where it is longer than a line may be. */
export type Line = Buffer | null;

const newline = 10;
const carriageReturn = 13;

/**
 * Splits bytes into lines that end with LF or CRLF. Of a line that is too long no more is kept than what shows that it is.
 * @param largest bytes of a line, without its end
 */
export async function* splitLines(chunks: AsyncIterable<Buffer>, largest: number): AsyncGenerator<Line, void> {
  let parts: Buffer[] = [];
  let length = 0;
  const keep = (bytes: Buffer) => {
    length += bytes.length;
    if (length <= largest + 1) parts.push(bytes);
  };
  const take = (): Line => {
    const line = length <= largest + 1 ? withoutReturn(Buffer.concat(parts)) : null;
    parts = [];
    length = 0;
    return line && line.length <= largest ? line : null;
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      keep(chunk.subarray(start, end));
      yield take();
      start = end + 1;
    }
    if (start < chunk.length) keep(chunk.subarray(start));
  }
  if (length > 0) yield take();
}

function withoutReturn(line: Buffer): Buffer {
  return line.at(-1) === carriageReturn ? line.subarray(0, -1) : line;
}
