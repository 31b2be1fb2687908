import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ridersRow, runningServer } from '../serving/running-server.ts';

const right = Buffer.from(JSON.stringify(ridersRow));

const wrongColumn = fc
  .tuple(
    fc.constantFrom('rain', 'holiday', 'day', 'row', 'rows', '__proto__', 'wind'),
    fc.oneof(fc.constant('x'), fc.constant([]), fc.constant({}), fc.constant([[1]]), fc.constant('1.5')),
  )
  .map(([name, value]) => JSON.stringify(Object.fromEntries([...Object.entries(ridersRow), [name, value]])));

/** Lines that no server may answer with a prediction; a newline inside would make two of them. */
const wrongLine = fc
  .oneof(
    wrongColumn,
    fc.constantFrom('7', 'null', '[]', '{}', '{"row":{}}', '{"rows":[]}', '{"row":{},"rows":[]}', '"row"', '\u0000'),
    fc.integer({ min: 1, max: 5000 }).map((depth) => `{"row":${'['.repeat(depth)}`),
    fc.constant(`{"row":${JSON.stringify(ridersRow)},"options":{"version":"1"}}`),
    fc.constant(`{"row":${JSON.stringify(ridersRow)},"id":7}`),
    fc.string({ minLength: 1 }).map((text) => `x${text}`),
  )
  .map((text) => Buffer.from(text.replaceAll(/[\r\n]/g, ' ')));
const wrongBytes = fc
  .uint8Array({ minLength: 1, maxLength: 50 })
  .map((bytes) => Buffer.concat([Buffer.from([0xff]), Buffer.from(bytes.map((byte) => (byte === 10 ? 11 : byte)))]));

test('whatever stands in a line of a stream, it has its error and the line after it its answer', async () => {
  const { url } = await runningServer();
  const lines = fc.array(fc.oneof(wrongLine, wrongBytes), { minLength: 1, maxLength: 200 });
  await fc.assert(
    fc.asyncProperty(lines, fc.constantFrom('\n', '\r\n'), async (wrong, end) => {
      const body = Buffer.concat(wrong.flatMap((line) => [line, Buffer.from(end), right, Buffer.from(end)]));
      const response = await fetch(`${url}/stream`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
        body: new Uint8Array(body),
      });
      const answers = (await response.text())
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(answers).toHaveLength(wrong.length * 2);
      answers.forEach((answer, place) => {
        if (place % 2 === 1) expect(answer.prediction).toBe(137);
        else expect(answer.error.kind, wrong[place / 2]?.toString('utf8').slice(0, 200)).toBe('invalid');
      });
    }),
    { numRuns: 40 },
  );
});
