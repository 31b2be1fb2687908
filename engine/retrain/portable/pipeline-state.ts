import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Type, { type Static } from 'typebox';
import { writeFileDurably } from '../../base/durable-files.ts';
import { GalleyError } from '../../base/errors.ts';
import { compileCheck } from '../../base/validation.ts';
import type { PipelineState } from '../../contract/retrain-portable.ts';
import type { RemoteStore } from '../../data/index.ts';
import { blobKey, joined, type LocalNumbers, type PortableParts, uploadFiles } from '../../package/index.ts';
import type { StepPhases } from '../step-tools.ts';

/** What a pipeline goes on from, as it lies on a remote. */
const StateFile = Type.Object({
  format: Type.Literal(1),
  number: Type.Integer({ minimum: 1 }),
  /** Galley's version. */
  galley: Type.String(),
  /** Version of each alias: `ridership@champion` is `ridership@3`. */
  aliases: Type.Record(
    Type.String({ pattern: '^[a-z][a-z0-9_-]*@[a-z0-9_-]+$' }),
    Type.String({ pattern: '^[a-z][a-z0-9_-]*@[1-9][0-9]*$' }),
  ),
  /** Checked where they are taken in. */
  parts: Type.Unsafe<PortableParts>(Type.Unknown()),
  /** Recipes, expectations and model tests by their paths in the project. */
  texts: Type.Record(Type.String(), Type.String()),
});
type StateFile = Static<typeof StateFile>;
const checkState = compileCheck(StateFile);

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
 * Takes in the newest state of a pipeline, which may be anybody's: its versions, and of its texts those that the project lacks.
 * Aliases are left to the caller.
 * @returns with the numbers that versions have here, and the datasets behind them as the remote calls them; undefined where
 * the remote has none
 * @throws GalleyError `retrain.damaged_part`, `package.damaged_part`
 */
export async function readState(
  tools: StepPhases,
  remote: RemoteStore,
  pipeline: string,
): Promise<{ state: PipelineState; datasets: string[] } | undefined> {
  const number = await lastNumber(remote, pipeline);
  const text = number === 0 ? undefined : await remote.readText(keyOf(pipeline, number));
  if (text === undefined) return undefined;
  const state = parsed(keyOf(pipeline, number), text);
  const { packages } = tools.phases;
  const numbers = await packages.takeInParts(state.parts, (hash, path) =>
    remote.download(blobKey(hash), path, nothing),
  );
  const aliases = localAliases(keyOf(pipeline, number), state, numbers);
  writeTexts(tools.context.project.path, state.texts);
  return { state: { pipeline, number, aliases }, datasets: state.parts.datasets };
}

function parsed(key: string, text: string): StateFile {
  let state: unknown;
  try {
    state = JSON.parse(text);
  } catch {
    throw damaged(key, 'it is no JSON');
  }
  const [fault] = checkState(state);
  if (fault) throw damaged(key, `${fault.path} ${fault.message}`);
  return state as StateFile;
}

/** A version may have another number here than where the state was written. */
function localAliases(key: string, { aliases, parts }: StateFile, numbers: LocalNumbers): Record<string, string> {
  const local = new Map(
    parts.versions.map(({ model, version }) => [`${model.name}@${version.version}`, numbers.get(version.id)]),
  );
  return Object.fromEntries(
    Object.entries(aliases).map(([reference, target]) => {
      const [model] = reference.split('@');
      const number = local.get(target);
      if (number === undefined || !target.startsWith(`${model}@`))
        throw damaged(key, `it has no version that ${reference} may point at`);
      return [reference, `${model}@${number}`];
    }),
  );
}

function damaged(key: string, reason: string): GalleyError {
  return new GalleyError('retrain.damaged_part', `${key} is no state that this Galley can take: ${reason}.`, {
    details: { key },
  });
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
