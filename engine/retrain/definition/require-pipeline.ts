import { GalleyError } from '../../base/errors.ts';
import type { PipelineFault, Scalar } from '../../contract/retrain-pipeline.ts';
import { type ReadPipeline, readPipeline } from './read-pipeline.ts';

/** Faults that a message lists. */
const listedFaults = 20;

/**
 * The pipeline that a file describes.
 * @param file as messages name it
 * @throws GalleyError `retrain.invalid_pipeline` with all faults in `details.faults`
 */
export function requirePipeline(
  text: string,
  file: string,
  parameters?: Readonly<Record<string, Scalar>>,
): ReadPipeline {
  const pipeline = readPipeline(text, parameters);
  if (!('faults' in pipeline)) return pipeline;
  const { faults } = pipeline;
  const lines = faults.slice(0, listedFaults).map((fault) => faultInWords(file, fault));
  const others = faults.length - lines.length;
  if (others > 0) lines.push(`There are ${others} more faults.`);
  throw new GalleyError('retrain.invalid_pipeline', lines.join('\n'), { details: { file, faults } });
}

function faultInWords(file: string, { line, column, path, message }: PipelineFault): string {
  return `${file}:${line}:${column}: ${path === '' ? 'the file ' : `${path} `}${message}`;
}
