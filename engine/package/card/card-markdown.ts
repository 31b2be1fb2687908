import { stringify } from 'yaml';
import { authorMarkdown } from './author-text.ts';
import type { Block, CardDocument, ChartBlock, TableBlock } from './card-blocks.ts';
import type { CardFacts } from './card-facts.ts';

/** Where the picture of a chart is: a path beside the file, or a data address. */
export type PictureAddress = (chart: ChartBlock) => string;

/** A card in Markdown (GitHub's), with the metadata that Hugging Face reads at its head. */
export function cardMarkdown(facts: CardFacts, document: CardDocument, addressOf: PictureAddress): string {
  const lines = [
    '---',
    stringify(metadata(facts), { lineWidth: 0 }).trimEnd(),
    '---',
    '',
    documentMarkdown(document, addressOf),
  ];
  return lines.join('\n');
}

/** A document in Markdown, whose texts may be anything. */
export function documentMarkdown({ title, lead, sections }: CardDocument, addressOf: PictureAddress): string {
  const lines = [
    `# ${escaped(title)}`,
    '',
    ...lead.flatMap((text) => [escaped(text), '']),
    ...sections.flatMap((section) => [
      `## ${escaped(section.title)}`,
      '',
      ...section.blocks.flatMap((block) => [...blockLines(block, addressOf), '']),
    ]),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function blockLines(block: Block, addressOf: PictureAddress): string[] {
  switch (block.kind) {
    case 'paragraph':
      return [escaped(block.text)];
    case 'author':
      return [authorMarkdown(block.text)];
    case 'facts':
      return block.items.map(([term, value]) => `- **${escaped(term)}**: ${escaped(value)}`);
    case 'table':
      return tableLines(block);
    case 'chart':
      return chartLines(block, addressOf);
  }
}

function tableLines({ columns, rows }: TableBlock): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
  const sides = columns.map(({ isNumber }) => (isNumber ? '---:' : '---'));
  return [line(columns.map(({ title }) => title)), `| ${sides.join(' | ')} |`, ...rows.map(line)];
}

function chartLines(chart: ChartBlock, addressOf: PictureAddress): string[] {
  const { title, unit, label, legend } = chart;
  const names = legend ? [`Lines: ${legend.map(escaped).join(', ')}.`, ''] : [];
  return [`**${escaped(title)}** (${escaped(unit)})`, '', ...names, `![${escaped(label)}](${addressOf(chart)})`];
}

/** A text on one line in which nothing is a mark of Markdown, HTML or an address that becomes a link. */
function escaped(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]<>|~$#&@]/g, '\\$&')
    .replaceAll('://', ':\\//')
    .replace(/\bwww\./gi, (start) => `${start.slice(0, -1)}\\.`)
    .replace(/^(\d+)([.)])(?= )/, '$1\\$2')
    .replace(/^[-+=]/, '\\$&');
}

const tasks = {
  binary: { type: 'tabular-classification', name: 'Tabular classification' },
  multiclass: { type: 'tabular-classification', name: 'Tabular classification' },
  regression: { type: 'tabular-regression', name: 'Tabular regression' },
} as const;

/** The head of a card on Hugging Face: https://huggingface.co/docs/hub/model-cards#model-card-metadata */
function metadata(facts: CardFacts): Record<string, unknown> {
  const { model, version, signature, run, evaluation, dataset, text } = facts;
  const task = tasks[signature.task];
  const values = evaluation
    ? evaluation.metrics.map(({ name, value }) => ({ name, value }))
    : Object.entries(run.metrics).map(([name, value]) => ({ name, value }));
  const known = values.filter(({ value }) => value !== null && Number.isFinite(value));
  const results = {
    task,
    dataset: { type: 'tabular', name: `${dataset.name}@${dataset.version}`, split: 'holdout' },
    metrics: known.map(({ name, value }) => ({ type: name, value, name })),
  };
  return {
    ...licenceMetadata(text.license?.trim()),
    library_name: 'onnx',
    pipeline_tag: task.type,
    tags: ['tabular', 'onnx', 'galley', run.learner],
    metrics: known.map(({ name }) => name),
    'model-index': [{ name: `${model}@${version}`, ...(known.length > 0 ? { results: [results] } : { results: [] }) }],
  };
}

/** Hugging Face knows licences by small identifiers; another one is `other`, with its name. */
function licenceMetadata(licence: string | undefined): Record<string, string> {
  if (!licence) return {};
  const identifier = licence.toLowerCase();
  return knownLicences.has(identifier) ? { license: identifier } : { license: 'other', license_name: licence };
}

const knownLicences: ReadonlySet<string> = new Set([
  'apache-2.0',
  'mit',
  'openrail',
  'bsd',
  'bsd-2-clause',
  'bsd-3-clause',
  'cc0-1.0',
  'cc-by-4.0',
  'cc-by-sa-4.0',
  'cc-by-nc-4.0',
  'gpl-3.0',
  'agpl-3.0',
  'lgpl-3.0',
  'mpl-2.0',
  'eupl-1.1',
  'isc',
  'unlicense',
]);
