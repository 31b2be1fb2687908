import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { pipelineExportFormats } from '../../../engine/contract/retrain-export.ts';
import { exported, fileOf, hostileTexts, oddPipeline, ridershipPipeline } from './sample-pipelines.ts';

test('every target gets the pipeline, the container and a page that names each of its files', () => {
  for (const format of pipelineExportFormats) {
    const whole = exported(format, ridershipPipeline);
    const paths = whole.files.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    const readme = fileOf(whole, 'galley/ridership_daily/README.md');
    const named = [...readme.matchAll(/^\| `([^`]+\/[^`]+|Jenkinsfile|\.gitlab-ci\.yml)` \|/gm)].map(
      ([, path]) => path,
    );
    const written = [
      ...paths,
      whole.archive,
      'galley/ridership_daily/export.json',
      'galley/ridership_daily/Dockerfile.dockerignore',
    ];
    expect(
      named.filter((path) => !written.includes(path as string)),
      format,
    ).toEqual([]);
    const unnamed = paths.filter((path) => !named.includes(path));
    expect(unnamed.sort(), format).toEqual(
      ['galley/ridership_daily/Dockerfile.dockerignore', 'galley/ridership_daily/README.md'].sort(),
    );
    expect(readme).toContain('| `fit-trees` | fit (trees) | train | rows, hold |');
    expect(readme).not.toMatch(/undefined|\[object|%[A-Z]+%/);
  }
});

test('the file of the pipeline has the values that it was exported with, and keeps its comments', () => {
  const whole = exported('github', ridershipPipeline, { parameters: { window: '9d' } });
  const text = fileOf(whole, 'galley/ridership_daily/pipeline.yaml');
  expect(parse(text).parameters).toEqual({ window: '9d' });
  expect(text).toContain('# Days that are learned from.');
  const coded = ridershipPipeline.replace('parameters:', 'parameters:\n  code: abc');
  const digits = exported('github', coded, { parameters: { code: '007' } });
  expect(parse(fileOf(digits, 'galley/ridership_daily/pipeline.yaml')).parameters).toMatchObject({ code: '007' });
  expect(fileOf(exported('github', ridershipPipeline), 'galley/ridership_daily/pipeline.yaml')).toBe(ridershipPipeline);
});

test('a fault of the pipeline, of a value or of a schedule is said before anything is written', () => {
  const invalid = { code: 'retrain.invalid_pipeline' };
  expect(() => exported('github', 'steps: []')).toThrow(expect.objectContaining(invalid));
  expect(() => exported('github', ridershipPipeline, { parameters: { window: 3 } })).toThrow(
    expect.objectContaining(invalid),
  );
  const schedule = { cron: '0 6 * *', timezone: 'UTC', missed: 'once' } as const;
  expect(() => exported('argo', ridershipPipeline, { schedule })).toThrow(expect.objectContaining(invalid));
});

test('of the project only what steps read goes into the image; odd names stand for themselves or any one character', () => {
  const ignored = fileOf(exported('github', ridershipPipeline), 'galley/ridership_daily/Dockerfile.dockerignore');
  expect(ignored.split('\n').slice(1)).toEqual([
    '*',
    '!galley/ridership_daily/pipeline.yaml',
    '!galley/ridership_daily/galley.tgz',
    '!expectations',
    '!recipes',
    '!tests',
    '!scripts/own.mjs',
    '!odd ?x???.mjs',
    '!package-lock.json',
    '',
  ]);
});

test('what of a release needs a deployment of Galley is said', () => {
  const step = '  - {name: out, kind: deploy, decision: gate, when: gate.passed';
  const remarksOf = (members: string) =>
    exported('argo', `${ridershipPipeline}${step}${members}}\n`).remarks.filter((remark) => remark.includes(' out'));
  expect(remarksOf('')).toEqual([]);
  expect(remarksOf(', probation: 200')).toEqual([expect.stringContaining('begins no probation')]);
  expect(remarksOf(', as: canary')).toEqual([expect.stringContaining('which makes a version its canary, fails')]);
});

test('the page keeps the words of a pipeline words', () => {
  const readme = fileOf(exported('github', oddPipeline()), 'galley/class_/README.md');
  expect(readme).not.toMatch(/(?<!\\)<script|^\n?# c:|\u202e/m);
  expect(readme.split('\n').filter((line) => line.startsWith('| `pages'))).toHaveLength(hostileTexts.length);
});

test('images and objects of a cluster have names that registries and clusters take, the same in every file', () => {
  for (const format of pipelineExportFormats) {
    const { files } = exported(format, oddPipeline().replace('"class_"', '"a_-_b__c_"'));
    const text = files.map(({ content }) => content).join('\n');
    const named = [
      ...text.matchAll(/\/(galley-[a-z0-9_-]+)[:"]/g),
      ...text.matchAll(/create secret generic (\S+)/g),
      ...text.matchAll(/"GALLEY_SECRET", "([^"]*)"/g),
    ].map(([, name]) => name);
    expect(new Set(named), format).toEqual(new Set(['galley-a-b-c']));
  }
});
