import type { FieldSignature, Signature } from '../contract/values.ts';
import type { InputValue } from '../serving/field-rule.ts';
import type { Model } from '../train/index.ts';
import { type GoldenSet, makeGoldenSet } from './golden-set.ts';
import { buildGraph, type GraphOrigin } from './graph.ts';
import { checkParity, type Parity } from './parity.ts';
import { signatureOf } from './signature.ts';

/** A model as a file that servers take, and what it was held to. */
export interface BuiltVersion {
  /** The bytes of the file. */
  onnx: Uint8Array;
  signature: Signature;
  golden: GoldenSet;
  parity: Parity;
}

/**
 * Builds the ONNX file of a model and lets it pass the gate.
 * @param examples raw rows of the holdout, in the order of the model's features.
 * @param moreRows for the golden set, in the order of the inputs; asked for once the graph is built.
 * @throws GalleyError `package.parity_failed`
 */
export async function buildVersion(
  model: Model,
  examples: readonly InputValue[][],
  origin: GraphOrigin,
  moreRows: (inputs: FieldSignature[]) => Promise<InputValue[][]> = async () => [],
): Promise<BuiltVersion> {
  const signature = signatureOf(model, examples);
  const onnx = buildGraph(model, signature, origin);
  const rows = await moreRows(signature.inputs);
  const golden = makeGoldenSet(model, signature, [...examples, ...rows]);
  return { onnx, signature, golden, parity: await checkParity(onnx, signature, golden) };
}
