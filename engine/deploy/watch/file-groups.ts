import type { FolderFile } from './folder-files.ts';
import type { FolderWatch } from './watch-store.ts';

/** Files of a watch that one job scores. */
export interface FileGroup<File extends FolderFile> {
  watch: FolderWatch;
  files: File[];
}

/** A job takes longer to start than small files take to be scored; a group is small enough that nothing waits long for it. */
const mostFiles = 100;
const mostBytes = 16 * 1024 * 1024;

/** Puts files that follow one another and belong to the same watch together; a large one stays alone. */
export function fileGroups<File extends FolderFile>(
  ready: readonly { watch: FolderWatch; file: File }[],
): FileGroup<File>[] {
  const groups: FileGroup<File>[] = [];
  let bytes = 0;
  for (const { watch, file } of ready) {
    const last = groups.at(-1);
    bytes += file.bytes;
    if (last?.watch === watch && last.files.length < mostFiles && bytes <= mostBytes) {
      last.files.push(file);
    } else {
      groups.push({ watch, files: [file] });
      bytes = file.bytes;
    }
  }
  return groups;
}
