import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { OutputOf } from '../../../engine/contract/call.ts';
import type { ExportFormat, packageCalls } from '../../../engine/contract/package.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { openPhases, penguinFile } from '../open-registry.ts';

test('an export says which marked columns its golden rows hold values of; a card has none', async () => {
  const { data, packages, resultOf, trainOne, add } = await openPhases();
  await resultOf(data.handlers.add({ name: 'penguins', files: [penguinFile] }));
  const run = await trainOne({ reference: 'penguins', target: 'species', learners: ['baseline'], exclude: ['year'] });
  await add(run.id, 'species');
  const warningsOf = async (format: ExportFormat) => {
    const to = join(temporaryFolder(), format);
    const job = packages.handlers.export({ reference: 'species', format, to });
    return (await resultOf<OutputOf<typeof packageCalls.export>>(job)).warnings;
  };
  await data.handlers.mark({ dataset: 'penguins', column: 'year', mark: 'personal' });
  expect(await warningsOf('onnx')).toEqual([]);
  await data.handlers.mark({ dataset: 'penguins', column: 'sex', mark: 'sensitive' });
  await data.handlers.mark({ dataset: 'penguins', column: 'island', mark: 'personal' });
  expect(await warningsOf('onnx')).toMatchObject([
    { code: 'package.marked_columns', message: expect.stringContaining('values of island and sex from the data') },
  ]);
  expect(await warningsOf('card')).toEqual([]);
});
