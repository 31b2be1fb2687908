import { isDay, isDayAndTime, kindOfFloat, kindOfInteger } from './cell-values.ts';
import { defaultMissingWords, wordOf } from './cell-words.ts';
import { buildTable, type CellKind, cellKinds, firstEvent, kindOfState, states, textStates } from './csv-automaton.ts';
import type { DecimalMark } from './reading-rules.ts';

/** Stands in no text that is a number, a date or a word. */
const noDelimiter = '\x1f';

/** Tells what a text in a file of JSON or a spreadsheet can be read as, as the scanner of CSV tells it of a cell. */
export class TextKinds {
  readonly #decimal: DecimalMark;
  readonly #missing: ReadonlySet<string>;
  #table: Uint8Array | undefined;

  /** @param missing words for a missing value; left out: those that hold for every file */
  constructor(decimal: DecimalMark = '.', missing: readonly string[] = defaultMissingWords) {
    this.#decimal = decimal;
    this.#missing = new Set(missing);
  }

  /** True where the text is a word for a missing value. */
  isMissing(text: string): boolean {
    return this.#missing.has(text.trim());
  }

  /** What the text can be read as without losing anything of it. */
  kindOf(text: string): CellKind {
    if (text.trim() === '') return 'blank';
    if (this.isMissing(text)) return 'missing';
    const bytes = Buffer.from(text);
    const state = this.#stateAfter(bytes);
    const trimmed = text.trim();
    if (textStates.has(state)) return wordOf(trimmed, this.#decimal, this.#missing) ?? 'text';
    const kind = cellKinds[kindOfState[state] as number] as (typeof cellKinds)[number];
    switch (kind) {
      case 'integer':
        return kindOfInteger(trimmed);
      case 'float':
        return kindOfFloat(trimmed);
      case 'date':
        return isDay(bytes, 0) ? kind : 'text';
      case 'timestamp':
      case 'zonedTimestamp':
        return isDayAndTime(bytes, 0, bytes.length) ? kind : 'text';
      default:
        return kind;
    }
  }

  /** The automaton's state after a text; that of a text where something in it would end a cell. */
  #stateAfter(bytes: Uint8Array): number {
    this.#table ??= buildTable({ delimiter: noDelimiter, quote: '', decimal: this.#decimal });
    let state: number = states.start;
    for (const byte of bytes) {
      state = this.#table[(state << 8) | byte] as number;
      if (state >= firstEvent) return textState;
    }
    return state;
  }
}

const textState = [...textStates][0] as number;
