import { mkdirSync, renameSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { canonicalJson } from '../../base/canonical-json.ts';
import { syncFolder } from '../../base/durable-files.ts';
import { GalleyError } from '../../base/errors.ts';
import type { InputOf } from '../../contract/call.ts';
import type { LogImport, logCalls } from '../../contract/deploy-log.ts';
import { wholeSettings } from '../../contract/deploy-settings.ts';
import type { Job } from '../../contract/jobs.ts';
import { labelFolder } from '../../serving/log-folder.ts';
import type { DeployParts } from '../calls.ts';
import { keptSince } from '../log-bounds.ts';
import type { LogPart } from '../prediction-logs.ts';
import type { DeploymentSpec } from '../store.ts';
import type { ImportLogInput, ImportLogOutput } from './import-log-job.ts';

type Given = InputOf<typeof logCalls.importLog>;

/** Inputs that the log does not get as they are, by version. */
interface Masks {
  inputs: Record<number, string[]>;
  /** Whether masked texts have pseudonyms. */
  pseudonyms: boolean;
}

/**
 * Has a job bring what was answered elsewhere into the log of a deployment.
 * @throws GalleyError `deploy.not_found`, `deploy.import_runs`, `deploy.unreadable_file`, `package.version_not_found`
 */
export async function importLog(parts: DeployParts, given: Given): Promise<Job> {
  const { context, deployments, fleet, logs, versions } = parts;
  const { id, model, version } = deployments.get(given.deployment);
  requireFile(given.path);
  await versions.signature(model, given.version ?? version);
  // What was answered here until now is known then, should the file hold it too.
  await fleet.collect(deployments.get(id));
  requireFile(given.path);
  const masks = await masksOf(parts, id);
  const imported = await versionsWithMasks(parts, model, masks);
  const spec = deployments.get(id);
  requireAlone(parts, spec);
  const submit = (known: LogPart[], ended: () => void) =>
    context.jobs.submit<ImportLogOutput, LogImport>({
      kind: 'deploy.importLog',
      title: `Import ${basename(given.path)} into the log of ${spec.name}`,
      input: {
        path: given.path,
        versions: imported,
        pseudonyms: masks.pseudonyms,
        version: given.version ?? spec.version,
        columns: given.columns ?? {},
        parts: known.map((part) => ({ version: part.version, isShadow: part.isShadow, path: part.path })),
        oldest: keptSince(wholeSettings(spec.settings).log, context.clock.now()),
        header: { format: 1, deployment: id, model, created_at: context.clock.now() },
      } satisfies ImportLogInput,
      secrets: { key: versions.pseudonymKey },
      commit: (output) => commit(parts, id, masks, output).finally(ended),
      abandon: ended,
    });
  return new Promise((resolve, reject) => {
    // The files that the rows are compared with stay until the job has ended.
    const compared = (known: LogPart[]) => new Promise<void>((ended) => resolve(submit(known, ended)));
    logs.readReceived(id, Number.NEGATIVE_INFINITY, compared).catch(reject);
  });
}

function requireFile(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile()) return;
  const message = found ? `${path} is no file.` : `${path} is not there.`;
  throw new GalleyError('deploy.unreadable_file', message, { details: { path } });
}

/** What the log masks of each version of a deployment's model beside those that answer now. */
async function masksOf({ deployments, versions }: DeployParts, deploymentId: string): Promise<Masks> {
  const spec = deployments.get(deploymentId);
  const { canary, shadow } = deployments.traffic.of(deploymentId);
  const answering = [spec.version, canary?.version, shadow].filter((one) => typeof one === 'number');
  const inputs: Record<number, string[]> = {};
  for (const version of await versions.numbers(spec.model)) {
    const mask = await versions.logMask(spec, [version, ...answering]);
    inputs[version] = mask?.inputs ?? [];
  }
  return { inputs, pseudonyms: spec.logMask === 'hash' };
}

async function versionsWithMasks(
  { versions }: DeployParts,
  model: string,
  { inputs }: Masks,
): Promise<ImportLogInput['versions']> {
  const imported: ImportLogInput['versions'] = [];
  for (const [number, masked] of Object.entries(inputs)) {
    imported.push({ served: await versions.served(model, Number(number)), masked });
  }
  return imported;
}

/** Of two imports at a time neither would know the other's rows. */
function requireAlone({ context }: DeployParts, { id, name }: DeploymentSpec): void {
  if (!context.jobs.mentions(`"header":{"format":1,"deployment":"${id}"`)) return;
  const message = `A log is being imported into ${name} just now.`;
  throw new GalleyError('deploy.import_runs', message, { details: { deployment: name } });
}

async function commit(
  parts: DeployParts,
  deploymentId: string,
  masks: Masks,
  { parts: files, labelSegments, ...counts }: ImportLogOutput,
): Promise<LogImport> {
  const { context, deployments, fleet, logs } = parts;
  const { name } = deployments.get(deploymentId);
  if (!areMasked(masks, await masksOf(parts, deploymentId))) {
    const message = `What the log of ${name} masks was changed while the other one was imported.`;
    throw new GalleyError('deploy.mask_changed', message, { details: { deployment: name } });
  }
  await logs.add(deploymentId, files);
  if (labelSegments.length > 0) {
    const folder = labelFolder(logs.folder(deploymentId));
    mkdirSync(folder, { recursive: true });
    for (const segment of labelSegments) renameSync(segment, join(folder, basename(segment)));
    syncFolder(folder);
  }
  // The rows are in the log by now: that they cannot be collected yet does not undo it.
  await fleet.collect(deployments.get(deploymentId)).catch((error) => console.error(error));
  for (const phase of ['deploy', 'monitor'] as const)
    context.events.publish({ type: 'phase.changed', phase, subject: name });
  return { deployment: name, ...counts };
}

/** Versions that were added meanwhile change nothing of the others. */
function areMasked(before: Masks, now: Masks): boolean {
  return (
    before.pseudonyms === now.pseudonyms &&
    Object.entries(before.inputs).every(
      ([version, inputs]) => canonicalJson(inputs) === canonicalJson(now.inputs[Number(version)] ?? null),
    )
  );
}
