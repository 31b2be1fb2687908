import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Signature } from '../../engine/contract/values.ts';
import { type Form, forms, type Row } from '../serving/protocol-forms.ts';
import { modelFolder, ridersConfig, ridersRow, runningServer } from '../serving/running-server.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** Wrong requests of one run; the long one is `GALLEY_FUZZ_REQUESTS=200000`. */
const requests = Number(process.env.GALLEY_FUZZ_REQUESTS ?? 5000);
const requestsTogether = 50;
const largestRows = 1000;

const signature = JSON.parse(readFileSync(join(modelFolder('riders-1'), 'signature.json'), 'utf8')) as Signature;
const all = Object.values(forms('riders', signature));
const jsonForms = all.filter(({ contentType }) => contentType === 'application/json');

interface WrongRequest {
  form: Form;
  what: string;
  body: string | Buffer;
  method?: string;
  path?: string;
  headers?: Record<string, string>;
}

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.constantFrom('1.5', '1', 'true', 'NaN', '', '__proto__'),
);
const noValue = fc.oneof(
  fc.constantFrom<unknown>([], {}, [1, 2], { a: 1 }, { __proto__: null, length: 1 }, [[1]], [null, null]),
  fc.dictionary(text, fc.jsonValue()),
);
const hugeNumber = fc.constantFrom(1e39, -1e39, 1e300, Number.MAX_VALUE);

/** Values that a column of riders never takes, in any form of JSON. */
const wrongValues: Record<string, fc.Arbitrary<unknown>> = {
  temperature: fc.oneof(noValue, text, fc.boolean(), hugeNumber, fc.constantFrom('1.5', '20', '1e3')),
  rain: fc.oneof(
    noValue,
    text,
    fc.boolean(),
    hugeNumber,
    fc.constant(null),
    fc.double({ noInteger: true, noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(2 ** 53, -(2 ** 60)),
  ),
  holiday: fc.oneof(noValue, text, fc.integer(), fc.constantFrom<unknown>(0, 1, 'true', 'false', null)),
  line: fc.oneof(noValue, fc.boolean(), fc.double({ noNaN: true, noDefaultInfinity: true })),
  day: fc.oneof(
    noValue,
    fc.boolean(),
    fc.integer(),
    fc.constant(null),
    text,
    fc.constantFrom('29.02.2004', '2004-02-30', '2004-2-1', '2004-02-29T00:00:00', '2004-02-29 '),
  ),
};

/** Cells that a column never takes in CSV, where every value is a text. */
const wrongCells: Record<string, fc.Arbitrary<string>> = {
  temperature: fc.constantFrom('x', '1,5', '0x10', '1e39', '--1', 'true', '1 2', 'Infinity'),
  rain: fc.constantFrom('', '1.5', 'x', '9007199254740992', 'true', '1e400'),
  holiday: fc.constantFrom('', 'yes', '2', 'x', '0.0'),
  day: fc.constantFrom('', '29.02.2004', '2004-02-30', 'today', '2004-02-29T10:00:00'),
};

const rightRow: fc.Arbitrary<Row> = fc.record({
  temperature: fc.oneof(fc.constant(null), fc.double({ min: -1e30, max: 1e30, noNaN: true })),
  rain: fc.integer(),
  holiday: fc.boolean(),
  line: fc.oneof(fc.constant(null), fc.string({ unit: 'binary' })),
  day: fc.constantFrom('2004-02-29', '1900-01-01', '2999-12-31'),
});

/** Some rows of which one has a value that its column does not take, lacks a column or has one too many. */
function rowsWithFault(values: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Row[]> {
  const broken = fc.oneof(
    {
      weight: 6,
      arbitrary: fc
        .constantFrom(...Object.keys(values))
        .chain((name) =>
          fc.tuple(
            rightRow,
            (values[name] as fc.Arbitrary<unknown>).map((value) => ({ [name]: value })),
          ),
        )
        .map(([row, fault]) => ({ ...row, ...fault })),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(rightRow, fc.constantFrom('rain', 'holiday', 'day')).map(([row, name]) => without(row, name)),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(rightRow, strangeName, fc.jsonValue()).map(([row, name, value]) => withOwn(row, name, value)),
    },
  );
  return fc
    .tuple(fc.array(rightRow, { maxLength: 3 }), broken, fc.array(rightRow, { maxLength: 3 }))
    .map(([before, row, after]) => [...before, row, ...after]);
}

const strangeName = fc
  .oneof(fc.constantFrom('__proto__', 'constructor', 'toString', 'wind', 'Rain', ''), text)
  .filter((name) => !(name in ridersRow) || name === 'constructor' || name === 'toString' || name === '__proto__');

function without(row: Row, name: string): Row {
  return Object.fromEntries(Object.entries(row).filter(([key]) => key !== name));
}

/** Also where the name is `__proto__`. */
function withOwn(row: Row, name: string, value: unknown): Row {
  return Object.fromEntries([...Object.entries(row), [name, value]]);
}

const anyForm = fc.constantFrom(...all);
const jsonForm = fc.constantFrom(...jsonForms);

const wrongRows: fc.Arbitrary<WrongRequest> = fc.oneof(
  fc.tuple(jsonForm, rowsWithFault(wrongValues)).map(([form, rows]) => ({ form, what: 'rows', body: form.body(rows) })),
  rowsWithFault(wrongCells).map((rows) => {
    const form = all.find(({ contentType }) => contentType === 'text/csv') as Form;
    return { form, what: 'cells', body: form.body(rows) };
  }),
);

const rightBody = (form: Form) => form.body([ridersRow]);

/** JSON of the right form with a fault in its text. */
const wrongText: fc.Arbitrary<WrongRequest> = fc
  .tuple(
    jsonForm,
    fc.double({ min: 0, max: 0.999, noNaN: true }),
    fc.constantFrom('cut', 'utf-8', 'tail', 'token', 'twice', 'zero'),
  )
  .map(([form, place, what]) => {
    const right = rightBody(form);
    const at = Math.floor(place * right.length);
    const bytes = Buffer.from(right);
    const bodies: Record<string, string | Buffer> = {
      cut: right.slice(0, at),
      'utf-8': Buffer.concat([bytes.subarray(0, at), Buffer.from([0xff, 0xc0, 0x80]), bytes.subarray(at)]),
      tail: `${right}${right}`,
      token: right.replace('20', form.protocol === 'tensorflow' ? '-Infinity' : 'NaN'),
      twice: right.replace(/^\{/, '{"rows":[{}],"instances":1,').replace(/\}$/, ',"inputs":7,"row":{}}'),
      zero: form.body([]),
    };
    return { form, what, body: bodies[what] as string | Buffer };
  });

const garbage: fc.Arbitrary<WrongRequest> = fc
  .tuple(
    anyForm,
    fc.oneof(
      fc.json(),
      fc.string(),
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      fc
        .constantFrom('[', '{"a":', '[{"rows":')
        .chain((piece) => fc.integer({ min: 1, max: 20_000 }).map((times) => piece.repeat(times))),
      fc.integer({ min: 1, max: 20_000 }).map((depth) => `{"rows":${'['.repeat(depth)}${']'.repeat(depth)}}`),
      fc
        .integer({ min: 1, max: 20_000 })
        .map((depth) => `{"instances":[{"rain":${'['.repeat(depth)}${']'.repeat(depth)}}]}`),
    ),
  )
  .map(([form, body]) => ({ form, what: 'garbage', body }));

const compressions: Record<string, (body: string) => Buffer> = { br: brotliCompressSync, deflate: deflateSync };
const bomb = gzipSync(Buffer.alloc(10_000_000, '['));

const wrongHeaders: fc.Arbitrary<WrongRequest> = fc.oneof(
  fc
    .tuple(
      anyForm,
      fc.constantFrom(
        'text/plain',
        'multipart/form-data; boundary=x',
        'application/octet-stream',
        'application/json; charset=utf-16',
        'application/xml',
        'x',
      ),
    )
    .map(([form, type]) => ({ form, what: 'type', body: rightBody(form), headers: { 'content-type': type } })),
  fc.tuple(anyForm, fc.constantFrom('gzip', 'br', 'deflate', 'zstd', 'x')).map(([form, encoding]) => {
    const compress = compressions[encoding] ?? gzipSync;
    return { form, what: 'encoding', body: compress(rightBody(form)), headers: { 'content-encoding': encoding } };
  }),
  anyForm.map((form) => ({ form, what: 'bomb', body: bomb, headers: { 'content-encoding': 'gzip' } })),
  fc
    .tuple(anyForm, fc.constantFrom('PUT', 'DELETE', 'PATCH', 'OPTIONS'))
    .map(([form, method]) => ({ form, what: method, method, body: rightBody(form) })),
  fc
    .tuple(anyForm, fc.webPath())
    .map(([form, path]) => ({ form, what: 'path', path: `${form.path}${path}/x`, body: rightBody(form) })),
);

const labelForm: Form = {
  protocol: 'predict',
  path: '/labels',
  contentType: 'application/json',
  body: (labels) => JSON.stringify({ labels }),
  numbers: () => [],
};

const wrongLabels: fc.Arbitrary<WrongRequest> = fc
  .oneof(
    fc.tuple(fc.constant('a'), fc.oneof(noValue, text, fc.boolean(), fc.constant(null))),
    fc.tuple(fc.oneof(noValue, fc.boolean(), fc.integer(), fc.constantFrom('', 'x'.repeat(201), null)), fc.double()),
  )
  .map(([row_id, label]) => {
    return {
      form: labelForm,
      what: 'label',
      body: labelForm.body([
        { row_id: 'a', label: 1 },
        { row_id, label },
      ]),
    };
  });

const wrong = fc.oneof(
  { weight: 5, arbitrary: wrongRows },
  { weight: 2, arbitrary: wrongText },
  { weight: 2, arbitrary: garbage },
  { weight: 1, arbitrary: wrongHeaders },
  { weight: 1, arbitrary: wrongLabels },
);

async function post(
  url: string,
  { form, body, method = 'POST', path = form.path, headers }: Omit<WrongRequest, 'what'>,
) {
  const response = await fetch(url + path, {
    method,
    headers: { 'content-type': form.contentType, ...headers },
    body: body as RequestInit['body'],
  });
  return { status: response.status, text: await response.text() };
}

/** What an error looks like in each protocol; a path that none has is refused in the form of /predict. */
const errorForms: Record<Form['protocol'], object> = {
  predict: { error: { code: expect.any(String), message: expect.any(String) } },
  tensorflow: { error: expect.any(String) },
  'open-inference': { error: expect.any(String) },
  mlflow: { error_code: expect.any(String), message: expect.any(String) },
};

async function expectRefused(url: string, request: WrongRequest): Promise<void> {
  const { status, text: answer } = await post(url, request);
  const shown = `${request.what} ${request.form.path} ${String(request.body).slice(0, 600)}`;
  expect(status, shown).toBeGreaterThanOrEqual(400);
  expect(status, shown).toBeLessThan(500);
  const isOtherPath = request.path !== undefined && request.form.protocol === 'mlflow';
  expect(JSON.parse(answer), shown).toMatchObject(errorForms[isOtherPath ? 'predict' : request.form.protocol]);
}

async function expectAnswered(url: string, form: Form): Promise<void> {
  const { status, text: answer } = await post(url, {
    form,
    body: form.body([ridersRow, { ...ridersRow, temperature: 0 }]),
  });
  expect(status, answer).toBe(200);
  expect(form.numbers(JSON.parse(answer))).toEqual([[137], [97]]);
}

test(`${requests} wrong requests are refused in the form of their protocol, and right ones among them are answered right`, {
  timeout: 60_000 + requests * 40,
}, async () => {
  const server = await runningServer(ridersConfig({ limits: { rows: largestRows }, logFolder: temporaryFolder() }));
  const { url } = server;
  const together = fc.array(wrong, { minLength: requestsTogether, maxLength: requestsTogether });
  const property = fc.asyncProperty(together, async (wrongOnes) => {
    await Promise.all([
      ...wrongOnes.map((request) => expectRefused(url, request)),
      ...all.map((form) => expectAnswered(url, form)),
    ]);
  });
  const runs = Math.ceil(requests / requestsTogether);
  await fc.assert(property, { numRuns: runs });
  expect(server.status().rows).toBe(runs * all.length * 2);
  expect(server.labelLog(server.settings.model)?.status().writtenRows).toBe(0);
});

test.each(all.map((form) => [`${form.path} ${form.body([ridersRow]).slice(0, 30)}`, form] as const))(
  'too many rows and texts of 10 MB are refused, or answered right: %s',
  async (_, form) => {
    const { url } = await runningServer(ridersConfig({ limits: { rows: largestRows } }));
    const long = 'x'.repeat(10_000_000);
    const refused: Row[][] = [
      new Array(largestRows + 1).fill(ridersRow),
      new Array(200_000).fill({ rain: 1 }),
      [{ ...ridersRow, rain: long }],
      [{ ...ridersRow, day: long }],
      [{ ...ridersRow, [long]: 1 }],
    ];
    for (const rows of refused) await expectRefused(url, { form, what: 'large', body: form.body(rows) });
    const { status, text: answer } = await post(url, {
      form,
      body: form.body([
        { ...ridersRow, line: long },
        { ...ridersRow, line: 'green' },
      ]),
    });
    expect(status).toBe(200);
    const [one, other] = form.numbers(JSON.parse(answer));
    expect(one).toEqual(other);
    await expectAnswered(url, form);
  },
);
