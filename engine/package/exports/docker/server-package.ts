/** What the prediction server needs of other packages, and which of their files. */
export const serverLibraries: Readonly<Record<string, RegExp>> = {
  'onnxruntime-common': /^(dist\/cjs\/.+\.js|dist\/cjs\/package\.json|package\.json)$/,
  'onnxruntime-node': /^(dist\/.+\.js|bin\/napi-v\d+\/linux\/.+|package\.json)$/,
  typebox: /^(build\/.+\.mjs|package\.json|license)$/,
};

interface LockEntry {
  version: string;
  dev?: boolean;
  dependencies?: Record<string, string>;
  [member: string]: unknown;
}

/** The files that describe a package in the checkout, read from JSON. */
export interface PackageFiles {
  packageJson: { version: string; license: string };
  packageLock: { packages: Record<string, LockEntry> };
}

/** `package.json` and `package-lock.json` of the server: the versions that Galley itself was tested with. */
export function serverPackage({ packageJson, packageLock }: PackageFiles): Record<string, unknown>[] {
  const { packages } = packageLock;
  const root = {
    name: 'galley-prediction-server',
    version: packageJson.version,
    license: packageJson.license,
    engines: { node: '>=24' },
    dependencies: Object.fromEntries(
      Object.keys(serverLibraries).map((name) => [name, lockEntry(packages, name).version]),
    ),
  };
  const { name, version, ...members } = root;
  return [
    { name, version, private: true, type: 'module', ...members },
    { name, version, lockfileVersion: 3, requires: true, packages: { '': root, ...lockedPackages(packages) } },
  ];
}

/** The libraries and what they name, which npm installs together. */
function lockedPackages(packages: PackageFiles['packageLock']['packages']): Record<string, LockEntry> {
  const names = new Set(Object.keys(serverLibraries));
  for (const name of names) {
    for (const dependency of Object.keys(lockEntry(packages, name).dependencies ?? {})) names.add(dependency);
  }
  return Object.fromEntries(
    [...names].sort().map((name) => {
      const { dev, ...entry } = lockEntry(packages, name);
      return [`node_modules/${name}`, entry];
    }),
  );
}

function lockEntry(packages: PackageFiles['packageLock']['packages'], name: string): LockEntry {
  const entry = packages[`node_modules/${name}`];
  if (entry === undefined) throw new Error(`package-lock.json has no ${name}.`);
  return entry;
}
