import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeFileDurably } from '../../base/durable-files.ts';
import { GalleyError } from '../../base/errors.ts';
import type { PipelineState } from '../../contract/retrain-portable.ts';
import type { RemoteStore } from '../../data/index.ts';
import { blobKey, joined, type PortableParts, uploadFiles } from '../../package/index.ts';
import type { StepPhases } from '../step-tools.ts';

/** What a pipeline goes on from, as it lies on a remote. */
interface StateFile {
  format: 1;
  number: number;
  /** Galley's version. */
  galley: string;
  /** Version of each alias: `ridership@champion` is `ridership@3`. */
  aliases: Record<string, string>;
  parts: PortableParts;
  /** Recipes, expectations and model tests by their paths in the project. */
  texts: Record<string, string>;
}

/** Folders of a project whose files the steps of pipelines read. */
const textFolders = ['recipes', 'expectations', 'tests'];
const textPath = /^(recipes|expectations|tests)\/[^/\\]+\.yaml$/;

const nothing = () => {};

const prefixOf = (pipeline: string) => `pipelines/${pipeline}/states/`;
const keyOf = (pipeline: string, number: number) => `${prefixOf(pipeline)}${String(number).padStart(6, '0')}.json`;

/**
 * Writes the state of a pipeline to a remote, with the next number.
 * @param references the aliases that it goes on from: `ridership@champion`
 * @throws GalleyError `retrain.state_moved` where another wrote one meanwhile, and of the phases
 */
export async function writeState(
  { context, phases }: StepPhases,
  remote: RemoteStore,
  pipeline: string,
  references: readonly string[],
  before?: number,
): Promise<PipelineState> {
  const resolved = references.map((reference) => [reference, phases.packages.resolve(reference)] as const);
  const aliases = Object.fromEntries(
    resolved.map(([reference, { model, version }]) => [reference, `${model.name}@${version.version}`]),
  );
  const parts = joined(Object.values(aliases).map((reference) => phases.packages.parts(reference)));
  const last = await lastNumber(remote, pipeline);
  if (before !== undefined && last !== before) throw moved(pipeline, before, last);
  await uploadFiles(context, remote, parts.files, nothing);
  const number = last + 1;
  const texts = textsOf(context.project.path);
  const state: StateFile = { format: 1, number, galley: context.version, aliases, parts, texts };
  await remote.writeText(keyOf(pipeline, number), JSON.stringify(state));
  return { pipeline, number, aliases };
}

/**
 * Takes in the newest state of a pipeline: its versions, and in a project that is new its texts. Aliases are left to the caller.
 * @returns undefined where the remote has none
 * @throws GalleyError `retrain.damaged_part`, `package.damaged_part`
 */
export async function readState(
  tools: StepPhases,
  remote: RemoteStore,
  pipeline: string,
): Promise<PipelineState | undefined> {
  const number = await lastNumber(remote, pipeline);
  const text = number === 0 ? undefined : await remote.readText(keyOf(pipeline, number));
  if (text === undefined) return undefined;
  const state = JSON.parse(text) as StateFile;
  if (state.format !== 1)
    throw new GalleyError('retrain.damaged_part', `The state ${number} of ${pipeline} has another format.`);
  await tools.phases.packages.takeInParts(state.parts, (hash, path) => remote.download(blobKey(hash), path, nothing));
  writeTexts(tools.context.project.path, state.texts);
  return { pipeline, number, aliases: state.aliases };
}

async function lastNumber(remote: RemoteStore, pipeline: string): Promise<number> {
  const keys = await remote.list(prefixOf(pipeline));
  return Math.max(0, ...keys.map((key) => Number(/(\d{6})\.json$/.exec(key)?.[1] ?? 0)));
}

function textsOf(project: string): Record<string, string> {
  const files = textFolders.flatMap((folder) =>
    existsSync(join(project, folder)) ? readdirSync(join(project, folder)).map((file) => `${folder}/${file}`) : [],
  );
  return Object.fromEntries(
    files.filter((file) => textPath.test(file)).map((file) => [file, readFileSync(join(project, file), 'utf8')]),
  );
}

function writeTexts(project: string, texts: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(texts)) {
    const to = join(project, path);
    if (!textPath.test(path) || existsSync(to)) continue;
    mkdirSync(dirname(to), { recursive: true });
    writeFileDurably(to, text);
  }
}

function moved(pipeline: string, before: number, last: number): GalleyError {
  return new GalleyError(
    'retrain.state_moved',
    `The state of ${pipeline} on the remote is ${last}; the run began with ${before}, so another run has changed it meanwhile.`,
    { details: { pipeline, before, last } },
  );
}
