import { parseDocument } from 'yaml';
import type { Scalar } from '../../contract/retrain-pipeline.ts';

/** The file of a pipeline with other values for its parameters; its comments stay. */
export function withParameters(text: string, parameters: Readonly<Record<string, Scalar>> = {}): string {
  if (Object.keys(parameters).length === 0) return text;
  const document = parseDocument(text);
  for (const [name, value] of Object.entries(parameters)) document.setIn(['parameters', name], value);
  return document.toString({ lineWidth: 0 });
}
