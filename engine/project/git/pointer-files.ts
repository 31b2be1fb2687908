import type { TSchema } from 'typebox';
import { type Check, compileCheck } from '../../base/validation.ts';
import { DatasetPointer, RemotePointer, readYaml, remoteFault, writtenPath } from '../../data/index.ts';
import { ModelPointer, ModelVersionPointer } from '../../package/index.ts';
import type { TrackedPath } from './tracked-paths.ts';

/** What a file that Galley writes itself says. */
export type Pointer =
  | { kind: 'dataset'; value: DatasetPointer }
  | { kind: 'model'; value: ModelPointer }
  | { kind: 'version'; value: ModelVersionPointer }
  | { kind: 'remote'; value: RemotePointer };

const schemas: Readonly<Record<Pointer['kind'], TSchema>> = {
  dataset: DatasetPointer,
  model: ModelPointer,
  version: ModelVersionPointer,
  remote: RemotePointer,
};
const checks = new Map<string, Check>();

function isPointerKind(kind: string): kind is Pointer['kind'] {
  return kind in schemas;
}

function checkOf(kind: Pointer['kind']): Check {
  const check = checks.get(kind) ?? compileCheck(schemas[kind]);
  checks.set(kind, check);
  return check;
}

/**
 * Reads a file that Galley writes itself. A text from elsewhere may say anything.
 * @returns undefined where the path is none of these; `fault` where the text is not what it should be
 */
export function readPointer(tracked: TrackedPath, text: string): Pointer | { fault: string } | undefined {
  const { kind, name, version } = tracked;
  if (!isPointerKind(kind)) return undefined;
  const read = readText(text);
  if ('fault' in read) return read;
  const [wrong] = checkOf(kind)(read.value);
  if (wrong) return { fault: `${writtenPath(wrong.path.split('/').slice(1)) || 'it'} ${wrong.message}` };
  const pointer = { kind, value: read.value } as Pointer;
  const said = pointer.kind === 'version' ? pointer.value.model : pointer.value.name;
  const isOwn = said === name && (pointer.kind !== 'version' || pointer.value.version === version);
  if (!isOwn) return { fault: 'it is about something else than its name says' };
  const lost = pointer.kind === 'remote' ? remoteFault(pointer.value) : undefined;
  return lost === undefined ? pointer : { fault: lost };
}

/** A text as YAML, whatever is in it. */
export function readText(text: string): { value: unknown } | { fault: string } {
  try {
    const read = readYaml(text);
    return 'message' in read ? { fault: `line ${read.line}: ${read.message}` } : { value: read.value };
  } catch {
    return { fault: 'it cannot be read as YAML' };
  }
}

/** The pointer of a text that was checked before; undefined of one that is none any more. */
export function pointerOf(tracked: TrackedPath, text: string | undefined): Pointer | undefined {
  const read = text === undefined ? undefined : readPointer(tracked, text);
  return read && !('fault' in read) ? read : undefined;
}
