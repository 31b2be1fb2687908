import { readFileSync } from 'node:fs';
import type { GoldenSet } from '../golden-set.ts';
import { checkParity } from '../parity.ts';
import { type Exporter, versionFile } from './exporter.ts';

/** Lets the graph of the version answer its golden set once more. @throws GalleyError `package.parity_failed` */
export async function checkGolden(...[source, { progress }]: Parameters<Exporter>): Promise<void> {
  progress({ phase: 'comparing', done: 0, total: 1 });
  const [onnx, golden] = ['model.onnx', 'golden.json'].map((name) => readFileSync(versionFile(source, name).path));
  await checkParity(onnx as Buffer, source.signature, JSON.parse(String(golden)) as GoldenSet);
}
