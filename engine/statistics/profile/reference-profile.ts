import { type Json, jsonHash } from '../../base/canonical-json.ts';
import { type PreparedColumn, prepareColumn } from './column-sketch.ts';
import type { ColumnBins } from './reference-bins.ts';

/** What rows of a model version are counted against: the bins of its inputs and outputs. */
export interface ReferenceProfile {
  format: 1;
  model: string;
  version: number;
  columns: ReferenceColumn[];
}

export interface ReferenceColumn {
  role: 'input' | 'output';
  bins: ColumnBins;
}

/** A reference profile, made ready for counting; all profiles of the version share it. */
export interface PreparedReference {
  profile: ReferenceProfile;
  /** The same for the same bins of the same columns. */
  identity: string;
  columns: PreparedColumn[];
}

/** Outputs in a profile: a number or, of more than two classes, the label; of two classes the second one's probability. */
export const predictionOutput = 'prediction';
/** The label of two classes, beside the probability. */
export const labelOutput = 'label';

export function prepareReference(profile: ReferenceProfile): PreparedReference {
  const columns = profile.columns.map(({ bins }) => prepareColumn(bins));
  return { profile, identity: referenceIdentity(profile), columns };
}

/** Hash of the bins: what was counted against equal ones can be added. */
export function referenceIdentity({ columns }: ReferenceProfile): string {
  return jsonHash(columns as unknown as Json);
}
