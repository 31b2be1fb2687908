import { predictionText } from '../answer-text.ts';
import { type AskedRows, invalidRequest } from '../checked-rows.ts';
import { errorAnswer, jsonTextAnswer } from '../http-answer.ts';
import { readJsonBody } from '../http-body.ts';
import type { HttpCall, HttpProtocol } from '../http-routes.ts';
import type { ServingHost } from './host.ts';

const listKeys = ['rows', 'ids', 'event_times'];
const singleKeys = ['row', 'id', 'event_time'];

/** Our own protocol: rows by name with ids and event times, all faults with their paths. */
export function predictProtocol(host: ServingHost): HttpProtocol {
  return {
    routes: [{ method: 'POST', path: '/predict', predicts: true, answer: (call) => predict(host, call) }],
    refusal: errorAnswer,
  };
}

async function predict(host: ServingHost, { request, receipt }: HttpCall) {
  const { deployment, model, limits } = host.settings;
  const body = await readJsonBody(request, limits.bodyBytes);
  const { single, ...asked } = readForm(body);
  const predictor = host.predictor();
  const rows = await predictor.predict(asked, receipt);
  const about = JSON.stringify({ model, version: predictor.loaded.version, deployment }).slice(0, -1);
  const predictions = rows.map(predictionText);
  if (single) return jsonTextAnswer(`${about},${(predictions[0] as string).slice(1)}`, 1);
  return jsonTextAnswer(`${about},"predictions":[${predictions.join(',')}]}`, rows.length);
}

/**
 * Reads `{row, id?, event_time?}` or `{rows, ids?, event_times?}`.
 * @returns also whether it was one row, so that it is answered as one prediction rather than a list
 * @throws GalleyError `serving.invalid_request`
 */
function readForm(body: unknown): AskedRows & { single: boolean } {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalidRequest('The body must be an object {"row": {...}} or {"rows": [...]}.');
  }
  const { row, rows, id, ids, event_time, event_times } = body as Record<string, unknown>;
  const single = row !== undefined;
  if (single === (rows !== undefined)) throw invalidRequest('The body must have either "row" or "rows".');
  const allowed = single ? singleKeys : listKeys;
  const unknown = Object.keys(body).filter((key) => !allowed.includes(key));
  if (unknown.length > 0) {
    const named = unknown.map((key) => JSON.stringify(key.slice(0, 60))).join(', ');
    throw invalidRequest(`Beside "${allowed[0]}" the body may have "${allowed[1]}" and "${allowed[2]}", not ${named}.`);
  }
  if (single) return { single, rows: [row], ids: only(id), eventTimes: only(event_time) };
  if (!Array.isArray(rows)) throw invalidRequest('"rows" must be a list of objects.');
  return { single, rows, ids, eventTimes: event_times };
}

function only(value: unknown): unknown[] | undefined {
  return value === undefined ? undefined : [value];
}
