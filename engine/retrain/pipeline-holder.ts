import type { Holder } from '../package/index.ts';
import type { RetrainStore } from './store.ts';

/** The alias that pipelines compare with and move. */
const championAlias = 'champion';

/** What pipelines need of the registry. */
export function pipelineHolder(store: RetrainStore): Holder {
  const ofModel = (model: string) => store.list().filter((pipeline) => pipeline.model === model);
  const isRunning = ({ id }: { id: string }) => store.lastRun(id)?.status === 'running';
  return {
    ofVersion: (model) =>
      ofModel(model)
        .filter(isRunning)
        .map(({ name }) => ({ words: `the pipeline ${name} is running`, isLive: true })),
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
