import type { StepKind } from '../../contract/retrain-pipeline.ts';
import { runsAfterFailure } from '../definition/condition.ts';
import { durationOf } from '../definition/duration.ts';
import { taskSlugs } from '../definition/task-slug.ts';
import type { Task } from '../definition/tasks.ts';

/** What every target runs, each in its own words: one task of a pipeline, done by `galley` in a container. */
export interface ContainerStep {
  /** Of its folder, its job, its pod. */
  slug: string;
  /** As the pipeline has it, for people: any characters. */
  task: string;
  /** The step whose copies share a matrix. */
  step: string;
  kind: StepKind;
  /** Slugs of the tasks whose folders it reads. */
  needs: string[];
  /** Names of environment variables that its command gets, beside those of the remote. */
  environment: string[];
  /** Of one attempt; undefined without a limit. */
  timeoutSeconds: number | undefined;
  /** Before each further attempt. */
  waitSeconds: number[];
  /** How the waits grow. */
  waitFactor: number;
  /** Also where a task before it failed: it tells from their folders what became of them. */
  always: boolean;
}

/** Tasks of one step: one, or the copies of its matrix. */
export interface StepGroup {
  step: string;
  kind: StepKind;
  /** Steps that one of them waits for. */
  needs: string[];
  always: boolean;
  steps: ContainerStep[];
}

/** As the engine has them where a step says nothing. */
const usualWait = '10s';
const usualFactor = 2;

/** @param tasks of a pipeline, each after those that it needs */
export function containerSteps(tasks: readonly Task[]): ContainerStep[] {
  const slugs = taskSlugs(tasks.map(({ name }) => name));
  const slugOf = new Map(tasks.map(({ name }, index) => [name, slugs[index] as string]));
  return tasks.map((task) => containerStep(task, slugOf));
}

function containerStep({ name, step, kind, needs, members }: Task, slugOf: ReadonlyMap<string, string>): ContainerStep {
  const { times = 0, wait = usualWait, factor = usualFactor } = members.retry ?? {};
  const seconds = (text: string) => Math.max(1, Math.ceil(durationOf(text) / 1000));
  return {
    slug: slugOf.get(name) as string,
    task: name,
    step,
    kind,
    needs: needs.map((need) => slugOf.get(need) as string),
    environment: Array.isArray(members.environment) ? members.environment.map(String) : [],
    timeoutSeconds: members.timeout === undefined ? undefined : seconds(members.timeout),
    waitSeconds: Array.from({ length: times }, (_, failures) => Math.round(seconds(wait) * factor ** failures)),
    waitFactor: factor,
    always: runsAfterFailure(members.when),
  };
}

/** In the order of the steps. */
export function stepGroups(steps: readonly ContainerStep[]): StepGroup[] {
  const stepOf = new Map(steps.map(({ slug, step }) => [slug, step]));
  return [...Map.groupBy(steps, ({ step }) => step)].map(([step, copies]) => ({
    step,
    kind: (copies[0] as ContainerStep).kind,
    needs: [...new Set(copies.flatMap(({ needs }) => needs.map((need) => stepOf.get(need) as string)))],
    always: copies.some(({ always }) => always),
    steps: copies,
  }));
}

/** The copies of a step where one matrix has at most so many. */
export function partsOf({ steps }: StepGroup, mostCopies: number): ContainerStep[][] {
  const count = Math.ceil(steps.length / mostCopies);
  return Array.from({ length: count }, (_, index) => steps.slice(index * mostCopies, (index + 1) * mostCopies));
}

/** Of the remote that holds what runs share; the last ones are secret. */
export const remoteSettings = [
  'GALLEY_REMOTE',
  'GALLEY_REMOTE_ENDPOINT',
  'GALLEY_REMOTE_REGION',
  'GALLEY_REMOTE_ROLE',
  'GALLEY_REMOTE_HOST_KEY',
] as const;
export const remoteSecrets = ['GALLEY_REMOTE_ACCESS_KEY', 'GALLEY_REMOTE_SECRET'] as const;

/**
 * Names of secrets that steps get: those of the remote, and what `run` steps ask for.
 * @param oidc the remote is opened by a role, for which nothing is kept
 */
export function secretNames(steps: readonly ContainerStep[], oidc: boolean): string[] {
  const settings: ReadonlySet<string> = new Set(remoteSettings);
  const names = [...(oidc ? [] : remoteSecrets), ...steps.flatMap(({ environment }) => environment)];
  return [...new Set(names)].filter((name) => !settings.has(name));
}

/** Where the image has the pipeline's file; the folder of the project is the image's work folder. */
export function pipelineFile(pipeline: string): string {
  return `galley/${pipeline}/pipeline.yaml`;
}

/** The command of a step. @param out already with the slug; all words are safe in any shell as they are, variables aside */
export function stepCommand(pipeline: string, slug: string, folders: { in: string; out: string }): string[] {
  const file = pipelineFile(pipeline);
  return ['galley', 'retrain', 'step', file, '--task', slug, '--in', folders.in, '--out', folders.out];
}

/** A command that is ended when the attempt takes too long, for targets that do not do so themselves. */
export function timedCommand(step: Pick<ContainerStep, 'timeoutSeconds'>, command: string[]): string[] {
  if (step.timeoutSeconds === undefined) return command;
  return ['timeout', '--kill-after=30', String(step.timeoutSeconds), ...command];
}
