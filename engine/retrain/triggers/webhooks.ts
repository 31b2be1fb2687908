import { randomBytes } from 'node:crypto';
import Type from 'typebox';
import { GalleyError } from '../../base/errors.ts';
import { compileCheck } from '../../base/validation.ts';
import { Scalar } from '../../contract/retrain-pipeline.ts';
import type { TriggerOf, Webhook } from '../../contract/retrain-triggers.ts';
import type { EngineContext, HookAnswer, IncomingHook } from '../../jobs/context.ts';
import type { SecretStore } from '../../store/secrets.ts';
import type { PipelineFiles } from '../pipeline-files.ts';
import { definitionOf } from '../pipeline-text.ts';
import type { RetrainStore, StoredPipeline } from '../store.ts';
import { untrustedPipeline } from '../untrusted-pipeline.ts';
import type { DeliveryStore } from './delivery-store.ts';
import { RateLimit } from './rate-limit.ts';
import type { TriggerDefinitions } from './trigger-definitions.ts';
import type { TriggerStore } from './trigger-store.ts';
import type { WaitingRuns } from './waiting-runs.ts';
import { deliveryOf } from './webhook-signature.ts';

export interface WebhookParts {
  context: Pick<EngineContext, 'clock' | 'events' | 'database' | 'project'>;
  store: RetrainStore;
  files: PipelineFiles;
  triggers: TriggerStore;
  deliveries: DeliveryStore;
  definitions: TriggerDefinitions;
  waiting: WaitingRuns;
  secrets: Pick<SecretStore, 'find' | 'save' | 'remove'>;
  trusted(): boolean;
}

const minute = 60_000;
/** Within a minute: what each pipeline takes, and wrong secrets that are looked at. */
const mostTaken = 60;
const mostRefused = 60;
/** A shorter secret, which only an environment variable can hold, could be guessed. */
const fewestCharacters = 16;

const checkBody = compileCheck(
  Type.Object({
    parameters: Type.Optional(Type.Record(Type.String(), Scalar)),
    reason: Type.Optional(Type.String({ maxLength: 200 })),
  }),
);

/**
 * The webhooks of pipelines: who sends what is signed with the secret of one asks for its run. Whoever does not know it
 * learns nothing, not even which pipelines there are.
 */
export class Webhooks {
  readonly #parts: WebhookParts;
  readonly #taken: RateLimit;
  readonly #refused: RateLimit;

  constructor(parts: WebhookParts) {
    this.#parts = parts;
    const { clock } = parts.context;
    this.#taken = new RateLimit(clock, { most: mostTaken, milliseconds: minute });
    this.#refused = new RateLimit(clock, { most: mostRefused, milliseconds: minute });
  }

  /** @throws GalleyError `retrain.no_webhook` where the file of the pipeline has none */
  async view(pipeline: StoredPipeline, wish: 'new' | 'none' | undefined): Promise<Webhook> {
    this.#requireTrigger(pipeline);
    const { secrets, context } = this.#parts;
    const { place } = await this.#find(pipeline);
    let secret: string | null = null;
    if (wish === 'none') await secrets.remove(this.#account(pipeline));
    else if (place !== 'environment' && (wish === 'new' || place === 'missing')) {
      secret = `whsec_${randomBytes(32).toString('base64')}`;
      await secrets.save(this.#account(pipeline), secret);
    }
    const { name, id } = pipeline;
    if (wish === 'none' || secret !== null)
      context.events.publish({ type: 'phase.changed', phase: 'retrain', subject: id });
    const kept = await this.#find(pipeline);
    return { pipeline: name, path: `/hooks/retrain/${name}`, place: kept.place, variable: variableOf(name), secret };
  }

  /** Why nothing is let in; undefined where the secret is known. */
  async problem(pipeline: StoredPipeline): Promise<string | undefined> {
    const { secret } = await this.#find(pipeline);
    if (secret === undefined)
      return `It has no secret on this machine: galley retrain webhook ${pipeline.name} makes one.`;
    if (secret.length < fewestCharacters)
      return `Its secret in ${variableOf(pipeline.name)} has fewer than ${fewestCharacters} characters.`;
    return undefined;
  }

  /** A pipeline is removed: its secret goes with it. */
  async forget(pipeline: StoredPipeline): Promise<void> {
    await this.#parts.secrets.remove(this.#account(pipeline));
  }

  /**
   * Takes a request.
   * @throws GalleyError `retrain.webhook_refused`, `retrain.webhook_too_often`, `retrain.untrusted_pipeline`,
   * `call.invalid_input`, `retrain.invalid_pipeline` where its parameters are not those of the pipeline
   */
  async receive({ name, headers, body }: IncomingHook): Promise<HookAnswer> {
    const { context, triggers, deliveries, waiting } = this.#parts;
    const now = context.clock.now();
    const { pipeline, delivery } = await this.#require(name, { headers, body }, now);
    if (!this.#taken.admits(pipeline.id)) throw tooOften();
    if (!this.#parts.trusted()) throw untrustedPipeline(context.project, this.#parts.files.file(pipeline.name));
    const trigger = this.#requireTrigger(pipeline);
    const given = contentOf(body);
    const parameters = { ...trigger.parameters, ...given.parameters };
    definitionOf(this.#parts.files, pipeline, parameters);
    const isNew = context.database.transaction(() => {
      if (delivery !== null && !deliveries.note(pipeline.id, delivery, now)) return false;
      const asked = { kind: 'webhook' as const, detail: given.reason ?? 'its webhook' };
      triggers.ask({ pipelineId: pipeline.id, trigger: asked, parameters }, now);
      return true;
    });
    if (!isNew) return { status: 200, answer: { status: 'received before' } };
    context.events.publish({ type: 'phase.changed', phase: 'retrain', subject: pipeline.id });
    waiting.begin();
    return { status: 202, answer: { status: 'accepted' } };
  }

  async #require(
    name: string,
    received: Pick<IncomingHook, 'headers' | 'body'>,
    now: number,
  ): Promise<{ pipeline: StoredPipeline; delivery: string | null }> {
    const pipeline = this.#parts.store.list().find((one) => one.name === name);
    const hasTrigger = pipeline !== undefined && this.#trigger(pipeline) !== undefined;
    const { secret = '' } = hasTrigger ? await this.#find(pipeline) : {};
    const isKnown = hasTrigger && secret.length >= fewestCharacters;
    const delivery = isKnown ? deliveryOf(secret, received, now) : undefined;
    if (pipeline !== undefined && delivery !== undefined) return { pipeline, delivery };
    if (!this.#refused.admits('all')) throw tooOften();
    throw new GalleyError('retrain.webhook_refused', 'The webhook does not know who sent this.');
  }

  #trigger(pipeline: StoredPipeline): TriggerOf<'webhook'> | undefined {
    return this.#parts.definitions.of(pipeline)?.list.find((trigger) => trigger.on === 'webhook');
  }

  #requireTrigger(pipeline: StoredPipeline): TriggerOf<'webhook'> {
    const trigger = this.#trigger(pipeline);
    if (trigger) return trigger;
    const { name } = pipeline;
    const where =
      pipeline.renewal === null ? this.#parts.files.file(name) : `the pipeline ${name}, which is made of settings,`;
    throw new GalleyError('retrain.no_webhook', `${where} has no trigger on webhook.`, { details: { pipeline: name } });
  }

  #find(pipeline: StoredPipeline): ReturnType<SecretStore['find']> {
    return this.#parts.secrets.find({ account: this.#account(pipeline), variable: variableOf(pipeline.name) });
  }

  #account({ id }: StoredPipeline): string {
    return `${this.#parts.context.project.id}/webhook/${id}`;
  }
}

/** Where a machine has no keychain: `GALLEY_WEBHOOK_SECRET_NIGHTLY_PRICES` of the pipeline `nightly-prices`. */
function variableOf(pipeline: string): string {
  return `GALLEY_WEBHOOK_SECRET_${pipeline.replaceAll('-', '_').toUpperCase()}`;
}

/** What a request asks for; members that others send, as GitHub does, are passed over. @throws GalleyError `call.invalid_input` */
function contentOf(body: Buffer): { parameters?: Record<string, Scalar>; reason?: string } {
  if (body.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    throw invalid('the body is no JSON');
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw invalid('the body is no JSON object');
  const { parameters, reason } = value as { parameters?: unknown; reason?: unknown };
  const content = { ...(parameters !== undefined && { parameters }), ...(reason !== undefined && { reason }) };
  const [fault] = checkBody(content);
  if (fault) throw invalid(`${fault.path.slice(1)} ${fault.message}`);
  return content as ReturnType<typeof contentOf>;
}

function invalid(what: string): GalleyError {
  return new GalleyError('call.invalid_input', `The webhook cannot take this: ${what}.`);
}

function tooOften(): GalleyError {
  return new GalleyError('retrain.webhook_too_often', 'The webhook was sent too much within a minute.');
}
