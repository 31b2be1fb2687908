import { expect, test } from 'vitest';
import { systemClock } from '../../engine/base/clock.ts';
import { idSource } from '../../engine/base/ids.ts';
import { type LoadedModel, loadModel } from '../../engine/serving/model.ts';
import { type LineFormat, scoreLines } from '../../engine/serving/streams/scored-lines.ts';
import { modelFolder, ridersRow } from './running-server.ts';

const newId = idSource(systemClock);

function load(folder: string): Promise<LoadedModel> {
  return loadModel({ version: 1, folder: modelFolder(folder) }, () => ({ rows: 64 }));
}

async function* pieces(text: string, bytes = 7): AsyncGenerator<Buffer, void> {
  const all = Buffer.from(text);
  for (let start = 0; start < all.length; start += bytes) yield all.subarray(start, start + bytes);
}

/** What is written until the end or the error. */
async function scored(model: LoadedModel, text: string, format?: LineFormat) {
  let written = '';
  try {
    for await (const piece of scoreLines(model, pieces(text), newId, format)) written += piece;
    return { written, error: null };
  } catch (error) {
    return { written, error };
  }
}

const header = 'note,temperature,rain,holiday,line,day';

test('CSV keeps its columns as they are, cells with quotes and line ends too', async () => {
  const model = await load('riders-1');
  const rows = ['007,20,1,false,red,2004-02-29', '"a, ""b""\n\nc",20,1,0,"",2004-02-29', 'x,,2,true,,2004-03-01'];
  const { written, error } = await scored(model, `\uFEFF${header}\r\n${rows.join('\r\n')}\r\n`);
  expect(error).toBeNull();
  const [first, second, third] = rows as [string, string, string];
  const answers = written.replaceAll(/,\d+(\.\d+)?\n/g, '\n');
  expect(written.startsWith(`${header},prediction\n${first},137\n`)).toBe(true);
  expect(answers).toBe(`${header},prediction\n${first}\n${second}\n${third}\n`);
});

test('a classification writes the label and a probability for each class', async () => {
  const { written } = await scored(await load('spam'), 'free,length\n2,10\n');
  const [names, row = ''] = written.trimEnd().split('\n');
  expect(names).toBe('free,length,label,probability_ham,probability_spam');
  const [, , label, ham, spam] = row.split(',');
  expect(Number(ham) + Number(spam)).toBeCloseTo(1, 5);
  expect(label).toBe(Number(spam) >= 0.7 ? 'spam' : 'ham');
});

test('NDJSON is answered as /predict answers, each row before the next is there', async () => {
  const model = await load('riders-1');
  const received: unknown[] = [];
  const sent: number[] = [];
  async function* waiting(): AsyncGenerator<Buffer, void> {
    for (const temperature of [20, 21, 22]) {
      await expect.poll(() => received.length).toBe(sent.length);
      sent.push(temperature);
      yield Buffer.from(`${JSON.stringify({ ...ridersRow, temperature })}\n`);
    }
  }
  for await (const text of scoreLines(model, waiting(), newId)) received.push(JSON.parse(text));
  expect(received).toEqual(
    [137, 139, 141].map((prediction) => ({ row_id: expect.stringMatching(/^row_/), prediction })),
  );
});

test('nothing more is read while nobody takes the answers', async () => {
  const model = await load('riders-1');
  let sent = 0;
  let read = 0;
  async function* endless(): AsyncGenerator<Buffer, void> {
    for (;;) {
      sent++;
      yield Buffer.from(`${JSON.stringify(ridersRow)}\n`);
    }
  }
  const answers = scoreLines(model, endless(), newId);
  await answers.next();
  const readMore = () => {
    const before = read;
    read = sent;
    return read > before;
  };
  await expect.poll(readMore, { interval: 200 }).toBe(false);
  expect(sent).toBeLessThan(5000);
  await answers.return();
});

test('the first line that does not fit is named after the answers before it', async () => {
  const model = await load('riders-1');
  const good = JSON.stringify(ridersRow);
  const json = (line: string) => scored(model, `${good}\n\n${line}\n${good}\n`);
  expect(await json('{"temperature": "warm"}')).toMatchObject({
    written: expect.stringMatching(/^\{"row_id":"row_[^\n]*\}\n$/),
    error: {
      code: 'deploy.invalid_rows',
      details: { line: 3 },
      message: expect.stringMatching(/^Line 3 does not fit/),
    },
  });
  expect((await json('{')).error).toMatchObject({ code: 'serving.invalid_json', details: { line: 3 } });
  const csv = (text: string) => scored(model, `${header}\n"a\nb",20,1,false,red,2004-02-29\n${text}\n`);
  expect((await csv('x,warm,1,false,red,2004-02-29')).error).toMatchObject({ details: { line: 4 } });
  expect((await csv('x,20')).error).toMatchObject({
    code: 'serving.invalid_request',
    message: 'Line 4: it has 2 cells where the header has 6.',
  });
  expect((await csv('"x,20')).error).toMatchObject({ code: 'serving.invalid_request', details: { line: 4 } });
  expect((await scored(model, 'temperature\n20\n')).error).toMatchObject({ code: 'deploy.missing_column' });
});

test('a line that cannot be read comes after the answers of all before it, as many as they are', async () => {
  const model = await load('riders-1');
  const right = `${JSON.stringify(ridersRow)}\n`;
  async function* bytes(): AsyncGenerator<Buffer, void> {
    yield Buffer.concat([Buffer.from(right.repeat(2500)), Buffer.from([0xff, 10]), Buffer.from(right)]);
  }
  let answers = 0;
  const all = (async () => {
    for await (const piece of scoreLines(model, bytes(), newId)) answers += piece.split('\n').length - 1;
  })();
  await expect(all).rejects.toMatchObject({ message: 'Line 2501 is not UTF-8.' });
  expect(answers).toBe(2500);
});
