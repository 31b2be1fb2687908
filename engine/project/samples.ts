import type { OutputOf } from '../contract/call.ts';
import type { projectCalls } from '../contract/project.ts';
import { readSamples } from '../data/index.ts';

/** The sample data that comes with Galley, for the empty home screen. */
export function listSamples(): OutputOf<typeof projectCalls.samples>['samples'] {
  return readSamples().map(({ files, timeColumn: _, md5: __, license: ___, ...sample }) => ({
    ...sample,
    files: files.length,
  }));
}
