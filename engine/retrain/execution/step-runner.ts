import type { Json } from '../../base/canonical-json.ts';
import type { Decision, PipelineRun } from '../../contract/retrain.ts';
import type { Artifact, Facts } from '../../contract/retrain-artifacts.ts';
import type { StepKind } from '../../contract/retrain-pipeline.ts';
import type { Task } from '../definition/tasks.ts';

/** What a step is given to do its work. */
export interface StepRequest {
  pipeline: { id: string; name: string };
  run: Pick<PipelineRun, 'id' | 'number' | 'trigger'>;
  task: Task;
  /** What the steps before gave, by the member that names them. */
  inputs: Readonly<Record<string, readonly Artifact[]>>;
  /** Aborted when the run is canceled, or the step takes too long. */
  signal: AbortSignal;
  /** In words, for people. */
  progress(phase: string): void;
  /** A line of the step's log. */
  log(line: string): void;
  /** Writes the decision of the run down; called within `conclude` it is one with the step's end. */
  decide(decision: Decision): void;
}

/** What a step says when it has ended well. */
export interface StepResult {
  /** `skipped` where there was nothing to do; `paused` where a person must answer before it can end. */
  status?: 'succeeded' | 'skipped' | 'paused';
  /** Why an earlier result was taken, where the step itself found one. */
  because?: string;
  /** In words, for people. */
  summary: string;
  output: Artifact | null;
  /** What conditions of later steps can ask. */
  facts?: Facts;
  /** Written in one transaction with the step's end. */
  conclude?(): void;
}

/** How a kind of steps does its work. */
export interface StepRunner {
  /**
   * What decides about the result beside members and inputs, such as the version that an alias points at; a hash of it is
   * part of the step's identity. Null where the step always runs: it looks at now, or does something to the world.
   */
  identity(request: StepRequest): Promise<Json | null>;
  /** Whether what an earlier step gave is still there; always where it is left out. */
  stands?(artifact: Artifact): Promise<boolean>;
  /** @throws GalleyError, which ends the attempt */
  run(request: StepRequest): Promise<StepResult>;
}

export type StepRunners = Readonly<Partial<Record<StepKind, StepRunner>>>;

/** The one artifact of an input. @throws TypeError where it is not of this type: the reader of the file lets none through */
export function inputOf<Type extends Artifact['type']>(
  { inputs, task }: Pick<StepRequest, 'inputs' | 'task'>,
  member: string,
  type: Type,
): Extract<Artifact, { type: Type }> {
  const found = optionalInput({ inputs, task }, member, type);
  if (found === undefined) throw new TypeError(`${task.name} was given no ${type} as ${member}`);
  return found;
}

/** As `inputOf`; undefined where the step was given none. */
export function optionalInput<Type extends Artifact['type']>(
  { inputs }: Pick<StepRequest, 'inputs' | 'task'>,
  member: string,
  type: Type,
): Extract<Artifact, { type: Type }> | undefined {
  return inputs[member]?.find((artifact): artifact is Extract<Artifact, { type: Type }> => artifact.type === type);
}
