import { expect, test } from 'vitest';
import { KeptAnswers } from '../../engine/monitor/kept-answers.ts';

/** An answer that comes when it is let, or ends with the signal of its askers. */
function slowAnswer() {
  let resolve: (value: string) => void = () => {};
  const signals: AbortSignal[] = [];
  const make = (signal: AbortSignal) => {
    signals.push(signal);
    return new Promise<string>((done, reject) => {
      resolve = done;
      signal.addEventListener('abort', () => reject(new Error('aborted')));
    });
  };
  return { make, signals, answer: (value: string) => resolve(value) };
}

test('two askers share one answer, which is kept', async () => {
  const kept = new KeptAnswers<string>(2);
  const slow = slowAnswer();
  const both = [kept.get('a', slow.make), kept.get('a', slow.make)];
  slow.answer('yes');
  expect(await Promise.all(both)).toEqual(['yes', 'yes']);
  expect(await kept.get('a', slow.make)).toBe('yes');
  expect(slow.signals).toHaveLength(1);
});

test('work goes on while one asker waits, and ends when the last one leaves', async () => {
  const kept = new KeptAnswers<string>(2);
  const slow = slowAnswer();
  const [first, second] = [new AbortController(), new AbortController()];
  const one = kept.get('a', slow.make, first.signal);
  const other = kept.get('a', slow.make, second.signal);
  first.abort();
  await expect(one).rejects.toMatchObject({ code: 'call.canceled' });
  expect(slow.signals[0]?.aborted).toBe(false);
  second.abort();
  await expect(other).rejects.toMatchObject({ code: 'call.canceled' });
  expect(slow.signals[0]?.aborted).toBe(true);
  const again = kept.get('a', slow.make);
  slow.answer('again');
  expect(await again).toBe('again');
  expect(slow.signals).toHaveLength(2);
});

test('what fails is not kept, and neither is more than there is room for', async () => {
  const kept = new KeptAnswers<number>(1);
  await expect(kept.get('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  let made = 0;
  const make = async () => ++made;
  expect([await kept.get('a', make), await kept.get('b', make), await kept.get('a', make)]).toEqual([1, 2, 3]);
});
