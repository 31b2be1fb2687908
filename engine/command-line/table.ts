/** Rows as aligned columns; numbers to the right. */
export function table(header: string[], rows: (string | number | null | undefined)[][]): string[] {
  const text = rows.map((row) =>
    row.map((cell) =>
      cell === null || cell === undefined ? '' : typeof cell === 'number' ? formatNumber(cell) : cell,
    ),
  );
  const widths = header.map((title, index) => Math.max(title.length, ...text.map((row) => (row[index] ?? '').length)));
  const isNumber = header.map(
    (_, index) =>
      rows.length > 0 &&
      rows.every((row) => typeof row[index] === 'number' || row[index] === null || row[index] === undefined),
  );
  const line = (cells: string[]) =>
    cells
      .map((cell, index) =>
        isNumber[index] ? cell.padStart(widths[index] as number) : cell.padEnd(widths[index] as number),
      )
      .join('  ')
      .trimEnd();
  return [line(header), ...text.map(line)];
}

export function formatNumber(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString('en-US');
  return Math.abs(value) >= 1000 ? value.toFixed(0) : value.toPrecision(4);
}
