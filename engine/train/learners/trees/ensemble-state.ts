import { base64Of, bytesOf } from '../../../base/base64.ts';
import type { Json } from '../../../base/canonical-json.ts';
import type { FitControl } from '../learner.ts';
import type { TreeEnsemble } from './ensemble.ts';

type ArrayName = 'roots' | 'columns' | 'cuts' | 'links' | 'missingLeft' | 'covers' | 'leafValues' | 'sets';

const arrayTypes = {
  roots: Int32Array,
  columns: Int32Array,
  cuts: Float32Array,
  links: Int32Array,
  missingLeft: Uint8Array,
  covers: Float32Array,
  leafValues: Float64Array,
  sets: Uint32Array,
} as const satisfies Record<ArrayName, unknown>;

/** An ensemble as JSON: arrays are base64 of their little-endian bytes, which keeps large forests small and exact. */
export function ensembleState(ensemble: TreeEnsemble): Json {
  const { outputs, leafWidth, denseWidth, setWords } = ensemble;
  const names = Object.keys(arrayTypes) as ArrayName[];
  const arrays = names.map((name) => [name, base64Of(ensemble[name])] as const);
  const binsOfCodes = ensemble.binsOfCodes.map(base64Of);
  return { outputs, leafWidth, denseWidth, setWords, binsOfCodes, ...Object.fromEntries(arrays) };
}

/** The ensemble again, bit for bit. */
export function restoreEnsemble(state: Json): TreeEnsemble {
  const { binsOfCodes, ...rest } = state as unknown as Record<ArrayName, string> &
    Pick<TreeEnsemble, 'outputs' | 'leafWidth' | 'denseWidth' | 'setWords'> & { binsOfCodes: string[] };
  const arrays = Object.entries(arrayTypes).map(([name, Kind]) => [name, new Kind(bytesOf(rest[name as ArrayName]))]);
  const bins = binsOfCodes.map((text) => new Uint8Array(bytesOf(text)));
  return { ...rest, binsOfCodes: bins, ...Object.fromEntries(arrays) } as TreeEnsemble;
}

/** The trees of the checkpoint that a fit is to go on from, if there is one. */
export function treesBefore({ resumeFrom }: FitControl): TreeEnsemble | undefined {
  return resumeFrom === undefined ? undefined : restoreEnsemble((resumeFrom as { ensemble: Json }).ensemble);
}
