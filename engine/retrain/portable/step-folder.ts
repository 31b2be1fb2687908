import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Type, { type Static } from 'typebox';
import { makeNamedFolder } from '../../base/durable-files.ts';
import { GalleyError } from '../../base/errors.ts';
import { compileCheck } from '../../base/validation.ts';
import { PipelineStep } from '../../contract/retrain.ts';
import { Artifact, Facts } from '../../contract/retrain-artifacts.ts';
import { Nullable } from '../../contract/values.ts';
import { copyFiles, fileName, joined, type LocalNumbers, type PortableParts } from '../../package/index.ts';
import type { StepPhases } from '../step-tools.ts';
import { partsOf } from './parts.ts';

/** What a task wrote of itself. */
const StepFile = Type.Object({
  format: Type.Literal(1),
  task: Type.String(),
  status: PipelineStep.properties.status,
  summary: Type.String(),
  because: Type.String(),
  artifact: Nullable(Artifact),
  facts: Facts,
});
export type StepFile = Static<typeof StepFile>;

const artifactFile = 'artifact.json';
const partsFile = 'parts.json';
const logFile = 'log.txt';
const folders = { parts: 'parts', files: 'files', package: 'package' };
const checkStep = compileCheck(StepFile);

/** What an earlier attempt of a task left goes; a folder that no task wrote stays as it is. @throws GalleyError `store.not_writable` */
export function clearStepFolder(folder: string): void {
  makeNamedFolder(folder);
  if (!existsSync(join(folder, artifactFile))) return;
  for (const name of [...Object.values(folders), artifactFile, partsFile, logFile])
    rmSync(join(folder, name), { recursive: true, force: true });
}

/** Where a version that went live lies as what its image is built from. */
export function packageFolder(folder: string): string {
  return join(folder, folders.package);
}

/** Writes what a task said, a line each. */
export function writeStepLog(folder: string, lines: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, logFile), lines.map((line) => `${line}\n`).join(''));
}

/** Writes what a task gave: `artifact.json`, what that refers to, and its files under their own names. */
export function writeStepFolder(tools: StepPhases, folder: string, step: StepFile): void {
  mkdirSync(folder, { recursive: true });
  const parts = step.artifact ? partsOf(tools, step.artifact) : joined([]);
  copyFiles(tools.context, parts, join(folder, folders.parts));
  writeFileSync(join(folder, partsFile), JSON.stringify(parts));
  if (step.artifact?.type === 'files')
    for (const { path, hash } of step.artifact.files) {
      const to = join(folder, folders.files, path);
      mkdirSync(dirname(to), { recursive: true });
      copyFileSync(tools.context.blobs.path(hash), to);
    }
  writeFileSync(join(folder, artifactFile), `${JSON.stringify(step, null, 2)}\n`);
}

/**
 * What a task before wrote.
 * @throws GalleyError `retrain.damaged_part`
 */
export function readStepFolder(folder: string): { step: StepFile; parts: PortableParts } {
  const step = read(join(folder, artifactFile)) as StepFile;
  const [fault] = checkStep(step);
  if (fault) throw damaged(join(folder, artifactFile), `${fault.path} ${fault.message}`);
  return { step, parts: read(join(folder, partsFile)) as PortableParts };
}

/** Takes in what a task before refers to. @throws GalleyError `package.damaged_part` */
export function takeInStepFolder(tools: StepPhases, folder: string, parts: PortableParts): Promise<LocalNumbers> {
  return tools.phases.packages.takeInParts(parts, (hash, path) =>
    copyFileSync(join(folder, folders.parts, fileName(hash)), path),
  );
}

function read(path: string): unknown {
  if (!existsSync(path)) throw damaged(path, 'is not there');
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw damaged(path, 'is no JSON');
  }
}

function damaged(path: string, what: string): GalleyError {
  return new GalleyError('retrain.damaged_part', `${path}: ${what}.`, { details: { path } });
}
