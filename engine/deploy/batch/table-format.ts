import { extname } from 'node:path';
import { GalleyError } from '../../base/errors.ts';

export type TableFormat = 'csv' | 'parquet';

/**
 * What a file is by its ending.
 * @param name what it is called in the error
 * @throws GalleyError `deploy.unknown_format`
 */
export function tableFormat(path: string, name = path): TableFormat {
  const ending = extname(path).toLowerCase();
  if (ending === '.csv') return 'csv';
  if (ending === '.parquet') return 'parquet';
  throw new GalleyError('deploy.unknown_format', `${name} is neither a .csv nor a .parquet file.`, {
    details: { path: name },
  });
}
