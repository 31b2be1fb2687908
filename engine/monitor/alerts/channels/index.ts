import { isoTime } from '../../../base/clock.ts';
import { GalleyError } from '../../../base/errors.ts';
import type { ProjectAction } from '../../../contract/data-cleaning.ts';
import type { Alert, Channel } from '../../../contract/monitor-alerts.ts';
import type { EngineContext } from '../../../jobs/context.ts';
import type { SecretStore } from '../../../store/secrets.ts';
import type { Trust } from '../../../store/trust.ts';
import { requireUsable } from './channel-rules.ts';
import type { ChannelSpec, ChannelStore } from './channel-store.ts';
import { runCommand } from './command.ts';
import { sendEmail } from './email.ts';
import { failure } from './failure.ts';
import type { Message, PipelineNote } from './message.ts';
import { variableOf } from './secret-variables.ts';
import { postWebhook } from './webhook.ts';

export interface ChannelParts {
  context: Pick<EngineContext, 'clock' | 'project'>;
  store: ChannelStore;
  secrets: Pick<SecretStore, 'find' | 'save' | 'remove'>;
  trust: Pick<Trust, 'has' | 'grant'>;
}

const setAnew = 'its command runs once the channel is set on this machine';

/** Where alerts are told beside the window. */
export class Channels {
  readonly #parts: ChannelParts;

  constructor(parts: ChannelParts) {
    this.#parts = parts;
  }

  list(): Promise<Channel[]> {
    return Promise.all(this.#parts.store.list().map(({ spec }) => this.#view(spec.name)));
  }

  /** What each does when an alert is raised. The path of a webhook's address may be a secret. */
  actions(): ProjectAction[] {
    return this.#parts.store.list().map(({ spec }) => ({
      place: `alert channel ${spec.name}`,
      does: doesOf(spec),
      needs: spec.kind === 'command' && !this.#mayRun(spec) ? setAnew : null,
    }));
  }

  /**
   * Adds a channel, or replaces it. @param secret undefined: as before, empty: none
   * @throws GalleyError `monitor.channel_incomplete`
   */
  async set(spec: ChannelSpec, secret?: string): Promise<Channel> {
    requireUsable(spec);
    const { context, store, secrets, trust } = this.#parts;
    const account = this.#account(spec);
    const before = store.find(spec.name)?.spec;
    if (before && this.#account(before) !== account) await secrets.remove(this.#account(before));
    if (secret !== undefined) await secrets.save(account, secret);
    if (spec.kind === 'command') trust.grant(context.project, commandOf(spec));
    store.set(spec);
    return this.#view(spec.name);
  }

  /** @throws GalleyError `monitor.channel_not_found` */
  async remove(name: string): Promise<void> {
    const { spec } = this.#parts.store.require(name);
    this.#parts.store.remove(name);
    await this.#parts.secrets.remove(this.#account(spec));
  }

  /** Sends a message that says of itself that it is a test. @throws GalleyError `monitor.channel_not_found`, `monitor.not_told` */
  async test(name: string): Promise<string> {
    const { spec } = this.#parts.store.require(name);
    const { clock, project } = this.#parts.context;
    const at = isoTime(clock.now());
    const id = `test-${clock.now()}`;
    await this.#tell(name, { event: 'alert.test', id, at, project: nameOf(project), alert: testAlert(at) });
    return `${name} took a test alert (${spec.kind}).`;
  }

  /**
   * Tells what a pipeline says, once.
   * @param id of the message, the same where the same is told again
   * @throws GalleyError `monitor.channel_not_found`, `monitor.not_told`
   */
  async tell(name: string, id: string, note: PipelineNote): Promise<void> {
    this.#parts.store.require(name);
    const { clock, project } = this.#parts.context;
    const at = isoTime(clock.now());
    await this.#tell(name, { event: 'pipeline.message', id, at, project: nameOf(project), note });
  }

  /** @throws GalleyError `monitor.not_told` */
  async #tell(name: string, message: Message): Promise<void> {
    try {
      await this.send(name, message);
    } catch (error) {
      const says = `The channel ${name} did not take it: ${(error as Error).message}`;
      throw new GalleyError('monitor.not_told', says, { details: { name }, cause: error });
    }
  }

  /** Sends a message and keeps with the channel what went wrong. @throws Failure */
  async send(name: string, message: Message): Promise<void> {
    const { store } = this.#parts;
    try {
      await this.#deliver(store.require(name).spec, message);
      store.setError(name, null);
    } catch (error) {
      const failed = failure(error, true, name);
      store.setError(name, failed.message);
      throw failed;
    }
  }

  async #deliver(spec: ChannelSpec, message: Message): Promise<void> {
    const { context, trust } = this.#parts;
    if (!trust.has(context.project)) {
      throw failure('The project came from elsewhere; nobody on this machine has trusted it yet.', true);
    }
    this.#requireUsable(spec);
    if (spec.kind === 'command') return this.#run(spec, message);
    const secret = await this.#secret(spec);
    if (spec.kind === 'email') return sendEmail(spec, secret, message);
    return postWebhook(spec, secret, message, context.clock.now());
  }

  /** The project may have been altered since the channel was set: its address has to be a safe one still. */
  #requireUsable(spec: ChannelSpec): void {
    try {
      requireUsable(spec);
    } catch (error) {
      throw failure((error as Error).message, false);
    }
  }

  /** Trust in the SQL of a project says nothing of its commands: each runs only where it was set. */
  #run(spec: ChannelSpec, message: Message): Promise<void> {
    if (!this.#mayRun(spec)) {
      throw failure('Its command was not set on this machine; set the channel again.', true);
    }
    return runCommand(spec, message, this.#parts.context.project.path);
  }

  #mayRun(spec: ChannelSpec): boolean {
    const { context, trust } = this.#parts;
    return trust.has(context.project, commandOf(spec));
  }

  async #view(name: string): Promise<Channel> {
    const { spec, lastError } = this.#parts.store.require(name);
    return { ...spec, hasSecret: (await this.#secret(spec)) !== undefined, lastError };
  }

  async #secret(spec: ChannelSpec): Promise<string | undefined> {
    const request = { account: this.#account(spec), variable: variableOf(spec.name) };
    return (await this.#parts.secrets.find(request)).secret;
  }

  /** A password for one server is not sent to another, whatever a copy of the project says. */
  #account({ name, kind, host }: ChannelSpec): string {
    const place = host === undefined ? kind : `${kind} ${host}`;
    return `alerts ${this.#parts.context.project.id} ${name} ${place}`;
  }
}

function doesOf({ kind, url = '', host, to = [], command = [] }: ChannelSpec): string {
  if (kind === 'command') return `runs ${command.map(asWord).join(' ')}`;
  return kind === 'email'
    ? `sends e-mail to ${to.join(', ')} by ${host}`
    : `posts to ${URL.parse(url)?.host ?? 'no address'}`;
}

/** As it stands where it is one word, else in quotes. */
function asWord(text: string): string {
  return /^[\w./:=@%+,-]+$/.test(text) ? text : JSON.stringify(text);
}

function commandOf({ command }: ChannelSpec): string {
  return JSON.stringify(command);
}

export function nameOf({ id, name }: EngineContext['project']): Message['project'] {
  return { id, name };
}

function testAlert(at: string): Alert {
  return {
    id: 'alert_test',
    deployment: 'test',
    version: 1,
    rule: 'test',
    cause: 'system',
    severity: 'information',
    title: 'A test of this channel',
    detail: 'Nothing is wrong: somebody asked whether alerts arrive here.',
    eventTime: at,
    since: at,
    raisedAt: at,
    state: 'open',
    snoozedUntil: null,
    alsoBroken: [],
    contributions: [],
    lookAt: 'There is nothing to look at.',
  };
}
