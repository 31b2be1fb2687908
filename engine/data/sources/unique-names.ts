import type { Problem } from '../../contract/values.ts';

/** Names that are not empty and differ in more than case, with a warning for each that had to change. */
export function uniqueNames(written: readonly string[], line: number): { names: string[]; warnings: Problem[] } {
  const taken = new Set<string>();
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
      const code = original.trim() === '' ? 'data.empty_column_name' : 'data.duplicate_column_name';
      const reason = original.trim() === '' ? 'has no name' : `has the name "${original.trim()}" again`;
      warnings.push({ code, message: `Column ${index + 1} ${reason}; it is now "${name}".`, line, column: name });
    }
    return name;
  });
  return { names, warnings };
}
