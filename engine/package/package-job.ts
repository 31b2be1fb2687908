import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, type Json } from '../base/canonical-json.ts';
import type { Signature } from '../contract/values.ts';
import type { JobContext } from '../jobs/job-process.ts';
import { readModelFile } from '../train/index.ts';
import { buildVersion } from './build-version.ts';
import type { GraphOrigin } from './graph.ts';
import type { Parity } from './parity.ts';
import { readRows } from './read-rows.ts';
import type { TellingRows } from './telling-rows.ts';

export interface PackageJobInput {
  /** The file of the run's model. */
  modelPath: string;
  /** Of a binary model; the one of its file where absent. */
  threshold?: number;
  origin: GraphOrigin;
  /** Rows for the golden set beside those that the model's file has. */
  rows?: TellingRows;
}

/** Names of files in the staging folder, and what is known of them. */
export interface PackageJobOutput {
  onnxFile: string;
  goldenFile: string;
  signature: Signature;
  parity: Parity;
}

/** Builds the ONNX file of a run and lets it pass the gate. @throws GalleyError `package.parity_failed` */
export async function runPackageJob(input: PackageJobInput, context: JobContext): Promise<PackageJobOutput> {
  const files = { onnxFile: 'model.onnx', goldenFile: 'golden.json' };
  context.progress({ phase: 'building', done: 0, total: 2 });
  const { model: trained, examples } = readModelFile(readFileSync(input.modelPath, 'utf8'));
  const model = { ...trained, threshold: input.threshold ?? trained.threshold };
  const { onnx, golden, signature, parity } = await buildVersion(model, examples, input.origin, async (inputs) => {
    context.throwIfCanceled();
    context.progress({ phase: 'comparing', done: 1, total: 2 });
    return input.rows ? readRows(input.rows, inputs, context) : [];
  });
  writeFileSync(join(context.stagingFolder, files.onnxFile), onnx);
  writeFileSync(join(context.stagingFolder, files.goldenFile), canonicalJson(golden as unknown as Json));
  return { ...files, signature, parity };
}
