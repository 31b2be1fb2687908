import type { ColumnType } from '../contract/values.ts';

/** A column as a version's schema holds it. */
export interface SchemaColumn {
  name: string;
  type: ColumnType;
  /** Digits after the point of a decimal; only decimals have it. */
  scale?: number;
}

/** True where name, type and scale agree. */
export function sameColumn(left: SchemaColumn, right: SchemaColumn | undefined): boolean {
  return right !== undefined && left.name === right.name && left.type === right.type && left.scale === right.scale;
}

/** The type as DuckDB writes it; decimals take the widest form of their scale. */
export function duckType(column: Pick<SchemaColumn, 'type' | 'scale'>): string {
  switch (column.type) {
    case 'int64':
      return 'BIGINT';
    case 'float64':
      return 'DOUBLE';
    case 'decimal':
      return `DECIMAL(38, ${column.scale ?? 0})`;
    case 'boolean':
      return 'BOOLEAN';
    case 'date':
      return 'DATE';
    case 'timestamp':
      return 'TIMESTAMP';
    case 'text':
      return 'VARCHAR';
  }
}
