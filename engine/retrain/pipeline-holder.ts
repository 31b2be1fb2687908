import type { Holder } from '../package/index.ts';
import type { PipelineRunStore } from './run-store.ts';

/** A pipeline and the models that it makes versions of. */
export interface HoldingPipeline {
  id: string;
  name: string;
  models: readonly string[];
}

/** The alias that pipelines compare with and move. */
const championAlias = 'champion';

/** What pipelines need of the registry. */
export function pipelineHolder(pipelines: () => readonly HoldingPipeline[], runs: PipelineRunStore): Holder {
  const ofModel = (model: string) => pipelines().filter(({ models }) => models.includes(model));
  const isRunning = ({ id }: { id: string }) => runs.unfinished(id).length > 0;
  return {
    ofVersion: (model) =>
      ofModel(model)
        .filter(isRunning)
        .map(({ id, name }) => {
          const does = runs.unfinished(id).includes('running') ? 'is running' : 'waits for a person';
          return { words: `the pipeline ${name} ${does}`, isLive: true };
        }),
    ofAlias: (model, alias) =>
      alias === championAlias
        ? ofModel(model).map(({ name }) => ({ words: `the pipeline ${name} renews it`, isLive: true }))
        : [],
    ofModel: (model) =>
      ofModel(model).map((pipeline) => ({
        words: `the pipeline ${pipeline.name} renews it`,
        isLive: isRunning(pipeline),
      })),
  };
}
