import type { DataPhase, DatasetPointer } from '../../data/index.ts';
import type { PackagePhase } from '../../package/index.ts';
import type { RetrainPhase } from '../../retrain/index.ts';
import type { Pointer } from './pointer-files.ts';

/** What pointers are about. */
export interface PointerTargets {
  data: Pick<DataPhase, 'pointers'>;
  packages: Pick<PackagePhase, 'pointers'>;
  retrain: Pick<RetrainPhase, 'registerFile'>;
}

const order: readonly Pointer['kind'][] = ['remote', 'dataset', 'version', 'model'];

/**
 * Makes the project say what pointers say of what is here; call it in a transaction.
 * @throws GalleyError where an alias cannot be moved
 */
export function applyPointers({ data, packages }: Omit<PointerTargets, 'retrain'>, pointers: readonly Pointer[]): void {
  for (const kind of order) {
    for (const pointer of pointers) {
      if (pointer.kind !== kind) continue;
      if (pointer.kind === 'remote') data.pointers.remotes.put(pointer.value);
      else if (pointer.kind === 'dataset') data.pointers.datasets.apply(pointer.value);
      else if (pointer.kind === 'version') packages.pointers.applyVersion(pointer.value);
      else packages.pointers.applyModel(pointer.value);
    }
  }
}

/** What a pointer names that is not here, in words; undefined where all of it is. */
export function missingOf({ data, packages }: Omit<PointerTargets, 'retrain'>, pointer: Pointer): string | undefined {
  switch (pointer.kind) {
    case 'remote':
      return undefined;
    case 'dataset':
      return missingVersions(data, pointer.value);
    case 'version': {
      const { model, version } = pointer.value;
      return packages.pointers.has(pointer.value)
        ? undefined
        : `version ${version} of the model ${model}: pull the models`;
    }
    case 'model':
      return packages.pointers.hasAll(pointer.value)
        ? undefined
        : `versions of the model ${pointer.value.name}: pull the models`;
  }
}

function missingVersions(data: PointerTargets['data'], { name, versions }: DatasetPointer): string | undefined {
  const missing = data.pointers.datasets.unknown(versions).map(({ number }) => number);
  if (missing.length === 0) return undefined;
  const which =
    missing.length === 1 ? `version ${missing[0]}` : `${missing.length} versions up to ${Math.max(...missing)}`;
  return `${which} of the dataset ${name}: pull the data`;
}
