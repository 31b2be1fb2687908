import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isoTime } from '../../engine/base/clock.ts';
import { GalleyError } from '../../engine/base/errors.ts';
import type { OutputOf } from '../../engine/contract/call.ts';
import type { packageCalls } from '../../engine/contract/package.ts';
import type { Signature } from '../../engine/contract/values.ts';
import type { VersionFile } from '../../engine/contract/version-manifest.ts';
import type { AliasMoved, PackagesForDeploy } from '../../engine/deploy/index.ts';
import type { EngineContext } from '../../engine/jobs/context.ts';
import { breakingChanges } from '../../engine/serving/signature-changes.ts';
import { modelFolder } from '../serving/running-server.ts';

type Shown = OutputOf<typeof packageCalls.show>;

const folders: Record<string, string[]> = { riders: ['riders-1', 'riders-2'], spam: ['spam'] };

/** The models of tests/fixtures/serving behind the calls of the package phase that deployments use. */
export class FixtureModels {
  readonly handlers: PackagesForDeploy['handlers'];
  readonly aliases = new Map<string, number>();
  /** What versions were trained on, by `model@version`, where it is another dataset than the one with the model's name. */
  readonly datasets = new Map<string, string>();
  readonly #context: EngineContext;
  readonly #damaged = new Set<string>();
  readonly #required = new Map<string, string>();
  readonly #listeners: ((move: AliasMoved) => void)[] = [];

  constructor(context: EngineContext) {
    this.#context = context;
    this.handlers = {
      list: async () => ({ models: Object.keys(folders).map((name) => this.#summary(name)) }),
      show: async ({ reference }) => this.#show(reference),
      alias: async ({ reference, alias, reason, acceptBreaking }) => {
        const { version } = this.#show(reference).version;
        const [model = ''] = reference.split('@');
        const previous = this.aliases.get(`${model}@${alias}`) ?? null;
        this.move(model, alias, version, { acceptBreaking, reason });
        return { model, alias, version, previous };
      },
    };
  }

  async files(reference: string): Promise<VersionFile[]> {
    const { version, signature } = this.#show(reference);
    const { hash } = this.#context.blobs.put(JSON.stringify(signature));
    const { path, sha256 } = version.onnx;
    return [
      { name: 'model.onnx', path, sha256 },
      { name: 'signature.json', path: this.#context.blobs.path(hash), sha256: hash.replace('sha256:', '') },
    ];
  }

  async reference(): Promise<undefined> {}

  onAliasMoved(listener: (move: AliasMoved) => void): void {
    this.#listeners.push(listener);
  }

  addHolder(): void {}

  addDescendants(): void {}

  /** Moves an alias in a transaction, as the package phase does; `fail` makes the transaction roll back. */
  move(
    model: string,
    alias: string,
    version: number,
    { fail = false, acceptBreaking = false, reason = 'a better one' } = {},
  ): void {
    const { version: target, signature } = this.#show(`${model}@${version}`);
    const previous = this.aliases.get(`${model}@${alias}`);
    const breaking = previous ? breakingChanges(this.#show(`${model}@${previous}`).signature, signature) : [];
    this.#context.database.transaction(() => {
      for (const listener of this.#listeners)
        listener({ model, alias, version, versionId: target.id, reason, breaking, acceptBreaking });
      if (fail) throw new Error('rolled back');
    });
    this.aliases.set(`${model}@${alias}`, version);
  }

  /** From now on the version's file is not an ONNX file. */
  damage(model: string, version: number): void {
    this.#damaged.add(`${model}@${version}`);
  }

  /** From now on that input of the version may not be missing. */
  require(model: string, version: number, input: string): void {
    this.#required.set(`${model}@${version}`, input);
  }

  #summary(name: string): OutputOf<typeof packageCalls.list>['models'][number] {
    const versions = (folders[name] ?? []).map((_, at) => this.#show(`${name}@${at + 1}`).version);
    const { target } = versions[0] as Shown['version'];
    return {
      id: `m_${name}`,
      name,
      target,
      versions,
      tags: {},
      description: '',
      archivedAt: null,
      aliases: {},
      rollbacks: {},
      history: [],
      changes: [],
      createdAt: isoTime(0),
    };
  }

  #show(reference: string): Shown {
    const [model = '', selector = 'champion'] = reference.split('@');
    const known = folders[model];
    if (!known) throw new GalleyError('package.model_not_found', `There is no model "${model}".`);
    const number = /^\d+$/.test(selector)
      ? Number(selector)
      : (this.aliases.get(`${model}@${selector}`) ?? (reference === model ? known.length : 0));
    const folder = known[number - 1];
    if (!folder) throw new GalleyError('package.version_not_found', `There is no ${reference}.`);
    return this.#version(model, number, folder);
  }

  #version(model: string, version: number, folder: string): Shown {
    const isDamaged = this.#damaged.has(`${model}@${version}`);
    const onnx = isDamaged ? Buffer.from('no model') : readFileSync(join(modelFolder(folder), 'model.onnx'));
    const signature = JSON.parse(readFileSync(join(modelFolder(folder), 'signature.json'), 'utf8')) as Signature;
    const required = signature.inputs.find(({ name }) => name === this.#required.get(`${model}@${version}`));
    if (required) required.nullable = false;
    const { hash, bytes } = this.#context.blobs.put(onnx);
    const { target, task } = signature;
    const found: Shown['version'] = {
      id: `mv_${model}_${version}`,
      model,
      version,
      aliases: [],
      runId: `run_${model}_${version}`,
      learner: 'linear',
      dataset: { name: this.datasets.get(`${model}@${version}`) ?? model, version: 1, identity: 'sha256:0' },
      target,
      task,
      metrics: task === 'regression' ? { r2: 0.9, rmse: 2 } : { roc_auc: 0.95, accuracy: 0.9 },
      metric: { name: task === 'regression' ? 'r2' : 'roc_auc', lowerIsBetter: false },
      onnx: { path: this.#context.blobs.path(hash), sha256: hash.replace('sha256:', ''), bytes },
      parity: { rows: 1, max_abs_diff: 0 },
      tags: {},
      description: '',
      archivedAt: null,
      createdAt: isoTime(0),
    };
    return { version: found, signature, lineage: [], history: [], changes: [] };
  }
}
