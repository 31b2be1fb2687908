import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { writeFileDurably } from '../../base/durable-files.ts';
import { GalleyError } from '../../base/errors.ts';
import { suggestName } from '../../base/nearest-name.ts';
import { type Check, compileCheck } from '../../base/validation.ts';
import {
  type Expectation,
  type ExpectationKind,
  expectationKinds,
  expectationSchemas,
} from '../../contract/data-expectations.ts';
import { withComments } from '../yaml-comments.ts';
import { readYaml, writtenPath, type YamlDocument, type YamlPath } from '../yaml-document.ts';
import { boundsFault } from './bounds.ts';

const format = 1;
const members = ['format', 'dataset', 'expectations'];

/** The file of a dataset's expectations; it need not be there. */
export function expectationPath(projectPath: string, dataset: string): string {
  return join(projectPath, 'expectations', `${dataset}.yaml`);
}

/** The text of the file, empty where there is none. */
export function expectationText(projectPath: string, dataset: string): string {
  const path = expectationPath(projectPath, dataset);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** What is expected of a dataset, nothing where it has no file. @throws GalleyError `data.invalid_expectations` */
export function readExpectations(projectPath: string, dataset: string): Expectation[] {
  const text = expectationText(projectPath, dataset);
  return text === '' ? [] : parseExpectations(text, dataset);
}

/** Writes the file as a whole. */
export function writeExpectationText(projectPath: string, dataset: string, text: string): void {
  mkdirSync(join(projectPath, 'expectations'), { recursive: true });
  writeFileDurably(expectationPath(projectPath, dataset), text);
}

/**
 * The file's text for a list of expectations: the same list gives the same text.
 * @param before the text until now, whose comments stay; empty for none
 */
export function expectationYaml(dataset: string, expectations: readonly Expectation[], before = ''): string {
  const body = { format, dataset, expectations };
  const fresh = stringify(body, { lineWidth: 120, defaultStringType: 'PLAIN' });
  return withComments(before === '' ? undefined : before, body, fresh);
}

class Reader {
  readonly #document: YamlDocument;
  readonly #name: string;

  constructor(document: YamlDocument, name: string) {
    this.#document = document;
    this.#name = name;
  }

  fault(path: YamlPath, message: string): GalleyError {
    return invalid(this.#name, this.#document.lineOf(path), writtenPath(path), message);
  }

  /** @throws GalleyError where a value is no object, or has members that are not known */
  object(value: unknown, path: YamlPath, known: readonly string[]): Record<string, unknown> {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) {
      throw this.fault(path, `must have the members ${known.join(', ')}`);
    }
    const unknown = Object.keys(value).find((name) => !known.includes(name));
    if (unknown !== undefined)
      throw this.fault([...path, unknown], `is not known here. ${suggestName(unknown, known)}`);
    return value as Record<string, unknown>;
  }
}

function invalid(name: string, line: number, path: string, message: string): GalleyError {
  const where = path === '' ? '' : `${path} `;
  return new GalleyError('data.invalid_expectations', `expectations/${name}.yaml, line ${line}: ${where}${message}`, {
    details: { file: `expectations/${name}.yaml`, line, path },
  });
}

const checks = new Map<ExpectationKind, Check>();

function checkOf(kind: ExpectationKind): Check {
  const check = checks.get(kind) ?? compileCheck(expectationSchemas[kind]);
  checks.set(kind, check);
  return check;
}

function expectationAt(reader: Reader, value: unknown, path: YamlPath): Expectation {
  const given = value as { kind?: unknown } | null;
  const kind = expectationKinds.find((known) => known === given?.kind);
  if (kind === undefined) {
    const names = suggestName(String(given?.kind ?? ''), expectationKinds);
    if (given?.kind === undefined) throw reader.fault(path, `needs a kind. ${names}`);
    throw reader.fault([...path, 'kind'], `"${String(given.kind)}" is no kind of expectation. ${names}`);
  }
  reader.object(value, path, Object.keys(expectationSchemas[kind].properties));
  const [fault] = checkOf(kind)(value);
  if (fault) {
    const inner = fault.path
      .split('/')
      .slice(1)
      .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
    throw reader.fault([...path, ...inner], `${fault.message}.`);
  }
  const expectation = value as Expectation;
  const wrong = boundsFault(expectation);
  if (wrong) throw reader.fault([...path, ...wrong.member], wrong.message);
  return expectation;
}

/**
 * Reads the text of a file of expectations.
 * @throws GalleyError `data.invalid_expectations` with line and path of the first fault, and the nearest name for a wrong one
 */
export function parseExpectations(text: string, dataset: string): Expectation[] {
  const document = readYaml(text);
  if ('message' in document) throw invalid(dataset, document.line, '', document.message);
  const reader = new Reader(document, dataset);
  const file = reader.object(document.value, [], members);
  if (file.format !== format) throw reader.fault(['format'], `must be ${format}.`);
  if (file.dataset !== dataset) throw reader.fault(['dataset'], `must be ${dataset}, as the file's name says.`);
  const list = file.expectations ?? [];
  if (!Array.isArray(list)) throw reader.fault(['expectations'], 'must be a list.');
  return list.map((value, index) => expectationAt(reader, value, ['expectations', index]));
}
