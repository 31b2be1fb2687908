import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../base/canonical-json.ts';
import { makeFolderDurably, writeFileDurably } from '../../base/durable-files.ts';
import type { EvaluationWish } from '../evaluation/evaluate-run.ts';
import type { TrainingPlan } from '../run-work.ts';

/** What a training was asked for, but the dataset version, which it names. */
export interface StoredTraining {
  /** Galley's own version: another one may compute otherwise. */
  engine: string;
  datasetVersionId: string;
  /** Logical identity of the dataset version. */
  identity: string;
  plan: Omit<TrainingPlan, 'version'>;
  evaluation: EvaluationWish;
}

/** Where one fit of a training stood. */
export interface FitCheckpoint {
  /** What `fitLearner` goes on from. */
  fit: Json;
  /** That the fit took until then. */
  seconds: number;
}

const trainingFile = 'training.json';
const fitFile = (fit: number) => `fit-${fit}.json`;

/** Writes one file a fit, and beside the first of them what was asked for; each stands on the disk whole or not at all. */
export function saveCheckpoint(folder: string, training: StoredTraining, fit: number, checkpoint: FitCheckpoint): void {
  if (!existsSync(join(folder, trainingFile))) {
    makeFolderDurably(folder);
    writeFileDurably(join(folder, trainingFile), JSON.stringify(training));
  }
  writeFileDurably(join(folder, fitFile(fit)), JSON.stringify(checkpoint));
}

/** Where a fit stood; undefined where nothing of it was saved. */
export function readCheckpoint(folder: string, fit: number): FitCheckpoint | undefined {
  const file = join(folder, fitFile(fit));
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as FitCheckpoint) : undefined;
}

export function readTraining(folder: string): StoredTraining {
  return JSON.parse(readFileSync(join(folder, trainingFile), 'utf8')) as StoredTraining;
}

/** When the newest checkpoint of a training was written, in UTC epoch milliseconds; undefined where there is none. */
export function savedAt(folder: string): number | undefined {
  if (!existsSync(join(folder, trainingFile))) return undefined;
  const fits = readdirSync(folder).filter((name) => /^fit-\d+\.json$/.test(name));
  return fits.length === 0 ? undefined : Math.max(...fits.map((name) => statSync(join(folder, name)).mtimeMs));
}
