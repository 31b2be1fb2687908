import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, type Json } from '../../base/canonical-json.ts';
import { GalleyError } from '../../base/errors.ts';
import type { Frame } from '../../base/frame.ts';
import type { Problem } from '../../contract/values.ts';
import type { JobContext } from '../../jobs/job-process.ts';
import type { DrawnRows } from '../draw-rows.ts';
import { type EvaluationWish, evaluateRun } from '../evaluation/evaluate-run.ts';
import { metricsOf } from '../evaluation/judged.ts';
import { modelRows } from '../evaluation/raw-frame.ts';
import { runFigures } from '../evaluation/run-figures.ts';
import { baselineAnswer } from '../evaluation/subject.ts';
import { evenly } from '../evenly.ts';
import { columnFeatures } from '../features/features.ts';
import { columnTypeOf, describeFeature } from '../features/field.ts';
import type { FitOrder } from '../fit.ts';
import { holdoutText } from '../holdout-file.ts';
import { rankingMetric } from '../metrics.ts';
import { type AdoptedModel, answerRows, modelState } from '../model.ts';
import { modelFileText } from '../model-file.ts';
import { rawRows } from '../raw-rows.ts';
import { backgroundOf, type TrainJobOutput } from '../train-job.ts';

/** How a model from elsewhere is judged. */
export interface AdoptedOrder {
  order: FitOrder;
  evaluation: EvaluationWish;
  warnings: readonly Problem[];
}

const keptExamples = 40;
const files = { modelFile: 'adopted.model.json', holdoutFile: 'holdout.json', evaluationFile: 'evaluation.json' };

/** Judges a model from elsewhere by rows that were drawn for it, as a fit is, and writes the files of its run. */
export async function judgeAdopted(
  frame: Frame,
  drawn: DrawnRows,
  model: AdoptedModel,
  { order, evaluation, warnings }: AdoptedOrder,
  { stagingFolder, progress, throwIfCanceled }: JobContext,
): Promise<TrainJobOutput> {
  const started = performance.now();
  const metric = rankingMetric(model.task, order.metric);
  const ofRows = (rows: Int32Array) => Float64Array.from(rows, (row) => drawn.target.values[row] as number);
  const [holdout, target] = [modelRows(frame, drawn.holdout), ofRows(drawn.holdout)];
  progress({ phase: 'judging', done: 0, total: 0 });
  const answers = answerRows(model, holdout);
  requireProbabilities(model, answers.values, drawn.holdout);
  const subject = {
    model,
    holdout: { frame: holdout, positions: drawn.holdout, target, answers },
    training: {
      rows: drawn.training.length,
      background: backgroundOf(frame, drawn.training),
      baseline: baselineAnswer(ofRows(drawn.training), model.classes.length),
    },
    metric,
    seed: order.seed,
  };
  const report = await evaluateRun(subject, evaluation, {
    throwIfCanceled,
    progress: (done, total) => progress({ phase: 'judging', done, total }),
  });
  const features = columnFeatures(model.features);
  const fields = features.map((feature) => ({ name: feature.name, type: columnTypeOf(feature) }));
  const examples = evenly(drawn.holdout.length, keptExamples).map((place) => drawn.holdout[place] as number);
  const write = (name: string, text: string) => writeFileSync(join(stagingFolder, name), text);
  write(files.modelFile, modelFileText(modelState(model), rawRows(frame, fields, examples)));
  write(files.holdoutFile, holdoutText({ positions: drawn.holdout, target, values: answers.values }));
  write(files.evaluationFile, canonicalJson(report as unknown as Json));
  return {
    task: model.task,
    features: fields.map(({ name }) => name),
    featureDetails: features.map((feature) => ({ name: feature.name, width: 1, role: describeFeature(feature).role })),
    rows: { training: drawn.training.length, holdout: drawn.holdout.length, dropped: drawn.dropped },
    warnings: [...drawn.warnings, ...warnings],
    fits: [
      {
        order,
        metrics: metricsOf({ ...model, answers, target }),
        metric,
        seconds: (performance.now() - started) / 1000,
        ...runFigures(report),
        history: [],
        warnings: [],
        ...files,
      },
    ],
  };
}

/** @throws GalleyError `train.adopted_no_probability` for the first answer that is none */
function requireProbabilities({ classes }: AdoptedModel, values: Float64Array, rows: Int32Array): void {
  if (classes.length === 0) return;
  const wrong = values.findIndex((value) => !(value >= 0 && value <= 1));
  if (wrong < 0) return;
  const row = (rows[Math.floor(wrong / classes.length)] as number) + 1;
  const message = `Row ${row} gets ${values[wrong]} for "${classes[wrong % classes.length]}", which is no probability.`;
  throw new GalleyError('train.adopted_no_probability', message, { details: { row, value: String(values[wrong]) } });
}
