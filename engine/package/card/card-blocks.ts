import type { Html } from '../../base/html.ts';

/** A picture, drawn once for all forms of a card. */
export interface ChartBlock {
  kind: 'chart';
  /** Of its file, without an ending. */
  name: string;
  title: string;
  unit: string;
  /** What it shows, for those who do not see it. */
  label: string;
  /** Names of the series in the order of their colours, where there are several. */
  legend?: string[];
  drawing: Html;
}

export interface TableBlock {
  kind: 'table';
  columns: { title: string; isNumber?: boolean }[];
  rows: string[][];
}

/** A piece of a card; its texts are plain, and what writes them escapes them. */
export type Block =
  | { kind: 'paragraph'; text: string }
  /** What the author wrote, in Markdown. */
  | { kind: 'author'; text: string }
  | { kind: 'facts'; items: [term: string, value: string][] }
  | TableBlock
  | ChartBlock;

export interface Section {
  title: string;
  blocks: Block[];
}

export interface CardDocument {
  title: string;
  /** The finding, where the run was evaluated. */
  lead: string[];
  sections: Section[];
}
