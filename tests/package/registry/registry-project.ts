import { ModelStore } from '../../../engine/package/store.ts';
import { openPhases, penguinFile } from '../open-registry.ts';

/** The phases with the sample of penguins as a dataset. */
export async function registryProject() {
  const phases = await openPhases();
  const { data, packages, resultOf, engine } = phases;
  await resultOf(data.handlers.add({ name: 'penguins', files: [penguinFile] }));
  const trainOne = (target: string, learner = 'baseline', exclude: string[] = []) =>
    phases.trainOne({ reference: 'penguins', target, learners: [learner], exclude });
  const add = async (run: string, model = 'penguins', alias?: string) => {
    const added = await phases.add(run, model);
    if (alias) await packages.handlers.alias({ reference: `${model}@${added.version}`, alias });
    return added;
  };
  /** Gives the newest version of a model again under the next numbers, without the work of making them. */
  const copyVersions = (model: string, copies: number) => {
    const store = new ModelStore(engine.database);
    for (let copy = 0; copy < copies; copy += 1) {
      const { version } = packages.resolve(`${model}@latest`);
      const next = store.lastNumber(version.modelId) + 1;
      store.insertVersion({ ...version, id: `mv_${model}_${next}`, version: next });
    }
  };
  return { ...phases, trainOne, add, copyVersions };
}
