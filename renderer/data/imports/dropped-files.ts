/** What of a dropped folder is taken; what each file is, the engine finds out from its bytes. */
const tableNames = /\.(csv|tsv|txt|parquet|json|jsonl|ndjson|xlsx|xlsm|arrow|arrows|feather)(\.(gz|zst))?$/i;

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/** All entries of a folder: a browser hands them out in portions. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const entries: FileSystemEntry[] = [];
  for (;;) {
    const portion = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (portion.length === 0) return entries;
    entries.push(...portion);
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
const byName = (left: FileSystemEntry, right: FileSystemEntry) => (left.name < right.name ? -1 : 1);

/** The tables directly in a folder, in the order of their names, as the engine takes them. */
async function tablesIn(folder: FileSystemDirectoryEntry): Promise<File[]> {
  const tables = (await entriesOf(folder))
    .filter((entry) => isFile(entry) && !entry.name.startsWith('.') && tableNames.test(entry.name))
    .sort(byName);
  return Promise.all(tables.filter(isFile).map(fileOf));
}

/**
 * The files of a drop, with those directly in dropped folders; the folders themselves where there is no table. Must be called while the drop is handled: afterwards the
 * browser tells nothing of it.
 */
export function filesOfDrop(transfer: DataTransfer | null): Promise<File[]> {
  const files = [...(transfer?.files ?? [])];
  const entries = [...(transfer?.items ?? [])].map((item) => item.webkitGetAsEntry?.() ?? null);
  if (!entries.some((entry) => entry && isFolder(entry))) return Promise.resolve(files);
  const parts = entries.map((entry): File[] | Promise<File[]> => {
    if (entry === null) return [];
    if (isFolder(entry)) return tablesIn(entry);
    return isFile(entry) ? fileOf(entry).then((file) => [file]) : [];
  });
  return Promise.all(parts).then((found) => (found.flat().length > 0 ? found.flat() : files));
}
