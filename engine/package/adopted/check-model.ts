import { GalleyError } from '../../base/errors.ts';
import { WireError } from '../../base/onnx/protobuf-reader.ts';
import { type ReadModel, readModel } from '../../base/onnx/read-model.ts';
import { knownOperators } from './known-operators.ts';

/** What ONNX Runtime 1.30 takes at most; it refuses files that are newer. */
const newestOpsets: Readonly<Record<string, number>> = { '': 26, 'ai.onnx.ml': 5 };
const newestFormat = 13;

const shownNames = 10;

/**
 * Reads an ONNX file from elsewhere and refuses what cannot run here.
 * @throws GalleyError `package.not_onnx`, `package.opset_too_new`, `package.unknown_operators`
 */
export function checkModel(bytes: Uint8Array, fileName: string): ReadModel {
  const model = readOrRefuse(bytes, fileName);
  refuseNewer(model, fileName);
  refuseUnknown(model, fileName);
  return model;
}

function readOrRefuse(bytes: Uint8Array, fileName: string): ReadModel {
  try {
    return readModel(bytes);
  } catch (cause) {
    if (!(cause instanceof WireError)) throw cause;
    throw new GalleyError('package.not_onnx', `${fileName} is no ONNX file, or a broken one: ${cause.message}.`, {
      details: { file: fileName },
      cause,
    });
  }
}

function refuseNewer({ irVersion, opsets }: ReadModel, fileName: string): void {
  const newer = opsets.find(({ domain, version }) => version > (newestOpsets[domain] ?? Number.POSITIVE_INFINITY));
  if (newer === undefined && irVersion <= newestFormat) return;
  const [what, found, most] = newer
    ? [newer.domain === '' ? 'opset' : `${newer.domain} opset`, newer.version, newestOpsets[newer.domain]]
    : ['format (IR version)', irVersion, newestFormat];
  const message = `${fileName} is written in ${what} ${found}; the runtime here takes ${what} ${most} at most.`;
  throw new GalleyError('package.opset_too_new', message, { details: { file: fileName, what, found, most } });
}

function refuseUnknown({ operators, functions }: ReadModel, fileName: string): void {
  const own = new Set(functions.map(({ domain, name }) => `${domain}\n${name}`));
  const unknown = operators.filter(
    ({ domain, name }) => !own.has(`${domain}\n${name}`) && !knownOperators.get(domain)?.has(name),
  );
  if (unknown.length === 0) return;
  const names = unknown.map(({ domain, name }) => (domain === '' ? name : `${domain}.${name}`));
  const more = names.length > shownNames ? ` and ${names.length - shownNames} more` : '';
  const message = `${fileName} needs operators that the runtime here does not have: ${names.slice(0, shownNames).join(', ')}${more}.`;
  throw new GalleyError('package.unknown_operators', message, { details: { file: fileName, operators: names } });
}
