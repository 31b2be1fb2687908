import { invalidRequest } from '../checked-rows.ts';
import { jsonAnswer } from '../http-answer.ts';
import type { HttpCall, HttpRoute } from '../http-routes.ts';
import { parseIsoTime } from '../iso-time.ts';
import type { ServingHost } from './host.ts';

const parameters: ReadonlySet<string> = new Set(['since', 'until', 'shadow']);

/** Counts and sketches of what the server was asked, without a row. */
export function profileRoutes(host: ServingHost): HttpRoute[] {
  return ['/profile', '/profile/{model}'].map((path) => ({
    method: 'GET',
    path,
    answer: (call) => answerProfile(host, call),
  }));
}

async function answerProfile(host: ServingHost, { request, parameters: { model } }: HttpCall) {
  const query = new URL(request.url ?? '/', 'http://server').searchParams;
  const unknown = [...query.keys()].find((name) => !parameters.has(name));
  if (unknown !== undefined) {
    throw invalidRequest(`A profile has no parameter ${JSON.stringify(unknown.slice(0, 60))}: since, until, shadow.`);
  }
  const range = { since: timeOf(query, 'since'), until: timeOf(query, 'until') };
  const shadow = query.get('shadow') ?? 'false';
  if (!['true', 'false'].includes(shadow)) throw invalidRequest('shadow must be true or false.');
  return jsonAnswer(await host.profileOf(model, shadow === 'true' ? 'shadow' : 'answered', range));
}

function timeOf(query: URLSearchParams, name: string): number | null {
  const text = query.get(name);
  if (text === null) return null;
  const time = parseIsoTime(text);
  if (time === null) throw invalidRequest(`${name} must be an ISO date or timestamp, as "2004-02-29T13:45:00Z".`);
  return time;
}
