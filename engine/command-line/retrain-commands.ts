import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { makeNamedFolder } from '../base/durable-files.ts';
import { count } from '../base/words.ts';
import type { OutputOf } from '../contract/call.ts';
import type { demoCalls, Pipeline, PipelineRun, retrainCalls } from '../contract/retrain.ts';
import type { Approval } from '../contract/retrain-approval.ts';
import type { Probation } from '../contract/retrain-probation.ts';
import { type Command, type Flags, given, numberFlag, refuseBeside, usageError } from './command.ts';
import { fileText } from './file-text.ts';
import { parametersOf } from './pipeline-parameters.ts';
import { stepSummary } from './step-summary.ts';
import { table } from './table.ts';

const text = { type: 'string' } as const;

const runLines = ({ steps, decision, status }: PipelineRun) => [
  ...table(
    ['step', 'status', 'seconds', 'summary'],
    steps.map((step) => [
      step.name,
      step.cached ? `${step.status}, cached` : step.status,
      step.seconds,
      stepSummary(step),
    ]),
  ),
  '',
  decision ? decision.reason : status,
];

/** 1 where the challenger of a run may not take over. There is none where a person is asked first, or nothing new was to be learnt. */
function gateExitCode({ pipeline_run: { decision } }: { pipeline_run: PipelineRun }): number {
  if (decision === null || decision.challenger.version === decision.champion.version) return 0;
  return decision.promoted ? 0 : 1;
}

function approvalLine({ step, state, until, by, reason }: Approval): string {
  if (state === 'waiting') return `${step} waits for a person${until === null ? '' : `, until ${until}`}.`;
  return `${step} was ${state}${by === null ? '' : ` by ${by}`}${reason === null ? '' : `: ${reason}`}.`;
}

function probationLine({ step, version, deployment, state, labelled, wanted, reason }: Probation): string {
  if (state !== 'running') return `${step}: ${reason}`;
  return `${step}: version ${version} is on probation in ${deployment}, ${labelled} of ${wanted} labelled requests came in.`;
}

/** What of a pipeline waits, and what its triggers lack. */
function triggerLines({ name, waiting, triggers }: Pipeline): string[] {
  const lacking = triggers.list.flatMap(({ says, problem }) =>
    problem === null ? [] : `${name}, on ${says}: ${problem}`,
  );
  if (waiting === null) return lacking;
  const { trigger, since, says } = waiting;
  return [`A run of ${name} waits since ${since} (${trigger.kind}: ${trigger.detail}). ${says}`, ...lacking];
}

function scheduleLines({ name, schedule }: Pipeline, next: readonly string[]): string[] {
  if (!schedule) return [`The pipeline ${name} has no schedule.`];
  const { cron, timezone, missed } = schedule;
  const late = missed === 'once' ? 'makes one run' : 'is skipped';
  return [
    `The pipeline ${name} runs at ${cron} in ${timezone}; what is missed ${late}. Next, in UTC:`,
    ...next.map((time) => `  ${time}`),
  ];
}

/** A folder that is made for a run whose steps are kept apart. */
function newFolder(wanted: unknown): string {
  const folder = resolve(String(wanted));
  makeNamedFolder(folder);
  if (readdirSync(folder).length > 0)
    throw usageError(`--isolated takes a folder that is empty or not there yet; ${folder} holds something.`);
  return folder;
}

function textFlag(flags: Flags, name: string): string | undefined {
  const value = flags[name];
  return typeof value === 'string' ? value : undefined;
}

export const retrainCommands: Command[] = [
  {
    words: 'retrain add',
    usage:
      'FILE.yaml | --model MODEL [--name N] [--dataset NAME] [--deployment D] [--window-days N] [--margin X] [--on-alert]',
    summary: 'Makes or changes a pipeline: of its file, or the one that renews a model.',
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
    positionals: { minimum: 0, maximum: 1 },
    call: (_, [file]) => (file === undefined ? 'retrain.add' : 'retrain.addFile'),
    input: ([file], flags) => {
      if (file !== undefined) {
        refuseBeside('the FILE of a pipeline', flags, [
          'name',
          'model',
          'dataset',
          'deployment',
          'window-days',
          'margin',
          'on-alert',
        ]);
        return { text: fileText(file), file };
      }
      if (!flags.model) throw usageError('retrain add needs the FILE of a pipeline, or --model MODEL.');
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
    needsRunningEngine: (input) => /^\s*triggers\s*:/m.test(String(input.text ?? '')),
    print: ({ pipeline }: OutputOf<typeof retrainCalls.add>) => [
      pipeline.renewal
        ? `Pipeline ${pipeline.name} renews ${pipeline.renewal.model} from ${pipeline.renewal.dataset}.`
        : `Pipeline ${pipeline.name} has ${count(pipeline.tasks.length, 'task')}.`,
      ...pipeline.triggers.list.map(({ says }) => `It runs by itself on ${says}.`),
      ...triggerLines(pipeline),
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
    usage: 'NAME [--reason TEXT] [--set NAME=VALUE]… [--fresh] [--wait] | NAME --isolated DIR [--approved-by NAME]',
    summary:
      'Runs a pipeline now; --fresh takes no earlier results, --wait waits for a run that goes on, --isolated runs each task from a clean folder below DIR as exports do.',
    example: 'galley retrain run price',
    flags: {
      reason: text,
      set: { type: 'string', multiple: true },
      fresh: { type: 'boolean' },
      wait: { type: 'boolean' },
      isolated: text,
      'approved-by': text,
    },
    positionals: { minimum: 1, maximum: 1 },
    call: ({ isolated }) => (isolated === undefined ? 'retrain.run' : 'retrain.isolate'),
    input: ([pipeline], flags) => {
      const parameters = parametersOf(flags);
      if (flags.isolated === undefined) {
        if (flags['approved-by'] !== undefined) throw usageError('--approved-by goes with --isolated.');
        return given({ pipeline, reason: flags.reason, parameters, fresh: flags.fresh, wait: flags.wait });
      }
      refuseBeside('--isolated', flags, ['reason', 'fresh', 'wait']);
      return given({ pipeline, parameters, folder: newFolder(flags.isolated) });
    },
    streams: {
      wanted: ({ isolated }) => isolated !== undefined,
      run: async (answer: OutputOf<typeof retrainCalls.isolate>, flags, { write }) => {
        const { tellIsolated } = await import('./isolated-run.ts');
        const folder = resolve(String(flags.isolated));
        await tellIsolated(
          { ...answer, folder, approvedBy: textFlag(flags, 'approved-by') },
          flags.json === true,
          write,
        );
      },
    },
    print: ({ pipeline_run }: OutputOf<typeof retrainCalls.run>) => runLines(pipeline_run),
    exitCode: gateExitCode,
  },
  {
    words: 'retrain rerun',
    usage: 'RUN [--from STEP]',
    summary: 'Runs an ended run once more with its file and parameters: what failed and after it, or from a step on.',
    example: 'galley retrain rerun plr_0198… --from train',
    flags: { from: text },
    positionals: { minimum: 1, maximum: 1 },
    call: 'retrain.rerun',
    input: ([run], flags) => given({ run, from: flags.from }),
    print: ({ pipeline_run }: OutputOf<typeof retrainCalls.rerun>) => runLines(pipeline_run),
    exitCode: gateExitCode,
  },
  {
    words: 'retrain approve',
    usage: 'RUN [--refuse] [--step STEP] [--reason TEXT]',
    summary: 'Lets the challenger of a run that waits take over, or refuses it; the run goes on.',
    example: 'galley retrain approve plr_0198… --reason "reads well in the north, too"',
    flags: { refuse: { type: 'boolean' }, step: text, reason: text },
    positionals: { minimum: 1, maximum: 1 },
    call: 'retrain.approve',
    input: ([run], { refuse, step, reason }) => given({ run, approve: refuse !== true, step, reason }),
    print: ({ pipeline_run }: OutputOf<typeof retrainCalls.approve>) => runLines(pipeline_run),
    exitCode: (answer: OutputOf<typeof retrainCalls.approve>, { refuse }) =>
      refuse === true ? 0 : gateExitCode(answer),
  },
  {
    words: 'retrain log',
    usage: 'RUN STEP',
    summary: 'What a step of a run said.',
    example: 'galley retrain log plr_0198… train',
    flags: {},
    positionals: { minimum: 2, maximum: 2 },
    call: 'retrain.log',
    input: ([run, step]) => ({ run, step }),
    print: ({ lines, truncated }: OutputOf<typeof retrainCalls.log>) => [
      ...(truncated ? ['(the earlier lines are left out)'] : []),
      ...(lines.length === 0 ? ['(the step said nothing)'] : lines),
    ],
  },
  {
    words: 'retrain text',
    usage: 'NAME',
    summary: 'The file of a pipeline; of one that is made of settings what it would be.',
    example: 'galley retrain text price > pipelines/mine.yaml',
    flags: {},
    positionals: { minimum: 1, maximum: 1 },
    call: 'retrain.text',
    input: ([pipeline]) => ({ pipeline }),
    print: ({ text }: OutputOf<typeof retrainCalls.text>) => [text.trimEnd()],
  },
  {
    words: 'retrain remove',
    usage: 'NAME',
    summary: 'Removes a pipeline with its runs; models, versions and deployments stay.',
    example: 'galley retrain remove price',
    flags: {},
    positionals: { minimum: 1, maximum: 1 },
    call: 'retrain.remove',
    input: ([pipeline]) => ({ pipeline }),
    print: ({ name }: OutputOf<typeof retrainCalls.remove>) => [`The pipeline ${name} is removed.`],
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
    print: ({ pipelines, runs, waiting }: OutputOf<typeof retrainCalls.list>) => [
      ...table(
        ['pipeline', 'models', 'dataset', 'window', 'on alert', 'triggers', 'next run'],
        pipelines.map(({ name, models, renewal, fault, triggers, nextRunAt }) => [
          name,
          models.join(', '),
          fault ? 'its file has faults' : (renewal?.dataset ?? 'as its file says'),
          renewal && (renewal.windowDays === null ? 'all rows' : `${renewal.windowDays} days`),
          renewal && (renewal.onAlert ? 'yes' : 'no'),
          triggers.list.map(({ trigger }) => trigger.on).join(', '),
          nextRunAt,
        ]),
      ),
      ...pipelines.flatMap(triggerLines),
      '',
      ...table(
        ['run', 'pipeline', 'status', 'started', 'decision'],
        runs.map((run) => [run.id, run.pipeline, run.status, run.startedAt, run.decision?.reason]),
      ),
      ...waiting.map(
        ({ run, step, until }) =>
          `${step} of ${run} waits for \`galley retrain approve ${run}\`${until === null ? '' : `, until ${until}`}.`,
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
    print: ({ pipeline_run, approvals, probations }: OutputOf<typeof retrainCalls.show>) => [
      ...runLines(pipeline_run),
      ...approvals.map(approvalLine),
      ...probations.map(probationLine),
    ],
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
