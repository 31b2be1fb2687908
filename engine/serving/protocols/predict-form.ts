import type { PredictionInterval } from '../../contract/values.ts';
import { type AnswerExplanation, explainAnswers, requireTypicalRow } from '../answer-explanation.ts';
import { type AnsweredRow, numberText } from '../answer-text.ts';
import { type AskedRows, invalidRequest } from '../checked-rows.ts';
import type { Predictor, Receipt } from '../predictor.ts';
import { idKey } from '../traffic-split.ts';
import type { ModelReference, ServingHost } from './host.ts';
import { type PredictOptions, readOptions, requireInterval } from './predict-options.ts';

const listKeys = ['rows', 'ids', 'event_times', 'options'];
const singleKeys = ['row', 'id', 'event_time', 'options'];

/** JSON, and how many rows it answers. */
export interface PredictAnswer {
  text: string;
  rows: number;
}

/**
 * Answers `{row, id?, event_time?, options?}` with one prediction and `{rows, ids?, event_times?, options?}` with a list.
 * @param asked the model that is meant, and the key of the caller
 * @throws GalleyError `serving.invalid_request`, `serving.invalid_rows` and those of `ServingHost.predictor`
 */
export async function answerPredict(
  host: ServingHost,
  body: unknown,
  receipt: Receipt,
  { model: named, key }: Pick<ModelReference, 'model' | 'key'> = {},
): Promise<PredictAnswer> {
  const { deployment } = host.settings;
  const { single, options, ...asked } = readForm(body);
  const wanted = options.version === null ? undefined : String(options.version);
  const predictor = host.predictor({ model: named, version: wanted, key: key ?? idKey(firstOf(asked.ids)) });
  const { model } = predictor;
  const { signature, version } = predictor.loaded;
  const interval = options.interval === null ? null : requireInterval(signature, options.interval);
  const { rows, explanations } = options.explanation
    ? await explained(predictor, asked, receipt)
    : { rows: await predictor.predict(asked, receipt), explanations: [] };
  const about = JSON.stringify({ model, version, deployment }).slice(0, -1);
  const predictions = rows.map((row, index) =>
    predictionText(row, options.probabilities, interval, explanations[index]),
  );
  const text = single
    ? `${about},${(predictions[0] as string).slice(1)}`
    : `${about},"predictions":[${predictions.join(',')}]}`;
  return { text, rows: rows.length };
}

/** The version stays loaded until its answers are explained, whatever is released meanwhile. */
function explained(predictor: Predictor, asked: AskedRows, receipt: Receipt) {
  return predictor.loaded.use(async (loaded) => {
    const typical = requireTypicalRow(loaded.signature, asked.rows.length);
    const rows = await predictor.predict(asked, receipt);
    return { rows, explanations: await explainAnswers(predictor, asked.rows, rows, typical) };
  });
}

/**
 * Reads `{row, id?, event_time?, options?}` or `{rows, ids?, event_times?, options?}`.
 * @returns also whether it was one row, so that it is answered as one prediction rather than a list
 * @throws GalleyError `serving.invalid_request`
 */
function readForm(body: unknown): AskedRows & { single: boolean; options: PredictOptions } {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalidRequest('The body must be an object {"row": {...}} or {"rows": [...]}.');
  }
  const { row, rows, id, ids, event_time, event_times, options: given } = body as Record<string, unknown>;
  const single = row !== undefined;
  if (single === (rows !== undefined)) throw invalidRequest('The body must have either "row" or "rows".');
  const allowed = single ? singleKeys : listKeys;
  const unknown = Object.keys(body).filter((key) => !allowed.includes(key));
  if (unknown.length > 0) {
    const named = unknown.map((key) => JSON.stringify(key.slice(0, 60))).join(', ');
    throw invalidRequest(
      `Beside "${allowed[0]}" the body may have ${allowed
        .slice(1)
        .map((key) => `"${key}"`)
        .join(', ')}, not ${named}.`,
    );
  }
  const options = readOptions(given);
  if (single) return { single, options, rows: [row], ids: only(id), eventTimes: only(event_time) };
  if (!Array.isArray(rows)) throw invalidRequest('"rows" must be a list of objects.');
  return { single, options, rows, ids, eventTimes: event_times };
}

function firstOf(ids: unknown): unknown {
  return Array.isArray(ids) ? ids[0] : undefined;
}

function only(value: unknown): unknown[] | undefined {
  return value === undefined ? undefined : [value];
}

/** One of the predictions of /predict, as JSON. */
export function predictionText(
  { id, outputs, label, scores, flags }: AnsweredRow,
  probabilities: boolean,
  interval: PredictionInterval | null,
  explanation: AnswerExplanation | undefined,
): string {
  const answer = label !== null && !probabilities ? `"label":${JSON.stringify(label)}` : outputs;
  const range = interval ? `,${intervalText(scores[0] as number, interval)}` : '';
  const why = explanation ? `,"explanation":${JSON.stringify(explanation)}` : '';
  return `{"row_id":${JSON.stringify(id)},${answer}${range}${why}${flags ? `,"flags":${JSON.stringify(flags)}` : ''}}`;
}

function intervalText(prediction: number, { level, halfWidth }: PredictionInterval): string {
  const [lower, upper] = [prediction - halfWidth, prediction + halfWidth].map(numberText);
  return `"interval":{"level":${level},"lower":${lower},"upper":${upper}}`;
}
