import type { ModelVersion, packageCalls } from '../contract/package.ts';
import type { LogMask, ServedVersion } from '../contract/serving.ts';
import type { Signature } from '../contract/values.ts';
import type { VersionFile } from '../contract/version-manifest.ts';
import type { ColumnMarks } from '../data/index.ts';
import type { Handlers } from '../jobs/context.ts';
import type { DescendantSource, Holder, ReferenceFile } from '../package/index.ts';
import type { AliasMoved } from './deployments.ts';
import type { DeploymentSpec } from './store.ts';

/** What a reference to a model means to a deployment. */
export interface DeploymentTarget {
  model: string;
  /** The alias that is followed, null where a version is pinned. */
  follows: string | null;
  version: ModelVersion;
}

/** What deployments need of the package phase's calls. */
export type PackageHandlers = Pick<Handlers<typeof packageCalls>, 'list' | 'show' | 'alias'>;

/** What deployments need of the package phase. */
export interface PackagesForDeploy {
  handlers: PackageHandlers;
  /** The files of the version that a reference names. */
  files(reference: string): Promise<VersionFile[]>;
  /** What rows of that version are counted against; of some it is no file of theirs. */
  reference(reference: string): Promise<Omit<ReferenceFile, 'profile'> | undefined>;
  /** The listener is called inside the transaction that moves an alias. */
  onAliasMoved(listener: (move: AliasMoved) => void): void;
  /** Tells what deployments need of the registry. */
  addHolder(holder: Holder): void;
  /** Tells which deployments came of a version. */
  addDescendants(source: DescendantSource): void;
}

/** The alias that a bare model name means. */
export const bareAlias = 'champion';

/** Versions of models as the package phase has them, in the form that deployments need. */
export class ModelVersions {
  readonly #packages: PackageHandlers;
  readonly #files: PackagesForDeploy['files'];
  readonly #reference: PackagesForDeploy['reference'];
  readonly #marks: ColumnMarks;
  readonly #signatures = new Map<string, Signature>();

  constructor(packages: Pick<PackagesForDeploy, 'handlers' | 'files' | 'reference'>, marks: ColumnMarks) {
    this.#marks = marks;
    this.#packages = packages.handlers;
    this.#files = (reference) => packages.files(reference);
    this.#reference = (reference) => packages.reference(reference);
  }

  /**
   * `MODEL@3` pins, `MODEL@alias` follows; a bare `MODEL` follows `champion` and is the latest version while there is
   * none.
   * @throws GalleyError of the package phase
   */
  async resolve(reference: string): Promise<DeploymentTarget> {
    const { version } = await this.#packages.show({ reference });
    const [, selector = bareAlias] = reference.split('@');
    const isPinned = /^\d+$/.test(selector) || selector === 'latest';
    return { model: version.model, follows: isPinned ? null : selector, version };
  }

  /** Of all versions of a model, archived ones too, the oldest first. */
  async numbers(model: string): Promise<number[]> {
    const { models } = await this.#packages.list({ archived: 'with' });
    const found = models.find(({ name }) => name === model);
    return (found?.versions ?? []).map(({ version }) => version).sort((one, other) => one - other);
  }

  /** The signature of a version; versions never change, so it is asked for once. */
  async signature(model: string, version: number): Promise<Signature> {
    const key = `${model}@${version}`;
    const known = this.#signatures.get(key);
    if (known) return known;
    const { signature } = await this.#packages.show({ reference: key });
    this.#signatures.set(key, signature);
    return signature;
  }

  /**
   * What the log does not get as it is: each column that is marked in the dataset of one of the versions, and every column
   * of a version whose dataset is gone.
   */
  async logMask(
    { model, logMask }: Pick<DeploymentSpec, 'model' | 'logMask'>,
    versions: readonly number[],
  ): Promise<LogMask | undefined> {
    if (logMask === null) return undefined;
    const shown = await Promise.all(versions.map((one) => this.#packages.show({ reference: `${model}@${one}` })));
    const marked = shown.flatMap(({ version, signature }) => {
      const marks = this.#marks.of(version.dataset.name);
      return marks ? Object.keys(marks) : signature.inputs.map(({ name }) => name);
    });
    const inputs = [...new Set(marked)].toSorted();
    return logMask === 'hash' ? { inputs, key: this.pseudonymKey } : { inputs };
  }

  /** Of the project's pseudonyms, in hexadecimal. */
  get pseudonymKey(): string {
    return this.#marks.key().toString('hex');
  }

  /** Points an alias at a version. @throws GalleyError `deploy.breaking_version`, and those of the package phase */
  async moveAlias(
    model: string,
    version: number,
    move: { alias: string; reason: string; acceptBreaking?: boolean },
  ): Promise<void> {
    await this.#packages.alias({ reference: `${model}@${version}`, ...move });
  }

  /** A version as files that a prediction server reads. */
  async served(model: string, version: number): Promise<Extract<ServedVersion, { files: unknown }>> {
    const reference = `${model}@${version}`;
    const files = await this.#files(reference);
    const counted = await this.#reference(reference);
    return {
      version,
      files: files.map(({ name, path, sha256 }) => ({ name, path, sha256 })),
      ...(counted && !counted.isOwn && { profile: { path: counted.path, sha256: counted.sha256 } }),
    };
  }
}
