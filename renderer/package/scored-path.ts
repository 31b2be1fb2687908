/**
 * Where the answers to a file go: beside it, in its format; what is no CSV file gets Parquet.
 * @param folder instead of the file's own, where that cannot be known
 */
export function scoredPath(file: string, folder?: string): string {
  const [, own = '', name = ''] = /^(.*[\\/])?([^\\/]*)$/.exec(file) ?? [];
  const [, stem = name, extension = ''] = /^(.+?)\.([^.]+)$/.exec(name) ?? [];
  const format = /^(parquet|arrow|arrows|feather)$/i.test(extension) ? 'parquet' : 'csv';
  const separator = (folder ?? own).includes('\\') ? '\\' : '/';
  const place = folder === undefined ? own : `${folder.replace(/[\\/]$/, '')}${separator}`;
  return `${place}${stem}.predictions.${format}`;
}
