import { GalleyError } from '../../base/errors.ts';
import type { ConnectionSettings } from '../../contract/data-connections.ts';
import type { StoredObject } from '../../store/object-store/messages.ts';
import { ObjectStore } from '../../store/object-store/object-store.ts';

const mostObjects = 10_000;
const defaultRegion = 'us-east-1';

/** The store of an S3 connection. */
export function openObjects(settings: ConnectionSettings, secret: string | undefined): ObjectStore {
  const endpoint = settings.endpoint ?? '';
  return new ObjectStore({
    endpoint,
    region: settings.region ?? defaultRegion,
    bucket: settings.bucket ?? '',
    pathStyle: settings.pathStyle ?? !new URL(endpoint).hostname.endsWith('.amazonaws.com'),
    accessKey: settings.accessKey ?? null,
    secretKey: secret ?? null,
  });
}

/** The key of what a connection shows under a name: its prefix stands before it. */
export function wholeKey(settings: ConnectionSettings, name: string): string {
  return `${settings.prefix ?? ''}${name}`;
}

/** `*` and `?` stand for characters of one folder, `**` for folders as well. */
function patternOf(glob: string): RegExp {
  const source = glob.replace(/\*\*\/?|[*?]|[\\^$.|+()[\]{}]/g, (mark) => {
    if (mark.startsWith('**')) return '.*';
    if (mark === '*') return '[^/]*';
    return mark === '?' ? '[^/]' : `\\${mark}`;
  });
  return new RegExp(`^${source}$`, 's');
}

/** The objects that a key or a pattern names, in the order of their keys. @throws GalleyError `data.object_not_found`, `data.too_large` */
export async function matchingObjects(store: ObjectStore, glob: string, signal?: AbortSignal): Promise<StoredObject[]> {
  const literal = glob.split(/[*?]/, 1)[0] as string;
  if (literal === glob) {
    const found = await store.head(glob);
    if (found) return [found];
    throw new GalleyError('data.object_not_found', `There is no object ${glob}.`, { details: { object: glob } });
  }
  const pattern = patternOf(glob);
  const objects: StoredObject[] = [];
  for await (const object of store.list(literal, signal)) {
    if (object.key.endsWith('/') || !pattern.test(object.key)) continue;
    objects.push(object);
    if (objects.length > mostObjects) {
      throw new GalleyError('data.too_large', `More than ${mostObjects.toLocaleString('en-US')} objects fit ${glob}.`, {
        details: { pattern: glob },
      });
    }
  }
  if (objects.length === 0) {
    throw new GalleyError('data.object_not_found', `No object fits ${glob}.`, { details: { pattern: glob } });
  }
  return objects;
}
