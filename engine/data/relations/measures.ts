import type { ColumnRelation } from '../../contract/data-relations.ts';
import { type Categories, correlationRatio, cramersV } from '../../statistics/association.ts';
import { pearsonCorrelation, risingOrder, spearmanCorrelation } from '../../statistics/correlation.ts';
import { categoryInformation, mixedInformation, numberInformation } from '../../statistics/mutual-information.ts';
import { type RelationColumn, withMissing } from './relation-columns.ts';

export interface PairMeasure {
  measure: ColumnRelation['measure'];
  value: number | null;
  spearman: number | null;
}

/** Orders of columns, each sorted once though it is compared with many. */
const knownOrders = new WeakMap<Float64Array, Int32Array>();

function orderOf(values: Float64Array): Int32Array {
  const known = knownOrders.get(values) ?? risingOrder(values);
  knownOrders.set(values, known);
  return known;
}

/** How two columns go together, over the rows where both have a value. */
export function pairMeasure(left: RelationColumn, right: RelationColumn): PairMeasure {
  if (left.kind === 'number' && right.kind === 'number') {
    const x = left.values as Float64Array;
    const y = right.values as Float64Array;
    const spearman = spearmanCorrelation(x, y, orderOf(x), orderOf(y));
    return { measure: 'pearson', value: pearsonCorrelation(x, y), spearman };
  }
  if (left.kind === 'category' && right.kind === 'category') {
    const value = cramersV(left.categories as Categories, right.categories as Categories);
    return { measure: 'cramers_v', value, spearman: null };
  }
  const [category, number] = left.kind === 'category' ? [left, right] : [right, left];
  const value = correlationRatio(category.categories as Categories, number.values as Float64Array);
  return { measure: 'correlation_ratio', value, spearman: null };
}

/** Rows that the estimators by nearest neighbours look at, evenly taken. */
const mostRows = 10_000;

/**
 * Mutual information of a column and the target in nats: counted for categories and for whole numbers with up to 20
 * values, by nearest neighbours where a number is involved. A missing category is a level of its own; rows with a missing
 * number, and rows without target, are left out.
 */
export function information(column: RelationColumn, target: RelationColumn): number {
  const inTarget = target.categories;
  if (column.categories && inTarget) return categoryInformation(withMissing(column.categories), inTarget);
  const kept = keptRows(column, target);
  const numbers = ({ values }: RelationColumn) =>
    Float64Array.from(kept, (row) => (values as Float64Array)[row] as number);
  const codes = (categories: Categories): Categories => ({
    codes: Int32Array.from(kept, (row) => categories.codes[row] as number),
    levels: categories.levels,
  });
  if (column.categories) return mixedInformation(codes(withMissing(column.categories)), numbers(target));
  if (inTarget) return mixedInformation(codes(inTarget), numbers(column));
  return numberInformation(numbers(column), numbers(target));
}

function keptRows(column: RelationColumn, target: RelationColumn): number[] {
  const rows = (column.values ?? (column.categories as Categories).codes).length;
  const kept: number[] = [];
  for (let row = 0; row < rows; row++) {
    const hasColumn = column.categories !== null || !Number.isNaN(column.values?.[row]);
    const hasTarget = target.categories
      ? (target.categories.codes[row] as number) >= 0
      : !Number.isNaN(target.values?.[row]);
    if (hasColumn && hasTarget) kept.push(row);
  }
  const step = Math.ceil(kept.length / mostRows);
  return step <= 1 ? kept : kept.filter((_, index) => index % step === 0);
}
