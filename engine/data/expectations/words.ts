import type { Expectation } from '../../contract/data-expectations.ts';

type TypeWord = Extract<Expectation, { kind: 'type' }>['type'];

const typeWords: Record<TypeWord, string> = {
  number: 'a number',
  time: 'a date or a time',
  int64: 'a whole number',
  float64: 'a number with decimals',
  decimal: 'an exact decimal number',
  boolean: 'true or false',
  date: 'a date',
  timestamp: 'a date with a time',
  text: 'text',
};

export function typeWord(type: TypeWord): string {
  return typeWords[type];
}

/** A number with as many digits as matter. */
export function numberWord(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString('en-US');
  return Math.abs(value) >= 1000
    ? value.toLocaleString('en-US', { maximumFractionDigits: 1 })
    : String(Number(value.toPrecision(4)));
}

/** A share in percent: `0.3 %`. */
export function shareWord(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}

/** Rows as a count: `1 row`, `12 rows`. */
export function rowsWord(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'row' : 'rows'}`;
}

/** Some of many rows: `3 of 12 rows`. */
export function partWord(part: number, whole: number): string {
  return `${part.toLocaleString('en-US')} of ${rowsWord(whole)}`;
}

/** A number as a number, everything else as it is. */
export function valueWord(value: unknown): string {
  return typeof value === 'number' ? numberWord(value) : String(value);
}

const mostListed = 6;

/** The first few of some values. */
export function listWord(values: readonly unknown[]): string {
  const shown = values.slice(0, mostListed).map(valueWord).join(', ');
  return values.length > mostListed ? `${shown} and ${values.length - mostListed} more` : shown;
}

interface Bounds {
  least?: number | string | undefined;
  most?: number | string | undefined;
  exclusive?: boolean | undefined;
}

/** `between 1 and 5`, `at least 1`, `less than 5`, … */
function boundsWord({ least, most, exclusive }: Bounds, word: (value: unknown) => string = valueWord): string {
  if (least !== undefined && most !== undefined && least === most && !exclusive) return `exactly ${word(least)}`;
  if (least !== undefined && most !== undefined)
    return `${exclusive ? 'strictly ' : ''}between ${word(least)} and ${word(most)}`;
  if (least !== undefined) return `${exclusive ? 'more than' : 'at least'} ${word(least)}`;
  if (most !== undefined) return `${exclusive ? 'less than' : 'at most'} ${word(most)}`;
  return 'anything';
}

function changeWord(share: unknown): string {
  const change = Number(share);
  return change === 0 ? 'as many' : `${shareWord(Math.abs(change))} ${change > 0 ? 'more' : 'fewer'}`;
}

function columnsSentence({ columns, ordered, only }: Extract<Expectation, { kind: 'columns' }>): string {
  const order = ordered ? ', in this order' : '';
  const others = only ? ', and no others' : '';
  const verb = columns.length === 1 ? 'The column' : 'The columns';
  return `${verb} ${listWord(columns)} ${columns.length === 1 ? 'is' : 'are'} there${order}${others}`;
}

function statement(expectation: Expectation): string {
  switch (expectation.kind) {
    case 'present':
      return `${expectation.column} is there`;
    case 'columns':
      return columnsSentence(expectation);
    case 'type':
      return `${expectation.column} is ${typeWord(expectation.type)}`;
    case 'missing':
      return expectation.most === 0
        ? `${expectation.column} is never missing`
        : `${expectation.column} is missing in at most ${shareWord(expectation.most)} of the rows`;
    case 'unique':
      return expectation.columns.length === 1
        ? `${expectation.columns[0]} is different in every row`
        : `${listWord(expectation.columns)} together are different in every row`;
    case 'range':
      return `${expectation.column} is ${boundsWord(expectation)}`;
    case 'one-of':
      return `${expectation.column} is ${expectation.values.length === 1 ? '' : 'one of '}${listWord(expectation.values)}`;
    case 'pattern':
      return `${expectation.column} matches ${expectation.pattern}`;
    case 'length':
      return `${expectation.column} has ${boundsWord(expectation)} characters`;
    case 'rows':
      return `There are ${boundsWord(expectation)} rows`;
    case 'growth':
      return `Rows change by ${boundsWord(expectation, (value) => changeWord(value))} than the version before`;
    case 'fresh':
      return `The newest ${expectation.column} is at most ${numberWord(expectation.days)} days old`;
    case 'monotonic':
      return `${expectation.column} ${expectation.strict ? 'always' : 'never'} ${monotonicVerb(expectation)} from row to row`;
    case 'rule':
      return expectation.sql;
    case 'distribution':
      return `${expectation.column} is spread as in version ${expectation.version}`;
    case 'mean':
      return `The mean of ${expectation.column} is ${boundsWord(expectation)}`;
    case 'quantile':
      return `The ${shareWord(expectation.level)} quantile of ${expectation.column} is ${boundsWord(expectation)}`;
    case 'refers':
      return `Every ${listWord(expectation.columns)} is in ${expectation.dataset} (${listWord(expectation.to)})`;
  }
}

function monotonicVerb({ direction, strict }: Extract<Expectation, { kind: 'monotonic' }>): string {
  const isUp = direction !== 'down';
  if (strict) return isUp ? 'rises' : 'falls';
  return isUp ? 'falls' : 'rises';
}

/** An expectation as a sentence. */
export function describeExpectation(expectation: Expectation): string {
  const said = statement(expectation);
  const tolerance = 'tolerance' in expectation ? expectation.tolerance : undefined;
  return tolerance ? `${said}, but for ${shareWord(tolerance)} of the rows` : said;
}
