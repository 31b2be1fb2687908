import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, type TestContext, test } from 'vitest';
import type { ExportFile } from '../../engine/package/exports/exporter.ts';
import { exportMlflow } from '../../engine/package/exports/mlflow/mlflow-exporter.ts';
import { ridersSource } from '../package/exports/riders-source.ts';
import { galley } from '../support/engine.ts';
import { checkoutFolder } from '../support/needs.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { writeExportFiles } from '../support/write-export-files.ts';

const run = promisify(execFile);
const control = { progress: () => {}, throwIfCanceled: () => {} };

/** Path of a Python that has MLflow, onnx and onnxruntime. */
async function needsMlflow(context: TestContext): Promise<string> {
  const python = process.env.GALLEY_MLFLOW_PYTHON ?? 'python3';
  const script = 'import sys, mlflow, onnx, onnxruntime; print(sys.executable)';
  const found = await run(python, ['-c', script]).catch(() => null);
  if (!found) context.skip(`${python} has no mlflow, onnx and onnxruntime; GALLEY_MLFLOW_PYTHON names another`);
  return (found?.stdout ?? '').trim();
}

function written(files: ExportFile[]): string {
  const folder = temporaryFolder();
  writeExportFiles(folder, files);
  return folder;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** `mlflow models serve`, ended with the test: its address, once it answers. */
async function served(folder: string, python: string): Promise<string> {
  const port = await freePort();
  const words = ['models', 'serve', '-m', folder, '--env-manager', 'local', '-h', '127.0.0.1', '-p', String(port)];
  const path = `${dirname(python)}:${process.env.PATH}`;
  const child = spawn(python, ['-m', 'mlflow', ...words], {
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, PATH: path },
  });
  const exited = once(child, 'exit');
  onTestFinished(async () => {
    process.kill(-(child.pid as number), 'SIGTERM');
    await exited;
  });
  const url = `http://127.0.0.1:${port}`;
  const isUp = () =>
    fetch(`${url}/ping`).then(
      ({ ok }) => ok,
      () => false,
    );
  await expect.poll(isUp, { timeout: 90_000, interval: 200 }).toBe(true);
  return url;
}

test('the real MLflow loads the accepted folder and serves it: the golden set has the answers of the trainer', async (context) => {
  const python = await needsMlflow(context);
  const folder = written(await exportMlflow(ridersSource(), control));
  const loaded = await run(python, [`${folder}/check_golden.py`]);
  expect(loaded.stdout).toBe('4 of 4 golden rows answered as by the trainer\n');
  const example = 'import mlflow, sys; m = mlflow.pyfunc.load_model(sys.argv[1]); print(m.predict(m.input_example))';
  expect((await run(python, ['-c', example, folder])).stdout).toMatch(/prediction.*137/);

  const url = await served(folder, python);
  expect((await run(python, [`${folder}/check_golden.py`, url])).stdout).toContain('4 of 4');
}, 240_000);

test('galley package export --format mlflow: a classification of mixed columns loads, too', async (context) => {
  const python = await needsMlflow(context);
  const project = temporaryFolder();
  const folder = join(temporaryFolder(), 'mlflow');
  const weather = join(checkoutFolder, 'resources', 'samples', 'seattle_weather', 'seattle-weather-2012.csv');
  for (const words of [
    ['init', project],
    ['data', 'add', 'weather', weather, '--project', project],
    [
      'train',
      'run',
      'weather',
      '--target',
      'weather',
      '--learner',
      'trees',
      '--param',
      'rounds=5',
      '--project',
      project,
    ],
    ['package', 'add', '1', '--model', 'weather', '--project', project],
    ['package', 'export', 'weather', '--format', 'mlflow', '--to', folder, '--project', project],
  ]) {
    const { code, stderr } = await galley(words);
    expect(code, `${words.join(' ')}: ${stderr}`).toBe(0);
  }
  const { stdout } = await run(python, [`${folder}/check_golden.py`]);
  const [, answered, rows] = /^(\d+) of (\d+) golden rows answered/.exec(stdout) ?? [];
  expect(answered).toBe(rows);
  expect(Number(rows)).toBeGreaterThan(50);
}, 240_000);

test('check_golden.py finds an answer that is not the one of the trainer', async (context) => {
  const python = await needsMlflow(context);
  const files = await exportMlflow(ridersSource(), control);
  const golden = { inputs: [], rows: [[20, 1, false, 'red', '2004-02-29']], outputs: [[137.01]] };
  const changed = files.map((file) =>
    file.path === 'golden.json' ? { ...file, content: JSON.stringify(golden) } : file,
  );
  const failure = await run(python, [`${written(changed)}/check_golden.py`]).catch((thrown) => thrown);
  expect(failure).toMatchObject({ code: 1, stdout: '0 of 1 golden rows answered as by the trainer\n' });
  expect(failure.stderr).toContain('row 0');
}, 240_000);
