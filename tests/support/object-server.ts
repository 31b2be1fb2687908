import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ObjectStore, type ObjectStoreSettings } from '../../engine/store/object-store/object-store.ts';
import { isOnPath } from './needs.ts';
import { freePort, startProgram } from './program-server.ts';

/** Where `.ci/run` puts the server, beside the PATH. */
const places = [process.env.VERSITYGW ?? '', join(homedir(), 'go', 'bin', 'versitygw'), '/usr/local/bin/versitygw'];

/** The program of the S3-compatible server that tests run, undefined where it is not installed. */
export function objectServerProgram(): string | undefined {
  return places.find((path) => path !== '' && existsSync(path)) ?? (isOnPath('versitygw') ? 'versitygw' : undefined);
}

/** Why a test with such a server is skipped. */
export const noObjectServer = 'the program versitygw is not installed';

export interface ObjectServer {
  settings: ObjectStoreSettings;
  store: ObjectStore;
  /** Folder of the bucket: objects are plain files in it. */
  folder: string;
  stop(): Promise<void>;
}

/** A Versity S3 Gateway over a folder of its own, with one empty bucket. */
export async function startObjectServer(bucket = 'data'): Promise<ObjectServer> {
  const root = mkdtempSync(join(tmpdir(), 'galley-s3-'));
  const folder = join(root, 'store', bucket);
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const settings: ObjectStoreSettings = {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    bucket,
    pathStyle: true,
    accessKey: 'tester',
    secretKey: 'tester-secret',
  };
  const store = new ObjectStore(settings);
  const words = [
    '--port',
    `127.0.0.1:${port}`,
    '--access',
    'tester',
    '--secret',
    'tester-secret',
    'posix',
    join(root, 'store'),
  ];
  const program = await startProgram(objectServerProgram() as string, words, {}, () => store.page(''));
  return {
    settings,
    store,
    folder,
    stop: async () => {
      await program.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
