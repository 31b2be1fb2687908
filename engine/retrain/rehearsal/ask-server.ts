import { errorFromReport } from '../../base/errors.ts';
import type { ErrorReport } from '../../contract/errors.ts';
import type { Rehearsal } from '../../contract/retrain-rehearsal.ts';
import type { PredictionOutputs } from '../../contract/serving.ts';
import { ServingClient } from '../../serving/serving-client.ts';
import type { RehearsedModel } from './rehearsed-model.ts';
import { asSent, signatureFile } from './served-answers.ts';
import type { Stage } from './stage.ts';

const rowsPerRequest = 100;

/**
 * Sends the rows of all periods to a prediction server of its own over HTTP, as callers do, and swaps its version where the
 * policy did.
 * @param champions what answered each period.
 * @param folder for what the server reads beside the files of the models.
 * @returns whether it answered every row as the rehearsal did.
 * @throws GalleyError of the server, `job.canceled`
 */
export async function askServer(
  stage: Stage,
  champions: readonly RehearsedModel[],
  folder: string,
): Promise<NonNullable<Rehearsal['server']>> {
  const models = [...new Set(champions)];
  const versions = models.map((model, index) => ({
    version: index + 1,
    onnx: model.onnx,
    signature: signatureFile(folder, model),
  }));
  const client = await ServingClient.start(
    {
      deployment: 'rehearsal',
      model: 'rehearsal',
      versions,
      active: 1,
      port: 0,
      logFolder: null,
      serverLog: { requests: 'none' },
    },
    () => {},
  );
  const result = { rows: 0, requests: 0, identical: true };
  try {
    for (const [period, champion] of champions.entries()) {
      await client.activate({ version: models.indexOf(champion) + 1 });
      const { rows, values } = await stage.answers.of(champion, period);
      const width = rows.length === 0 ? 1 : values.length / rows.length;
      for (let start = 0; start < rows.length; start += rowsPerRequest) {
        stage.throwIfCanceled();
        const sent = rows.subarray(start, start + rowsPerRequest);
        const answers = await post(client.ready.url, stage, champion, sent);
        const expected = values.subarray(start * width, (start + sent.length) * width);
        result.identical &&= isEqual(answers, expected, champion.signature.classes ?? []);
        result.rows += sent.length;
        result.requests++;
      }
    }
  } finally {
    await client.stop();
  }
  return result;
}

async function post(
  url: string,
  { rows: { frame } }: Stage,
  { signature }: RehearsedModel,
  positions: Int32Array,
): Promise<PredictionOutputs[]> {
  const response = await fetch(new URL('/predict', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ rows: asSent(frame, signature.inputs, positions) }),
  });
  const { predictions, error } = (await response.json()) as { predictions: PredictionOutputs[]; error?: ErrorReport };
  if (error) throw errorFromReport(error);
  return predictions;
}

/** Whether answers are those numbers, as float32. */
function isEqual(answers: readonly PredictionOutputs[], expected: Float64Array, classes: readonly string[]): boolean {
  const found = answers.flatMap((answer) =>
    'prediction' in answer ? [answer.prediction] : classes.map((name) => answer.probabilities[name] ?? null),
  );
  return (
    found.length === expected.length &&
    found.every((value, place) => Object.is(Math.fround(value ?? Number.NaN), Math.fround(expected[place] as number)))
  );
}
