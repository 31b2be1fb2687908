import { expect, test } from 'vitest';
import { findTask, taskSlugs } from '../../../engine/retrain/definition/task-slug.ts';

test('a slug is the name in small letters, digits and single hyphens', () => {
  expect(taskSlugs(['fit', 'fit (trees, 30d)', 'model_tests', 'fit (İ ÄÖ-0.5, "x y")'])).toEqual([
    'fit',
    'fit-trees-30d',
    'model-tests',
    'fit-i-0-5-x-y',
  ]);
});

test('tasks that would share a slug are numbered, past names that have such a number themselves', () => {
  expect(taskSlugs(['fit-2', 'fit', 'fit (+)', 'fit (-)', 'fit_2'])).toEqual([
    'fit-2',
    'fit',
    'fit-3',
    'fit-4',
    'fit-2-2',
  ]);
});

test('a slug has at most 63 characters, whatever the values of a matrix are', () => {
  const long = `fit (${'long value '.repeat(30)})`;
  const slugs = taskSlugs(Array.from({ length: 1000 }, () => long));
  expect(new Set(slugs).size).toBe(1000);
  for (const slug of slugs) expect(slug).toMatch(/^[a-z](?:-?[a-z0-9])*$/);
  expect(Math.max(...slugs.map((slug) => slug.length))).toBeLessThanOrEqual(63);
});

test('a name without a letter at its start gets one', () => {
  expect(taskSlugs(['', '1 fold', '日本'])).toEqual(['task', 'task-1-fold', 'task-2']);
});

test('a task is found by its name, else by its slug', () => {
  const tasks = [{ name: 'fit (trees)' }, { name: 'fit-trees' }, { name: 'model_tests' }];
  expect(findTask(tasks, 'fit (trees)')).toBe(tasks[0]);
  expect(findTask(tasks, 'fit-trees')).toBe(tasks[1]);
  expect(findTask(tasks, 'fit-trees-2')).toBe(tasks[0]);
  expect(findTask(tasks, 'model-tests')).toBe(tasks[2]);
  expect(findTask(tasks, 'other')).toBeUndefined();
});
