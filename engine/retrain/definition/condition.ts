import { suggestName } from '../../base/nearest-name.ts';
import type { Scalar } from '../../contract/retrain-pipeline.ts';

const operators = ['==', '!=', '>=', '<=', '>', '<'] as const;
type Operator = (typeof operators)[number];

/** One part of a condition: a fact of a step against a value. */
export interface Clause {
  step: string;
  fact: string;
  operator: Operator;
  value: Scalar;
}

/** When a step runs: by how those before it ended, or where all clauses hold. */
export type Condition = { outcome: 'passed' | 'failed' | 'always' } | { clauses: Clause[] };

const outcomes = ['passed', 'failed', 'always'] as const;
/** A value is a text in quotes, a parameter, or one word. */
const clauseForm =
  /^(?<negated>not\s+)?(?<step>[a-z][a-z0-9_-]*)\.(?<fact>[a-z][a-z0-9_]*)(?:\s*(?<operator>==|!=|>=|<=|>|<)\s*(?<value>"[^"]*"|'[^']*'|\$\{[^}]*\}|[^\s"']+))?$/;
const equalities: ReadonlySet<Operator> = new Set(['==', '!=']);

/**
 * Reads a condition: `passed`, `failed`, `always`, or `STEP.FACT`, `not STEP.FACT` and `STEP.FACT > 0.8` joined by `and`.
 * @returns a message where it is none
 */
export function readCondition(text: string): Condition | { message: string } {
  const outcome = outcomes.find((name) => name === text.trim());
  if (outcome) return { outcome };
  const clauses: Clause[] = [];
  for (const part of text.split(/\s+and\s+/)) {
    const clause = readClause(part.trim());
    if (clause === undefined) return { message: notUnderstood(part.trim()) };
    if (!isComparable(clause))
      return { message: `"${part.trim()}" is no condition: "${clause.value}" is no number to compare with.` };
    clauses.push(clause);
  }
  return { clauses };
}

/** Whether a step runs where one before it failed. */
export function runsAfterFailure(when: string | undefined): boolean {
  const condition = when === undefined ? undefined : readCondition(when);
  return condition !== undefined && 'outcome' in condition && condition.outcome !== 'passed';
}

function readClause(text: string): Clause | undefined {
  const groups = clauseForm.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const { negated, step = '', fact = '', operator, value } = groups;
  if (operator === undefined) return { step, fact, operator: '==', value: negated === undefined };
  if (negated !== undefined || value === undefined) return undefined;
  return { step, fact, operator: operator as Operator, value: scalar(value) };
}

/** Only numbers are larger or smaller; what a parameter stands for is not known yet. */
function isComparable({ operator, value }: Clause): boolean {
  return equalities.has(operator) || typeof value === 'number' || isParameter(value);
}

/** Whether a value is a parameter that is not filled in yet. */
export function isParameter(value: Scalar): boolean {
  return typeof value === 'string' && value.startsWith('${');
}

function scalar(text: string): Scalar {
  const quoted = /^"(.*)"$|^'(.*)'$/.exec(text);
  if (quoted) return quoted[1] ?? quoted[2] ?? '';
  if (text === 'true' || text === 'false') return text === 'true';
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

function notUnderstood(text: string): string {
  if (/^[a-z]+$/.test(text)) return `"${text}" is no condition. ${suggestName(text, outcomes)}`;
  return `"${text}" is no condition. It is passed, failed, always, or a fact of a step such as gate.passed, not gate.passed or fit.r2 > 0.8, several joined by "and".`;
}
