import type { ConvertedModel } from './converted-model.ts';
import { damagedFile } from './file-faults.ts';
import { convertLightgbm } from './lightgbm.ts';
import { parseUbjson } from './ubjson.ts';
import { convertXgboost } from './xgboost.ts';

export const convertedFormats = ['xgboost-json', 'xgboost-ubj', 'lightgbm'] as const;
export type ConvertedFormat = (typeof convertedFormats)[number];

const headBytes = 256;

/** Which of the formats a file has, by its first bytes; undefined where it has none of them. */
export function recogniseModelFile(bytes: Uint8Array): ConvertedFormat | undefined {
  const head = Buffer.from(bytes.subarray(0, headBytes))
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '');
  if (/^\{\s*["}]/.test(head.trimStart())) return 'xgboost-json';
  if (/^\{[iUIlL]/.test(head)) return 'xgboost-ubj';
  return /^tree\r?\n/.test(head) ? 'lightgbm' : undefined;
}

/**
 * Writes a model file of XGBoost or LightGBM anew as ONNX. The file may be anybody's: run this in a job process, and
 * only on bytes that are not too many.
 * @throws GalleyError `package.model_file_damaged`, `package.model_file_unsupported`
 */
export function convertModel(bytes: Uint8Array, format: ConvertedFormat): ConvertedModel {
  switch (format) {
    case 'xgboost-json':
      return convertXgboost(parseJson(textOf(bytes)));
    case 'xgboost-ubj':
      return convertXgboost(parseUbjson(bytes));
    case 'lightgbm':
      return convertLightgbm(textOf(bytes));
  }
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw damagedFile('its text', 'it is not UTF-8');
  }
}

/** JSON as XGBoost writes it, with numbers that are not finite: NaN becomes null. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(withFiniteWords(text));
  } catch (error) {
    throw damagedFile('its JSON', (error as Error).message.slice(0, 200));
  }
}

const unusualNumbers = /"(?:[^"\\]|\\.)*"|\bNaN\b|\bInfinity\b/g;

function withFiniteWords(text: string): string {
  if (!/\b(?:NaN|Infinity)\b/.test(text)) return text;
  return text.replaceAll(unusualNumbers, (token) =>
    token === 'NaN' ? 'null' : token === 'Infinity' ? '1e999' : token,
  );
}
