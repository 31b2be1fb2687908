import { createPublicKey, type KeyObject } from 'node:crypto';
import type { packageCalls } from '../contract/package.ts';
import type { DataPhase } from '../data/index.ts';
import type { EngineContext, Phase } from '../jobs/context.ts';
import type { TrainPhase } from '../train/index.ts';
import { Aliases, type AliasListener, type AliasWish } from './aliases.ts';
import { packageHandlers } from './calls.ts';
import type { DescendantSource } from './lineage/lineage-graph.ts';
import { ModelPointers } from './pointers/model-pointers.ts';
import { type FetchFile, type LocalNumbers, type PortableParts, takeInParts, versionParts } from './portable/parts.ts';
import { type ReferenceFile, referenceFile } from './reference/reference-file.ts';
import { type ResolvedModel, resolveModel } from './references.ts';
import { ModelBin, type PurgedModels } from './registry/bin.ts';
import { type Holder, Holders } from './registry/holders.ts';
import { Registry } from './registry/registry.ts';
import { ModelStore } from './store.ts';
import { SignatureStore } from './version-folder/signature-store.ts';
import { ownPublicKey } from './version-folder/signing-keys.ts';
import { type FolderFile, versionFolder } from './version-folder/version-folder.ts';

export type { AliasMoved, AliasWish } from './aliases.ts';
export { buildVersion } from './build-version.ts';
export type { Block, CardDocument, ChartBlock, Section } from './card/card-blocks.ts';
export { chartFile, chartStyle, intervalChart } from './card/card-charts.ts';
export { cardBody } from './card/card-html.ts';
export { documentMarkdown } from './card/card-markdown.ts';
export { cardStyle } from './card/card-style.ts';
export { documentPage } from './card/page.ts';
export { commonRows, trainingPositions } from './comparison/common-rows.ts';
export { type ModelAnswers, type ModelFile, scoreRows } from './comparison/score.ts';
export { nodeRelease } from './exports/docker/node-release.ts';
export { filesIn, ownFiles as predictionServerFiles } from './exports/docker/server-files.ts';
export type { ExportFile } from './exports/exporter.ts';
export { monitoringFiles } from './exports/monitoring-files.ts';
export { requireEmptyFolder, writeExport } from './exports/write-export.ts';
export { yamlFile } from './exports/yaml-file.ts';
export type { Descendant, DescendantSource } from './lineage/lineage-graph.ts';
export { ModelPointer, type ModelPointers, ModelVersionPointer } from './pointers/model-pointers.ts';
export { copyFiles, fileName, joined, type LocalNumbers, type PortableParts, runParts } from './portable/parts.ts';
export { blobKey, uploadFiles } from './portable/remote-files.ts';
export type { ReferenceFile } from './reference/reference-file.ts';
export { predictionsOf, trainingRows } from './reference/reference-rows.ts';
export type { ResolvedModel } from './references.ts';
export type { PurgedModels } from './registry/bin.ts';
export type { Hold, Holder } from './registry/holders.ts';
export { keepingNullable } from './signature.ts';
export { ownKey } from './version-folder/signing-keys.ts';
export { verifyFolder } from './version-folder/verify-version.ts';
export type { FolderFile } from './version-folder/version-folder.ts';

/** Packaging, and what later phases need of the registry. */
export interface PackagePhase extends Phase<typeof packageCalls> {
  /**
   * The version that `MODEL`, `MODEL@3`, `MODEL@latest` or `MODEL@alias` names.
   * @throws GalleyError `package.invalid_reference`, `package.model_not_found`, `package.version_not_found`
   */
  resolve(reference: string): ResolvedModel;
  /**
   * The folder of a version: `manifest.json` and the files that it names.
   * @throws GalleyError as `resolve`, and `store.missing_blob`
   */
  files(reference: string): Promise<FolderFile[]>;
  /**
   * What rows of a version are counted against, undefined where the rows that it learned from are gone.
   * @throws GalleyError as `files`
   */
  reference(reference: string): Promise<ReferenceFile | undefined>;
  /** What another project needs of a version. @throws GalleyError as `resolve` */
  parts(reference: string): PortableParts;
  /** Takes parts of another project in. @throws GalleyError `package.damaged_part` */
  takeInParts(parts: PortableParts, fetchFile: FetchFile): Promise<LocalNumbers>;
  /** Public keys that are known here: the user's own, and those that versions were signed with. */
  signingKeys(): KeyObject[];
  /**
   * Points an alias at a version, within the caller's transaction where there is one.
   * @returns the version it pointed at before.
   * @throws GalleyError `package.model_not_found`, `package.version_not_found`
   */
  moveAlias(wish: AliasWish): number | null;
  /**
   * Points an alias back at the version it had before, within the caller's transaction where there is one.
   * @throws GalleyError `package.model_not_found`, `package.no_previous_version`
   */
  rollBackAlias(wish: Omit<AliasWish, 'version'>): { version: number; previous: number | null };
  /** The listener is called inside the transaction of every move; what it throws undoes the move. */
  onAliasMoved(listener: AliasListener): void;
  /** A later phase that needs versions, aliases or models: what it names is neither deleted nor removed. */
  addHolder(holder: Holder): void;
  /** A later phase that tells what came of versions and of what came of them. */
  addDescendants(source: DescendantSource): void;
  /** Models as files of a repository name them. */
  pointers: ModelPointers;
  /** Removes for good what is in the bin; of what was deleted before a moment (UTC epoch milliseconds) only. */
  purge(order: { before?: number; dryRun: boolean }): PurgedModels;
}

/** The phase that owns models, their versions and aliases. */
export function createPackagePhase(context: EngineContext, data: DataPhase, train: TrainPhase): PackagePhase {
  const store = new ModelStore(context.database);
  const holders = new Holders();
  const descendants: DescendantSource[] = [];
  const aliases = new Aliases(context, store, holders);
  const registry = new Registry(context, store, holders);
  const bin = new ModelBin(context, store, registry);
  const sources = { context, store, data, train, aliases, registry, bin, descendants };
  return {
    handlers: packageHandlers(sources, data),
    pointers: new ModelPointers(sources),
    resolve: (reference) => resolveModel(store, reference),
    files: async (reference) => versionFolder({ context, data, train }, resolveModel(store, reference)),
    reference: async (reference) => referenceFile({ context, data, train }, resolveModel(store, reference)),
    parts: (reference) => versionParts({ context, train }, resolveModel(store, reference)),
    takeInParts: (parts, fetchFile) => takeInParts({ context, store, train }, parts, fetchFile),
    signingKeys: () => {
      const own = ownPublicKey();
      const ofVersions = new SignatureStore(context.database).publicKeys().map((text) => createPublicKey(text));
      return own ? [own, ...ofVersions] : ofVersions;
    },
    moveAlias: (wish) => aliases.move(wish),
    rollBackAlias: (wish) => aliases.rollBack(wish),
    onAliasMoved: (listener) => aliases.onMoved(listener),
    addHolder: (holder) => holders.add(holder),
    addDescendants: (source) => descendants.push(source),
    purge: (order) => bin.purge(order),
  };
}
