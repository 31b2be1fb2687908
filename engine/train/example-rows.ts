import type { Frame } from '../base/frame.ts';
import type { InputValue } from '../serving/field-rule.ts';
import { evenly } from './evenly.ts';
import { columnFeatures } from './features/features.ts';
import { columnTypeOf } from './features/field.ts';
import type { PreparedTraining } from './prepare.ts';
import { rawRows } from './raw-rows.ts';

const keptExamples = 40;

/** Raw rows spread over the holdout, for the signature's examples and the golden set. */
export function exampleRows(frame: Frame, { features, holdout }: PreparedTraining): InputValue[][] {
  const rows = evenly(holdout.positions.length, keptExamples).map((place) => holdout.positions[place] as number);
  return rawRows(
    frame,
    columnFeatures(features).map((feature) => ({ name: feature.name, type: columnTypeOf(feature) })),
    rows,
  );
}
