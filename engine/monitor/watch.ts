import type { DeployPhase } from '../deploy/index.ts';
import type { LabelStore } from './label-store.ts';

export interface Watch {
  start(): void;
  /** Resolves when nothing is being checked any more. */
  stop(): Promise<void>;
}

const watchMilliseconds = 10 * 60 * 1000;

export interface Checks {
  check(deploymentId: string): Promise<unknown>;
  /** Whether a check may find something although nothing came in. */
  movesOn?(deploymentId: string): Promise<boolean>;
  /** What it is checked by: other rules may find something in the same rows. */
  rulesOf?(deploymentId: string): string;
}

/**
 * Checks running deployments from time to time, those that got rows, labels, another version or other rules since the last
 * look, or move on without.
 */
export function watchDeployments(
  deploy: Pick<DeployPhase, 'list' | 'collect' | 'logParts'>,
  labels: Pick<LabelStore, 'revision'>,
  { check, movesOn = async () => false, rulesOf = () => '' }: Checks,
  intervalMilliseconds = watchMilliseconds,
): Watch {
  const seen = new Map<string, string>();
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  let isStopped = false;

  const lookAt = async (id: string, version: number) => {
    await deploy.collect(id);
    const parts = deploy.logParts(id, null, null);
    const rows = parts.reduce((sum, part) => sum + part.rows, 0);
    // As many rows may have come as were removed.
    const last = parts.reduce((latest, { lastReceivedAt }) => Math.max(latest, lastReceivedAt), 0);
    const state = `${rows} ${last} ${labels.revision} ${version} ${rulesOf(id)}`;
    if (seen.get(id) === state && !(await movesOn(id))) return;
    await check(id);
    seen.set(id, state);
  };

  const look = async () => {
    for (const { id, version, wanted } of deploy.list()) {
      if (wanted !== 'running' || isStopped) continue;
      // One that cannot be checked keeps no other from it.
      await lookAt(id, version).catch((error) => console.error(error));
    }
  };

  return {
    start: () => {
      timer = setInterval(() => {
        looking = looking.then(look).catch((error) => console.error(error));
      }, intervalMilliseconds).unref();
    },
    stop: () => {
      isStopped = true;
      clearInterval(timer);
      return looking;
    },
  };
}
