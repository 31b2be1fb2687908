import { GalleyError } from '../../base/errors.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { SecretStore } from '../../store/secrets.ts';
import type { RemoteSettings } from './store.ts';

/** Under which name the secret of a remote is kept. */
export function accountOf(context: Pick<EngineContext, 'project'>, { name }: Pick<RemoteSettings, 'name'>): string {
  return `remote/${context.project.id}/${name}`;
}

/**
 * What a job needs to open the remote: nothing where it has no secret.
 * @throws GalleyError `data.secret_needed` where the named environment variable is not set
 */
export async function secretsOf(
  context: EngineContext,
  secrets: SecretStore,
  remote: RemoteSettings,
): Promise<Record<string, string>> {
  const variable = remote.secretVariable ?? undefined;
  const { secret } = await secrets.find({ account: accountOf(context, remote), variable });
  if (secret !== undefined) return { remote: secret };
  if (variable === undefined) return {};
  throw new GalleyError(
    'data.secret_needed',
    `The remote ${remote.name} takes its password from the environment variable ${variable}, which is not set in the engine.`,
    { hint: `Set ${variable} where Galley is started, and start it again.`, details: { variable } },
  );
}
