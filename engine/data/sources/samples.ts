import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resourceFolder } from '../../base/entry.ts';
import { GalleyError } from '../../base/errors.ts';
import type { OutputOf } from '../../contract/call.ts';
import type { projectCalls } from '../../contract/project.ts';

type SampleSummary = OutputOf<typeof projectCalls.samples>['samples'][number];

/** Sample data that comes with Galley, as `resources/samples/samples.json` describes it. */
interface Sample extends Omit<SampleSummary, 'files'> {
  timeColumn: string | null;
  files: string[];
  /** Of each file, in their order. */
  md5: string[];
  /** Its terms, as a text. */
  license: string;
}

const folder = () => join(resourceFolder(), 'samples');

export function readSamples(): Sample[] {
  return JSON.parse(readFileSync(join(folder(), 'samples.json'), 'utf8')) as Sample[];
}

/** The terms of the sample that these files are of, undefined where they are of none. @param md5s of whole files */
export function sampleLicense(md5s: readonly string[]): string | undefined {
  if (md5s.length === 0) return undefined;
  return readSamples().find(({ md5 }) => md5s.every((one) => md5.includes(one)))?.license;
}

/** Files of a sample that comes with Galley, the first `count` of them. @throws GalleyError `data.unknown_sample` */
export function sampleFiles(name: string, count?: number): { paths: string[]; timeColumn: string | null } {
  const samples = readSamples();
  const sample = samples.find((known) => known.name === name);
  if (!sample) {
    const names = samples.map((known) => known.name);
    throw new GalleyError('data.unknown_sample', `There is no sample "${name}"; there are: ${names.join(', ')}.`, {
      details: { name, names },
    });
  }
  return {
    paths: sample.files.slice(0, count).map((file) => join(folder(), name, file)),
    timeColumn: sample.timeColumn,
  };
}
