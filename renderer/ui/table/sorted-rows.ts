import {
  columnFilteringFeature,
  constructTable,
  createFilteredRowModel,
  createSortedRowModel,
  filterFn_includesString,
  globalFilteringFeature,
  rowSortingFeature,
  tableFeatures,
} from '@tanstack/table-core';
import { storeReactivityBindings } from '@tanstack/table-core/store-reactivity-bindings';

export type SortableValue = string | number | null;

export interface SortedBy {
  id: string;
  desc: boolean;
}

interface ValueColumn<T> {
  id: string;
  value: (row: T) => SortableValue;
}

const features = tableFeatures({
  coreReactivityFeature: storeReactivityBindings(),
  rowSortingFeature,
  columnFilteringFeature,
  globalFilteringFeature,
  sortedRowModel: createSortedRowModel(),
  filteredRowModel: createFilteredRowModel(),
  filterFns: { includesString: filterFn_includesString },
});

/** The rows that contain `filter` in one of the columns, in the order asked for; missing values come last. */
export function sortedRows<T extends object>(
  rows: readonly T[],
  columns: readonly ValueColumn<T>[],
  sorting: SortedBy | undefined,
  filter: string,
): T[] {
  const table = constructTable<typeof features, T>({
    features,
    data: rows.slice(),
    columns: columns.map(({ id, value }) => ({
      id,
      accessorFn: (row: T) => value(row) ?? undefined,
      sortUndefined: 'last' as const,
      sortFn: (a, b, column) => compare(a.getValue(column), b.getValue(column)),
    })),
    globalFilterFn: 'includesString',
    getColumnCanGlobalFilter: () => true,
    initialState: { sorting: sorting ? [sorting] : [], globalFilter: filter },
  });
  return table.getRowModel().rows.map((row) => row.original);
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), 'en', { numeric: true });
}
