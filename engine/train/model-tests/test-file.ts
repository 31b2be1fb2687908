import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileDurably } from '../../base/durable-files.ts';
import { GalleyError } from '../../base/errors.ts';
import { suggestName } from '../../base/nearest-name.ts';
import { compileCheck } from '../../base/validation.ts';
import { readYaml, writtenPath, type YamlDocument, type YamlPath } from '../../data/index.ts';
import { type ModelTest, modelTestKinds, testSchemas } from './test-schema.ts';

/** The tests of a target as a run takes them. */
export interface ModelTestFile {
  /** `tests/NAME.yaml` */
  file: string;
  tests: ModelTest[];
}

const format = 1;
const members = ['format', 'target', 'tests'];

/** Letters, digits, `_` and `-` of the target as they are, all else percent-encoded: one file a target, on any system. */
export function testFileName(target: string): string {
  const bytes = [...new TextEncoder().encode(target.normalize('NFC'))];
  const name = bytes.map((byte) => {
    const letter = String.fromCharCode(byte);
    return /[A-Za-z0-9_-]/.test(letter) ? letter : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  });
  return `tests/${name.join('')}.yaml`;
}

/** The text of the file; undefined where there is none. */
export function testText(projectPath: string, target: string): string | undefined {
  const path = join(projectPath, testFileName(target));
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** The tests of a target; null where the project has none. @throws GalleyError `train.invalid_tests` */
export function readModelTests(projectPath: string, target: string): ModelTestFile | null {
  const text = testText(projectPath, target);
  return text === undefined ? null : { file: testFileName(target), tests: parseModelTests(text, target) };
}

/** Writes the file as a whole. @throws GalleyError `train.invalid_tests` */
export function writeModelTests(projectPath: string, target: string, text: string): ModelTestFile {
  const tests = parseModelTests(text, target);
  mkdirSync(join(projectPath, 'tests'), { recursive: true });
  writeFileDurably(join(projectPath, testFileName(target)), text);
  return { file: testFileName(target), tests };
}

/** @throws GalleyError `train.invalid_tests` with line and path of the first fault */
export function parseModelTests(text: string, target: string): ModelTest[] {
  const file = testFileName(target);
  const document = readYaml(text);
  if ('message' in document) throw invalid(file, document.line, '', document.message);
  const fault = (path: YamlPath, message: string) => faultAt(file, document, path, message);
  const content = knownMembers(document.value, [], members, fault);
  if (content.format !== format) throw fault(['format'], `must be ${format}.`);
  if (content.target !== target) throw fault(['target'], `must be ${target}, as the file's name says.`);
  const list = content.tests ?? [];
  if (!Array.isArray(list)) throw fault(['tests'], 'must be a list.');
  return list.map((value, index) => modelTestAt(value, ['tests', index], fault));
}

type ToFault = (path: YamlPath, message: string) => GalleyError;

function faultAt(file: string, document: YamlDocument, path: YamlPath, message: string): GalleyError {
  return invalid(file, document.lineOf(path), writtenPath(path), message);
}

function invalid(file: string, line: number, path: string, message: string): GalleyError {
  const where = path === '' ? '' : `${path} `;
  return new GalleyError('train.invalid_tests', `${file}, line ${line}: ${where}${message}`, {
    details: { file, line, path },
  });
}

function knownMembers(value: unknown, path: YamlPath, known: readonly string[], fault: ToFault) {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw fault(path, `must have the members ${known.join(', ')}.`);
  }
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined) throw fault([...path, unknown], `is not known here. ${suggestName(unknown, known)}`);
  return value as Record<string, unknown>;
}

function modelTestAt(value: unknown, path: YamlPath, fault: ToFault): ModelTest {
  const given = (value as { kind?: unknown } | null)?.kind;
  const kind = modelTestKinds.find((known) => known === given);
  if (kind === undefined) {
    throw fault(given === undefined ? path : [...path, 'kind'], `needs a kind: ${modelTestKinds.join(', ')}.`);
  }
  knownMembers(value, path, Object.keys(testSchemas[kind].properties), fault);
  const [wrong] = compileCheck(testSchemas[kind])(value);
  if (wrong) {
    const inner = wrong.path.split('/').slice(1);
    throw fault([...path, ...inner.map((part) => (/^\d+$/.test(part) ? Number(part) : part))], `${wrong.message}.`);
  }
  const test = value as ModelTest;
  if ((test.kind === 'metric' || test.kind === 'row') && !saysSomething(test)) {
    throw fault(path, `needs ${test.kind === 'row' ? 'label, ' : ''}minimum or maximum.`);
  }
  return test;
}

function saysSomething(test: Extract<ModelTest, { kind: 'metric' | 'row' }>): boolean {
  return test.minimum !== undefined || test.maximum !== undefined || (test.kind === 'row' && test.label !== undefined);
}
