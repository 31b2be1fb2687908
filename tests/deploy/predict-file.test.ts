import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { OutputOf } from '../../engine/contract/call.ts';
import type { deployCalls } from '../../engine/contract/deploy.ts';
import { createDataPhase } from '../../engine/data/index.ts';
import { openDuck, parquetTable, sqlText } from '../../engine/store/duck.ts';
import { predict } from '../serving/running-server.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { type OpenDeploy, openDeploy } from './open-deploy.ts';

type Result = OutputOf<typeof deployCalls.predict>;

/** Rows for riders, of which version 1 answers 2 * temperature - 3 * rain + 200, and 10 more on holidays. */
const riders = `SELECT range AS id, (range % 40)::DOUBLE AS temperature, range % 3 AS rain, range % 2 = 0 AS holiday,
  'blue' AS line, DATE '2004-01-01' + (range % 60)::INTEGER AS day`;
const wrong = `abs(prediction - (2 * temperature - 3 * rain + 200 + CASE WHEN holiday THEN 10 ELSE 0 END))`;

async function sql(folder: string, statement: string): Promise<unknown[][]> {
  const duck = await openDuck({ allowed: [folder], temporaryFolder: folder });
  const connection = await duck.connect();
  try {
    return (await connection.runAndReadAll(statement)).getRows();
  } finally {
    connection.closeSync();
    duck.closeSync();
  }
}

/** The processes that this one has started and that run jobs. */
function jobProcesses(): number[] {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8');
  return children
    .split(' ')
    .filter((pid) => pid !== '' && readFileSync(`/proc/${pid}/cmdline`, 'utf8').match(/engine\/job\.[jt]s/))
    .map(Number);
}

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
  expect(await score(open, 'riders@1', source, out)).toEqual({
    rows: 3,
    kept: 0,
    seconds: expect.any(Number),
    out,
  });
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
  await sql(
    folder,
    `COPY (SELECT * EXCLUDE id, id::INTEGER AS "Prediction", uuid() AS key FROM (${riders} FROM range(40000)))
      TO ${sqlText(source)}`,
  );
  expect(await score(open, 'riders@1', source, out)).toMatchObject({ rows: 40_000, kept: 0 });
  const written = await sql(
    folder,
    `SELECT count(*)::INTEGER, max(${wrong.replace('prediction', 'prediction_2')}),
      bool_and("Prediction" = file_row_number), any_value(typeof(day)), any_value(typeof("Prediction")),
      any_value(typeof(key)) FROM ${parquetTable([out])}`,
  );
  expect(written).toEqual([[40_000, expect.closeTo(0, 4), true, 'DATE', 'INTEGER', 'UUID']]);
});

test('work that was killed goes on after the last part that was whole, and is the same in the end', async ({
  skip,
}) => {
  if (process.platform !== 'linux') skip('needs /proc to find the job process');
  const open = openDeploy();
  const folder = temporaryFolder();
  const [source, out] = [join(folder, 'in.parquet'), join(folder, 'out.parquet')];
  const rows = 2_500_000;
  await sql(folder, `COPY (${riders} FROM range(${rows})) TO ${sqlText(source)}`);
  const { id } = await open.deploy.handlers.predict({ reference: 'riders@1', in: source, out });
  await expect(open.deploy.handlers.predict({ reference: 'riders@1', in: source, out })).rejects.toMatchObject({
    code: 'deploy.target_busy',
  });
  const parts = () => globSync(join(open.context.project.path, 'run/scored/*/*.parquet'));
  await expect.poll(() => parts().length, { timeout: 60_000, interval: 20 }).toBeGreaterThan(0);
  const [pid] = jobProcesses();
  process.kill(pid as number, 'SIGKILL');
  await expect(open.context.jobs.result(id)).rejects.toMatchObject({ code: 'job.process_died' });
  expect(existsSync(out)).toBe(false);
  const { kept } = await score(open, 'riders@1', source, out);
  expect(kept).toBeGreaterThanOrEqual(1_000_000);
  const written = await sql(
    folder,
    `SELECT count(*)::INTEGER, max(${wrong}), bool_and(id = file_row_number) FROM ${parquetTable([out])}`,
  );
  expect(written).toEqual([[rows, expect.closeTo(0, 4), true]]);
  expect(parts()).toEqual([]);
  expect(readdirSync(folder).sort()).toEqual(['in.parquet', 'out.parquet']);
});

test('a version of a dataset is scored where no file has its name', async () => {
  const open = openDeploy();
  const folder = temporaryFolder();
  const data = createDataPhase(open.context);
  for (const rows of [3, 5]) {
    const path = join(folder, `${rows}.csv`);
    await sql(folder, `COPY (${riders} FROM range(${rows})) TO ${sqlText(path)} (FORMAT csv, HEADER)`);
    const { id } = await data.handlers.add({ name: 'days', files: [path] });
    await open.context.jobs.result(id);
  }
  const out = join(folder, 'out.parquet');
  expect(await score(open, 'riders@1', 'days', out)).toMatchObject({ rows: 5 });
  expect(await score(open, 'riders@1', 'days@1', out)).toMatchObject({ rows: 3 });
  expect(await sql(folder, `SELECT id::INTEGER, ${wrong} < 0.001 FROM ${parquetTable([out])}`)).toEqual([
    [0, true],
    [1, true],
    [2, true],
  ]);
  await expect(score(open, 'riders@1', 'nights', out)).rejects.toMatchObject({ code: 'data.unknown_dataset' });
});

test('the first row that does not fit is named, wherever it stands in a large file', async () => {
  const open = openDeploy();
  const folder = temporaryFolder();
  const [source, out] = [join(folder, 'in.parquet'), join(folder, 'out.parquet')];
  const cells = `CASE WHEN id = 30000 THEN 'inf'::DOUBLE ELSE temperature END AS temperature,
    CASE WHEN id > 31000 THEN NULL ELSE rain END AS rain`;
  await sql(folder, `COPY (SELECT * REPLACE (${cells}) FROM (${riders} FROM range(40000))) TO ${sqlText(source)}`);
  await expect(score(open, 'riders@1', source, out)).rejects.toMatchObject({
    code: 'deploy.invalid_rows',
    message: `Row 30001 of ${source} does not fit the model: temperature must be a number, not the text "inf".`,
    details: { row: 30_001 },
  });
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
  const fitting = `${header}x,1,1,true,red,2004-02-29\n`;
  const gone = join(folder, 'gone', 'o.csv');
  await expect(refuse(fitting, gone)).rejects.toMatchObject({
    code: 'deploy.not_writable',
    message: `${gone} cannot be written: there is no folder ${dirname(gone)}.`,
  });
  const taken = join(folder, 'taken.csv');
  mkdirSync(taken);
  await expect(refuse(fitting, taken)).rejects.toMatchObject({
    code: 'deploy.not_writable',
    message: expect.stringMatching(/^\S+taken\.csv cannot be written: (?!.*(\.tmp|rename))/),
  });
  for (const name of ['o.txt', 'o', 'o.csv.bak']) {
    const target = join(folder, name);
    await expect(refuse(fitting, target)).rejects.toMatchObject({
      code: 'deploy.unknown_format',
      message: `${target} is neither a .csv nor a .parquet file.`,
    });
  }
  await expect(score(open, 'riders@1', join(folder, 'none.csv'), out)).rejects.toMatchObject({
    code: 'data.file_not_found',
  });
  await expect(score(open, 'riders@1', join(folder, 'in.xlsx'), out)).rejects.toMatchObject({
    code: 'deploy.unknown_format',
  });
  expect(existsSync(out)).toBe(false);
});

test('a file of a browser is called by its own name, in errors and in the title of its job', async () => {
  const open = openDeploy();
  const folder = join(open.context.project.path, 'run', 'uploads', 'req_1');
  mkdirSync(folder, { recursive: true });
  const uploaded = (name: string) => join(folder, name);
  writeFileSync(uploaded('day.csv'), `${header}x,warm,1,false,red,2004-02-29\n`);
  writeFileSync(uploaded('narrow.csv'), 'temperature\n20\n');
  const out = join(temporaryFolder(), 'out.csv');
  const refused = (name: string) => expect(score(open, 'riders@1', uploaded(name), out)).rejects;
  await refused('day.csv').toMatchObject({ message: expect.stringMatching(/^Row 1 of day\.csv does not fit/) });
  await refused('narrow.csv').toMatchObject({ message: expect.stringMatching(/^narrow\.csv lacks/) });
  await refused('gone.csv').toMatchObject({ code: 'data.file_not_found', message: 'There is no file gone.csv.' });
  await refused('day.xlsx').toMatchObject({ message: 'day.xlsx is neither a .csv nor a .parquet file.' });
  expect(open.context.jobs.list().map(({ title }) => title)).toContain('Score day.csv with riders@1');
});

test('a word without a path or an ending is a dataset, whatever lies in the working folder', async () => {
  const open = openDeploy();
  expect(existsSync('docs')).toBe(true);
  const out = join(temporaryFolder(), 'out.csv');
  await expect(score(open, 'riders@1', 'docs', out)).rejects.toMatchObject({
    code: 'data.unknown_dataset',
    hint: expect.stringContaining('A file is meant by its ending, as in docs.csv, or its path, as in ./docs.csv.'),
  });
  await expect(score(open, 'riders@1', './docs', out)).rejects.toMatchObject({ code: 'deploy.unknown_format' });
  await expect(score(open, 'riders@1', 'nowhere.csv', out)).rejects.toMatchObject({
    code: 'data.file_not_found',
    hint: expect.stringContaining('A version of a dataset is meant by its name alone, as in nowhere or nowhere@3.'),
  });
});
