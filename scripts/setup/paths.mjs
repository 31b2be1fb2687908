import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What the set-up fetched because the machine's own is too old or missing. Never committed, safe to delete. */
export const toolsFolder = join(root, '.tools');

/** What builds and tests remember between two runs. Never committed, safe to delete. */
export const cacheFolder = join(root, '.cache');
