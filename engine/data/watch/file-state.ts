import { stat } from 'node:fs/promises';
import { selectFiles } from '../sources/select-files.ts';

export interface FileState {
  /** Paths, sizes and times of change: another text means that something changed. */
  text: string;
  /** None of the files is there. */
  missing: boolean;
}

/** What the files of a source are now, without reading them. */
export async function fileState({ paths, glob }: { paths: readonly string[]; glob?: string }): Promise<FileState> {
  try {
    const { files } = await selectFiles(paths, glob);
    const lines = await Promise.all(
      files.map(async ({ path }) => {
        const { size, mtimeMs } = await stat(path);
        return `${path} ${size} ${mtimeMs}`;
      }),
    );
    return { text: lines.join('\n'), missing: false };
  } catch {
    return { text: '', missing: true };
  }
}
