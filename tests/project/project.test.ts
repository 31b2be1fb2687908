import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RecentProjects } from '../../engine/project/recent-projects.ts';
import { listSamples } from '../../engine/project/samples.ts';
import { createProject } from '../../engine/store/project.ts';
import { userFolder } from '../../engine/store/user-folder.ts';
import { countedIds } from '../support/fixed.ts';
import { temporaryFolder } from '../support/temporary.ts';

test('recent projects: newest first, each once, those that are gone left out, a broken list begun anew', () => {
  const folder = temporaryFolder();
  const recent = new RecentProjects(join(folder, 'user'));
  expect(recent.list()).toEqual([]);
  const newId = countedIds();
  const [one, two] = ['one', 'two'].map((name) => createProject(join(folder, name), newId));
  if (!one || !two) throw new Error('two projects were made');
  for (const project of [one, two, one]) recent.add(project);
  expect(recent.list()).toEqual([one, two]);
  rmSync(two.path, { recursive: true });
  expect(recent.list()).toEqual([one]);
  mkdirSync(join(folder, 'user'), { recursive: true });
  writeFileSync(join(folder, 'user', 'recent.json'), '{"broken');
  expect(recent.list()).toEqual([]);
});

test('the folder of the user can be chosen', () => {
  expect(userFolder({ GALLEY_HOME: '/somewhere' })).toBe('/somewhere');
});

test('the samples are listed with what their pictures need', () => {
  const samples = listSamples();
  expect(samples.map((sample) => [sample.name, sample.rows, sample.files])).toEqual([
    ['chicago_ridership', 5698, 16],
    ['penguins', 344, 1],
    ['seattle_weather', 1461, 4],
    ['flights_monthly', 30004, 6],
  ]);
  for (const { preview } of samples)
    expect(preview.points.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
});
