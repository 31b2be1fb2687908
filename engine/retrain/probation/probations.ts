import type { Deployment } from '../../contract/deploy.ts';
import type { Decision } from '../../contract/retrain.ts';
import { type Match, sideOf } from '../contenders.ts';
import { compareLabelled } from '../labelled/compare-labelled.ts';
import type { PipelineRunStore } from '../run-store.ts';
import type { StepPhases } from '../step-tools.ts';
import { aliasBack } from '../steps/promotion.ts';
import type { ProbationStore, StoredProbation } from './probation-store.ts';
import { type Verdict, verdictOf } from './verdict.ts';

interface ProbationParts extends StepPhases {
  store: ProbationStore;
  runs: PipelineRunStore;
}

/** Between looks at labels that servers were sent. */
const tickMilliseconds = 60_000;

/**
 * Watches versions on probation. Once so many requests that a version answered have their labels, it is compared with the
 * version before on the same requests; one that did worse is taken back, a canary that did not goes live. What is watched
 * stands in the database, so that the next engine goes on with it.
 */
export class Probations {
  readonly #parts: ProbationParts;
  readonly #ended = new AbortController();
  readonly #stopListening: () => void;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | null = null;
  #again = false;

  constructor(parts: ProbationParts) {
    this.#parts = parts;
    this.#stopListening = parts.context.events.listen((event) => {
      if (event.type === 'phase.changed' && event.phase === 'monitor') this.look();
    });
  }

  start(): void {
    this.#timer ??= setInterval(() => this.look(), tickMilliseconds).unref();
    this.look();
  }

  async stop(): Promise<void> {
    this.#stopListening();
    clearInterval(this.#timer);
    this.#ended.abort();
    await this.settled();
  }

  /** Once everything so far was looked at. */
  async settled(): Promise<void> {
    while (this.#looking) await this.#looking;
  }

  /** Looks at all that is on probation, once more where that is being done. */
  look(): void {
    if (this.#ended.signal.aborted) return;
    this.#again = true;
    this.#looking ??= this.#lookAtAll().finally(() => {
      this.#looking = null;
    });
  }

  async #lookAtAll(): Promise<void> {
    while (this.#again && !this.#ended.signal.aborted) {
      this.#again = false;
      for (const probation of this.#parts.store.running()) {
        if (this.#ended.signal.aborted) return;
        // One that cannot be looked at keeps no other from it.
        await this.#lookAt(probation).catch((error) => {
          if (!this.#ended.signal.aborted) console.error(error);
        });
      }
    }
  }

  async #lookAt(probation: StoredProbation): Promise<void> {
    const { store, context, phases } = this.#parts;
    const { deploymentId, wanted, version } = probation;
    const { deployments } = await phases.deploy.handlers.list({});
    const deployment = deployments.find(({ id }) => id === deploymentId);
    const left = reasonToEnd(probation, deployment);
    if (left !== undefined) {
      store.end(probation, { state: 'ended', found: null, reason: left }, context.clock.now());
      this.#tell(probation);
      return;
    }
    const requests = {
      receivedSince: Date.parse(probation.startedAt),
      ...(probation.as !== 'shadow' && { version }),
      most: wanted,
      first: true,
    };
    const match = await this.#match(probation);
    const signatures = await Promise.all(
      [version, probation.champion].map((one) => phases.deploy.signature(probation.model, one)),
    );
    const { rows } = await phases.monitor.labelledRequests(deploymentId, { ...requests, signatures }, null);
    if (rows !== probation.labelled) {
      store.counted(probation, rows);
      this.#tell(probation);
    }
    if (rows < wanted) return;
    const reference = this.#parts.runs.find(probation.run)?.decision?.champion.value ?? null;
    const tools = { context, phases, signal: this.#ended.signal };
    const wish = { ...requests, deployment: deploymentId, reference, countKnown: true };
    const verdict = verdictOf(probation, await compareLabelled(tools, match, wish));
    await (verdict.worse ? this.#undo(probation, verdict) : this.#pass(probation, verdict));
  }

  async #match({ model, version, champion, metric }: StoredProbation): Promise<Match> {
    const side = (one: number) => sideOf(this.#parts, `${model}@${one}`);
    return { champion: await side(champion), challenger: await side(version), metric, margin: 0 };
  }

  /** What stood before answers again; the alias, the decision and the probation are written together. */
  async #undo(probation: StoredProbation, { found, reason: what }: Verdict): Promise<void> {
    const { context, phases, store } = this.#parts;
    const { deployment, version, as, model, alias, champion: to } = probation;
    const reason = `${what} It was taken back.`;
    if (as !== 'live') await phases.deploy.handlers.traffic({ deployment, [as]: null });
    context.database.transaction(() => {
      if (alias !== null) {
        const by = `pipeline ${this.#parts.runs.find(probation.run)?.pipeline}`;
        aliasBack(phases.packages, { model, alias, from: version, to, by, reason: what });
      }
      const now = context.clock.now();
      store.end(probation, { state: 'undone', found, reason }, now);
      this.#decide(probation.run, { undone: { at: new Date(now).toISOString(), reason } });
    });
    context.events.publish({
      type: 'release.undone',
      deployment,
      title: `${deployment}: version ${version} was taken back`,
      detail: what,
    });
    this.#tell(probation);
  }

  async #pass(probation: StoredProbation, { found, reason: what }: Verdict): Promise<void> {
    const { context, phases, store } = this.#parts;
    const { deployment, as } = probation;
    if (as === 'canary') await phases.deploy.handlers.promote({ deployment });
    const reason = as === 'canary' ? `${what} It answers all requests now.` : what;
    store.end(probation, { state: 'passed', found, reason }, context.clock.now());
    this.#tell(probation);
  }

  #decide(run: string, change: Pick<Decision, 'undone'>): void {
    const decision = this.#parts.runs.find(run)?.decision;
    if (decision) this.#parts.runs.decide(run, { ...decision, ...change });
  }

  #tell({ run }: StoredProbation): void {
    this.#parts.context.events.publish({ type: 'phase.changed', phase: 'retrain', subject: run });
  }
}

/** Why nothing is to be proven any more; undefined where the version still answers as it was released. */
function reasonToEnd(
  { deployment: name, version, as }: StoredProbation,
  deployment: Deployment | undefined,
): string | undefined {
  if (deployment === undefined) return `The deployment ${name} is gone.`;
  const { version: active, traffic } = deployment;
  const answers = { live: active, canary: traffic.canary?.version, shadow: traffic.shadow }[as];
  if (answers === version) return undefined;
  if (as === 'live') return `Version ${active} answers ${name} by now.`;
  return `Version ${version} is the ${as} of ${name} no more.`;
}
