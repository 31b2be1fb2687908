import { availableParallelism, totalmem } from 'node:os';
import { GalleyError } from '../../base/errors.ts';
import type { InputOf } from '../../contract/call.ts';
import type { Job } from '../../contract/jobs.ts';
import type { trainCalls } from '../../contract/train.ts';
import type { SearchSpace } from '../../contract/train-sweeps.ts';
import type { DataPhase } from '../../data/index.ts';
import type { Handlers } from '../../jobs/context.ts';
import type { EvaluationWish } from '../evaluation/evaluate-run.ts';
import { foldsLike } from '../folds.ts';
import type { Parameters } from '../learners/learner.ts';
import { learners as allLearners, chooseLearners, findLearner } from '../learners/learners.ts';
import { givenParameters, resolveParameters } from '../learners/parameters.ts';
import type { TrainingBase } from '../run-work.ts';
import type { StoredRun } from '../store.ts';
import type { RecordedSearch } from './replay.ts';
import { type SearchPlan, searchedLearners } from './search-plan.ts';
import { checkSpace, wholeWhereNeeded } from './search-space.ts';
import type { StoredSweep } from './store.ts';
import { stopEarly } from './sweep-job.ts';
import { type SweepTools, sweepWork } from './sweep-work.ts';
import { toSweep, toTrials } from './views.ts';

type SearchInput = Pick<
  InputOf<typeof trainCalls.run>,
  'learners' | 'params' | 'budget' | 'folds' | 'repeats' | 'caps' | 'metric' | 'seed'
>;
type SweepInput = Pick<
  InputOf<typeof trainCalls.sweep>,
  'learners' | 'method' | 'spaces' | 'points' | 'halving' | 'blend'
>;

const defaultSeconds = 60;
const defaultTrials = 20;
const defaultPoints = 5;
const memoryShare = 0.75;

/** What `auto`, or a list of learners with a budget, searches. @throws GalleyError `train.unknown_learner`, `train.invalid_parameter` */
export function autoPlan(input: SearchInput): SearchPlan {
  return {
    kind: 'auto',
    ...commonPlan(input),
    method: 'tpe',
    points: defaultPoints,
    halving: true,
    blend: true,
    budget: input.budget ?? { seconds: defaultSeconds },
  };
}

/** @throws GalleyError `train.unknown_learner`, `train.invalid_parameter`, `train.invalid_space` */
export function sweepPlan(input: SearchInput & SweepInput): SearchPlan {
  const {
    method = 'tpe',
    spaces = {},
    budget,
    points = defaultPoints,
    halving = method !== 'grid',
    blend = false,
  } = input;
  const common = commonPlan(input);
  const unknown = Object.keys(spaces).find((name) => common.learners.every((learner) => learner.name !== name));
  if (unknown !== undefined) {
    const message = `The ranges for "${unknown}" belong to no learner of the search.`;
    throw new GalleyError('train.invalid_space', message, { details: { learner: unknown } });
  }
  const learners = common.learners.map((learner) => {
    const space = spaces[learner.name];
    if (!space) return learner;
    checkSpace(learner.name, space, Object.keys(learner.parameters));
    checkValues(learner, space);
    return { ...learner, space: wholeWhereNeeded(space, findLearner(learner.name).parameters) };
  });
  const limited = budget?.seconds !== undefined || budget?.trials !== undefined;
  const own = method === 'grid' ? {} : { trials: defaultTrials };
  return { kind: 'sweep', ...common, learners, method, points, halving, blend, budget: limited ? budget : own };
}

/** Tries what a range can give. @throws GalleyError `train.invalid_parameter` */
function checkValues(
  { name: learner, parameters }: { name: string; parameters: Parameters },
  space: SearchSpace,
): void {
  for (const [name, range] of Object.entries(space)) {
    const values = range.kind === 'choice' ? range.values : [range.low, range.high];
    for (const value of values) resolveParameters([findLearner(learner)], { ...parameters, [name]: value });
  }
}

function commonPlan({ learners: names, params = {}, folds, repeats, caps = {}, metric, seed }: SearchInput) {
  const chosen = chooseLearners(names);
  const parameters = resolveParameters(chosen, params);
  return {
    learners: chosen.map((learner, index) => ({
      name: learner.name,
      parameters: parameters[index] ?? {},
      fixed: givenParameters(learner, params),
    })),
    ...(folds !== undefined && { folds }),
    ...(repeats !== undefined && { repeats }),
    cores: Math.min(caps.cores ?? availableParallelism(), availableParallelism()),
    memory: caps.memory ?? Math.floor((memoryShare * totalmem()) / 2 ** 20),
    ...(metric !== undefined && { metric }),
    seed: seed ?? 0,
  };
}

/** Stores a new search and submits its work. @throws GalleyError `train.invalid_folds` */
export function startSearch(
  tools: SweepTools,
  training: TrainingBase,
  search: SearchPlan,
  evaluation: EvaluationWish,
): Job {
  const { context, sweeps } = tools;
  const { version, ...rest } = training;
  foldsLike(training.split, search.folds, search.repeats);
  const sweep: StoredSweep = {
    id: context.newId('swp'),
    number: sweeps.nextNumber(),
    jobId: '',
    state: 'running',
    datasetVersionId: version.id,
    datasetName: version.dataset.name,
    datasetVersion: version.number,
    target: training.target,
    plan: { engine: context.version, search, training: rest, evaluation, identity: version.identity },
    began: null,
    seconds: 0,
    choices: [],
    why: null,
    createdAt: context.clock.now(),
    finishedAt: null,
  };
  sweeps.insert(sweep);
  return submit(tools, sweep, training);
}

function submit(tools: SweepTools, sweep: StoredSweep, training: TrainingBase): Job {
  const { context, sweeps } = tools;
  const started: StoredSweep = { ...sweep };
  const job = context.jobs.submit(sweepWork(tools, started, training));
  started.jobId = job.id;
  sweeps.update(started);
  context.events.publish({ type: 'phase.changed', phase: 'train', subject: sweep.id });
  return job;
}

/** The search that chose a run; undefined where it was trained once. */
export function recordedSearch({ sweeps }: SweepTools, { detail }: StoredRun): RecordedSearch | undefined {
  const sweep = detail.search && sweeps.find(detail.search.sweep);
  if (!sweep?.began) return undefined;
  return { plan: sweep.plan.search, began: sweep.began, trials: sweeps.trials(sweep.id), offers: sweep.choices };
}

/** @throws GalleyError `train.sweep_not_resumable` */
function requireSameEngine({ id, number, plan, state }: StoredSweep, version: string): void {
  if (plan.engine === version) return;
  const beginner = plan.engine === undefined ? 'an earlier Galley' : `Galley ${plan.engine}`;
  const message = `Search ${number} was begun by ${beginner}; this is ${version}, whose folds and fits may be others.`;
  throw new GalleyError('train.sweep_not_resumable', message, {
    hint: 'Start the search anew; its trials can still be looked at.',
    details: { sweep: id, state, engine: plan.engine ?? null },
  });
}

type SweepCalls = Pick<
  typeof trainCalls,
  'searchSpaces' | 'sweeps' | 'showSweep' | 'pauseSweep' | 'stopSweep' | 'resumeSweep' | 'curves'
>;

export function sweepHandlers(tools: SweepTools, data: DataPhase): Handlers<SweepCalls> {
  const { context, sweeps, curves, pausing } = tools;
  const requireSweep = (reference: string): StoredSweep => {
    const sweep = sweeps.find(reference);
    if (sweep) return sweep;
    throw new GalleyError('train.sweep_not_found', `There is no search "${reference}".`, {
      details: { sweep: reference },
    });
  };
  const requireState = (sweep: StoredSweep, allowed: readonly StoredSweep['state'][], what: string): void => {
    if (allowed.includes(sweep.state)) return;
    const message = `Search ${sweep.number} is ${sweep.state}: it cannot be ${what}.`;
    throw new GalleyError('train.sweep_not_resumable', message, { details: { sweep: sweep.id, state: sweep.state } });
  };
  const shown = (sweep: StoredSweep) => ({ sweep: toSweep(sweep, sweeps.trials(sweep.id)) });

  return {
    async searchSpaces({ task }) {
      return {
        learners: allLearners.map(({ name, searchSpace }) => {
          const space = searchSpace?.(task);
          return { name, space: space?.ranges ?? {}, resource: space?.resource ?? null };
        }),
      };
    },

    async sweeps({ target }) {
      return { sweeps: sweeps.list(target).map((sweep) => shown(sweep).sweep) };
    },

    async showSweep({ sweep: reference }) {
      const sweep = requireSweep(reference);
      const trials = sweeps.trials(sweep.id);
      const { began, plan } = sweep;
      const spaces = began
        ? searchedLearners(plan.search, began.task).map(({ name, space }) => [name, space] as const)
        : [];
      return { sweep: toSweep(sweep, trials), trials: toTrials(sweep, trials), spaces: Object.fromEntries(spaces) };
    },

    async pauseSweep({ sweep: reference }) {
      const sweep = requireSweep(reference);
      requireState(sweep, ['running'], 'paused');
      pausing.add(sweep.id);
      context.jobs.cancel(sweep.jobId);
      await context.jobs.settled(sweep.jobId);
      return shown(requireSweep(reference));
    },

    async stopSweep({ sweep: reference }) {
      const sweep = requireSweep(reference);
      requireState(sweep, ['running'], 'ended early');
      context.jobs.tell(sweep.jobId, stopEarly);
      return shown(sweep);
    },

    async resumeSweep({ sweep: reference }) {
      const sweep = requireSweep(reference);
      requireState(sweep, ['paused', 'canceled', 'interrupted'], 'resumed');
      requireSameEngine(sweep, context.version);
      const { training, identity } = sweep.plan;
      const version = await data.openVersion(sweep.datasetVersionId, identity);
      const resumed: StoredSweep = { ...sweep, state: 'running', choices: [], finishedAt: null };
      return submit(tools, resumed, { ...training, version });
    },

    async curves({ job }) {
      return { curves: curves.curvesOf(job) };
    },
  };
}
