import type { ModelSummary, ModelVersion } from '../../engine/contract/package.ts';
import { formatNumber, formatQuantity } from '../ui/format.ts';

/** The version that is asked for, undefined where there is none of that number; unasked the champion, else the newest that is not archived. */
export function chooseVersion(model: ModelSummary, wanted: number | undefined): ModelVersion | undefined {
  const find = (number: number | undefined) => model.versions.find((one) => one.version === number);
  if (wanted !== undefined) return find(wanted);
  const [newest] = newestFirst(model).toSorted((a, b) => Number(a.archivedAt !== null) - Number(b.archivedAt !== null));
  return find(model.aliases.champion) ?? newest;
}

export function newestFirst(model: ModelSummary): ModelVersion[] {
  return [...model.versions].sort((a, b) => b.version - a.version);
}

/** What a version is compared with unless another is chosen: the champion, else the version before it, else the next. */
export function comparedWith(model: ModelSummary, version: ModelVersion): ModelVersion | undefined {
  const others = newestFirst(model).filter((one) => one.id !== version.id);
  const champion = others.find((one) => one.aliases.includes('champion'));
  return champion ?? others.find((one) => one.version < version.version) ?? others.at(-1);
}

/** The alias as a chip's colour wants it: the champion is green, the challenger violet, the rest grey. */
export function versionColour(version: ModelVersion): string {
  if (version.aliases.includes('champion')) return 'var(--data-green)';
  return version.aliases.includes('challenger') ? 'var(--data-violet)' : 'var(--reference)';
}

export function describeModel(model: ModelSummary): string {
  return `${formatQuantity(model.versions.length, 'version')}, each one ONNX file with its preprocessing inside. An alias says which one is used for what.`;
}

/** How far the file's answers were from the trainer's. */
export function describeParity(version: ModelVersion): string {
  const { rows, max_abs_diff: difference } = version.parity;
  return `${formatQuantity(rows, 'row')} with missing, unseen and extreme values; the largest difference is ${formatNumber(difference, 2)}`;
}
