import type { Clock } from '../../base/clock.ts';
import { figure } from '../../base/figures.ts';
import { idSource } from '../../base/ids.ts';
import type { GateCheck } from '../../contract/retrain-artifacts.ts';
import type { ServedVersion } from '../../contract/serving.ts';
import type { InputValue } from '../../serving/field-rule.ts';
import { anyRun, loadModel } from '../../serving/model.ts';
import { Predictor } from '../../serving/predictor.ts';
import { quantileOfSorted } from '../../statistics/summary.ts';

const warmUps = 50;
const timedRows = 500;
const batchRows = 64;

/**
 * How long the serving core takes for one row, from its check to its answer as text, without HTTP and log: the 95th
 * percentile of 500 rows, one after the other, in milliseconds; null without rows.
 * @param rows in the order of the version's inputs; those that callers may not send are passed over
 * @param stop called before each row; it may throw
 */
export async function measureLatency(
  served: ServedVersion,
  rows: readonly InputValue[][],
  clock: Clock,
  stop: () => void,
): Promise<number | null> {
  const loaded = await loadModel(served, () => ({ rows: batchRows }), undefined, anyRun);
  try {
    const { inputs } = loaded.signature;
    const sendable = rows.filter((row) => inputs.every(({ nullable }, at) => nullable || row[at] !== null));
    if (sendable.length === 0) return null;
    const asked = sendable.map((row) => Object.fromEntries(inputs.map(({ name }, at) => [name, row[at]])));
    const predictor = new Predictor(
      {
        model: 'measured',
        limits: () => ({ rows: 1, waitingRows: 1 }),
        log: null,
        sampling: () => 0,
        logMask: () => ({ inputs: [] }),
        clock,
        newId: idSource(clock),
      },
      loaded,
    );
    const times: number[] = [];
    for (let turn = -warmUps; turn < timedRows; turn++) {
      stop();
      const row = asked[(turn + warmUps) % asked.length];
      const monotonic = clock.monotonic();
      await predictor.predict({ rows: [row] }, { id: 'req', at: clock.now(), monotonic });
      if (turn >= 0) times.push(clock.monotonic() - monotonic);
    }
    return quantileOfSorted(Float64Array.from(times).sort(), 0.95);
  } finally {
    await loaded.release();
  }
}

/** @param bound as the file says it: `20ms` @param milliseconds the same */
export function latencyCheck(found: number | null, bound: string, milliseconds: number): GateCheck {
  if (found === null)
    return { name: 'latency', passed: false, detail: 'its latency cannot be measured without common rows' };
  return {
    name: 'latency',
    passed: found <= milliseconds,
    detail: `95 of 100 rows are answered within ${figure(found)} ms; at most ${bound.replace(/(?=[a-z])/, ' ')} is taken`,
  };
}
