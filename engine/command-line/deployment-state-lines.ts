import type { Deployment } from '../contract/deploy.ts';

/** What keeps the server of a deployment from doing what is wanted of it; no line where nothing does. */
export function deploymentStateLines({ name, status, error }: Deployment): string[] {
  if (error === null) return [];
  if (status === 'running') return [`Warning: ${error}`];
  const [state, start] =
    status === 'starting' ? ['is being started again', 'then'] : ['does not run', 'its next start'];
  return [`Warning: ${name} ${state}, what was set holds from ${start} on: ${error}`];
}
