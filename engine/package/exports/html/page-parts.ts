import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tryPageFolder } from '../../../base/entry.ts';
import { GalleyError } from '../../../base/errors.ts';

/** What the build makes for the page of a model. */
export interface PageParts {
  script: string;
  /** ONNX Runtime's WebAssembly, gzip. */
  runtime: Buffer;
  runtimeVersion: string;
  runtimeLicence: string;
}

/** @throws GalleyError `package.page_not_built` in a checkout where nothing was built. */
export function readPageParts(folder = tryPageFolder()): PageParts {
  try {
    const { version, licence } = JSON.parse(readFileSync(join(folder, 'runtime.json'), 'utf8')) as {
      version: string;
      licence: string;
    };
    return {
      script: readFileSync(join(folder, 'page.js'), 'utf8'),
      runtime: readFileSync(join(folder, 'runtime.wasm.gz')),
      runtimeVersion: version,
      runtimeLicence: licence,
    };
  } catch (cause) {
    const message = `The page that a model is tried with is not in ${folder}.`;
    throw new GalleyError('package.page_not_built', message, { details: { folder }, cause });
  }
}
