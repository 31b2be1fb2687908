import { type Frame, selectRows } from '../../base/frame.ts';
import { classPlaces, type ForeignPart } from './foreign-part.ts';
import { ForeignSession, type PlainTensor } from './foreign-session.ts';
import { foreignAnswers, foreignFeeds } from './foreign-tensors.ts';

const rowsAtOnce = 10_000;

/** One thread a graph, for as long as the graph is held. */
const sessions = new WeakMap<ForeignPart, ForeignSession>();

function sessionOf(foreign: ForeignPart): ForeignSession {
  const known = sessions.get(foreign);
  if (known) return known;
  const session = new ForeignSession(foreign.onnx);
  sessions.set(foreign, session);
  return session;
}

/**
 * What a graph from elsewhere says of rows: rows x classes probabilities or rows x 1 predictions. Waits for its thread.
 * @param classes of the model, in its order.
 * @throws GalleyError `train.adopted_failed`
 */
export function answerForeign(foreign: ForeignPart, classes: readonly string[], frame: Frame): Float64Array {
  const width = Math.max(1, classes.length);
  const places = classes.length === 0 ? [0] : classPlaces(classes, foreign);
  const answers = new Float64Array(frame.rows * width);
  for (let start = 0; start < frame.rows; start += rowsAtOnce) {
    const rows = Math.min(rowsAtOnce, frame.rows - start);
    const part =
      rows === frame.rows
        ? frame
        : selectRows(
            frame,
            Array.from({ length: rows }, (_, row) => start + row),
          );
    const outputs = sessionOf(foreign).run(foreignFeeds(foreign.inputs, part));
    const values = foreignAnswers(foreign, outputs[foreign.output.tensor] as PlainTensor, rows);
    for (let row = 0; row < rows; row++) {
      for (let place = 0; place < width; place++) {
        answers[(start + row) * width + place] = values[row * width + (places[place] as number)] as number;
      }
    }
  }
  return answers;
}
