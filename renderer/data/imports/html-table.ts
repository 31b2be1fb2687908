/** A cell as a table of a web page or spreadsheet has it on the clipboard. */
export interface HtmlCell {
  text: string;
  columns: number;
  rows: number;
}

/**
 * Rows of cells with every merged cell at its first place and empty cells for the rest of it, so that what stands in one
 * column stays in one column.
 */
export function spreadCells(rows: readonly (readonly HtmlCell[])[]): string[][] {
  const grid: string[][] = rows.map(() => []);
  for (const [index, cells] of rows.entries()) {
    let place = 0;
    for (const { text, columns, rows: deep } of cells) {
      while (grid[index]?.[place] !== undefined) place++;
      for (let down = 0; down < deep && index + down < rows.length; down++)
        for (let right = 0; right < columns; right++)
          (grid[index + down] as string[])[place + right] = down === 0 && right === 0 ? text : '';
      place += columns;
    }
  }
  const width = Math.max(0, ...grid.map((row) => row.length));
  return grid.map((row) => Array.from({ length: width }, (_, place) => row[place] ?? ''));
}

/** The cells of the one table in a text of HTML, undefined where there is none or more than one. */
export function readHtmlTable(html: string): string[][] | undefined {
  const found = new DOMParser().parseFromString(html, 'text/html').querySelectorAll('table');
  const [table] = found;
  if (!table || found.length > 1) return undefined;
  for (const line of table.querySelectorAll('br')) line.replaceWith(' ');
  const rows = [...table.rows].map((row) =>
    [...row.cells].map((cell) => ({
      text: (cell.textContent ?? '').replace(/\s+/g, ' ').trim(),
      columns: Math.max(1, Math.min(cell.colSpan, 1000)),
      rows: Math.max(1, Math.min(cell.rowSpan, 1000)),
    })),
  );
  return rows.length > 1 ? spreadCells(rows) : undefined;
}
