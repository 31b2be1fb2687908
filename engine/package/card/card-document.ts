import { writeNumber } from '../../base/report-numbers.ts';
import { count, listed, sentence } from '../../base/words.ts';
import { type CardField, cardFields } from '../../contract/package-card.ts';
import type { Block, CardDocument, Section } from './card-blocks.ts';
import type { CardFacts } from './card-facts.ts';
import { dataSection, trainingSection } from './data-sections.ts';
import { fairnessSection, importanceSection, qualitySection, sliceSection } from './quality-sections.ts';

/** Titles of the parts that an author writes. */
export const fieldTitles: Readonly<Record<CardField, string>> = {
  overview: 'Overview',
  intended_use: 'Intended use',
  out_of_scope: 'Out-of-scope use',
  limits: 'Limits and risks',
  ethics: 'Ethical considerations',
  contact: 'Contact',
  license: 'Licence',
};

/** The content of a card in its order: first what people wrote, then what is known. */
export function cardDocument(facts: CardFacts): CardDocument {
  const { signature, evaluation } = facts;
  const kind = { binary: 'one of two classes', multiclass: 'one of several classes', regression: 'a number' };
  const does = `Predicts ${signature.target} (${kind[signature.task]}) from ${count(signature.inputs.length, 'column')}.`;
  return {
    title: `${facts.model}, version ${facts.version}`,
    lead: [does, ...(evaluation ? [`${sentence(evaluation.headline.title)}.`, evaluation.headline.detail] : [])],
    sections: [
      authorSection(facts, 'overview'),
      authorSection(facts, 'intended_use'),
      authorSection(facts, 'out_of_scope'),
      limitsSection(facts),
      authorSection(facts, 'ethics'),
      unstatedSection(facts),
      qualitySection(facts),
      sliceSection(facts),
      fairnessSection(facts),
      importanceSection(facts),
      dataSection(facts),
      trainingSection(facts),
      signatureSection(facts),
      provenanceSection(facts),
      licenceSection(facts),
      authorSection(facts, 'contact'),
    ].filter((section) => section.blocks.length > 0),
  };
}

function authorBlocks(facts: CardFacts, field: CardField): Block[] {
  const text = facts.text[field]?.trim();
  return text ? [{ kind: 'author', text }] : [];
}

/** Without blocks where nobody wrote it. */
function authorSection(facts: CardFacts, field: CardField): Section {
  return { title: fieldTitles[field], blocks: authorBlocks(facts, field) };
}

/** The parts that nobody wrote, so that nobody takes silence for an answer. */
function unstatedSection(facts: CardFacts): Section {
  const unstated = cardFields.filter((field) => field !== 'license' && !facts.text[field]?.trim());
  const titles = unstated.map((field) => fieldTitles[field].toLowerCase());
  return {
    title: 'Not stated',
    blocks: unstated.length === 0 ? [] : [{ kind: 'paragraph', text: `Nobody has written of ${listed(titles)} yet.` }],
  };
}

function limitsSection(facts: CardFacts): Section {
  const { warnings, holdoutLooks } = facts.run;
  const remarks = [
    'It answers outside what it was trained on too, without knowing better: see the ranges and values under "Inputs and answer".',
    ...warnings.map(({ message }) => message),
    ...(holdoutLooks > 0
      ? [`${count(holdoutLooks, 'run was', 'runs were')} judged on the same held-out rows before this one.`]
      : []),
  ];
  return {
    title: fieldTitles.limits,
    blocks: [...authorBlocks(facts, 'limits'), ...remarks.map((text): Block => ({ kind: 'paragraph', text }))],
  };
}

const shownCategories = 12;
const longestCategory = 40;

function signatureSection({ signature, run }: CardFacts): Section {
  const rows = signature.inputs.map((field) => {
    const seen = field.categories
      ? listed([
          ...field.categories.slice(0, shownCategories).map(shorten),
          ...(field.categories.length > shownCategories ? [`${field.categories.length - shownCategories} more`] : []),
        ])
      : rangeText(field);
    return [field.name, field.type, seen, field.nullable ? 'allowed' : 'refused'];
  });
  const answer: [string, string][] = [
    ['Answer', signature.classes ? `${signature.target}, one of ${listed(signature.classes)}` : signature.target],
    ...(signature.threshold === undefined
      ? []
      : [
          [
            'Threshold',
            `${signature.classes?.[1]} where its probability is at least ${writeNumber(signature.threshold)}`,
          ] as [string, string],
        ]),
    ...(signature.intervals ?? []).map(({ level, halfWidth }): [string, string] => [
      `${Math.round(level * 100)} % interval`,
      `the prediction ± ${writeNumber(halfWidth)}`,
    ]),
  ];
  return {
    title: 'Inputs and answer',
    blocks: [
      {
        kind: 'table',
        columns: [
          { title: 'Column' },
          { title: 'Type' },
          { title: run.recipe.adopted ? 'Seen in the data' : 'Seen in training' },
          { title: 'Missing' },
        ],
        rows,
      },
      { kind: 'facts', items: answer },
    ],
  };
}

function rangeText({ type, minimum, maximum }: CardFacts['signature']['inputs'][number]): string {
  if (typeof minimum !== 'number' || typeof maximum !== 'number') return '';
  const write = type === 'date' || type === 'timestamp' ? (value: number) => writeTime(value, type) : writeNumber;
  return `${write(minimum)} to ${write(maximum)}`;
}

function writeTime(value: number, type: 'date' | 'timestamp'): string {
  const time = new Date(value);
  if (Number.isNaN(time.getTime())) return writeNumber(value);
  return time.toISOString().slice(0, type === 'date' ? 10 : 19);
}

function shorten(text: string): string {
  return text.length > longestCategory ? `${text.slice(0, longestCategory - 1)}…` : text;
}

function provenanceSection(facts: CardFacts): Section {
  const { model, version, aliases, deployments, onnx, parity, run, dataset } = facts;
  return {
    title: 'Provenance and footprint',
    blocks: [
      {
        kind: 'facts',
        items: [
          ['Version', `${model}@${version}, made ${writeMoment(facts.createdAt)}`],
          ...optional('Aliases', listed(aliases)),
          ...optional('Served by', listed(deployments)),
          ['File', `model.onnx, ${writeBytes(onnx.bytes)}, sha256 ${onnx.sha256}`],
          [
            'Parity',
            `the file answers as ${run.recipe.adopted ? 'the one that it came from' : 'its trainer'} on ${count(parity.rows, 'row')} with missing, unseen and extreme values; the largest difference is ${writeNumber(parity.difference)}`,
          ],
          ['Run', `run ${run.number} of ${writeMoment(run.createdAt)}, recipe ${run.recipeHash}`],
          ['Dataset', `${dataset.name}@${dataset.version}, identity ${dataset.identity}`],
          ...(run.recipe.adopted ? [] : [trainingTime(run)]),
          ['Made with', `Galley ${facts.galleyVersion}`],
          ['To verify', `galley package verify ${model}@${version}`],
        ],
      },
    ],
  };
}

function trainingTime({ seconds, environment: { platform, cpu } }: CardFacts['run']): [string, string] {
  const machine = cpu ? `${platform}, ${cpu.model}, ${count(cpu.cores, 'core')}` : platform;
  return ['Training took', `${writeNumber(Number(seconds.toPrecision(3)))} s on ${machine}`];
}

function licenceSection(facts: CardFacts): Section {
  const licence = facts.text.license?.trim();
  return {
    title: fieldTitles.license,
    blocks: [{ kind: 'paragraph', text: licence || 'No licence is stated for this model. Ask before you hand it on.' }],
  };
}

function optional(term: string, value: string): [string, string][] {
  return value === '' ? [] : [[term, value]];
}

/** `2026-11-29 14:26 UTC` of an ISO 8601 time. */
export function writeMoment(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')} UTC`;
}

export function writeBytes(bytes: number): string {
  if (bytes < 1000) return count(bytes, 'byte');
  return bytes < 1e6
    ? `${writeNumber(Number((bytes / 1e3).toPrecision(3)))} kB`
    : `${writeNumber(Number((bytes / 1e6).toPrecision(3)))} MB`;
}
