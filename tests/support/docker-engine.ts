import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { nodeRelease } from '../../engine/package/exports/docker/node-release.ts';
import { checkoutFolder } from './needs.ts';

/** A Docker engine that answers. */
export interface DockerEngine {
  /** An image of Node that is there or can be had. */
  base: string;
  /** Runs the client. @returns its exit code and what it wrote, without white space around it */
  docker(...args: string[]): { code: number; output: string; errors: string };
}

const startTool = 'eval "$("$0" start 2>/dev/null)" && printf "%s\\n%s" "$DOCKER_HOST" "$(command -v docker)"';

/** The engine that DOCKER_HOST or the machine has, else the one of the tool beside the checkout; null where there is none. */
export function dockerEngine(): DockerEngine | null {
  const own = engineOf('docker', process.env);
  if (own) return own;
  const tool = join(checkoutFolder, '..', 'shared', 'tools', 'docker-engine');
  if (!existsSync(tool) || process.platform !== 'linux' || process.getuid?.() !== 0) return null;
  const { status, stdout } = spawnSync('bash', ['-c', startTool, tool], { encoding: 'utf8' });
  if (status !== 0) return null;
  const [host = '', client = ''] = stdout.split('\n');
  return engineOf(client, { ...process.env, DOCKER_HOST: host, DOCKER_BUILDKIT: '1' });
}

function engineOf(client: string, env: NodeJS.ProcessEnv): DockerEngine | null {
  const docker: DockerEngine['docker'] = (...args) => {
    const { status, stdout, stderr } = spawnSync(client, args, { env, encoding: 'utf8', timeout: 300_000 });
    return { code: status ?? -1, output: (stdout ?? '').trim(), errors: (stderr ?? '').trim() };
  };
  if (docker('version').code !== 0) return null;
  const local = 'node:24-bookworm-slim';
  const base = docker('image', 'inspect', local).code === 0 ? local : `node:${nodeRelease}-bookworm-slim`;
  return { base, docker };
}
