import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resourceFolder } from '../../base/entry.ts';
import { nodeRelease } from '../../package/index.ts';
import type { Task } from '../definition/tasks.ts';
import { pipelineFile } from './container-steps.ts';
import { type ExportedFile, pipelineFolder } from './export-source.ts';

/** The container of the steps: how it is built and from which files of the project. */
export function containerFiles(
  pipeline: string,
  text: string,
  tasks: readonly Task[],
  galleyVersion: string,
): ExportedFile[] {
  const folder = pipelineFolder(pipeline);
  const values: Record<string, string> = { PIPELINE: pipeline, GALLEY: galleyVersion, NODE: nodeRelease };
  const dockerfile = template('Dockerfile').replaceAll(/%([A-Z]+)%/g, (whole, name) => values[name] ?? whole);
  return [
    { path: pipelineFile(pipeline), content: text },
    { path: `${folder}/Dockerfile`, content: dockerfile },
    { path: `${folder}/Dockerfile.dockerignore`, content: ignoredFiles(pipeline, tasks) },
  ];
}

/** What targets run beside the steps: `comment.mjs` comments on requests, `roll-out.sh` puts a new version up. */
export type ScriptName = 'comment.mjs' | 'roll-out.sh';

export function scriptFiles(pipeline: string, names: readonly ScriptName[]): ExportedFile[] {
  return names.map((name) => ({
    path: `${pipelineFolder(pipeline)}/${name}`,
    content: template(name),
    executable: name.endsWith('.sh'),
  }));
}

function template(name: string): string {
  return readFileSync(join(resourceFolder(), 'exports', 'pipeline', name), 'utf8');
}

/** Nothing of the project goes into the image but what its steps read. */
function ignoredFiles(pipeline: string, tasks: readonly Task[]): string {
  const folder = pipelineFolder(pipeline);
  const own = ['pipeline.yaml', 'galley.tgz'].map((name) => `${folder}/${name}`);
  const wanted = [...own, 'expectations', 'recipes', 'tests', ...tasks.flatMap(({ members }) => projectFiles(members))];
  return `${['# Of the project only what the steps read goes into the image.', '*', ...unique(wanted.map((path) => `!${ignorePattern(path)}`))].join('\n')}\n`;
}

function projectFiles({ reads, lock }: Task['members']): string[] {
  const files = Array.isArray(reads) ? reads.map(String) : [];
  return typeof lock === 'string' ? [...files, lock] : files;
}

/** Characters that are more than themselves in such a file, or end its line, stand for any one. */
function ignorePattern(path: string): string {
  return path.replace(/\/+$/, '').replaceAll(/[*?[\]\\\p{Cc}\p{Zl}\p{Zp}]|^\s|\s$/gu, '?');
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
