import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fingerprint } from '../../engine/data/remotes/known-hosts.ts';
import { freePort, startProgram } from './program-server.ts';

const program = '/usr/sbin/sshd';

/** Whether OpenSSH's server is installed. */
export const hasSshServer = existsSync(program);

/** Why a test with such a server is skipped. */
export const noSshServer = 'the program sshd (OpenSSH) is not installed';

export interface SshServer {
  /** `ssh://user@127.0.0.1:port` */
  address: string;
  /** A private key that lets its user in. */
  keyFile: string;
  /** Fingerprint of the host. */
  hostKey: string;
  /** A folder for what tests put there. */
  folder: string;
  stop(): Promise<void>;
}

function makeKey(path: string): void {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
}

function accepts(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve();
    });
    socket.on('error', reject);
  });
}

/** A real OpenSSH server on a free port of loopback, with keys of its own. */
export async function startSshServer(): Promise<SshServer> {
  const root = mkdtempSync(join(tmpdir(), 'galley-ssh-'));
  const at = (name: string) => join(root, name);
  const folder = at('store');
  mkdirSync(folder);
  makeKey(at('host'));
  makeKey(at('client'));
  copyFileSync(at('client.pub'), at('authorized'));
  chmodSync(at('authorized'), 0o600);
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true });
  const port = await freePort();
  writeFileSync(
    at('config'),
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${at('host')}`,
      `AuthorizedKeysFile ${at('authorized')}`,
      `PidFile ${at('pid')}`,
      'StrictModes no',
      'UsePAM no',
      'UseDNS no',
      'PermitRootLogin yes',
      'PasswordAuthentication no',
      'Subsystem sftp internal-sftp',
    ].join('\n'),
  );
  const server = await startProgram(program, ['-D', '-e', '-f', at('config')], {}, () => accepts(port));
  const [, hostKey = ''] = readFileSync(at('host.pub'), 'utf8').split(' ');
  return {
    address: `ssh://${userInfo().username}@127.0.0.1:${port}`,
    keyFile: at('client'),
    hostKey: fingerprint(Buffer.from(hostKey, 'base64')),
    folder,
    stop: async () => {
      await server.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
