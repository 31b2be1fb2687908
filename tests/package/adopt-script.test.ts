import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { compileCheck } from '../../engine/base/validation.ts';
import type { Call } from '../../engine/contract/call.ts';
import { callsByName } from '../../engine/contract/index.ts';
import { adoptedCalls } from '../../engine/contract/package-adopted.ts';
import { notebookCell } from '../../engine/package/converted/notebook-cell.ts';
import { needsProgram } from '../support/needs.ts';
import { temporaryFolder } from '../support/temporary.ts';

const fixtures = join(import.meta.dirname, '../fixtures/converted');
const token = 'a-token-of-this-test';
const job = (result: unknown) => ({ job: { id: 'job_1', state: 'succeeded', result, error: null } });

interface StubEngine {
  project: string;
  /** Calls in their order, with what was sent. */
  calls: { path: string; body: string; authorization?: string }[];
}

const knownCalls = new Map<string, Call>([
  ...callsByName,
  ...Object.values(adoptedCalls).map((call): [string, Call] => [call.name, call]),
]);

/** What an engine answers to the script. */
function answerTo(path: string, body: string, fileName: string): unknown {
  if (path === '/api/upload') return { path: `/uploads/${fileName}` };
  const name = path.slice('/api/'.length).replace('/', '.');
  const input = JSON.parse(body);
  const faults = compileCheck((knownCalls.get(name) as Call).input)(input);
  if (faults.length > 0) return { error: { code: 'call.invalid_input', message: JSON.stringify(faults), hint: '' } };
  if (name === 'package.inspect') return job({ file: { inputs: [{ name: 'input' }] } });
  if (name === 'data.add') return job({ dataset: input.name, version: 1 });
  return job({
    model: input.model,
    version: 2,
    aliases: ['champion'],
    parity: { rows: 3, max_abs_diff: 1e-8 },
    run: { metric: { name: 'roc_auc' }, metrics: { roc_auc: 0.75 }, rows: { holdout: 1200 } },
    warnings: [{ code: 'x', message: 'Few rows.' }],
  });
}

async function stubEngine(): Promise<StubEngine> {
  const calls: StubEngine['calls'] = [];
  const server: Server = createServer(async (request, response) => {
    const path = request.url as string;
    const body = await textOf(request);
    calls.push({ path, body, authorization: request.headers.authorization });
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify(request.method === 'DELETE' ? {} : answerTo(path, body, String(request.headers['x-file-name']))),
    );
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void server.close());
  const project = temporaryFolder();
  mkdirSync(join(project, 'run'));
  const { port } = server.address() as AddressInfo;
  writeFileSync(join(project, 'run', 'engine.json'), JSON.stringify({ pid: process.pid, port, token }));
  return { project, calls };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** Runs the cell of a project below some lines of Python without any package. */
async function runCell(project: string, lines: string[], call: string): Promise<string> {
  const { cell } = notebookCell(project, 'price');
  const script = join(temporaryFolder(), 'notebook.py');
  writeFileSync(script, [...lines, ...cell.split('\n').slice(0, 3), call].join('\n'));
  // A proxy would get the token.
  const env = { ...process.env, http_proxy: 'http://127.0.0.1:9', HTTP_PROXY: 'http://127.0.0.1:9' };
  const { stdout } = await promisify(execFile)('python3', ['-I', '-S', script], { env });
  return stdout;
}

const rows = [
  'X = [{"area": 30.5, "rooms": 1, "new": True, "kind": "flat"}, {"area": None, "rooms": 20000001, "new": False, "kind": None}]',
  'y = [0, 1]',
];

test('a cell holds no secret and no address, and puts the script anew where another one lies', async () => {
  const { project } = await stubEngine();
  const { cell, path } = notebookCell(project, 'price');
  expect(cell).toBe(
    `import runpy\n\nadopt = runpy.run_path(${JSON.stringify(path)})["adopt"]\nadopt(model, X, y, name="price")\n`,
  );
  expect(readFileSync(path, 'utf8')).toBe(readFileSync(join(import.meta.dirname, '../../resources/adopt.py'), 'utf8'));
  writeFileSync(path, 'raise SystemExit("of a stranger")');
  notebookCell(project, 'price');
  expect(readFileSync(path, 'utf8')).toContain('def adopt(');
});

test('a model file goes with its rows, their types and given answers, and what came of it is told', async (context) => {
  needsProgram(context, 'python3');
  const { project, calls } = await stubEngine();
  const file = join(fixtures, 'xgboost-logistic.json');
  const call = `adopt(${JSON.stringify(file)}, X, y, name="price", task="binary", classes=[0, 1], answers=[0.25, 0.75], alias="champion", threshold=0.4)`;
  const stdout = await runCell(project, rows, call);
  expect(stdout.split('\n').slice(0, 3)).toEqual([
    'price@2 (champion): roc_auc 0.75 on 1,200 rows',
    'The same answers as here on 2 rows.',
    'Note: Few rows.',
  ]);
  expect(stdout).not.toContain(token);
  expect(calls.every(({ authorization }) => authorization === `Bearer ${token}`)).toBe(true);
  expect(calls.map(({ path }) => path)).toEqual([
    '/api/upload',
    '/api/upload',
    '/api/data/add',
    '/api/package/inspect',
    '/api/package/import',
    '/api/upload',
    '/api/upload',
  ]);
  const [model, table, added, , imported] = calls.map(({ body }) => body) as [string, string, string, string, string];
  expect(model).toBe(readFileSync(file, 'utf8'));
  expect(table).toBe('area,rooms,new,kind,target\n30.5,1,true,flat,0\n,20000001,false,,1\n');
  expect(JSON.parse(added).options).toMatchObject({
    missing: [],
    types: { area: 'float64', rooms: 'int64', new: 'boolean', kind: 'text', target: 'int64' },
  });
  expect(JSON.parse(imported)).toEqual({
    path: '/uploads/xgboost-logistic.json',
    reference: 'price-reference@1',
    target: 'target',
    model: 'price',
    task: 'binary',
    classes: ['0', '1'],
    inputs: [{ tensor: 'input', columns: ['area', 'rooms', 'new', 'kind'] }],
    unseen: false,
    alias: 'champion',
    threshold: 0.4,
    answers: {
      rows: [
        { area: 30.5, rooms: 1, new: true, kind: 'flat' },
        // As Galley's inputs take it, which are float32.
        { area: null, rooms: 20_000_000, new: false, kind: null },
      ],
      outputs: [
        [0.75, 0.25],
        [0.25, 0.75],
      ],
    },
  });
});

test('decimal numbers, as databases give them, are numbers', async (context) => {
  needsProgram(context, 'python3');
  const { project, calls } = await stubEngine();
  const lines = ['from decimal import Decimal', 'X = [{"price": Decimal("1.5")}, {"price": Decimal("NaN")}]'];
  await runCell(project, lines, 'adopt(b"onnx", X, [0, 1], name="price")');
  expect(calls[1]?.body).toBe('price,target\n1.5,0\n,1\n');
  expect(JSON.parse(calls[2]?.body as string).options.types).toEqual({ price: 'float64', target: 'int64' });
});

test('rows that the model has not seen become a dataset of their own, by which it is judged', async (context) => {
  needsProgram(context, 'python3');
  const { project, calls } = await stubEngine();
  await runCell(project, rows, 'adopt(b"onnx", X, [0.5, 1.5], name="price", X_test=X[:1], y_test=[2])');
  const bodies = calls.filter(({ path }) => path === '/api/upload').map(({ body }) => body);
  expect(bodies[2]).toBe('area,rooms,new,kind,target\n30.5,1,true,flat,2\n');
  const imported = JSON.parse(calls.find(({ path }) => path === '/api/package/import')?.body as string);
  expect(imported).toMatchObject({ unseen: true, split: { kind: 'dataset', reference: 'price-test@1' } });
  expect(imported).not.toHaveProperty('answers');
  expect(imported).not.toHaveProperty('task');
});

test('a classifier that was fitted on numbers of classes answers with the names of the true answers', async (context) => {
  needsProgram(context, 'python3');
  const { project, calls } = await stubEngine();
  const model = [
    'class Booster:',
    '    def model_to_string(self):',
    `        return open(${JSON.stringify(join(fixtures, 'lightgbm-binary.txt'))}, encoding="utf-8").read()`,
    'class Model:',
    '    __module__ = "lightgbm"',
    '    booster_, classes_ = Booster(), [0, 1]',
    '    def predict(self, rows):',
    '        return [1 for row in rows]',
    '    def predict_proba(self, rows):',
    '        return [[0.25, 0.75] for row in rows]',
  ];
  await runCell(project, [...rows, ...model], 'adopt(Model(), X, ["no", "yes"], name="price")');
  const imported = JSON.parse(calls.find(({ path }) => path === '/api/package/import')?.body as string);
  expect(imported).toMatchObject({ classes: ['no', 'yes'], answers: { labels: ['yes', 'yes'] } });
});

test.for([
  ['a pickle', 'adopt("model.pkl", X, y)', 'model.pkl is a pickle, which runs whatever its maker wrote'],
  ['bytes of a pickle', 'adopt(b"\\x80\\x04\\x95", X, y)', 'A pickle is never opened.'],
  ['a file that is not there', 'adopt("none.onnx", X, y)', 'none.onnx cannot be read: No such file or directory.'],
  ['another kind of file', 'adopt("model.h5", X, y)', 'model.h5 is none of .onnx, .json, .ubj, .txt.'],
  ['an object of no library', 'adopt(object(), X, y)', 'A builtins.object cannot be converted here.'],
  ['answers for other rows', 'adopt(b"onnx", X, [1])', 'y has 1 values, and X 2 rows.'],
  [
    'no rows',
    'adopt(b"onnx", [], [])',
    'X must be a DataFrame, an array, or a list of rows or dicts of the same columns.',
  ],
  ['a test without answers', 'adopt(b"onnx", X, y, X_test=X)', 'X_test needs y_test, the true answers of its rows.'],
  [
    'a regression on words',
    'adopt(b"onnx", X, ["a", "b"], task="regression")',
    'The true answers of a regression must be numbers;',
  ],
] as const)('%s is refused in words', async ([_, call, message], context) => {
  needsProgram(context, 'python3');
  const { project } = await stubEngine();
  await expect(runCell(project, rows, call)).rejects.toMatchObject({
    stderr: expect.stringContaining(`AdoptError: ${message}`),
  });
});

test('a project that nobody has open is said', async (context) => {
  needsProgram(context, 'python3');
  const project = temporaryFolder();
  await expect(runCell(project, rows, 'adopt(b"onnx", X, y)')).rejects.toMatchObject({
    stderr: expect.stringContaining(
      `No Galley has the project ${project} open. Open it in the app, or run: galley start --project ${project}`,
    ),
  });
});

test('the script is Python 3.9', async (context) => {
  needsProgram(context, 'python3');
  const code = 'import ast, sys; ast.parse(open(sys.argv[1]).read(), feature_version=(3, 9))';
  await promisify(execFile)('python3', ['-c', code, join(import.meta.dirname, '../../resources/adopt.py')]);
});
