import { parseRemoteAddress } from './remote-address.ts';
import type { RemoteStore } from './remote-store.ts';
import type { RemoteSettings } from './store.ts';

/**
 * Opens a remote; only the kind that is asked for is loaded.
 * @param secret password, key phrase or secret key
 * @param unique keeps the temporary files of two writers apart
 * @throws GalleyError `data.invalid_remote`, `data.remote_*`
 */
export async function openRemote(
  settings: RemoteSettings,
  secret: string | undefined,
  unique: string,
): Promise<RemoteStore> {
  const place = parseRemoteAddress(settings.address);
  switch (place.kind) {
    case 'folder': {
      const { FolderRemote } = await import('./folder-remote.ts');
      return new FolderRemote(place.path, unique);
    }
    case 'ssh': {
      const [{ connectSsh }, { SshRemote }] = await Promise.all([
        import('./ssh-connection.ts'),
        import('./ssh-remote.ts'),
      ]);
      const { keyFile, hostKey } = settings;
      return new SshRemote(await connectSsh(place, { keyFile, hostKey, secret }), place.path, settings.address);
    }
    case 's3': {
      const { openS3Remote } = await import('./s3-remote.ts');
      return openS3Remote(place, settings, secret);
    }
  }
}
