import Type from 'typebox';
import { compileCheck } from '../../base/validation.ts';
import { Name } from '../../contract/values.ts';
import { filesOfRun } from '../../train/index.ts';
import type { PortableParts } from './parts.ts';
import { filesOfVersion } from './portable-version.ts';
import { contradiction, Hash, RecordedRun, RecordedVersion } from './recorded.ts';

const check = compileCheck(
  Type.Object({
    datasets: Type.Array(Name),
    runs: Type.Array(RecordedRun),
    versions: Type.Array(RecordedVersion),
    files: Type.Array(Hash),
  }),
);

/** What is wrong with parts that may come from anybody, in words; undefined where nothing is. */
export function partsFault(parts: unknown): string | undefined {
  const [fault] = check(parts);
  return fault ? `${fault.path} ${fault.message}` : inconsistency(parts as PortableParts);
}

function inconsistency({ runs, versions, files }: PortableParts): string | undefined {
  for (const version of versions) {
    const run = runs.find((one) => one.run.id === version.version.runId);
    if (run === undefined) return `the run of version ${version.version.version} is not among them`;
    const found = contradiction({ version, run });
    if (found !== undefined) return found;
  }
  const given = new Set(files);
  const needed = [...runs.flatMap(filesOfRun), ...versions.flatMap(filesOfVersion)];
  return needed.every((hash) => given.has(hash)) ? undefined : 'a file that they need is not among them';
}
