import { parentPort, workerData } from 'node:worker_threads';
import { GalleyError, reportError } from '../../base/errors.ts';
import { ModelGraph } from '../../serving/model-graph.ts';
import type { InputBatch } from './input-batches.ts';
import type { FromScoringThread, ScoringThreadInput, ToScoringThread } from './scoring-messages.ts';

const { served } = workerData as ScoringThreadInput;
const opening = ModelGraph.open(served);
// The first batch tells why the model cannot be loaded.
opening.catch(() => {});

async function answerTo({ columns, rows }: InputBatch): Promise<FromScoringThread> {
  try {
    const graph = await opening;
    const { labels, scores, width } = await graph.runColumns(columns, rows);
    const classes = graph.signature.classes ?? [];
    return { type: 'answered', answers: { rows, labels: labels && placesOf(labels, classes), scores, width } };
  } catch (error) {
    return { type: 'failed', error: reportError(error) };
  }
}

function placesOf(labels: readonly string[], classes: readonly string[]): Uint16Array<ArrayBuffer> {
  const places = new Map(classes.map((name, place) => [name, place]));
  return Uint16Array.from(labels, (label) => {
    const place = places.get(label);
    if (place !== undefined) return place;
    throw new GalleyError('serving.model_mismatch', `The model answers ${label}, which is none of its classes.`);
  });
}

let answered: Promise<void> = Promise.resolve();
parentPort?.on('message', (message: ToScoringThread) => {
  answered = answered.then(async () => {
    if (message.type === 'end') parentPort?.close();
    else parentPort?.postMessage(await answerTo(message.batch));
  });
});
