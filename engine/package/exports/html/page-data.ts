import type { Signature } from '../../../contract/values.ts';
import type { GoldenSet } from '../../golden-set.ts';

/** What the page of a model is made with, as JSON in an element of its own. */
export interface PageData {
  model: string;
  version: number;
  signature: Signature;
  golden: GoldenSet;
}

/** Elements of the page that its script looks for. */
export const pageElements = {
  /** JSON. */
  data: 'page-data',
  /** Base64 of gzip: the model, and ONNX Runtime's WebAssembly. */
  model: 'page-model',
  runtime: 'page-runtime',
  status: 'status',
  app: 'app',
  fields: 'fields',
  answer: 'answer',
  spoken: 'spoken',
  reset: 'reset',
  whatIf: 'what-if',
  check: 'check',
  checked: 'checked',
} as const;
