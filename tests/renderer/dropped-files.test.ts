import { expect, test } from 'vitest';
import { filesOfDrop } from '../../renderer/data/imports/dropped-files.ts';

function fileEntry(name: string): FileSystemFileEntry {
  const file = (found: (file: File) => void) => found(new File([name], name));
  return { name, isFile: true, isDirectory: false, file } as unknown as FileSystemFileEntry;
}

/** A folder whose entries come in portions of two, as browsers may hand them out. */
function folderEntry(name: string, entries: FileSystemEntry[]): FileSystemEntry {
  const createReader = () => {
    const left = [...entries];
    return { readEntries: (found: (portion: FileSystemEntry[]) => void) => found(left.splice(0, 2)) };
  };
  return { name, isFile: false, isDirectory: true, createReader } as unknown as FileSystemEntry;
}

function drop(...entries: FileSystemEntry[]): DataTransfer {
  const items = entries.map((entry) => ({ webkitGetAsEntry: () => entry }));
  return { items, files: entries.map((entry) => new File([], entry.name)) } as unknown as DataTransfer;
}

const names = async (transfer: DataTransfer | null) => (await filesOfDrop(transfer)).map((file) => file.name);

test('a dropped folder gives the tables directly in it, in order', async () => {
  const folder = folderEntry('data', [
    fileEntry('b.csv'),
    fileEntry('notes.md'),
    fileEntry('a.json.gz'),
    fileEntry('.hidden.csv'),
    folderEntry('deep.csv', [fileEntry('c.csv')]),
    fileEntry('B.XLSX'),
  ]);
  expect(await names(drop(fileEntry('z.bin'), folder))).toEqual(['z.bin', 'B.XLSX', 'a.json.gz', 'b.csv']);
});

test('a folder without tables stays what it is, to be refused by its name', async () => {
  expect(await names(drop(folderEntry('photos', [fileEntry('a.jpg')])))).toEqual(['photos']);
});

test('files alone are taken as they are', async () => {
  expect(await names(drop(fileEntry('b.bin'), fileEntry('a.csv')))).toEqual(['b.bin', 'a.csv']);
  expect(await names(null)).toEqual([]);
});
