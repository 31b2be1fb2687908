import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataProject } from '../../support/data-project.ts';
import { temporaryFolder } from '../../support/temporary.ts';

async function project() {
  const opened = dataProject();
  const file = join(temporaryFolder(), 'rides.csv');
  writeFileSync(file, 'id,place,day\n1,a-b,2024-01-01\n2,c-d,2024-01-02\n');
  await opened.add({ name: 'rides', files: [file] });
  return opened;
}

const steps: [string, string][] = [
  ['rename', '{ kind: rename, columns: { id: rowid } }'],
  ['derive', '{ kind: derive, column: FILE_ROW_NUMBER, sql: id * 2 }'],
  ['split', '{ kind: split, column: place, delimiter: "-", into: [one, file_index] }'],
  ['combine', '{ kind: combine, columns: [place], into: file_index }'],
  ['lag', '{ kind: lag, column: id, by: day, rows: 1, into: file_row_number }'],
  ['rolling', '{ kind: rolling, column: id, measure: sum, by: day, rows: 2, into: rowid }'],
];

test.each(steps)('%s cannot make a column with a name that tells where a row stands', async (_, step) => {
  const { data, result } = await project();
  const text = `format: 1\nfrom: rides\nto: clean\nsteps:\n  - ${step}\n`;
  const refusal = { code: 'data.invalid_step', message: expect.stringContaining('which Galley keeps for itself') };
  await expect(result(data.handlers.runRecipe({ name: 'clean', text }))).rejects.toMatchObject(refusal);
  const { failure } = await data.handlers.previewRecipe({ text });
  expect(failure).toMatchObject({ step: 0, error: refusal });
});
