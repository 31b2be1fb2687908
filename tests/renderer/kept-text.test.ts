import { beforeEach, expect, test, vi } from 'vitest';
import { KeptText } from '../../renderer/package/card/kept-text.svelte.ts';

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

test('a text is kept once nobody types, and at once where it must be', async () => {
  const saved: string[] = [];
  const text = new KeptText('', async (written) => {
    saved.push(written);
  });
  text.type('a');
  text.type('ab');
  expect([text.state, saved]).toEqual(['changed', []]);
  await vi.advanceTimersByTimeAsync(1000);
  expect([text.state, saved]).toEqual(['kept', ['ab']]);
  text.type('abc');
  await text.keep();
  expect(saved).toEqual(['ab', 'abc']);
  await vi.advanceTimersByTimeAsync(1000);
  expect(saved).toEqual(['ab', 'abc']);
});

test('what could not be kept stays, and is kept with the next attempt', async () => {
  let isDown = true;
  const text = new KeptText('before', async () => {
    if (isDown) throw new Error('gone');
  });
  text.type('after');
  await text.keep();
  expect([text.typed, text.state, (text.failure as Error).message]).toEqual(['after', 'changed', 'gone']);
  text.follow('before');
  expect(text.typed).toBe('after');
  isDown = false;
  await text.keep();
  expect([text.state, text.failure]).toEqual(['kept', undefined]);
});

test('what is typed while a text is being kept is kept after it, in order', async () => {
  const saved: string[] = [];
  let finish: (() => void) | undefined;
  const text = new KeptText('', (written) => {
    saved.push(written);
    return new Promise<void>((resolve) => {
      finish = resolve;
    });
  });
  text.type('one');
  const first = text.keep();
  await vi.advanceTimersByTimeAsync(0);
  text.type('two');
  const second = text.keep();
  expect(saved).toEqual(['one']);
  finish?.();
  await first;
  await vi.advanceTimersByTimeAsync(0);
  expect(saved).toEqual(['one', 'two']);
  finish?.();
  await second;
  expect(text.state).toBe('kept');
});

test('what another window wrote comes in unless something is being written here', () => {
  const text = new KeptText('a', async () => {});
  text.follow('b');
  expect(text.typed).toBe('b');
  text.type('b ');
  text.follow('b');
  expect(text.typed).toBe('b ');
  text.type('mine');
  text.follow('c');
  expect(text.typed).toBe('mine');
});
