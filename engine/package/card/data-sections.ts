import { writeNumber } from '../../base/report-numbers.ts';
import { count, listed } from '../../base/words.ts';
import type { Split } from '../../contract/train.ts';
import type { Block, Section } from './card-blocks.ts';
import { histogramChart, shareChart, writeShare } from './card-charts.ts';
import type { CardFacts, TargetFacts } from './card-facts.ts';

const shownMissing = 15;
const shownSources = 8;
const shownParameters = 40;

/** What it was trained on. */
export function dataSection({ dataset, signature, run }: CardFacts): Section {
  const { name, version, known } = dataset;
  const others = run.recipe.adopted ? 'that it was not judged by' : 'to train on';
  const rows = `${count(run.rows.training, 'row')} ${others}, ${count(run.rows.holdout, 'row')} held out${run.rows.dropped > 0 ? `, ${count(run.rows.dropped, 'row')} without ${signature.target} left out` : ''}`;
  if (known === null)
    return {
      title: 'Data',
      blocks: [
        {
          kind: 'facts',
          items: [
            ['Dataset', `${name}@${version}, which was deleted since`],
            ['Used', rows],
          ],
        },
      ],
    };
  const { sources } = known;
  const more = sources.length - shownSources;
  const files = sources.slice(0, shownSources).map((source) => `${source.name} (${count(source.rows, 'row')})`);
  return {
    title: 'Data',
    blocks: [
      {
        kind: 'facts',
        items: [
          ['Dataset', `${name}@${version}: ${count(known.rows, 'row')}, ${count(known.columns, 'column')}`],
          ...(files.length > 0
            ? [['Read from', listed(more > 0 ? [...files, `${more} more`] : files)] as [string, string]]
            : []),
          ['Used', rows],
        ],
      },
      ...missingBlocks(known),
      ...(known.target ? targetBlocks(known.target, signature.target) : []),
    ],
  };
}

function missingBlocks({ rows, missing }: NonNullable<CardFacts['dataset']['known']>): Block[] {
  if (missing.length === 0) return [{ kind: 'paragraph', text: 'No value is missing.' }];
  const sorted = missing.toSorted((one, other) => other.missing - one.missing);
  return [
    {
      kind: 'table',
      columns: [
        { title: 'Column with missing values' },
        { title: 'Missing', isNumber: true },
        { title: 'Share', isNumber: true },
      ],
      rows: sorted
        .slice(0, shownMissing)
        .map((column) => [column.name, writeNumber(column.missing), writeShare(column.missing / rows)]),
    },
    ...(sorted.length > shownMissing
      ? [
          {
            kind: 'paragraph' as const,
            text: `${count(sorted.length - shownMissing, 'further column has', 'further columns have')} missing values.`,
          },
        ]
      : []),
  ];
}

function targetBlocks(target: TargetFacts, name: string): Block[] {
  const label = `Distribution of ${name}`;
  const rows = target.rows - target.missing;
  const chart = { kind: 'chart' as const, name: 'target', title: label, label };
  if (target.histogram.length > 0)
    return [
      { ...chart, unit: `rows of the dataset by ${name}`, drawing: histogramChart(target.histogram, name, label) },
    ];
  if (target.top.length === 0 || rows === 0) return [];
  const shares = target.top.map(({ value, count: those }) => ({ label: value, share: those / rows }));
  return [{ ...chart, unit: `share of the ${count(rows, 'row')} that have it`, drawing: shareChart(shares, label) }];
}

/** How it was made. */
export function trainingSection({ run, signature }: CardFacts): Section {
  const { recipe } = run;
  if (recipe.adopted) return adoptedSection(recipe.adopted);
  const parameters = Object.entries(recipe.parameters).slice(0, shownParameters);
  return {
    title: 'Training',
    blocks: [
      {
        kind: 'facts',
        items: [
          ['Learner', run.learner],
          ['From', `${count(recipe.features.length, 'column')} to predict ${signature.target}`],
          ['Split', splitText(recipe.split)],
          ...(recipe.window
            ? [
                [
                  'Rows',
                  `those with ${recipe.window.column} ${recipe.window.from ? `from ${recipe.window.from} ` : ''}${recipe.window.to ? `before ${recipe.window.to}` : ''}`.trim(),
                ] as [string, string],
              ]
            : []),
          ['Seed', String(recipe.seed)],
        ],
      },
      ...(recipe.members
        ? [
            {
              kind: 'table' as const,
              columns: [{ title: 'Member' }, { title: 'Weight', isNumber: true }, { title: 'Parameters' }],
              rows: recipe.members.map((member) => [
                member.learner,
                writeNumber(member.weight),
                Object.entries(member.parameters)
                  .map(([name, value]) => `${name} ${writeParameter(value)}`)
                  .join(', '),
              ]),
            },
          ]
        : []),
      ...(parameters.length > 0
        ? [
            {
              kind: 'table' as const,
              columns: [{ title: 'Parameter' }, { title: 'Value', isNumber: true }],
              rows: parameters.map(([name, value]) => [name, writeParameter(value)]),
            },
          ]
        : []),
    ],
  };
}

/** Of how it was trained elsewhere nothing is known but what its file says. */
function adoptedSection({ fileName, sha256, producer }: NonNullable<CardFacts['run']['recipe']['adopted']>): Section {
  return {
    title: 'Training',
    blocks: [
      { kind: 'paragraph', text: 'It was trained elsewhere, and is served as it came. How is not known here.' },
      {
        kind: 'facts',
        items: [
          ['File', `${fileName}, sha256 ${sha256.replace(/^sha256:/, '')}`],
          ['Made by', producer === '' ? 'a program that the file does not name' : producer],
        ],
      },
    ],
  };
}

function writeParameter(value: number | string | boolean): string {
  return typeof value === 'number' ? String(Number(value.toPrecision(6))) : String(value);
}

function splitText(split: Split): string {
  switch (split.kind) {
    case 'random':
      return `${writeShare(split.holdout)} of the rows held out, by a hash of each row (seed ${split.seed})`;
    case 'every-nth':
      return `every ${split.every}th row held out`;
    case 'time':
      return `the last ${writeShare(split.holdout)} of the rows by ${split.by} held out`;
    case 'group':
      return `${writeShare(split.holdout)} held out, all rows of one ${split.by} on one side (seed ${split.seed})`;
    case 'stratified':
      return `${writeShare(split.holdout)} of each ${split.by} held out (seed ${split.seed})`;
    case 'column':
      return `rows whose ${split.by} is ${listed(split.values)} held out`;
    case 'dataset':
      return `judged on ${split.reference}`;
  }
}
