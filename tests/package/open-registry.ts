import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OutputOf } from '../../engine/contract/call.ts';
import type { Job } from '../../engine/contract/jobs.ts';
import type { packageCalls } from '../../engine/contract/package.ts';
import type { Run } from '../../engine/contract/train.ts';
import { createDataPhase } from '../../engine/data/index.ts';
import { createPackagePhase } from '../../engine/package/index.ts';
import { createTrainPhase } from '../../engine/train/index.ts';
import { openEngine } from '../deploy/open-engine.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** An engine with data, training and packaging; `addRows` makes a dataset version of a table as CSV. */
export async function openPhases() {
  const engine = openEngine();
  const data = createDataPhase(engine);
  const train = createTrainPhase(engine, data);
  const packages = createPackagePhase(engine, data, train);
  const resultOf = async <Result>(job: Promise<Job>) => engine.jobs.result<Result>((await job).id);
  const addRows = async (name: string, text: string) => {
    const file = join(temporaryFolder(), `${name}.csv`);
    writeFileSync(file, text);
    await resultOf(data.handlers.add({ name, files: [file] }));
  };
  const trainOne = async (input: Parameters<typeof train.handlers.run>[0]) =>
    (await resultOf<{ best: Run }>(train.handlers.run(input))).best;
  const add = (run: string, model: string) =>
    resultOf<OutputOf<typeof packageCalls.add>>(packages.handlers.add({ run, model }));
  return { engine, data, train, packages, resultOf, addRows, trainOne, add };
}

export const penguinFile = fileURLToPath(new URL('../../resources/samples/penguins/penguins.csv', import.meta.url));

/** The phases with the sample of penguins as a dataset, its columns as models. */
export async function openRegistry() {
  const { data, resultOf, train, packages, ...phases } = await openPhases();
  await resultOf(data.handlers.add({ name: 'penguins', files: [penguinFile] }));
  const trainOne = (target: string, learner = 'linear') =>
    resultOf<{ best: Run }>(train.handlers.run({ reference: 'penguins', target, learners: [learner] }));
  const add = (run: string, alias?: string, model = 'penguins') =>
    resultOf<OutputOf<typeof packageCalls.add>>(packages.handlers.add({ run, model, ...(alias && { alias }) }));
  return {
    engine: phases.engine,
    data,
    train,
    packages,
    trainOne,
    add,
    addRows: (text: string) => phases.addRows('penguins', text),
  };
}
