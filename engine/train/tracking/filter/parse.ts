import { nearestName, suggestName } from '../../../base/nearest-name.ts';
import { type Expected, FilterFault } from './fault.ts';
import { attributes, datasetAttributes, entityNames, type Field, findAttribute, writeField } from './fields.ts';
import { nameOfToken, type Token, tokensOf } from './tokens.ts';

export type Comparator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'like' | 'ilike';

/** A filter as a tree. */
export type Condition =
  | { kind: 'and' | 'or'; parts: Condition[] }
  | { kind: 'not'; part: Condition }
  | { kind: 'compare'; field: Field; comparator: Comparator; value: string | number }
  | { kind: 'in'; field: Field; values: (string | number)[] }
  | { kind: 'missing'; field: Field };

export interface Order {
  field: Field;
  descending: boolean;
}

const deepest = 40;
const mostTests = 100;
const mostWildcards = 12;
const symbols: Readonly<Record<string, Comparator>> = {
  '=': '=',
  '==': '=',
  '!=': '!=',
  '<>': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

/**
 * Reads a filter in MLflow's grammar, which also knows OR, NOT and brackets. Undefined where there is none.
 *
 *     filter     := and { OR and }
 *     and        := not { AND not }
 *     not        := NOT not | '(' filter ')' | test
 *     test       := field ( = | != | < | <= | > | >= | [NOT] LIKE | [NOT] ILIKE ) value
 *                 | field [NOT] IN '(' value { ',' value } ')' | field IS [NOT] NULL
 *     field      := [ metrics | params | tags | attributes | datasets '.' ] name
 *
 * @throws FilterFault with the place and what was expected there
 */
export function parseFilter(text: string): Condition | undefined {
  if (text.trim() === '') return undefined;
  const parser = new Parser(tokensOf(text));
  const condition = parser.filter(0);
  parser.end({ kind: 'connective' }, 'AND, OR or the end');
  return condition;
}

/** Reads one key of an order: `metrics.rmse DESC`. @throws FilterFault */
export function parseOrder(text: string): Order {
  const parser = new Parser(tokensOf(text));
  const field = parser.field();
  const descending = parser.direction();
  parser.end(undefined, 'ASC, DESC or the end');
  return { field, descending };
}

/** Reads the name of a field, as a column is chosen by. @throws FilterFault */
export function parseField(text: string): Field {
  const parser = new Parser(tokensOf(text));
  const field = parser.field();
  parser.end(undefined, 'the end');
  return field;
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #tests = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  filter(depth: number): Condition {
    if (depth > deepest) this.#refuse('brackets are nested too deep');
    return this.#joined('or', () => this.#joined('and', () => this.#not(depth)));
  }

  field(): Field {
    const first = this.#peek();
    if (first.kind !== 'word' && first.kind !== 'name')
      this.#expect('a field such as metrics.rmse or attributes.learner', { kind: 'field' });
    this.#next += 1;
    if (first.kind === 'word' && this.#isSign('.')) return this.#fieldOf(first);
    return this.#attribute(first.text, first);
  }

  direction(): boolean {
    const descending = this.#takeWord('desc');
    if (!descending) this.#takeWord('asc');
    return descending;
  }

  end(expected: Expected | undefined, words: string): void {
    if (this.#peek().kind !== 'end') this.#expect(words, expected);
  }

  #joined(kind: 'and' | 'or', read: () => Condition): Condition {
    const parts = [read()];
    while (this.#takeWord(kind)) parts.push(read());
    return parts.length === 1 ? (parts[0] as Condition) : { kind, parts };
  }

  #not(depth: number): Condition {
    if (depth > deepest) this.#refuse('NOT is repeated too often');
    if (this.#takeWord('not')) return { kind: 'not', part: this.#not(depth + 1) };
    if (!this.#isSign('(')) return this.#test();
    this.#next += 1;
    const inner = this.filter(depth + 1);
    if (!this.#isSign(')')) this.#expect('AND, OR or )', { kind: 'connective' });
    this.#next += 1;
    return inner;
  }

  #test(): Condition {
    this.#tests += 1;
    if (this.#tests > mostTests) this.#refuse(`a filter has at most ${mostTests} tests`);
    const field = this.field();
    const isNegated = this.#takeWord('not');
    const negated = (condition: Condition): Condition => (isNegated ? { kind: 'not', part: condition } : condition);
    if (this.#takeWord('in')) return negated({ kind: 'in', field, values: this.#list(field) });
    for (const comparator of ['like', 'ilike'] as const)
      if (this.#takeWord(comparator))
        return negated({ kind: 'compare', field, comparator, value: this.#pattern(field) });
    if (isNegated) this.#expect('IN, LIKE or ILIKE', { kind: 'comparator', field });
    if (this.#takeWord('is')) {
      const isPresent = this.#takeWord('not');
      if (!this.#takeWord('null')) this.#expect(isPresent ? 'NULL' : 'NULL or NOT NULL');
      const missing: Condition = { kind: 'missing', field };
      return isPresent ? { kind: 'not', part: missing } : missing;
    }
    const comparator = this.#comparator(field);
    return { kind: 'compare', field, comparator, value: this.#value(field, comparator) };
  }

  #comparator(field: Field): Comparator {
    const token = this.#peek();
    const comparator = token.kind === 'operator' ? symbols[token.text] : undefined;
    if (comparator === undefined)
      this.#expect(`a comparison after ${writeField(field)}: =, !=, <, <=, >, >=, LIKE, ILIKE, IN or IS NULL`, {
        kind: 'comparator',
        field,
      });
    this.#next += 1;
    return comparator as Comparator;
  }

  #value(field: Field, comparator: Comparator): string | number {
    const token = this.#peek();
    const expected: Expected = { kind: 'value', field };
    const isOrdered = !['=', '!='].includes(comparator);
    if (field.type === 'time') return this.#time(field, token, expected);
    if (token.kind === 'number' && field.type !== 'text') return this.#number();
    if (token.kind === 'text' && field.type !== 'number' && !isOrdered) return this.#text(field);
    if (field.type === 'number' || (isOrdered && field.type === 'mixed'))
      this.#expect(`a number to compare ${writeField(field)} with`, expected);
    if (isOrdered) this.#refuse(`${writeField(field)} is a text, which ${comparator} does not compare`);
    return this.#expect(
      field.type === 'mixed'
        ? `a text in quotes or a number for ${writeField(field)}`
        : `a text in quotes for ${writeField(field)}`,
      expected,
    );
  }

  #time(field: Field, token: Token, expected: Expected): number {
    if (token.kind === 'number') return this.#number();
    const time = token.kind === 'text' ? Date.parse(token.text) : Number.NaN;
    if (Number.isNaN(time) || !/^\d{4}(-\d\d){0,2}([T ].*)?$/.test(token.text))
      this.#expect(`a time for ${writeField(field)}, such as '2026-11-28' or milliseconds since 1970`, expected);
    this.#next += 1;
    return time;
  }

  #number(): number {
    const token = this.#peek();
    const value = Number(token.text);
    if (!Number.isFinite(value)) this.#refuse(`${token.text} is too large a number`);
    this.#next += 1;
    return value;
  }

  #text(field: Field): string {
    const { text } = this.#peek();
    this.#next += 1;
    const isStatus = field.entity === 'attributes' && field.name === 'status';
    return isStatus && text.toUpperCase() === 'FINISHED' ? 'succeeded' : text;
  }

  #pattern(field: Field): string {
    if (field.type === 'number' || field.type === 'time')
      this.#refuse(`LIKE compares texts, ${writeField(field)} is a ${field.type}`);
    const token = this.#peek();
    if (token.kind !== 'text')
      this.#expect('a pattern in quotes, in which % stands for any text and _ for one character', {
        kind: 'value',
        field,
      });
    if ((token.text.match(/%+/g)?.length ?? 0) > mostWildcards)
      this.#refuse(`a pattern has at most ${mostWildcards} %`);
    return this.#text(field);
  }

  #list(field: Field): (string | number)[] {
    if (!this.#isSign('(')) this.#expect("a list in brackets, such as ('a', 'b')");
    this.#next += 1;
    const values = [this.#value(field, '=')];
    while (this.#isSign(',')) {
      this.#next += 1;
      values.push(this.#value(field, '='));
    }
    if (!this.#isSign(')')) this.#expect('a comma or )');
    this.#next += 1;
    return values;
  }

  /** What follows the dot after `metrics` and its like. */
  #fieldOf(first: Token): Field {
    const entity = entityNames[first.text.toLowerCase()];
    const isDataset = /^datasets?$/i.test(first.text);
    if (entity === undefined && !isDataset) {
      const near = nearestName(first.text, ['metrics', 'params', 'tags', 'attributes', 'datasets']);
      const hint = near === undefined ? 'metrics, params, tags, attributes or datasets' : `${near}`;
      this.#refuseAt(first, `"${first.text}" is not a kind of field; expected ${hint}`, { kind: 'field' });
    }
    this.#next += 1;
    const { name, token } = this.#name(entity ?? 'attributes');
    if (isDataset) return this.#attribute(datasetAttributes[name.toLowerCase()] ?? `datasets.${name}`, token);
    if (entity === 'attributes') return this.#attribute(name, token);
    return { entity: entity as Field['entity'], name, type: entity === 'metrics' ? 'number' : 'mixed' };
  }

  /** A name in backticks or double quotes, or words joined by dots. */
  #name(entity: Field['entity']): { name: string; token: Token } {
    const token = this.#peek();
    if (token.kind === 'name' || token.kind === 'text') {
      this.#next += 1;
      return { name: token.text, token };
    }
    if (token.kind !== 'word')
      this.#expect('a name; one with other signs than letters, digits and _ stands in backticks', {
        kind: 'field',
        entity,
      });
    let name = this.#take().text;
    while (this.#isSign('.') && this.#tokens[this.#next + 1]?.kind === 'word') {
      this.#next += 1;
      name += `.${this.#take().text}`;
    }
    return { name, token };
  }

  #attribute(name: string, token: Token): Field {
    const attribute = findAttribute(name);
    if (attribute) return { entity: 'attributes', name: attribute.name, type: attribute.type };
    const names = attributes.map((one) => one.name);
    return this.#refuseAt(token, `runs have no attribute "${name}". ${suggestName(name, names).replace(/\.$/, '')}`, {
      kind: 'field',
    });
  }

  #take(): Token {
    const token = this.#peek();
    this.#next += 1;
    return token;
  }

  #peek(): Token {
    return this.#tokens[this.#next] as Token;
  }

  #isSign(sign: string): boolean {
    const token = this.#peek();
    return token.kind === 'sign' && token.text === sign;
  }

  #takeWord(word: string): boolean {
    const token = this.#peek();
    if (token.kind !== 'word' || token.text.toLowerCase() !== word) return false;
    this.#next += 1;
    return true;
  }

  #expect(words: string, expected?: Expected): never {
    const token = this.#peek();
    return this.#refuseAt(token, `expected ${words}, found ${nameOfToken(token)}`, expected);
  }

  #refuse(message: string): never {
    return this.#refuseAt(this.#peek(), message);
  }

  #refuseAt({ position, length }: Token, message: string, expected?: Expected): never {
    throw new FilterFault(position, length, message, expected);
  }
}
