import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { seededRandom } from '../../engine/base/random.ts';
import type { OutputOf } from '../../engine/contract/call.ts';
import type { Job } from '../../engine/contract/jobs.ts';
import type { packageCalls } from '../../engine/contract/package.ts';
import type { ServingConfig } from '../../engine/contract/serving.ts';
import type { Run } from '../../engine/contract/train.ts';
import type { Signature } from '../../engine/contract/values.ts';
import { createDataPhase } from '../../engine/data/index.ts';
import { createPackagePhase } from '../../engine/package/index.ts';
import { parseCsv } from '../../engine/serving/protocols/csv.ts';
import { valueOfText } from '../../engine/serving/value-of-text.ts';
import { createTrainPhase } from '../../engine/train/index.ts';
import { openEngine } from '../deploy/open-engine.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { type Form, forms, type Row } from './protocol-forms.ts';
import { modelFolder, ridersConfig, runningServer, send, singleModelConfig } from './running-server.ts';

const rowCount = 300;

/** Rows that a signature takes: mixed types, some missing, some beyond what training saw. */
function rowsFor({ inputs }: Signature): Row[] {
  const random = seededRandom(11);
  return Array.from({ length: rowCount }, () =>
    Object.fromEntries(
      inputs.map(({ name, type, nullable, categories }) => {
        if (nullable && random() < 0.15) return [name, null];
        const number = random() * 100 - 20;
        switch (type) {
          case 'int64':
            return [name, Math.round(number)];
          case 'boolean':
            return [name, random() < 0.5];
          case 'date':
            return [name, new Date(Date.UTC(2004, 0, Math.round(random() * 3000))).toISOString().slice(0, 10)];
          case 'timestamp':
            return [name, new Date(Date.UTC(2004, 0, 1) + Math.round(random() * 1e11)).toISOString()];
          case 'text':
            return [
              name,
              [...(categories ?? []), 'a "new", one\n'][Math.floor(random() * ((categories?.length ?? 0) + 1))],
            ];
          default:
            return [name, number];
        }
      }),
    ),
  );
}

/** Checks that each form gives the answers of /predict, one row a request, a few, and all at once. */
async function expectSameAnswers(config: ServingConfig, signature: Signature, rows: Row[]): Promise<void> {
  const { url } = await runningServer({ ...config, batch: { rows: 32 } });
  const { predict, ...others } = forms(config.model, signature);
  const expected = await ask(url, predict as Form, rows);
  expect(expected).toHaveLength(rows.length);
  expect(new Set(expected.flat()).size).toBeGreaterThan(10);
  for (const [name, form] of Object.entries({ predict, ...others })) {
    for (const size of [1, 7, rows.length]) {
      const asked = size === rows.length ? rows : rows.slice(0, 3 * size);
      const starts = Array.from({ length: asked.length / size }, (_, part) => part * size);
      const answers = await Promise.all(starts.map((start) => ask(url, form as Form, rows.slice(start, start + size))));
      expectClose(answers.flat(), expected.slice(0, asked.length), name);
    }
  }
}

async function ask(url: string, form: Form, rows: Row[]): Promise<number[][]> {
  const headers = { 'content-type': form.contentType };
  const { status, body } = await send(url, { path: form.path, body: form.body(rows), headers });
  expect(status, JSON.stringify(body)).toBe(200);
  return form.numbers(body);
}

function expectClose(found: number[][], expected: number[][], name: string): void {
  expect(found).toHaveLength(expected.length);
  for (const [row, numbers] of expected.entries()) {
    expect(found[row]).toHaveLength(numbers.length);
    for (const [place, number] of numbers.entries()) {
      expect(Math.abs((found[row]?.[place] as number) - number), `${name}, row ${row}`).toBeLessThan(1e-6);
    }
  }
}

test.each([
  ['riders', ridersConfig(), 'riders-1'],
  ['spam', singleModelConfig('spam'), 'spam'],
  ['wide', singleModelConfig('wide'), 'wide'],
])('the same rows of %s have the same answers over every protocol and batch', async (_, config, folder) => {
  const signature = JSON.parse(readFileSync(join(modelFolder(folder), 'signature.json'), 'utf8')) as Signature;
  await expectSameAnswers(config, signature, rowsFor(signature));
});

const penguinFile = fileURLToPath(new URL('../../resources/samples/penguins/penguins.csv', import.meta.url));

/** A model that was trained on the sample of penguins, and that sample's rows. */
async function trainedPenguins(target: string) {
  const engine = openEngine();
  const data = createDataPhase(engine);
  const train = createTrainPhase(engine, data);
  const packages = createPackagePhase(engine, data, train);
  const resultOf = async <Result>(job: Promise<Job>) => engine.jobs.result<Result>((await job).id);
  await resultOf(data.handlers.add({ name: 'penguins', files: [penguinFile] }));
  const run = train.handlers.run({ reference: 'penguins', target, learners: ['trees'] });
  const { best } = await resultOf<{ best: Run }>(run);
  const added = packages.handlers.add({ run: best.id, model: 'penguins' });
  const { onnx, signature } = await resultOf<OutputOf<typeof packageCalls.add>>(added);
  const path = join(temporaryFolder(), 'signature.json');
  writeFileSync(path, JSON.stringify(signature));
  const versions = [{ version: 1, onnx: onnx.path, signature: path }];
  const [names = [], ...lines] = parseCsv(readFileSync(penguinFile, 'utf8'));
  const cells = lines
    .map((line) => new Map(names.map((name, column) => [name, line[column] ?? null])))
    .filter((row) => row.get(target) !== null);
  const rows = cells.map((row) =>
    Object.fromEntries(signature.inputs.map(({ name, type }) => [name, valueOfText(type, row.get(name) ?? null)])),
  );
  return { config: { deployment: 'penguins', model: 'penguins', versions, active: 1 }, signature, rows };
}

test.each(['species', 'body_mass_g'])(
  'a real data set with mixed types, target %s: the same answers over every protocol and batch',
  async (target) => {
    const { config, signature, rows } = await trainedPenguins(target);
    expect(new Set(signature.inputs.map(({ tensor }) => tensor))).toEqual(new Set(['float', 'string']));
    await expectSameAnswers(config, signature, rows);
  },
);
