import { errorFromReport } from '../../base/errors.ts';
import type { ErrorReport } from '../../contract/errors.ts';
import type { Day } from './ridership.ts';

/** What a server said of one day. */
export interface Answered {
  prediction: number;
  version: number;
}

interface Reply {
  version: number;
  predictions: { prediction: number }[];
  error?: ErrorReport;
}

/** Days that go into one request: a month and a bit. */
const daysPerRequest = 40;

/**
 * Sends days to a prediction server over HTTP, with their dates as ids and event times.
 * @returns one answer a day, in their order. @throws GalleyError of the server
 */
export async function sendDays(url: string, days: readonly Day[], signal: AbortSignal): Promise<Answered[]> {
  const answers: Answered[] = [];
  for (let start = 0; start < days.length; start += daysPerRequest) {
    const sent = days.slice(start, start + daysPerRequest);
    const dates = sent.map(({ date }) => date);
    const response = await fetch(new URL('/predict', url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ rows: sent.map(({ row }) => row), ids: dates, event_times: dates }),
      signal,
    });
    const { version, predictions, error } = (await response.json()) as Reply;
    if (error) throw errorFromReport(error);
    answers.push(...predictions.map(({ prediction }) => ({ prediction, version })));
  }
  return answers;
}
