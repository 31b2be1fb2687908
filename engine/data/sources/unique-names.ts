import type { Problem } from '../../contract/values.ts';

/** Names by which DuckDB tells where in a Parquet file a row stands: a column of that name would hide it. */
const reservedNames = ['file_row_number', 'file_index', 'rowid'];

/** True for a name that no column of a version may have. */
export function isReservedName(name: string): boolean {
  return reservedNames.includes(name.toLowerCase());
}

function whyRenamed(original: string): { code: string; reason: string } {
  if (original === '') return { code: 'data.empty_column_name', reason: 'has no name' };
  if (isReservedName(original)) {
    return { code: 'data.reserved_column_name', reason: `has the name "${original}", which Galley keeps for itself` };
  }
  return { code: 'data.duplicate_column_name', reason: `has the name "${original}" again` };
}

/**
 * Names that are not empty, differ in more than case and are not those that DuckDB gives, with a warning for each that had
 * to change.
 */
export function uniqueNames(written: readonly string[], line: number): { names: string[]; warnings: Problem[] } {
  const taken = new Set<string>(reservedNames);
  const warnings: Problem[] = [];
  const wanted = new Set(written.map((name) => name.trim().toLowerCase()));
  const names = written.map((original, index) => {
    const base = original.trim() === '' ? `column_${index + 1}` : original.trim();
    let name = base;
    for (let suffix = 2; taken.has(name.toLowerCase()); suffix++) {
      name = `${base}_${suffix}`;
      if (wanted.has(name.toLowerCase())) name = base;
    }
    taken.add(name.toLowerCase());
    if (name !== original.trim()) {
      const { code, reason } = whyRenamed(original.trim());
      warnings.push({ code, message: `Column ${index + 1} ${reason}; it is now "${name}".`, line, column: name });
    }
    return name;
  });
  return { names, warnings };
}
