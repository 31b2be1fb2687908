import { GalleyError } from '../../base/errors.ts';
import { count, metricName } from '../../base/words.ts';
import type { InputOf } from '../../contract/call.ts';
import type { LineageEdge, LineageGraph, LineageNode, packageLineageCalls } from '../../contract/package-lineage.ts';
import type { DataPhase, ResolvedVersion } from '../../data/index.ts';
import { type StoredRun, toRun } from '../../train/index.ts';
import { type ResolvedModel, resolveModel } from '../references.ts';
import type { Sources } from '../views.ts';

/** Something that came of a node, and how. */
export interface Descendant {
  node: LineageNode;
  /** `serves it`; '' where it says nothing. */
  label: string;
}

/** A later phase that tells what came of a node; nothing for kinds that it does not know. */
export type DescendantSource = (node: LineageNode) => Descendant[];

/** So many runs of a dataset are drawn; the others are counted. */
const mostRuns = 60;

/**
 * Everything that a version comes from and that came of it.
 * @throws GalleyError those of `resolveModel`, or of the data phase for a dataset
 */
export async function lineageGraph(
  sources: Sources,
  data: DataPhase,
  descendants: readonly DescendantSource[],
  { kind, reference }: InputOf<typeof packageLineageCalls.lineage>,
): Promise<LineageGraph> {
  const builder = new GraphBuilder(sources, data, descendants);
  if (kind === 'version') return builder.ofVersion(resolveModel(sources.store, reference));
  return builder.ofDataset(data.resolve(reference));
}

class GraphBuilder {
  readonly #sources: Sources;
  readonly #data: DataPhase;
  readonly #descendants: readonly DescendantSource[];
  readonly #nodes = new Map<string, LineageNode>();
  readonly #edges: LineageEdge[] = [];
  readonly #left: Record<string, number> = {};

  constructor(sources: Sources, data: DataPhase, descendants: readonly DescendantSource[]) {
    this.#sources = sources;
    this.#data = data;
    this.#descendants = descendants;
  }

  async ofVersion(found: ResolvedModel): Promise<LineageGraph> {
    const run = this.#sources.train.stored(found.version.runId);
    const runNode = this.#add(describeRun(run));
    await this.#addDatasetsOf(run, runNode);
    const version = this.#add(describeVersion(found));
    this.#connect(runNode, version);
    this.#addDescendants(version, version.name);
    return this.#graph(version);
  }

  async ofDataset(found: ResolvedVersion): Promise<LineageGraph> {
    const dataset = await this.#addDataset(found);
    const users = this.#usersOf('dataset_version', found.id, 'run');
    const isPackaged = ({ id }: { id: string }) => this.#usersOf('run', id, 'model_version').length > 0;
    const ordered = users.toReversed().sort((left, right) => Number(isPackaged(right)) - Number(isPackaged(left)));
    for (const { id } of ordered.slice(0, mostRuns)) {
      const run = this.#sources.train.stored(id);
      const node = this.#add(describeRun(run));
      this.#connect(dataset, node, run.datasetVersionId === found.id ? '' : 'held out');
      for (const { id: versionId, label } of this.#usersOf('run', id, 'model_version')) {
        const version = this.#add(this.#versionNode(versionId, label));
        this.#connect(node, version);
        this.#addDescendants(version, version.name);
      }
    }
    if (ordered.length > mostRuns) this.#left.run = ordered.length - mostRuns;
    return this.#graph(dataset);
  }

  async #addDatasetsOf(run: StoredRun, runNode: LineageNode): Promise<void> {
    const { split } = run.recipe;
    const reference = `${run.datasetName}@${run.datasetVersion}`;
    const trained = this.#resolved(reference);
    const isIt = trained?.identity === run.recipe.dataset;
    const dataset = isIt ? await this.#addDataset(trained) : this.#add(goneDataset(run.datasetVersionId, reference));
    this.#connect(dataset, runNode);
    const held = split.kind === 'dataset' ? this.#resolved(split.reference) : undefined;
    if (held) this.#connect(await this.#addDataset(held), runNode, 'held out');
  }

  /** Undefined where it is gone. */
  #resolved(reference: string): ResolvedVersion | undefined {
    try {
      return this.#data.resolve(reference);
    } catch (error) {
      if (error instanceof GalleyError && error.kind === 'not_found') return undefined;
      throw error;
    }
  }

  /** A dataset version with the files that were read for it. */
  async #addDataset(version: ResolvedVersion): Promise<LineageNode> {
    const { id, dataset, number, rows, schema } = version;
    const title = `${dataset.name}@${number}`;
    const node = this.#add({
      id: `dataset:${id}`,
      kind: 'dataset',
      title,
      lines: [`${count(rows, 'row')}, ${count(schema.length, 'column')}`],
      name: dataset.name,
      version: number,
    });
    const { lineage } = await this.#data.handlers.show({ reference: title });
    for (const [index, file] of lineage.sources.entries()) {
      const source = this.#add({
        id: `source:${id}:${index}`,
        kind: 'source',
        title: file.name,
        lines: [count(file.rows, 'row'), `md5 ${file.md5.slice(0, 12)}…`],
        name: null,
        version: null,
      });
      this.#connect(source, node);
    }
    return node;
  }

  #versionNode(id: string, label: string): LineageNode {
    const [name = '', number = ''] = label.split('@');
    const { store } = this.#sources;
    const model = store.model(name);
    const version = model && store.version(model.id, Number(number));
    if (model && version?.id === id) return describeVersion({ model, version });
    return { id: `version:${id}`, kind: 'version', title: label, lines: ['was deleted'], name: null, version: null };
  }

  /**
   * All that later phases know to come of a node. An alert belongs to the versions that are drawn.
   * @param model whose version it came of
   */
  #addDescendants(node: LineageNode, model: string | null): void {
    for (const { node: child, label } of this.#descendants.flatMap((source) => source(node))) {
      if (child.kind === 'alert' && !this.#drawsVersion(model, child.version)) continue;
      const isNew = !this.#nodes.has(child.id);
      const added = this.#add(child);
      this.#connect(node, added, label);
      if (isNew || added.kind === 'deployment') this.#addDescendants(added, model);
    }
  }

  #drawsVersion(model: string | null, version: number | null): boolean {
    const drawn = [...this.#nodes.values()].filter(({ kind }) => kind === 'version');
    return drawn.some((node) => node.name === model && node.version === version);
  }

  #usersOf(kind: string, id: string, userKind: string) {
    return this.#sources.context.uses.usersOf({ kind, id }).filter((user) => user.kind === userKind);
  }

  #add(node: LineageNode): LineageNode {
    const known = this.#nodes.get(node.id);
    if (known) return known;
    this.#nodes.set(node.id, node);
    return node;
  }

  #connect(from: LineageNode, to: LineageNode, label = ''): void {
    if (this.#edges.some((edge) => edge.from === from.id && edge.to === to.id)) return;
    this.#edges.push({ from: from.id, to: to.id, label });
  }

  #graph(focus: LineageNode): LineageGraph {
    return { focus: focus.id, nodes: [...this.#nodes.values()], edges: this.#edges, left: this.#left };
  }
}

function goneDataset(id: string, title: string): LineageNode {
  return { id: `dataset:${id}`, kind: 'dataset', title, lines: ['was deleted'], name: null, version: null };
}

function describeRun(stored: StoredRun): LineageNode {
  const { number, learner, metric, metrics } = toRun(stored);
  const value = metrics[metric.name];
  const figure = value === null || value === undefined ? 'undefined' : value.toPrecision(3);
  return {
    id: `run:${stored.id}`,
    kind: 'run',
    title: `run ${number}, ${learner}`,
    lines: [`${metricName(metric.name)} ${figure}`],
    name: stored.id,
    version: null,
  };
}

function describeVersion({ model, version }: ResolvedModel): LineageNode {
  return {
    id: `version:${version.id}`,
    kind: 'version',
    title: `${model.name}@${version.version}`,
    lines: [`${count(version.onnxBytes, 'byte')} of ONNX`],
    name: model.name,
    version: version.version,
  };
}
