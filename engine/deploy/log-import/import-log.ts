import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
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

/**
 * Has a job bring what was answered elsewhere into the log of a deployment.
 * @throws GalleyError `deploy.not_found`, `deploy.import_runs`, `deploy.unreadable_file`, `package.version_not_found`
 */
export async function importLog(parts: DeployParts, given: Given): Promise<Job> {
  const { context, deployments, fleet, logs, versions } = parts;
  const spec = deployments.get(given.deployment);
  const { path } = given;
  if (!existsSync(path))
    throw new GalleyError('deploy.unreadable_file', `${path} is not there.`, { details: { path } });
  await versions.signature(spec.model, given.version ?? spec.version);
  // What was answered here until now is known then, should the file hold it too.
  await fleet.collect(spec);
  const numbers = await versions.numbers(spec.model);
  const signatures = await signaturesOf(parts, spec.model, numbers);
  const mask = await versions.logMask(spec, numbers);
  requireAlone(parts, spec);
  const work = (known: LogPart[]): ImportLogInput => ({
    path,
    signatures,
    version: given.version ?? spec.version,
    columns: given.columns ?? {},
    masked: mask?.inputs ?? [],
    parts: known.map((part) => ({ version: part.version, isShadow: part.isShadow, path: part.path })),
    oldest: keptSince(wholeSettings(spec.settings).log, context.clock.now()),
    header: { format: 1, deployment: spec.id, model: spec.model, created_at: context.clock.now() },
  });
  const submit = (known: LogPart[], ended: () => void) =>
    context.jobs.submit<ImportLogOutput, LogImport>({
      kind: 'deploy.importLog',
      title: `Import ${basename(path)} into the log of ${spec.name}`,
      input: work(known),
      secrets: mask?.key === undefined ? {} : { mask: mask.key },
      commit: (output) => commit(parts, spec, output).finally(ended),
      abandon: ended,
    });
  return new Promise((resolve) => {
    // The files that the rows are compared with stay until the job has ended.
    void logs.readReceived(
      spec.id,
      Number.NEGATIVE_INFINITY,
      (known) => new Promise<void>((ended) => resolve(submit(known, ended))),
    );
  });
}

async function signaturesOf(
  { versions }: DeployParts,
  model: string,
  numbers: readonly number[],
): Promise<ImportLogInput['signatures']> {
  const signatures: ImportLogInput['signatures'] = [];
  for (const version of numbers) {
    const { signature: path } = await versions.served(model, version);
    signatures.push({ version, path });
  }
  return signatures;
}

/** Of two imports at a time neither would know the other's rows. */
function requireAlone({ context }: DeployParts, { id, name }: DeploymentSpec): void {
  if (!context.jobs.mentions(`"header":{"format":1,"deployment":"${id}"`)) return;
  const message = `A log is being imported into ${name} just now.`;
  throw new GalleyError('deploy.import_runs', message, { details: { deployment: name } });
}

async function commit(
  { context, fleet, logs }: DeployParts,
  spec: DeploymentSpec,
  { parts, labelSegments, ...counts }: ImportLogOutput,
): Promise<LogImport> {
  await logs.add(spec.id, parts);
  if (labelSegments.length > 0) {
    const folder = labelFolder(logs.folder(spec.id));
    mkdirSync(folder, { recursive: true });
    for (const segment of labelSegments) renameSync(segment, join(folder, basename(segment)));
    syncFolder(folder);
  }
  await fleet.collect(spec);
  for (const phase of ['deploy', 'monitor'] as const)
    context.events.publish({ type: 'phase.changed', phase, subject: spec.name });
  return { deployment: spec.name, ...counts };
}
