import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { checkoutFolder } from '../../support/needs.ts';
import { temporaryFolder } from '../../support/temporary.ts';

interface Golden {
  outputs: number[][];
  labels: string[];
}

/** Ends as smoke-test.mjs does, asked of a server that answers one golden row of two classes with a label. */
async function smokeTest({ outputs, labels }: Golden, answered: string): Promise<{ code: number; text: string }> {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'model'));
  const write = (name: string, value: unknown) => writeFileSync(join(folder, name), JSON.stringify(value));
  write('model/signature.json', { inputs: [{ name: 'x', nullable: true }], classes: ['no', 'yes'], threshold: 0.5 });
  write('model/golden.json', { inputs: ['x'], rows: [[1]], outputs, labels });
  const template = readFileSync(join(checkoutFolder, 'resources', 'exports', 'docker', 'smoke-test.mjs'), 'utf8');
  writeFileSync(join(folder, 'smoke-test.mjs'), template.replace('%TOLERANCE%', '0.000001'));
  const [no, yes] = outputs[0] as [number, number];
  const server = createServer((_, response) => {
    response.end(JSON.stringify({ predictions: [{ label: answered, probabilities: { no, yes } }] }));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return new Promise((resolve) => {
    execFile(process.execPath, [join(folder, 'smoke-test.mjs'), url], (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), text: stdout + stderr });
    });
  });
}

test('another label is an error, but not where two labels lie closer together than a processor may round', async () => {
  const far = { outputs: [[0.49, 0.51]], labels: ['yes'] };
  expect(await smokeTest(far, 'yes')).toMatchObject({ code: 0 });
  expect(await smokeTest(far, 'no')).toMatchObject({ code: 1, text: expect.stringContaining('expected "yes"') });
  const near = { outputs: [[0.4999999, 0.5000001]], labels: ['yes'] };
  expect(await smokeTest(near, 'no')).toMatchObject({ code: 0 });
});
