import type { OutputOf } from '../contract/call.ts';
import type { trainCalls } from '../contract/train.ts';
import type { Sweep, Trial } from '../contract/train-sweeps.ts';
import { type Command, given, numberFlag } from './command.ts';
import { runTable, trainedInWords } from './run-table.ts';
import { requireLearners, searchFlags, searchUsage, spacesOf } from './search-flags.ts';
import { table } from './table.ts';
import { trainingFlags, trainingInput, trainingUsage } from './train-commands.ts';
import { warningLines } from './warning-lines.ts';

const text = { type: 'string' } as const;
const one = { minimum: 1, maximum: 1 } as const;

function sweepTable(sweeps: Sweep[]): string[] {
  return table(
    ['search', 'kind', 'learners', 'dataset', 'target', 'state', 'trials', 'best', 'seconds'],
    sweeps.map((sweep) => [
      String(sweep.number),
      sweep.kind,
      sweep.learners.join(','),
      `${sweep.dataset.name}@${sweep.dataset.version}`,
      sweep.target,
      sweep.state,
      String(Object.values(sweep.trials).reduce((sum, count) => sum + count, 0)),
      sweep.bestScore,
      sweep.seconds,
    ]),
  );
}

function trialTable(trials: Trial[]): string[] {
  return table(
    ['trial', 'learner', 'state', 'score', '±', 'seconds', 'parameters', 'why'],
    trials.map((trial) => [
      String(trial.number),
      trial.learner,
      trial.state,
      trial.score,
      trial.standardError,
      trial.seconds,
      Object.entries(trial.params)
        .map(([name, value]) => `${name}=${typeof value === 'number' ? Number(value.toPrecision(4)) : value}`)
        .join(' '),
      trial.why ?? '',
    ]),
  );
}

function sweepInWords({ sweep, trials }: Pick<OutputOf<typeof trainCalls.showSweep>, 'sweep' | 'trials'>): string[] {
  const choices = sweep.choices.map(({ roles, learner, trials: chosen, run, why }) => {
    const from = chosen.map(({ number }) => number).join(', ');
    return `${roles.join(' and ')}: ${learner} of trial ${from}${run ? ` (${run})` : ''}, ${why}`;
  });
  return [...sweepTable([sweep]), '', ...trialTable(trials), ...(choices.length > 0 ? ['', ...choices] : [])];
}

function onOne(verb: string, call: string, summary: string): Command {
  return {
    words: `train sweep ${verb}`,
    usage: 'SEARCH',
    summary,
    example: `galley train sweep ${verb} 3`,
    flags: {},
    positionals: one,
    call,
    input: ([sweep]) => ({ sweep }),
    print: ({ sweep }: { sweep: Sweep }) => sweepTable([sweep]),
  };
}

export const trainSweepCommands: Command[] = [
  {
    words: 'train sweep run',
    usage: `NAME[@V] --target COL --learner NAME,… [--method grid|random|tpe] [--range PARAMETER=FROM..TO[:log]]… [--range PARAMETER=A|B|C]… [--points 5] [--halving | --no-halving] [--blend] ${searchUsage} ${trainingUsage}`,
    summary: 'Searches the parameters of learners by cross-validation; the best and the simplest become runs.',
    example:
      'galley train sweep run sales --target price --learner trees --range rounds=50..500:log --range max_leaves=15|31|63 --trials 20',
    flags: {
      ...trainingFlags,
      ...searchFlags,
      method: text,
      range: { type: 'string', multiple: true },
      points: text,
      halving: { type: 'boolean' },
      'no-halving': { type: 'boolean' },
      blend: { type: 'boolean' },
    },
    positionals: one,
    call: 'train.sweep',
    input: ([reference], flags) => {
      const learners = requireLearners(flags);
      return given({
        ...trainingInput(reference, flags),
        method: flags.method,
        spaces: spacesOf(flags, learners),
        points: numberFlag(flags, 'points'),
        halving: flags.halving === true ? true : flags['no-halving'] === true ? false : undefined,
        blend: flags.blend,
      });
    },
    print: ({ runs, best, warnings, sweep }: OutputOf<typeof trainCalls.sweep>) => [
      ...warningLines(warnings),
      ...runTable(runs),
      '',
      `Best: ${best.learner}, run ${best.number}, of search ${sweep}`,
    ],
  },
  {
    words: 'train sweep list',
    usage: '[--target COL]',
    summary: 'All searches, newest first.',
    example: 'galley train sweep list',
    flags: { target: text },
    positionals: { minimum: 0, maximum: 0 },
    call: 'train.sweeps',
    input: (_, flags) => given({ target: flags.target }),
    print: ({ sweeps }: OutputOf<typeof trainCalls.sweeps>) =>
      sweeps.length === 0
        ? ['No search yet. Start one with: galley train run NAME --target COLUMN']
        : sweepTable(sweeps),
  },
  {
    words: 'train sweep show',
    usage: 'SEARCH',
    summary: 'One search with its trials: parameters, scores, and why some were pruned.',
    example: 'galley train sweep show 3',
    flags: {},
    positionals: one,
    call: 'train.showSweep',
    input: ([sweep]) => ({ sweep }),
    print: sweepInWords,
  },
  onOne('pause', 'train.pauseSweep', 'Pauses a search; what is finished is kept.'),
  onOne('stop', 'train.stopSweep', 'Ends a search early: chooses among what was tried until now.'),
  {
    words: 'train sweep resume',
    usage: 'SEARCH',
    summary: 'Goes on with a search that was paused, canceled or interrupted.',
    example: 'galley train sweep resume 3',
    flags: {},
    positionals: one,
    call: 'train.resumeSweep',
    input: ([sweep]) => ({ sweep }),
    print: trainedInWords,
  },
];
