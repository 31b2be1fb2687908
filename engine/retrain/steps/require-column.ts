import type { DatasetArtifact } from '../../contract/retrain-artifacts.ts';
import { unknownColumn } from '../../data/index.ts';
import type { DirectedPhases } from '../step-tools.ts';
import { referenceOf } from './dataset-artifact.ts';

/** @throws GalleyError `data.unknown_column` */
export function requireColumn({ data }: Pick<DirectedPhases, 'data'>, rows: DatasetArtifact, column: string): void {
  const names = data.resolve(referenceOf(rows)).schema.map(({ name }) => name);
  if (!names.includes(column)) throw unknownColumn(column, names);
}
