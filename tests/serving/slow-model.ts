import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { anyRun, loadModel } from '../../engine/serving/model.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { modelFolder } from './running-server.ts';

/** The folder of a model `slow` with an example of so many rounds. */
export function slowModel(rounds: number): string {
  const folder = join(temporaryFolder(), 'slow');
  cpSync(modelFolder('slow'), folder, { recursive: true });
  const path = join(folder, 'signature.json');
  const signature = JSON.parse(readFileSync(path, 'utf8'));
  signature.inputs[0].example = rounds;
  writeFileSync(path, JSON.stringify(signature));
  return folder;
}

/** Rounds with which a batch of so many rows takes the model `slow` about so many milliseconds on this machine. */
export async function roundsOf(milliseconds: number, rows = 1): Promise<number> {
  const model = await loadModel({ version: 1, folder: modelFolder('slow') }, () => ({ rows }), undefined, anyRun);
  const rounds = 20_000;
  const times: number[] = [];
  for (let run = 0; run < 3; run++) {
    const began = performance.now();
    await model.batcher.add(new Array(rows).fill([rounds]));
    times.push(performance.now() - began);
  }
  await model.release();
  return Math.ceil((rounds * milliseconds) / Math.min(...times));
}
