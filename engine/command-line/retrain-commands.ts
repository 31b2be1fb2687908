import { resolve } from 'node:path';
import type { OutputOf } from '../contract/call.ts';
import type { demoCalls, Pipeline, PipelineRun, retrainCalls } from '../contract/retrain.ts';
import { type Command, given, numberFlag, usageError } from './command.ts';
import { table } from './table.ts';

const text = { type: 'string' } as const;

const runLines = ({ steps, decision, status }: PipelineRun) => [
  ...table(
    ['step', 'status', 'seconds', 'summary'],
    steps.map((step) => [step.name, step.cached ? `${step.status}, cached` : step.status, step.seconds, step.summary]),
  ),
  '',
  decision ? decision.reason : status,
];

function scheduleLines({ name, schedule }: Pipeline, next: readonly string[]): string[] {
  if (!schedule) return [`The pipeline ${name} has no schedule.`];
  const { cron, timezone, missed } = schedule;
  const late = missed === 'once' ? 'makes one run' : 'is skipped';
  return [
    `The pipeline ${name} runs at ${cron} in ${timezone}; what is missed ${late}. Next, in UTC:`,
    ...next.map((time) => `  ${time}`),
  ];
}

export const retrainCommands: Command[] = [
  {
    words: 'retrain add',
    usage: '--model MODEL [--name N] [--dataset NAME] [--deployment D] [--window-days N] [--margin X] [--on-alert]',
    summary: 'Makes or changes the pipeline that renews a model.',
    example: 'galley retrain add --model price --on-alert',
    flags: {
      name: text,
      model: text,
      dataset: text,
      deployment: text,
      'window-days': text,
      margin: text,
      'on-alert': { type: 'boolean' },
    },
    positionals: { minimum: 0, maximum: 0 },
    call: 'retrain.add',
    input: (_, flags) => {
      if (!flags.model) throw usageError('retrain add needs --model MODEL.');
      return given({
        name: flags.name,
        model: flags.model,
        dataset: flags.dataset,
        deployment: flags.deployment,
        windowDays: numberFlag(flags, 'window-days'),
        margin: numberFlag(flags, 'margin'),
        onAlert: flags['on-alert'],
      });
    },
    print: ({ pipeline }: OutputOf<typeof retrainCalls.add>) => [
      `Pipeline ${pipeline.name} renews ${pipeline.model} from ${pipeline.dataset}.`,
    ],
  },
  {
    words: 'retrain schedule',
    usage: 'NAME "CRON" [--timezone Europe/Berlin] [--missed once|skip] | NAME --off',
    summary: 'Runs a pipeline by itself at the times of a cron line, also when this command has ended.',
    example: 'galley retrain schedule price "0 6 * * 1" --timezone Europe/Berlin',
    flags: { timezone: text, missed: text, off: { type: 'boolean' } },
    positionals: { minimum: 1, maximum: 2 },
    call: 'retrain.schedule',
    input: ([pipeline, cron], { timezone, missed, off }) => {
      if ((cron === undefined) !== (off === true))
        throw usageError('retrain schedule takes NAME "CRON" with the five fields of cron in quotes, or NAME --off.');
      if (cron === undefined) return { pipeline, schedule: null };
      const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
      return { pipeline, schedule: { cron, timezone: timezone ?? own, missed: missed ?? 'once' } };
    },
    needsRunningEngine: true,
    print: ({ pipeline, next }: OutputOf<typeof retrainCalls.schedule>) => scheduleLines(pipeline, next),
  },
  {
    words: 'retrain run',
    usage: 'NAME [--reason TEXT]',
    summary: 'Runs a pipeline now.',
    example: 'galley retrain run price',
    flags: { reason: text },
    positionals: { minimum: 1, maximum: 1 },
    call: 'retrain.run',
    input: ([pipeline], flags) => given({ pipeline, reason: flags.reason }),
    print: ({ pipeline_run }: OutputOf<typeof retrainCalls.run>) => runLines(pipeline_run),
  },
  {
    words: 'retrain list',
    usage: '',
    summary: 'All pipelines and their latest runs.',
    example: 'galley retrain list',
    flags: {},
    positionals: { minimum: 0, maximum: 0 },
    call: 'retrain.list',
    input: () => ({}),
    print: ({ pipelines, runs }: OutputOf<typeof retrainCalls.list>) => [
      ...table(
        ['pipeline', 'model', 'dataset', 'window', 'on alert', 'next run'],
        pipelines.map((pipeline) => [
          pipeline.name,
          pipeline.model,
          pipeline.dataset,
          pipeline.windowDays === null ? 'all rows' : `${pipeline.windowDays} days`,
          pipeline.onAlert ? 'yes' : 'no',
          pipeline.nextRunAt,
        ]),
      ),
      '',
      ...table(
        ['run', 'pipeline', 'status', 'started', 'decision'],
        runs.map((run) => [run.id, run.pipeline, run.status, run.startedAt, run.decision?.reason]),
      ),
    ],
  },
  {
    words: 'retrain show',
    usage: 'RUN',
    summary: 'One run of a pipeline.',
    example: 'galley retrain show plr_0198…',
    flags: {},
    positionals: { minimum: 1, maximum: 1 },
    call: 'retrain.show',
    input: ([run]) => ({ run }),
    print: ({ pipeline_run }: OutputOf<typeof retrainCalls.show>) => runLines(pipeline_run),
  },
  {
    words: 'demo',
    usage: '[DIR] [--until-year 2016]',
    summary: 'Walks once around the circle on real data and leaves a project that the app opens.',
    example: 'galley demo ./ridership',
    flags: { 'until-year': text },
    positionals: { minimum: 0, maximum: 1 },
    call: 'demo.run',
    input: (_, flags) => given({ untilYear: numberFlag(flags, 'until-year') }),
    print: ({ years }: OutputOf<typeof demoCalls.run>) =>
      table(
        ['year', 'frozen R²', 'live R²', 'live version', 'drifted columns', 'alerts', 'retrained'],
        years.map((year) => [
          String(year.year),
          year.frozen.r2,
          year.live.r2,
          year.live.version,
          `${Math.round(year.drift * 100)} %`,
          year.alerts.join('; '),
          year.retrained ? 'yes' : 'no',
        ]),
      ),
    projectPath: ([folder], flags) => resolve(folder ?? String(flags.project ?? 'galley-demo')),
  },
];
