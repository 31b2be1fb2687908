import { isoTime } from '../../base/clock.ts';
import { GalleyError } from '../../base/errors.ts';
import type { Deployment } from '../../contract/deploy.ts';
import type { Decision } from '../../contract/retrain.ts';
import type { Probation } from '../../contract/retrain-probation.ts';
import { type Match, sideOf } from '../contenders.ts';
import { compareLabelled } from '../labelled/compare-labelled.ts';
import type { PipelineRunStore } from '../run-store.ts';
import type { StepPhases } from '../step-tools.ts';
import { aliasBack } from '../steps/promotion.ts';
import type { ProbationStore, StoredProbation } from './probation-store.ts';
import { didWorse, type Verdict, verdictOf } from './verdict.ts';

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
    const { found, reason } = probation;
    // The last engine ended between the verdict and what was to come of it.
    if (found !== null && reason !== null) return this.#carryOut(probation, { found, reason });
    const left = reasonToEnd(probation, await this.#deploymentOf(probation));
    if (left !== undefined) return this.#leave(probation, left);
    const verdict = await this.#judge(probation);
    if (verdict === undefined) return;
    this.#parts.store.judged(probation, verdict);
    await this.#carryOut(probation, verdict);
  }

  async #deploymentOf({ deploymentId }: StoredProbation): Promise<Deployment | undefined> {
    const { deployments } = await this.#parts.phases.deploy.handlers.list({});
    return deployments.find(({ id }) => id === deploymentId);
  }

  #leave(probation: StoredProbation, reason: string): void {
    const { store, context } = this.#parts;
    store.end(probation, { state: 'ended', found: probation.found, reason }, context.clock.now());
    this.#tell(probation);
  }

  /** Undefined as long as there are fewer labelled requests than are wanted. */
  async #judge(probation: StoredProbation): Promise<Verdict | undefined> {
    const { store, context, phases } = this.#parts;
    const { deploymentId, wanted, version } = probation;
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
    if (rows < wanted) return undefined;
    const reference = this.#parts.runs.find(probation.run)?.decision?.champion.value ?? null;
    const tools = { context, phases, signal: this.#ended.signal };
    const wish = { ...requests, deployment: deploymentId, reference, countKnown: true };
    return verdictOf(probation, await compareLabelled(tools, match, wish));
  }

  async #match({ model, version, champion, metric }: StoredProbation): Promise<Match> {
    const side = (one: number) => sideOf(this.#parts, `${model}@${one}`);
    return { champion: await side(champion), challenger: await side(version), metric, margin: 0 };
  }

  /** Does what a verdict asks for unless it is done already, and writes it down; ends where somebody did otherwise meanwhile. */
  async #carryOut(probation: StoredProbation, verdict: Verdict): Promise<void> {
    const { as, version } = probation;
    const deployment = await this.#deploymentOf(probation);
    const now = deployment && roleOf(version, deployment);
    const isWorse = didWorse(verdict.found);
    const left = now === roleAfter(as, isWorse) ? undefined : reasonToEnd(probation, deployment);
    // A canary that could not be judged has proven nothing: it stays what it is.
    const isUnknown = as === 'canary' && verdict.found.gain === null && !isWorse;
    if (left !== undefined) this.#leave({ ...probation, found: verdict.found }, left);
    else if (isUnknown) this.#leave({ ...probation, found: verdict.found }, verdict.reason);
    else await (isWorse ? this.#undo(probation, verdict, now) : this.#pass(probation, verdict, now));
  }

  /** What stood before answers again; the alias, the decision and the probation are written together. */
  async #undo(probation: StoredProbation, { found, reason: what }: Verdict, now: Role | undefined): Promise<void> {
    const { context, phases, store } = this.#parts;
    const { deployment, version, model, alias, champion: to } = probation;
    const reason = `${what} It was taken back.`;
    if (now === 'canary' || now === 'shadow') await phases.deploy.handlers.traffic({ deployment, [now]: null });
    context.database.transaction(() => {
      if (alias !== null) {
        const by = `pipeline ${this.#parts.runs.find(probation.run)?.pipeline}`;
        aliasBack(phases.packages, { model, alias, from: version, to, by, reason: what });
      }
      const at = context.clock.now();
      store.end(probation, { state: 'undone', found, reason }, at);
      this.#decide(probation.run, { undone: { at: isoTime(at), reason } });
    });
    context.events.publish({
      type: 'release.undone',
      deployment,
      title: `${deployment}: version ${version} was taken back`,
      detail: what,
    });
    this.#tell(probation);
  }

  async #pass(probation: StoredProbation, { found, reason: what }: Verdict, now: Role | undefined): Promise<void> {
    const { context, store } = this.#parts;
    const outcome = probation.as === 'canary' ? ` ${await this.#promote(probation, now)}` : '';
    store.end(probation, { state: 'passed', found, reason: `${what}${outcome}` }, context.clock.now());
    this.#tell(probation);
  }

  /** @returns what the canary is then, in words */
  async #promote({ deployment }: StoredProbation, now: Role | undefined): Promise<string> {
    try {
      if (now === 'canary') await this.#parts.phases.deploy.handlers.promote({ deployment });
      return 'It answers all requests now.';
    } catch (error) {
      if (!(error instanceof GalleyError)) throw error;
      return `It stays the canary: ${error.message}`;
    }
  }

  #decide(run: string, change: Pick<Decision, 'undone'>): void {
    const decision = this.#parts.runs.find(run)?.decision;
    if (decision) this.#parts.runs.decide(run, { ...decision, ...change });
  }

  #tell({ run }: StoredProbation): void {
    this.#parts.context.events.publish({ type: 'phase.changed', phase: 'retrain', subject: run });
  }
}

type Role = Probation['as'] | null;

/** How a version answers a deployment now; null where it does not. */
function roleOf(version: number, { version: active, traffic: { canary, shadow } }: Deployment): Role {
  if (version === active) return 'live';
  if (version === canary?.version && canary.percent > 0) return 'canary';
  return version === shadow ? 'shadow' : null;
}

/** How the version answers once its verdict was carried out; what was live goes with its alias, in the transaction of the record. */
function roleAfter(as: Probation['as'], isWorse: boolean): Role {
  if (as === 'live') return 'live';
  if (isWorse) return null;
  return as === 'canary' ? 'live' : 'shadow';
}

/** Why nothing is to be proven any more; undefined where the version still answers as it was released. */
function reasonToEnd(
  { deployment: name, version, as }: StoredProbation,
  deployment: Deployment | undefined,
): string | undefined {
  if (deployment === undefined) return `The deployment ${name} is gone.`;
  if (roleOf(version, deployment) === as) return undefined;
  if (as === 'live') return `Version ${deployment.version} answers ${name} by now.`;
  return `Version ${version} is the ${as} of ${name} no more.`;
}
