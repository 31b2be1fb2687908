import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { OutputOf } from '../../engine/contract/call.ts';
import type { deployCalls } from '../../engine/contract/deploy.ts';
import { openDuck, parquetTable, sqlText } from '../../engine/store/duck.ts';
import { predict } from '../serving/running-server.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { type OpenDeploy, openDeploy } from './open-deploy.ts';

type Result = OutputOf<typeof deployCalls.predict>;

const header = 'note,temperature,rain,holiday,line,day\n';

async function score({ context, deploy }: OpenDeploy, reference: string, source: string, out: string): Promise<Result> {
  const job = await deploy.handlers.predict({ reference, in: source, out });
  return context.jobs.result<Result>(job.id);
}

function csvFile(folder: string, content: string): string {
  const path = join(folder, 'in.csv');
  writeFileSync(path, content);
  return path;
}

test('a CSV file is scored with the answers of the server, its own columns untouched', async () => {
  const open = openDeploy();
  const folder = temporaryFolder();
  const source = csvFile(
    folder,
    `${header}007,20,1,false,red,2004-02-29\n"a, b",,2,true,,2004-03-01\nx,21.25,0,0,Orée,2004-03-02 00:00:00\n`,
  );
  const out = join(folder, 'out.csv');
  expect(await score(open, 'riders@1', source, out)).toEqual({ rows: 3, seconds: expect.any(Number), out });
  const { url } = await open.deploy.handlers.start({ reference: 'riders@1' });
  const { body } = await predict(url, {
    rows: [
      { temperature: 20, rain: 1, holiday: false, line: 'red', day: '2004-02-29' },
      { temperature: null, rain: 2, holiday: true, line: null, day: '2004-03-01' },
      { temperature: 21.25, rain: 0, holiday: false, line: 'Orée', day: '2004-03-02' },
    ],
  });
  const [first, second, third] = body.predictions.map((row: { prediction: number }) => row.prediction.toFixed(1));
  expect(readFileSync(out, 'utf8')).toBe(
    `note,temperature,rain,holiday,line,day,prediction\n` +
      `007,20,1,false,red,2004-02-29,${first}\n` +
      `"a, b",,2,true,,2004-03-01,${second}\n` +
      `x,21.25,0,0,Orée,2004-03-02 00:00:00,${third}\n`,
  );
  expect(readdirSync(folder).sort()).toEqual(['in.csv', 'out.csv']);
});

test('a Parquet file of many rows keeps its types and its order; a name that is taken gets a number', async () => {
  const open = openDeploy();
  const folder = temporaryFolder();
  const [source, out] = [join(folder, 'in.parquet'), join(folder, 'out.parquet')];
  const duck = await openDuck({ allowed: [folder], temporaryFolder: folder });
  const connection = await duck.connect();
  await connection.run(
    `COPY (SELECT range AS "Prediction", (range % 40)::DOUBLE AS temperature, range % 3 AS rain, range % 2 = 0 AS holiday,
      'blue' AS line, DATE '2004-01-01' + (range % 60)::INTEGER AS day FROM range(5000)) TO ${sqlText(source)}`,
  );
  expect(await score(open, 'riders@1', source, out)).toMatchObject({ rows: 5000 });
  const result = await connection.runAndReadAll(
    `SELECT count(*)::INTEGER, max(abs(prediction_2 - (2 * temperature - 3 * rain + 200 + CASE WHEN holiday THEN 10 ELSE 0 END))),
      bool_and("Prediction" = file_row_number), any_value(typeof(day)) FROM ${parquetTable([out])}`,
  );
  expect(result.getRows()).toEqual([[5000, expect.closeTo(0, 4), true, 'DATE']]);
  connection.closeSync();
  duck.closeSync();
});

test('a classification gives the label and a probability for each class', async () => {
  const open = openDeploy();
  const folder = temporaryFolder();
  const source = csvFile(folder, 'free,length\n2,10\n0,300\n');
  const out = join(folder, 'out.csv');
  await score(open, 'spam@1', source, out);
  const [names, ...rows] = readFileSync(out, 'utf8').trim().split('\n');
  expect(names).toBe('free,length,label,probability_ham,probability_spam');
  for (const row of rows) {
    const [, , label, ham, spam] = row.split(',');
    expect(Number(ham) + Number(spam)).toBeCloseTo(1, 5);
    expect(label).toBe(Number(spam) >= 0.7 ? 'spam' : 'ham');
  }
});

test('what cannot be scored is refused by its code, and nothing is written', async () => {
  const open = openDeploy();
  const folder = temporaryFolder();
  const out = join(folder, 'out.csv');
  const refuse = (content: string, target = out) => score(open, 'riders@1', csvFile(folder, content), target);
  await expect(refuse(`${header}x,20,1,false,red,2004-02-29\nx,warm,1,false,red,2004-02-29\n`)).rejects.toMatchObject({
    code: 'deploy.invalid_rows',
    message: expect.stringMatching(/^Row 2 of .*in\.csv does not fit the model: temperature must be a number, not/),
  });
  await expect(refuse('temperature\n20\n')).rejects.toMatchObject({
    code: 'deploy.missing_column',
    details: { missing: ['rain', 'holiday', 'day'] },
  });
  await expect(refuse(`${header}x,1,1,true,red,2004-02-29\n`, join(folder, 'gone', 'o.csv'))).rejects.toMatchObject({
    code: 'deploy.not_writable',
  });
  await expect(score(open, 'riders@1', join(folder, 'none.csv'), out)).rejects.toMatchObject({
    code: 'data.file_not_found',
  });
  await expect(score(open, 'riders@1', join(folder, 'in.xlsx'), out)).rejects.toMatchObject({
    code: 'deploy.unknown_format',
  });
  expect(existsSync(out)).toBe(false);
});
