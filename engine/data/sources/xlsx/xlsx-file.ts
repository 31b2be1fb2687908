import { GalleyError } from '../../../base/errors.ts';
import type { ImportOptions } from '../../../contract/import-options.ts';
import type { Problem } from '../../../contract/values.ts';
import { type CellsFile, columnsOf } from '../cells-file.ts';
import { CellsWriter } from '../cells-writer.ts';
import { md5Of } from '../md5.ts';
import type { ReadContext } from '../read-context.ts';
import type { SourceFile } from '../source-file.ts';
import { stagingFile } from '../staging-file.ts';
import { type SheetNotes, type Sightings, visitSheet } from './sheet-cells.ts';
import { SheetTable } from './sheet-table.ts';
import { openWorkbook, type Sheet, type Workbook } from './workbook.ts';

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}

function chosenSheet({ sheets }: Workbook, source: SourceFile, wanted: string | undefined): Sheet {
  const found =
    wanted === undefined
      ? (sheets.find((sheet) => !sheet.isHidden) ?? sheets[0])
      : sheets.find(({ name }) => name === wanted);
  if (found) return found;
  const names = sheets.map((sheet) => sheet.name);
  throw new GalleyError('data.unknown_sheet', `${source.name} has no sheet "${wanted}"; it has ${quoted(names)}.`, {
    details: { file: source.name, sheet: wanted, sheets: names },
  });
}

function noteWarning(code: string, note: Sightings | undefined, describe: (note: Sightings) => string): Problem[] {
  if (!note) return [];
  const line = Number(/\d+/.exec(note.first)?.[0]);
  return [{ code, message: describe(note), ...(Number.isFinite(line) ? { line } : {}) }];
}

function cells({ count, first }: Sightings): string {
  return count === 1 ? `Cell ${first} holds` : `${count} cells, the first is ${first}, hold`;
}

function noteWarnings({ errors, withoutValue, wrongDates, merged }: SheetNotes): Problem[] {
  return [
    ...noteWarning('data.cell_error', errors, (note) => `${cells(note)} an error such as #DIV/0!: missing.`),
    ...noteWarning(
      'data.formula_without_value',
      withoutValue,
      (note) =>
        `${cells(note)} a formula whose value was never saved: missing. Open and save the workbook in a spreadsheet.`,
    ),
    ...noteWarning('data.wrong_date', wrongDates, (note) => `${cells(note)} a date that is on no calendar: missing.`),
    ...noteWarning('data.merged_cells', merged, ({ count, first }) =>
      count === 1
        ? `The cells ${first} are merged: only the first one has the value.`
        : `${count} groups of cells are merged, the first is ${first}: only the first cell of each has the value.`,
    ),
  ];
}

function sheetWarning({ sheets }: Workbook, sheet: Sheet, wanted: string | undefined): Problem[] {
  if (wanted !== undefined || sheets.length === 1) return [];
  const others = sheets.filter((other) => other !== sheet).map(({ name }) => name);
  return [
    { code: 'data.other_sheets', message: `Only sheet "${sheet.name}" is read; there are ${quoted(others)} too.` },
  ];
}

async function readSheet(
  workbook: Workbook,
  source: SourceFile,
  context: ReadContext,
  options: ImportOptions,
): Promise<CellsFile> {
  const sheet = chosenSheet(workbook, source, options.sheet);
  const readable = stagingFile(context, 'cells');
  const writer = new CellsWriter(readable, source.name, options);
  const table = new SheetTable(writer, source.name, options, context.headRows);
  const size = workbook.archive.sizeOf(sheet.entryName);
  let notes: SheetNotes;
  try {
    notes = await visitSheet(
      workbook,
      sheet.entryName,
      (row) => table.add(row),
      (characters) => {
        context.throwIfCanceled();
        context.progress('reading', Math.min(characters, size), size);
      },
    );
    table.finish();
  } finally {
    writer.close();
  }
  if (writer.rows === 0) {
    throw new GalleyError('data.no_rows', `Sheet "${sheet.name}" of ${source.name} has no row of data.`, {
      details: { file: source.name, sheet: sheet.name, sheets: workbook.sheets.map(({ name }) => name) },
    });
  }
  const { rows, longestRow } = writer;
  return {
    source,
    readable,
    ...columnsOf(writer),
    rows,
    longestRow,
    unit: 'row',
    decimal: options.decimal ?? '.',
    md5: await md5Of(source.path, context, source.bytes),
    warnings: [...sheetWarning(workbook, sheet, options.sheet), ...table.warnings, ...noteWarnings(notes)],
    sheet: {
      all: workbook.sheets.map(({ name }) => name),
      name: sheet.name,
      hasHeader: table.hasHeader,
      skippedLines: options.skipLines ?? 0,
    },
  };
}

/**
 * Reads one sheet of an Excel workbook (.xlsx, .xlsm). Text stays text, whatever it looks like; formulas count with the
 * value that was saved with them.
 * @throws GalleyError `data.unknown_sheet`, `data.no_rows`, `data.ragged_rows`, and what `openWorkbook` throws
 */
export async function readXlsxFile(
  source: SourceFile,
  context: ReadContext,
  options: ImportOptions,
): Promise<CellsFile> {
  const workbook = await openWorkbook(source.path, source.name);
  try {
    return await readSheet(workbook, source, context, options);
  } finally {
    workbook.archive.close();
  }
}
