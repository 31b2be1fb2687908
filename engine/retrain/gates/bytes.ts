import { count } from '../../base/words.ts';
import type { GateCheck } from '../../contract/retrain-artifacts.ts';

/** @param bytes of the version's ONNX file */
export function bytesCheck(bytes: number, most: number): GateCheck {
  return {
    name: 'bytes',
    passed: bytes <= most,
    detail: `its file has ${count(bytes, 'byte')}; at most ${most.toLocaleString('en-US')} are taken`,
  };
}
