import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { GalleyError } from '../base/errors.ts';
import type { OutputOf } from '../contract/call.ts';
import type { CheckReport, CheckResult, ExpectationView, expectationCalls } from '../contract/data-expectations.ts';
import type { Command } from './command.ts';
import { given, usageError } from './command.ts';
import { table } from './table.ts';

function stateWord(result: CheckResult): string {
  if (result.passed === null) return 'not run';
  if (result.passed) return 'passed';
  return result.expectation.severity === 'block' ? 'FAILED' : 'failed';
}

function reportLines({ dataset, version, results, passed }: CheckReport): string[] {
  const failed = results.filter((result) => result.passed === false).length;
  const headline = passed
    ? `${dataset}@${version} meets what is expected of it.`
    : `${dataset}@${version} fails ${failed} of ${results.length} expectations.`;
  const rows = results.map((result) => [stateWord(result), result.says, result.found]);
  return [headline, '', ...table(['state', 'expectation', 'found'], rows)];
}

function readFile(path: string): string {
  try {
    return readFileSync(resolve(path), 'utf8');
  } catch (cause) {
    throw new GalleyError('data.file_not_found', `The file ${path} cannot be read.`, { details: { path }, cause });
  }
}

type Expected = ExpectationView | OutputOf<typeof expectationCalls.inferExpectations>;

function expectedLines(answer: Expected): string[] {
  if ('path' in answer) {
    if (answer.problem) return [answer.problem.message];
    if (!answer.exists) return [`Nothing is expected of ${answer.dataset} yet.`];
    const rows = answer.expectations.map(({ expectation, says }) => [expectation.severity ?? 'warn', says]);
    return [`${answer.path}`, '', ...table(['severity', 'expectation'], rows)];
  }
  const rows = answer.expectations.map(({ says, why }) => [says, why]);
  return [
    answer.written
      ? `Proposed from ${answer.dataset}@${answer.version} and kept in expectations/${answer.dataset}.yaml.`
      : `Proposed from ${answer.dataset}@${answer.version}; keep them with --write.`,
    '',
    ...table(['expectation', 'why'], rows),
  ];
}

export const dataExpectationCommands: Command[] = [
  {
    words: 'data check',
    usage: 'NAME[@V]',
    summary: 'Checks a version against what is expected of the dataset; exit code 1 where an expectation fails.',
    example: 'galley data check sales@2',
    flags: {},
    positionals: { minimum: 1, maximum: 1 },
    call: 'data.check',
    input: ([reference]) => ({ reference }),
    print: reportLines,
    exitCode: ({ passed }: CheckReport) => (passed ? 0 : 1),
  },
  {
    words: 'data expect',
    usage: 'NAME[@V] [--infer [--write]] [--file FILE.yaml]',
    summary: 'Shows what is expected of a dataset, proposes expectations from a version, or takes them from a file.',
    example: 'galley data expect sales --infer --write',
    flags: { infer: { type: 'boolean' }, write: { type: 'boolean' }, file: { type: 'string' } },
    positionals: { minimum: 1, maximum: 1 },
    call: (flags) =>
      flags.infer ? 'data.inferExpectations' : flags.file === undefined ? 'data.expectations' : 'data.saveExpectations',
    input: ([reference = ''], flags) => {
      const dataset = reference.split('@')[0] ?? '';
      if (flags.write && !flags.infer) throw usageError('--write goes with --infer.');
      if (flags.infer && flags.file !== undefined) throw usageError('Give either --infer or --file.');
      if (flags.infer) return given({ reference, write: flags.write });
      return typeof flags.file === 'string' ? { dataset, text: readFile(flags.file) } : { dataset };
    },
    print: expectedLines,
  },
];
