import type { Signature } from '../contract/values.ts';
import type { AnsweredRow } from './answer-text.ts';
import { invalidRequest } from './checked-rows.ts';
import { explainRow, mostColumns, type RowExplanation } from './explain-row.ts';
import type { InputValue } from './field-rule.ts';
import type { Predictor } from './predictor.ts';
import { RowFaults } from './row-faults.ts';

/** Why a row was answered as it was. */
export interface AnswerExplanation extends RowExplanation {
  /** Whose probability is explained: the second of two classes, of more the answered one; null for a regression. */
  class: string | null;
}

/** Each makes the model answer some thousand rows. */
const mostRows = 20;

/**
 * The typical row of a version.
 * @throws GalleyError `serving.invalid_request` where the version has none, or these rows cannot be explained
 */
export function requireTypicalRow({ inputs }: Signature, rows: number): InputValue[] {
  if (rows > mostRows) throw invalidRequest(`options.explanation is for up to ${mostRows} rows a request.`);
  if (inputs.length > mostColumns)
    throw invalidRequest(`options.explanation is for models of up to ${mostColumns} columns.`);
  if (inputs.some(({ typical }) => typical === undefined))
    throw invalidRequest(
      'This version does not know its typical row, with which answers are compared; package its run again to have explanations.',
    );
  return inputs.map(({ typical }) => typical as InputValue);
}

/** Explains rows that the predictor has answered. @param typical of `requireTypicalRow` */
export async function explainAnswers(
  predictor: Predictor,
  rows: readonly unknown[],
  answered: readonly AnsweredRow[],
  typical: readonly InputValue[],
): Promise<AnswerExplanation[]> {
  const explanations: AnswerExplanation[] = [];
  for (const [index, row] of rows.entries()) {
    const { values } = predictor.loaded.rows.check(row, 0, new RowFaults()) as { values: InputValue[] };
    explanations.push(await explainAnswer(predictor, values, (answered[index] as AnsweredRow).label, typical));
  }
  return explanations;
}

async function explainAnswer(
  predictor: Predictor,
  values: InputValue[],
  label: string | null,
  typical: readonly InputValue[],
): Promise<AnswerExplanation> {
  const { inputs, classes = [] } = predictor.loaded.signature;
  const names = inputs.map(({ name }) => name);
  const output = classes.length > 2 ? classes.indexOf(label as string) : classes.length - 1;
  const explanation = await explainRow(values, typical, names, async (rows) => {
    const { scores, width } = await predictor.compute(rows);
    return rows.map((_, row) => scores[row * width + Math.max(0, output)] as number);
  });
  return { class: classes[output] ?? null, ...explanation };
}
