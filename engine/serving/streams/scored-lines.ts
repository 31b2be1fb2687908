import { isUtf8 } from 'node:buffer';
import { GalleyError } from '../../base/errors.ts';
import type { NewId } from '../../base/ids.ts';
import type { FieldSignature } from '../../contract/values.ts';
import { AnswerText } from '../answer-text.ts';
import type { Answers } from '../batcher.ts';
import { parseJson } from '../http-body.ts';
import type { LoadedModel } from '../model.ts';
import { parseCsv } from '../protocols/csv.ts';
import { predictionText } from '../protocols/predict-form.ts';
import type { CheckedRow } from '../row-check.ts';
import { type RowFault, RowFaults } from '../row-faults.ts';
import { valueOfText } from '../value-of-text.ts';
import { inOrder } from './in-order.ts';
import { splitLines } from './lines.ts';

export type LineFormat = 'csv' | 'ndjson';

/** A row with the lines that it stands in. */
interface TextRow {
  text: string;
  /** The first of its lines, from 1 on. */
  line: number;
}

/** Rows that are with the model at a time; no more are read meanwhile. */
const window = 2048;
const largestLineBytes = 16 * 1024 * 1024;

/**
 * Answers rows that come as text, line by line in their order, while more may still come: CSV with a header as CSV, its columns
 * as they were, or NDJSON as the predictions of /predict.
 * @param format found from the first byte where it is not given
 * @throws GalleyError `deploy.invalid_rows`, `deploy.missing_column`, `serving.invalid_json`, `serving.invalid_request`
 * with the line, after the answers to the lines before
 */
export async function* scoreLines(
  model: LoadedModel,
  chunks: AsyncIterable<Buffer>,
  newId: NewId,
  format?: LineFormat,
): AsyncGenerator<string, void> {
  const lines = textRows(chunks);
  const first = await lines.next();
  if (first.done) return;
  const isCsv = (format ?? formatOf(first.value)) === 'csv';
  const rows = isCsv ? new CsvRows(model, first.value) : new JsonRows(model, newId);
  if (rows.header !== null) yield `${rows.header}\n`;
  const rest = isCsv ? joinQuoted(lines) : filled(first.value, lines);
  const answered = inOrder(rest, (row) => settled(answerTo(model, rows, row)), window);
  for await (const { text, error } of answered) {
    if (text === undefined) throw error;
    yield `${text}\n`;
  }
}

/** How rows are read from lines, and answers written. */
interface LineRows {
  /** What stands before the answers. */
  readonly header: string | null;
  read(row: TextRow): unknown;
  write(row: TextRow, checked: CheckedRow, answers: Answers): string;
}

async function answerTo(model: LoadedModel, rows: LineRows, row: TextRow): Promise<string> {
  const faults = new RowFaults();
  const checked = model.rows.check(
    atLine(row, () => rows.read(row)),
    row.line,
    faults,
  );
  if (!checked) {
    const [fault] = faults.listed as [RowFault];
    throw new GalleyError('deploy.invalid_rows', `Line ${row.line} does not fit the model: ${fault.message}`, {
      hint: 'Correct the line; those before it were answered.',
      details: { line: row.line, faults: faults.listed.slice(0, 20) },
    });
  }
  return rows.write(row, checked, await model.batcher.add([checked.values]));
}

class JsonRows implements LineRows {
  readonly header = null;
  readonly #answers: AnswerText;
  readonly #newId: NewId;

  constructor({ signature }: LoadedModel, newId: NewId) {
    this.#answers = new AnswerText(signature);
    this.#newId = newId;
  }

  read({ text }: TextRow): unknown {
    return parseJson(text);
  }

  write(_row: TextRow, checked: CheckedRow, answers: Answers): string {
    return predictionText(this.#answers.answer(checked, this.#newId('row'), answers, 0), true, null, undefined);
  }
}

class CsvRows implements LineRows {
  readonly header: string;
  readonly #names: string[];
  readonly #fields: { field: FieldSignature; place: number }[];

  constructor({ signature }: LoadedModel, header: TextRow) {
    this.#names = atLine(header, () => parseCsv(header.text)[0] ?? []).map((name) => name ?? '');
    const missing = signature.inputs.filter(({ name, nullable }) => !nullable && !this.#names.includes(name));
    if (missing.length > 0) {
      const names = missing.map(({ name }) => name);
      const message = `The header lacks what the model cannot do without: ${names.join(', ')}.`;
      throw new GalleyError('deploy.missing_column', message, { details: { missing: names, found: this.#names } });
    }
    this.#fields = signature.inputs.flatMap((field) => {
      const place = this.#names.indexOf(field.name);
      return place === -1 ? [] : [{ field, place }];
    });
    const answers =
      signature.task === 'regression'
        ? ['prediction']
        : ['label', ...(signature.classes ?? []).map((name) => `probability_${name}`)];
    this.header = [header.text, ...answers.map(csvCell)].join(',');
  }

  read({ text }: TextRow): unknown {
    const [cells = []] = parseCsv(text);
    if (cells.length !== this.#names.length) {
      const message = `it has ${cells.length} cells where the header has ${this.#names.length}.`;
      throw new GalleyError('serving.invalid_request', message);
    }
    return Object.fromEntries(
      this.#fields.map(({ field, place }) => [field.name, valueOfText(field.type, cells[place] ?? null)]),
    );
  }

  write({ text }: TextRow, _checked: CheckedRow, { labels, scores }: Answers): string {
    const numbers = Array.from(scores, (score) => (Number.isFinite(score) ? String(score) : ''));
    return [text, ...(labels ?? []).map(csvCell), ...numbers].join(',');
  }
}

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

async function* textRows(chunks: AsyncIterable<Buffer>): AsyncGenerator<TextRow, void> {
  let line = 0;
  for await (const bytes of splitLines(chunks, largestLineBytes)) {
    line++;
    if (bytes === null) {
      throw new GalleyError('serving.invalid_request', `Line ${line} is longer than ${largestLineBytes} bytes.`);
    }
    if (!isUtf8(bytes)) throw new GalleyError('serving.invalid_request', `Line ${line} is not UTF-8.`);
    const text = line === 1 ? bytes.toString().replace(/^\uFEFF/, '') : bytes.toString();
    yield { text, line };
  }
}

/** Puts lines together while a quote is open; empty ones outside of quotes are passed over. */
async function* joinQuoted(lines: AsyncIterable<TextRow>): AsyncGenerator<TextRow, void> {
  let open: TextRow | null = null;
  for await (const { text, line } of lines) {
    const closes: boolean = text.split('"').length % 2 === (open ? 0 : 1);
    const row: TextRow = open ? { text: `${open.text}\n${text}`, line: open.line } : { text, line };
    open = closes ? null : row;
    if (closes && row.text !== '') yield row;
    if (row.text.length > largestLineBytes) {
      throw new GalleyError('serving.invalid_request', `Line ${row.line} has a quote that is not closed.`);
    }
  }
  if (open) yield open;
}

async function* filled(first: TextRow, rest: AsyncIterable<TextRow>): AsyncGenerator<TextRow, void> {
  if (first.text !== '') yield first;
  for await (const row of rest) if (row.text !== '') yield row;
}

function formatOf({ text }: TextRow): LineFormat {
  return text.trimStart().startsWith('{') ? 'ndjson' : 'csv';
}

/** Does work whose errors are told with the line. */
function atLine<Result>({ line }: TextRow, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof GalleyError)) throw error;
    throw new GalleyError(error.code, `Line ${line}: ${error.message}`, { details: { ...error.details, line } });
  }
}

async function settled(answer: Promise<string>): Promise<{ text?: string; error?: unknown }> {
  try {
    return { text: await answer };
  } catch (error) {
    return { error };
  }
}
