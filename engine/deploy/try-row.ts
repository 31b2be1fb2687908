import { errorFromReport, GalleyError } from '../base/errors.ts';
import type { ErrorReport } from '../contract/errors.ts';

/**
 * Sends one row to a prediction server as any caller would, with a key.
 * @returns the body of its answer
 * @throws GalleyError what the server refused it with; `serving.process_ended` where it does not answer
 */
export async function tryRow(
  url: string,
  key: string,
  row: Record<string, unknown>,
  explanation = false,
): Promise<unknown> {
  const response = await fetch(`${url}/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ row, ...(explanation && { options: { explanation } }) }),
  }).catch((cause) => {
    throw new GalleyError('serving.process_ended', `${url} does not answer.`, { details: { url }, cause });
  });
  const body = (await response.json()) as { error?: ErrorReport };
  if (response.ok) return body;
  throw errorFromReport(body.error as ErrorReport);
}
