import { expect, test } from 'vitest';
import { EventLog } from '../../engine/jobs/event-log.ts';

const publish = (log: EventLog, count: number) => {
  for (let index = 0; index < count; index++) log.publish({ type: 'phase.changed', phase: 'data' });
};

test('a client resumes after the last event that it saw', () => {
  const log = new EventLog(100);
  publish(log, 5);
  expect(log.after(103).map((event) => event.sequence)).toEqual([104, 105]);
  expect(log.after(105)).toEqual([]);
  expect(log.after(100)).toHaveLength(5);
});

test.each([50, 99, 200])('a sequence that is not kept (%i) means: read everything again', (sequence) => {
  const log = new EventLog(100);
  publish(log, 2);
  expect(log.after(sequence)).toEqual([{ type: 'reset', sequence: 102 }]);
});

test('only the newest are kept; listeners get each once until they stop', () => {
  const log = new EventLog(0, 3);
  const seen: number[] = [];
  const stop = log.listen((event) => seen.push(event.sequence));
  publish(log, 4);
  stop();
  publish(log, 1);
  expect(seen).toEqual([1, 2, 3, 4]);
  expect(log.after(1)).toEqual([{ type: 'reset', sequence: 5 }]);
  expect(log.after(2).map((event) => event.sequence)).toEqual([3, 4, 5]);
});
