import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { OutputOf } from '../../contract/call.ts';
import type { dataCalls } from '../../contract/data.ts';
import type { EngineContext } from '../../jobs/context.ts';
import { openDuck } from '../../store/duck.ts';
import { cellOf } from '../versions/views.ts';
import { wholeRecords } from './csv-dialect.ts';
import { fileQuery, readFile, schemaOf } from './read-file.ts';
import { openSource, readHead } from './source-file.ts';

type Preview = OutputOf<typeof dataCalls.preview>;

const previewRows = 100;
const previewBytes = 1 << 20;

/** A name for a dataset after a file's name. */
export function suggestedName(fileName: string): string {
  const name = fileName
    .replace(/\.(gz|zst)$/i, '')
    .replace(/\.(csv|tsv|txt|parquet|json|jsonl|ndjson|xlsx|xlsm|arrow|feather)$/i, '')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
    .slice(0, 64);
  return name === '' ? 'data' : name;
}

/** The file itself where it is small or Parquet, else a file with its first whole records. */
function headFile(path: string, name: string, folder: string): string {
  const source = openSource(path, name);
  if (source.kind !== 'utf8' || source.bytes <= previewBytes) return path;
  const head = join(folder, 'head.csv');
  writeFileSync(head, wholeRecords(readHead(path, previewBytes)));
  return head;
}

/**
 * The first rows of a file as an import would read them. Of a large CSV file only the first megabyte is looked at, so
 * later lines may widen a type.
 * @throws GalleyError `data.*`
 */
export async function previewFile(context: EngineContext, path: string, name = basename(path)): Promise<Preview> {
  const folder = join(context.project.path, 'run', 'jobs', context.newId('job'));
  mkdirSync(folder, { recursive: true });
  try {
    const { bytes } = openSource(path, name);
    const readable = headFile(path, name, folder);
    const duck = await openDuck({ allowed: [readable], temporaryFolder: folder });
    const connection = await duck.connect();
    try {
      const nothing = () => {};
      const file = await readFile(openSource(readable, name), {
        stagingFolder: folder,
        headRows: 20 * previewRows,
        connection,
        progress: nothing,
        throwIfCanceled: nothing,
      });
      const { schema, warnings } = schemaOf([file]);
      const rows = (await connection.runAndReadAll(`${fileQuery(file, schema)} LIMIT ${previewRows}`)).getRowsJson();
      return {
        suggestedName: suggestedName(name),
        columns: schema.map((column) => ({ name: column.name, type: column.type })),
        rows: rows.map((row) => row.map((value, index) => cellOf(schema[index]?.type ?? 'text', value))),
        warnings,
        bytes,
        ...(file.form === 'cells' && file.sheets ? { sheets: file.sheets } : {}),
      };
    } finally {
      connection.closeSync();
      duck.closeSync();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
