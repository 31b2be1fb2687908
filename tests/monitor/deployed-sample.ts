import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Papa from 'papaparse';
import { App } from '../../engine/app.ts';
import type { Call, InputOf, OutputOf } from '../../engine/contract/call.ts';
import { calls } from '../../engine/contract/index.ts';
import type { Signature } from '../../engine/contract/values.ts';

/** An engine for all tests of a file, called as every client calls it. */
export interface SharedApp {
  app: App;
  folder: string;
  /** The answer; of a job call, the job's result. */
  call<C extends Call>(call: C, input: InputOf<C>): Promise<OutputOf<C>>;
  /** Ends it and removes its folder. */
  close(): Promise<void>;
}

/** Opens a project for all tests of a file, which closes it after them. */
export async function sharedApp(): Promise<SharedApp> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'galley-test-')));
  const app = await App.open({ projectPath: join(folder, 'project'), create: true });
  return {
    app,
    folder,
    close: async () => {
      await app.close();
      rmSync(folder, { recursive: true, force: true });
    },
    call: async (call, input) => {
      const answer = await app.call(call.name, input);
      if (!call.job) return answer as never;
      return app.context.jobs.result((answer as { job: { id: string } }).job.id);
    },
  };
}

export type Cells = Record<string, string>;

export function sampleFile(...path: string[]): string {
  return fileURLToPath(new URL(`../../resources/samples/${path.join('/')}`, import.meta.url));
}

export function readCells(path: string): Cells[] {
  return Papa.parse<Cells>(readFileSync(path, 'utf8'), { header: true, skipEmptyLines: true }).data;
}

/** A line of a file as a caller of a model sends it. */
export function rowOf(cells: Cells, { inputs }: Signature): Record<string, unknown> {
  return Object.fromEntries(
    inputs.map(({ name, type }) => {
      const cell = cells[name] ?? '';
      if (cell === '') return [name, null];
      return [name, type === 'int64' || type === 'float64' ? Number(cell) : cell];
    }),
  );
}

/** Trains a linear model on files, packages it and serves it, all under one name. */
export async function deploySample(
  { call }: SharedApp,
  name: string,
  files: string[],
  training: Omit<InputOf<typeof calls.train.run>, 'reference' | 'learners'>,
): Promise<{ url: string; signature: Signature }> {
  await call(calls.data.add, { name, files });
  const { best } = await call(calls.train.run, { reference: name, learners: ['linear'], ...training });
  const { signature } = await call(calls.package.add, { run: best.id, model: name, alias: 'champion' });
  const { url } = await call(calls.deploy.start, { reference: name });
  return { url, signature };
}
