import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readArguments } from '../../electron/arguments.ts';

const here = resolve('/somewhere');

test('without words the window opens on the project that was given', () => {
  expect(readArguments([], here)).toEqual({});
  expect(readArguments(['--project', 'mine'], here)).toEqual({ project: join(here, 'mine') });
  expect(readArguments(['--no-sandbox', `--project=${join(here, 'other')}`], here)).toEqual({
    project: join(here, 'other'),
  });
});

test('start is the window, any other word a command with all that follows it', () => {
  expect(readArguments(['start', '--project', 'mine'], here)).toEqual({ project: join(here, 'mine') });
  expect(readArguments(['--no-sandbox', 'data', 'list', '--json'], here)).toEqual({
    command: ['data', 'list', '--json'],
  });
  expect(readArguments(['--project', 'mine', 'verify'], here)).toEqual({
    project: join(here, 'mine'),
    command: ['verify'],
  });
});
