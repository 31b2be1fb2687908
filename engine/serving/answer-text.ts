import type { PredictionFlag, PredictionRecord } from '../contract/serving.ts';
import type { Signature } from '../contract/values.ts';
import type { Answers } from './batcher.ts';
import type { InputValue } from './field-rule.ts';
import type { RowMask } from './input-mask.ts';
import type { CheckedRow } from './row-check.ts';

/** What a reply and the log need of one answered row, as JSON that both can hold without writing it twice. */
export interface AnsweredRow {
  id: string;
  /** `"prediction":1.5`, or `"label":"a","probabilities":{…}`: the members of `outputs`, without braces. */
  outputs: string;
  /** Null for regression. */
  label: string | null;
  /** The prediction, or the probabilities in the order of the classes. */
  scores: Float32Array;
  flags: PredictionFlag[] | null;
}

/** What all rows of a request share in the log. */
export type SharedRecord = Pick<PredictionRecord, 'request_id' | 'received_at' | 'version' | 'latency' | 'shadow'>;

/**
 * Writes answers as JSON text. The text is put together by hand, with the parts that never change prepared: it is
 * made twice for each row, and JSON.stringify of the whole costs several times as much.
 */
export class AnswerText {
  readonly #target: string;
  readonly #inputKeys: string[];
  readonly #classKeys: string[];

  constructor(signature: Signature) {
    this.#target = signature.target;
    this.#inputKeys = signature.inputs.map(({ name }) => `${JSON.stringify(name)}:`);
    this.#classKeys = (signature.classes ?? []).map((name) => `${JSON.stringify(name)}:`);
  }

  /** A row with the model's answer, which stands at `index` of the answers. */
  answer({ flags }: CheckedRow, id: string, answers: Answers, index: number): AnsweredRow {
    const { labels, scores, width } = answers;
    const own = scores.subarray(index * width, (index + 1) * width);
    const outputs =
      labels === null
        ? `"prediction":${numberText(own[0] as number)}`
        : `"label":${JSON.stringify(labels[index])},"probabilities":${this.#probabilities(own)}`;
    const label = labels?.[index] ?? null;
    if (own.every(Number.isFinite)) return { id, outputs, label, scores: own, flags };
    const remarks = [...(flags ?? []), { field: this.#target, flag: 'not_finite' as const }];
    return { id, outputs, label, scores: own, flags: remarks };
  }

  /** A row in the log, a `PredictionRecord`. */
  record(
    { id, outputs, flags }: AnsweredRow,
    values: InputValue[],
    eventTime: number | null,
    of: SharedRecord,
    mask: RowMask,
  ): string {
    return (
      `{"row_id":${JSON.stringify(id)},"request_id":${JSON.stringify(of.request_id)}` +
      `,"event_time":${eventTime ?? of.received_at},"received_at":${of.received_at},"version":${of.version}${of.shadow ? ',"shadow":true' : ''}` +
      `,"inputs":${this.#inputs(values, mask)},"outputs":{${outputs}},"latency":${of.latency}` +
      `,"flags":[${[...(flags ?? []).map((flag) => JSON.stringify(flag)), ...mask.flags(values)].join(',')}]}`
    );
  }

  #inputs(values: InputValue[], mask: RowMask): string {
    let text = '{';
    for (let position = 0; position < values.length; position++) {
      if (position > 0) text += ',';
      text += this.#inputKeys[position];
      const shown = mask.shown(position, values[position] as InputValue);
      text += typeof shown === 'string' ? JSON.stringify(shown) : String(shown);
    }
    return `${text}}`;
  }

  #probabilities(scores: Float32Array): string {
    let text = '{';
    for (let position = 0; position < scores.length; position++) {
      if (position > 0) text += ',';
      text += this.#classKeys[position] + numberText(scores[position] as number);
    }
    return `${text}}`;
  }
}

/** JSON has no NaN and no infinities. */
export function numberText(value: number): string {
  return Number.isFinite(value) ? String(value) : 'null';
}
