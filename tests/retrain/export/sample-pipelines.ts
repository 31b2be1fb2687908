import type { PipelineExport, PipelineExportFormat } from '../../../engine/contract/retrain-export.ts';
import type { Scalar } from '../../../engine/contract/retrain-pipeline.ts';
import type { Schedule } from '../../../engine/contract/retrain-schedule.ts';
import { exportPipeline } from '../../../engine/retrain/export/export-pipeline.ts';
import { withSchedule } from '../../../engine/retrain/triggers/file-schedule.ts';

/** Steps of all kinds that targets treat in their own way: a matrix and what follows it, retries, conditions, a person, a release. */
export const ridershipPipeline = `
format: 1
pipeline: ridership_daily
summary: Renews ridership from the newest rows.
parameters:
  # Days that are learned from.
  window: 365d
steps:
  - { name: rows, kind: fetch, dataset: ridership }
  - { name: hold, kind: split, data: rows, split: { kind: random, holdout: 0.2, seed: 1 } }
  - name: fit
    kind: train
    data: rows
    split: hold
    like: ridership@champion
    matrix: { learner: [linear, trees] }
    learner: \${learner}
    window: \${window}
    timeout: 30m
    retry: { times: 3, wait: 10s, factor: 1.5 }
  - { name: versions, kind: register, run: fit, model: ridership }
  - { name: contest, kind: compare, challengers: versions }
  - { name: gate, kind: gate, comparison: contest }
  - { name: ask, kind: approve, decision: gate, when: gate.passed }
  - { name: release, kind: deploy, decision: ask, timeout: 1h }
  - { name: tell, kind: notify, channel: team, message: It failed, after: [gate, release], when: failed }
  - { name: paper, kind: report, of: [gate, fit], format: markdown, to: reports/renewal.md, when: always }
  - name: own
    kind: run
    data: rows
    command: [node, scripts/own.mjs]
    environment: [API_KEY, GALLEY_REMOTE]
    reads: [scripts/own.mjs, "odd [x]*\\n.mjs"]
    lock: package-lock.json
`;

/** What systems, shells and languages take for something else. */
export const hostileTexts = [
  "'; rm -rf / #",
  '"""\'\'\'\\',
  '$(id) `id` $HOME %PATH% !!',
  '{{ 7*7 }} {% raw %} {# x #}',
  '*/ --> ]]> <!-- <script>',
  'yes',
  '012',
  'ü 日本 \u202e\u2028\u0085 \u{1f600}',
  'a\nb\r\n# c: [d]',
  'a b # c: [d]',
  '\\u000aproperties([]) \\u0027 \\x41 \\',
  '*&!|>-',
  ' ',
  `$\{{ secrets.KEY`,
];

/** Of an expression that one of them begins: together they are one. */
const closing = ['}}'];

/** A pipeline whose tasks have hostile names, and whose steps have the names of words that languages keep to themselves. */
export function oddPipeline(
  texts: readonly string[] = hostileTexts,
  summary = [...texts, ...closing].join(' '),
): string {
  return JSON.stringify({
    format: 1,
    pipeline: 'class_',
    summary,
    steps: [
      { name: 'import', kind: 'fetch', dataset: 'riders' },
      { name: 'image', kind: 'check', data: 'import' },
      { name: 'pages', kind: 'check', data: 'image', matrix: { word: texts } },
      { name: 'default', kind: 'train', data: 'pages', like: 'riders' },
      { name: 'stages', kind: 'evaluate', run: 'default', when: 'passed' },
      { name: 'variables', kind: 'report', of: ['stages'], format: 'markdown', to: 'a.md' },
    ],
  });
}

/** A pipeline of 60 tasks in a row of matrices. */
export const widePipeline = JSON.stringify({
  format: 1,
  pipeline: 'wide',
  steps: [
    { name: 'rows', kind: 'fetch', dataset: 'riders' },
    {
      name: 'fit',
      kind: 'train',
      data: 'rows',
      like: 'riders',
      matrix: { seed: Array.from({ length: 29 }, (_, seed) => seed) },
    },
    { name: 'judge', kind: 'evaluate', run: 'fit' },
    { name: 'paper', kind: 'report', of: 'judge', format: 'html', to: 'a.html' },
  ],
});

export const everyMonday = { cron: '0 6 * * 1', timezone: 'Europe/Berlin', missed: 'once' } as const;

interface Wish {
  schedule?: Schedule;
  parameters?: Record<string, Scalar>;
  oidc?: boolean;
}

export function exported(format: PipelineExportFormat, source: string, wish: Wish = {}): PipelineExport {
  const { schedule, parameters, oidc } = wish;
  const text = schedule === undefined ? source : withSchedule(source, 'p.yaml', schedule);
  const at = Date.UTC(2026, 5, 1);
  return exportPipeline({ text, file: 'p.yaml', format, parameters, oidc }, { galleyVersion: '1.2.3', at });
}

/** The text of a file of an export. */
export function fileOf({ files }: PipelineExport, path: string): string {
  const file = files.find((one) => one.path === path);
  if (!file) throw new Error(`There is no ${path}, but ${files.map((one) => one.path).join(', ')}.`);
  return file.content;
}
