import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resourceFolder } from '../base/entry.ts';
import type { OutputOf } from '../contract/call.ts';
import type { projectCalls } from '../contract/project.ts';

/** The sample data that comes with Galley, as `resources/samples/samples.json` describes it. */
export function listSamples(): OutputOf<typeof projectCalls.samples>['samples'] {
  const list = JSON.parse(readFileSync(join(resourceFolder(), 'samples', 'samples.json'), 'utf8')) as Sample[];
  return list.map(({ files, timeColumn: _, ...sample }) => ({ ...sample, files: files.length }));
}

type Sample = { timeColumn: string | null } & Omit<
  OutputOf<typeof projectCalls.samples>['samples'][number],
  'files'
> & { files: string[] };
