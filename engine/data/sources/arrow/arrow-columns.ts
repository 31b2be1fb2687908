import { type Data, type DataType, DateUnit, type Field, makeVector, Precision, TimeUnit, Type } from 'apache-arrow';
import { dayMilliseconds } from '../../../base/clock.ts';
import type { SchemaColumn } from '../../schema.ts';
import { rawText } from '../cells-writer.ts';

/** Writes one value as it stands in the file of cells; undefined where it is missing. */
export type CellOf = (row: number) => string | undefined;

/** How a column of an Arrow type is held: its type, SQL over the cell's text `c…`, and what makes that text. */
export interface ArrowReading {
  type: Pick<SchemaColumn, 'type' | 'scale'>;
  /** DuckDB's type of the cell, and what is selected of it. */
  cellType: string;
  expression(cell: string): string;
  /** For the values of one batch. */
  cells(data: Data): CellOf;
}

type Numbers = { readonly [index: number]: number | bigint };

/** Texts that DuckDB reads as DOUBLE. */
function floatText(value: number): string {
  return Object.is(value, -0) ? '-0.0' : String(value);
}

/** The values behind a batch's column, from its first row on. */
function numbersOf(data: Data): Numbers {
  return data.values as unknown as Numbers;
}

function present(data: Data, text: (row: number) => string): CellOf {
  return data.nullCount === 0 ? text : (row) => (data.getValid(row) ? text(row) : undefined);
}

function numeric(type: Pick<SchemaColumn, 'type' | 'scale'>, cellType: string): ArrowReading {
  return {
    type,
    cellType,
    expression: (cell) => cell,
    cells: (data) => {
      const values = numbersOf(data);
      return present(data, (row) => String(values[row]));
    },
  };
}

function floating(precision: Precision): ArrowReading {
  return {
    type: { type: 'float64' },
    cellType: 'DOUBLE',
    expression: (cell) => cell,
    cells: (data) => {
      const values = numbersOf(data) as unknown as Float64Array;
      const valueAt =
        precision === Precision.HALF
          ? (row: number) => halfToNumber(values[row] as number)
          : (row: number) => values[row] as number;
      return present(data, (row) => floatText(valueAt(row)));
    },
  };
}

/** An IEEE 754 binary16 as a number. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

const boolean: ArrowReading = {
  type: { type: 'boolean' },
  cellType: 'BOOLEAN',
  expression: (cell) => cell,
  cells: (data) => {
    const bits = data.values as Uint8Array;
    return present(data, (row) => {
      const bit = data.offset + row;
      return ((bits[bit >> 3] as number) >> (bit & 7)) & 1 ? 'true' : 'false';
    });
  },
};

/** A decimal of 128 bits, as a number without its point. */
function unscaled(words: Uint32Array, row: number): bigint {
  let value = 0n;
  for (let word = 3; word >= 0; word--) value = (value << 32n) | BigInt(words[4 * row + word] as number);
  return BigInt.asIntN(128, value);
}

function decimal(scale: number): ArrowReading {
  return {
    type: { type: 'decimal', scale },
    cellType: `DECIMAL(38, ${scale})`,
    expression: (cell) => cell,
    cells: (data) => {
      const words = data.values as unknown as Uint32Array;
      return present(data, (row) => {
        const value = unscaled(words, row);
        const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0');
        const whole = digits.slice(0, digits.length - scale);
        return `${value < 0n ? '-' : ''}${whole}${scale > 0 ? `.${digits.slice(-scale)}` : ''}`;
      });
    },
  };
}

function days(unit: DateUnit): ArrowReading {
  return {
    type: { type: 'date' },
    cellType: 'INTEGER',
    expression: (cell) => `(DATE '1970-01-01' + ${cell})`,
    cells: (data) => {
      const values = numbersOf(data);
      const dayOf =
        unit === DateUnit.DAY
          ? (row: number) => Number(values[row])
          : (row: number) => Math.floor(Number(values[row]) / dayMilliseconds);
      return present(data, (row) => String(dayOf(row)));
    },
  };
}

const perMicrosecond: Partial<Record<TimeUnit, bigint>> = {
  [TimeUnit.SECOND]: 1_000_000n,
  [TimeUnit.MILLISECOND]: 1000n,
  [TimeUnit.MICROSECOND]: 1n,
};

/** Times; nanoseconds come as they are, for who reads them must decide whether microseconds hold them. */
function timestamp(unit: TimeUnit): ArrowReading {
  const factor = perMicrosecond[unit];
  return {
    type: { type: 'timestamp' },
    cellType: 'BIGINT',
    expression: (cell) => (factor === undefined ? `make_timestamp(${cell} // 1000)` : `make_timestamp(${cell})`),
    cells: (data) => {
      const values = numbersOf(data) as unknown as BigInt64Array;
      return present(data, (row) => String((values[row] as bigint) * (factor ?? 1n)));
    },
  };
}

const timeDigits: Record<TimeUnit, number> = {
  [TimeUnit.SECOND]: 0,
  [TimeUnit.MILLISECOND]: 3,
  [TimeUnit.MICROSECOND]: 6,
  [TimeUnit.NANOSECOND]: 9,
};

function timeOfDay(unit: TimeUnit): ArrowReading {
  const digits = timeDigits[unit];
  const perSecond = 10n ** BigInt(digits);
  const pad = (value: bigint, length: number) => String(value).padStart(length, '0');
  return {
    ...text,
    cells: (data) => {
      const values = numbersOf(data);
      return present(data, (row) => {
        const value = BigInt(values[row] as number | bigint);
        const seconds = value / perSecond;
        const fraction = pad(value % perSecond, digits).replace(/0+$/, '');
        const whole = `${pad(seconds / 3600n, 2)}:${pad((seconds / 60n) % 60n, 2)}:${pad(seconds % 60n, 2)}`;
        return rawText(fraction === '' ? whole : `${whole}.${fraction}`);
      });
    },
  };
}

const text: ArrowReading = {
  type: { type: 'text' },
  cellType: 'VARCHAR',
  expression: (cell) => cell,
  cells: (data) => {
    const vector = makeVector(data);
    return (row) => {
      const value = vector.get(row) as string | null;
      return value === null ? undefined : rawText(value);
    };
  },
};

const nothing: ArrowReading = { ...text, cells: () => () => undefined };

/** A dictionary's values are written once for each batch, then looked up. */
function dictionary(values: ArrowReading): ArrowReading {
  return {
    ...values,
    cells: (data) => {
      const known = (data.dictionary?.data ?? []) as readonly Data[];
      const written = known.flatMap((chunk) => {
        const cell = values.cells(chunk);
        return Array.from({ length: chunk.length }, (_, row) => cell(row));
      });
      const indices = numbersOf(data);
      return (row) => (data.getValid(row) ? written[Number(indices[row])] : undefined);
    },
  };
}

function integer(bitWidth: number, isSigned: boolean): ArrowReading {
  return bitWidth === 64 && !isSigned
    ? numeric({ type: 'decimal', scale: 0 }, 'DECIMAL(38, 0)')
    : numeric({ type: 'int64' }, 'BIGINT');
}

/** How a type is held, undefined where it is not. No value changes. */
export function arrowReading(type: DataType): ArrowReading | undefined {
  const traits = type as unknown as Record<'bitWidth' | 'precision' | 'scale' | 'unit', number> & {
    isSigned: boolean;
    dictionary: DataType;
  };
  switch (type.typeId) {
    case Type.Null:
      return nothing;
    case Type.Int:
      return integer(traits.bitWidth, traits.isSigned);
    case Type.Float:
      return floating(traits.precision);
    case Type.Bool:
      return boolean;
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Utf8View:
      return text;
    case Type.Decimal:
      return traits.bitWidth === 128 && traits.scale >= 0 ? decimal(traits.scale) : undefined;
    case Type.Date:
      return days(traits.unit);
    case Type.Timestamp:
      return timestamp(traits.unit);
    case Type.Time:
      return timeOfDay(traits.unit);
    case Type.Dictionary: {
      const values = arrowReading(traits.dictionary);
      return values && dictionary(values);
    }
    default:
      return undefined;
  }
}

/** True where a column holds nanoseconds. */
export function isNanoseconds(field: Field): boolean {
  return (
    field.type.typeId === Type.Timestamp && (field.type as unknown as { unit: number }).unit === TimeUnit.NANOSECOND
  );
}
