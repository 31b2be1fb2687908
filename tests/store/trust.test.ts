import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createProject, readProject } from '../../engine/store/project.ts';
import { Trust } from '../../engine/store/trust.ts';
import { countedIds } from '../support/fixed.ts';
import { temporaryFolder } from '../support/temporary.ts';

const sql = [{ file: 'recipes/clean.yaml', place: 'steps[1] (derive)', sql: 'amount + 1' }];

test('a project of this user is trusted, a copy of it elsewhere is not until it is granted', () => {
  const folder = temporaryFolder();
  const project = createProject(join(folder, 'mine'), countedIds());
  const trust = new Trust();
  expect(trust.has(project)).toBe(true);
  trust.require(project, sql);

  cpSync(project.path, join(folder, 'copy'), { recursive: true });
  const copy = readProject(join(folder, 'copy'));
  expect(copy.id).toBe(project.id);
  expect(trust.has(copy)).toBe(false);
  trust.require(copy, []);
  expect(() => trust.require(copy, sql)).toThrow(
    expect.objectContaining({
      code: 'data.untrusted_sql',
      kind: 'precondition',
      details: expect.objectContaining({ files: ['recipes/clean.yaml'], texts: sql }),
    }),
  );
  trust.grant(copy);
  trust.require(copy, sql);
});

test('what a project holds beside SQL is trusted by itself', () => {
  const project = createProject(join(temporaryFolder(), 'mine'), countedIds());
  const trust = new Trust(temporaryFolder());
  trust.grant(project);
  expect(trust.has(project, '["notify"]')).toBe(false);
  trust.grant(project, '["notify"]');
  expect([trust.has(project, '["notify"]'), trust.has(project, '["other"]')]).toEqual([true, false]);
});

test('trust is held per user', () => {
  const project = createProject(join(temporaryFolder(), 'mine'), countedIds());
  expect(new Trust(join(temporaryFolder(), 'someone-else')).has(project)).toBe(false);
});

test('another project at the same place is another one', () => {
  const folder = join(temporaryFolder(), 'mine');
  const project = createProject(folder, countedIds());
  const marker = join(folder, 'project.json');
  writeFileSync(marker, readFileSync(marker, 'utf8').replace(project.id, 'prj_other'));
  expect(new Trust().has(readProject(folder))).toBe(false);
});

test('a folder that held SQL before it became a project is not trusted', () => {
  const folder = join(temporaryFolder(), 'received');
  mkdirSync(join(folder, 'recipes'), { recursive: true });
  expect(new Trust().has(createProject(folder, countedIds()))).toBe(false);
});
