import { foldText } from '../../base/fold-text.ts';
import type { InputOf } from '../../contract/call.ts';
import type { ModelSummary, ModelVersion, packageCalls } from '../../contract/package.ts';
import type { ArchiveChoice } from '../../contract/train-tracking.ts';
import { modelView, type Sources } from '../views.ts';
import { tagText } from './registry.ts';

/** Models with those of their versions that are selected; a model without any is left out where something is searched. */
export function listModels(
  sources: Sources,
  { archived = 'without', search = '' }: InputOf<typeof packageCalls.list>,
): ModelSummary[] {
  const words = foldText(search).split(/\s+/).filter(Boolean);
  const models = sources.store.models().map((model) => modelView(sources, model));
  const seen = models.flatMap((model) => withArchived(model, archived));
  return words.length === 0 ? seen : seen.flatMap((model) => withWords(model, words));
}

function withArchived(model: ModelSummary, choice: ArchiveChoice): ModelSummary[] {
  if (choice === 'with') return [model];
  if (choice === 'without') {
    const versions = model.versions.filter(({ archivedAt }) => archivedAt === null);
    return model.archivedAt === null ? [{ ...model, versions }] : [];
  }
  if (model.archivedAt !== null) return [model];
  const versions = model.versions.filter(({ archivedAt }) => archivedAt !== null);
  return versions.length > 0 ? [{ ...model, versions }] : [];
}

function withWords(model: ModelSummary, words: readonly string[]): ModelSummary[] {
  const ofModel = foldText([model.name, model.target, ...textsOf(model)].join('\n'));
  const missing = words.filter((word) => !ofModel.includes(word));
  if (missing.length === 0) return [model];
  const versions = model.versions.filter((version) => {
    const ofVersion = foldText(versionTexts(version).join('\n'));
    return missing.every((word) => ofVersion.includes(word));
  });
  return versions.length > 0 ? [{ ...model, versions }] : [];
}

function versionTexts(version: ModelVersion): string[] {
  const { dataset, learner, aliases } = version;
  return [`v${version.version}`, learner, `${dataset.name}@${dataset.version}`, ...aliases, ...textsOf(version)];
}

function textsOf({ tags, description }: Pick<ModelVersion, 'tags' | 'description'>): string[] {
  return [description, ...Object.entries(tags).map(([key, value]) => tagText(key, value))];
}
