import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PackageFiles, serverPackage } from './server-package.ts';
import { type ServerFile, serverSources } from './server-sources.ts';

/** The prediction server without the libraries that it needs, made from a checkout. */
export function plainServer(checkout: string): ServerFile[] {
  const read = (name: string) => readFileSync(join(checkout, name), 'utf8');
  const [packageJson, packageLock] = serverPackage({
    packageJson: JSON.parse(read('package.json')),
    packageLock: JSON.parse(read('package-lock.json')),
  } satisfies PackageFiles);
  return [
    ...serverSources(checkout),
    { path: 'package.json', content: jsonText(packageJson) },
    { path: 'package-lock.json', content: jsonText(packageLock) },
    { path: 'LICENSE', content: read('LICENSE') },
  ];
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
