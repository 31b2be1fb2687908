import type { Static } from 'typebox';
import type { AliasMove, LineageStep, ModelVersion } from '../../contract/package.ts';
import type { Signature } from '../../contract/values.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import type { CardFacts } from '../card/card-facts.ts';
import type { FolderFile } from '../version-folder/version-folder.ts';

/** What an export is made from: plain JSON, for it goes into a job process. */
export interface ExportSource {
  version: ModelVersion;
  signature: Signature;
  lineage: Static<typeof LineageStep>[];
  history: AliasMove[];
  /** The folder of the version. */
  files: FolderFile[];
  /** What its rows are counted against, of a version that has no such file among its own. */
  reference?: Pick<FolderFile, 'path' | 'sha256'>;
  /** What the model card tells. */
  card: CardFacts;
  galleyVersion: string;
  /** When it is asked for, in UTC epoch milliseconds. */
  at: number;
}

/** A file of an export. */
export interface ExportFile {
  /** Below the folder of the export, with `/`. */
  path: string;
  content: string | Uint8Array | { copyOf: string };
  /** Whether it may be run. */
  executable?: boolean;
}

/** Makes the files of one format. Throws what keeps it from being whole: nothing is written then. */
export type Exporter = (
  source: ExportSource,
  control: Pick<JobContext, 'progress' | 'throwIfCanceled'>,
) => Promise<ExportFile[]>;

/** The files of a version in an export, below `folder`, '' being the top. */
export function versionFilesIn({ files }: ExportSource, folder: string): ExportFile[] {
  return files.map(({ name, path }) => ({
    path: folder === '' ? name : `${folder}/${name}`,
    content: { copyOf: path },
  }));
}

/** One of them. @throws RangeError where the version has none of that name. */
export function versionFile({ files }: ExportSource, wanted: string): FolderFile {
  const file = files.find(({ name }) => name === wanted);
  if (!file) throw new RangeError(`The version has no file ${wanted}.`);
  return file;
}
