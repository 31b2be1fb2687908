import { expect, test } from 'vitest';
import { deployTrafficCommands, trafficInput } from '../../engine/command-line/deploy-traffic-commands.ts';

const [traffic] = deployTrafficCommands;

test('versions beside the active one are read as numbers, none as null, and what is absent stays away', () => {
  expect(trafficInput({ canary: '3:10', shadow: '4' })).toEqual({ canary: { version: 3, percent: 10 }, shadow: 4 });
  expect(trafficInput({ canary: '3:0.5%' })).toEqual({ canary: { version: 3, percent: 0.5 }, shadow: undefined });
  expect(traffic?.input(['price'], { canary: 'none', shadow: 'none' })).toEqual({
    deployment: 'price',
    canary: null,
    shadow: null,
  });
  expect(traffic?.input(['price'], { 'max-p95': '20', window: '50' })).toEqual({
    deployment: 'price',
    bounds: { p95Milliseconds: 20, requests: 50 },
  });
  expect(traffic?.input(['price'], { 'no-bounds': true })).toEqual({ deployment: 'price', bounds: null });
});

test.each([
  [{ canary: '3' }],
  [{ canary: '3:101' }],
  [{ canary: 'champion:5' }],
  [{ shadow: '3:5' }],
  [{ shadow: '0' }],
])('%j is refused', (flags) => {
  expect(() => trafficInput(flags)).toThrow(expect.objectContaining({ code: 'cli.usage' }));
});

test('bounds are not both set and taken away', () => {
  expect(() => traffic?.input(['price'], { 'no-bounds': true, 'max-p95': '20', window: '50' })).toThrow(
    expect.objectContaining({
      code: 'cli.usage',
      message: '--no-bounds takes the bounds away, --max-p95 and --window set some: give one or the other.',
    }),
  );
});
