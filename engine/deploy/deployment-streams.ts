import { GalleyError } from '../base/errors.ts';
import type { DeploymentStream, ServedStream, StreamSpec, StreamStatus } from '../contract/deploy-streams.ts';
import type { EngineContext } from '../jobs/context.ts';
import { requireNoLoop } from '../serving/streams/mqtt-source.ts';
import { SecretStore } from '../store/secrets.ts';

interface StreamRow {
  id: string;
  stream: StreamSpec;
}

/** The streams of messages that deployments answer, and their passwords. */
export class DeploymentStreams {
  readonly #context: EngineContext;
  readonly #secrets: SecretStore;

  constructor(context: EngineContext, secrets = new SecretStore()) {
    this.#context = context;
    this.#secrets = secrets;
  }

  /**
   * Adds a stream to a deployment, or changes the one of its name.
   * @param secret the password; undefined: as before, empty: none
   * @throws GalleyError `serving.stream_loop`
   */
  async set(deploymentId: string, stream: StreamSpec, secret?: string): Promise<void> {
    const rows = this.#rows(deploymentId);
    requireNoLoop([...rows.map((row) => row.stream).filter(({ name }) => name !== stream.name), stream]);
    const known = rows.find((row) => row.stream.name === stream.name);
    const id = known?.id ?? this.#context.newId('str');
    if (secret !== undefined) await this.#secrets.save(accountOf(id), secret);
    this.#context.database.run(
      `INSERT INTO deployment_streams (id, deployment_id, name, spec) VALUES (?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET spec = excluded.spec`,
      id,
      deploymentId,
      stream.name,
      JSON.stringify(stream),
    );
  }

  /** @throws GalleyError `deploy.no_stream` */
  async remove(deploymentId: string, name: string): Promise<void> {
    const rows = this.#rows(deploymentId);
    const row = rows.find(({ stream }) => stream.name === name);
    if (!row) {
      const known = rows.map(({ stream }) => stream.name);
      const message = `There is no stream "${name}"; there ${known.length === 0 ? 'is none' : `are ${known.join(', ')}`}.`;
      throw new GalleyError('deploy.no_stream', message, { details: { name, known } });
    }
    this.#context.database.run('DELETE FROM deployment_streams WHERE id = ?', row.id);
    await this.#secrets.remove(accountOf(row.id));
  }

  /** As the server takes them, with their passwords. */
  served(deploymentId: string): Promise<ServedStream[]> {
    return Promise.all(
      this.#rows(deploymentId).map(async ({ id, stream: { passwordVariable, ...stream } }) => {
        const { secret } = await this.#secrets.find({ account: accountOf(id), variable: passwordVariable });
        return { ...stream, clientId: `galley-${id}`, ...(secret !== undefined && { password: secret }) };
      }),
    );
  }

  /** @param live of the server, none where it does not run */
  list(deploymentId: string, live: readonly StreamStatus[]): Promise<DeploymentStream[]> {
    return Promise.all(
      this.#rows(deploymentId).map(async ({ id, stream }) => ({
        stream,
        password: stream.username === undefined ? 'none' : await this.#passwordPlace(id, stream),
        status: live.find(({ name }) => name === stream.name) ?? null,
      })),
    );
  }

  async #passwordPlace(id: string, { passwordVariable }: StreamSpec): Promise<DeploymentStream['password']> {
    return (await this.#secrets.find({ account: accountOf(id), variable: passwordVariable })).place;
  }

  #rows(deploymentId: string): StreamRow[] {
    return this.#context.database
      .all<{ id: string; spec: string }>(
        'SELECT id, spec FROM deployment_streams WHERE deployment_id = ? ORDER BY name',
        deploymentId,
      )
      .map(({ id, spec }) => ({ id, stream: JSON.parse(spec) }));
  }
}

function accountOf(id: string): string {
  return `stream ${id}`;
}
