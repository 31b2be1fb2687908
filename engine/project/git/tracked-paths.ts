/** What a file of the project that stands in Git is about. */
export type TrackedKind =
  | 'ignored'
  | 'project'
  | 'recipe'
  | 'expectations'
  | 'tests'
  | 'pipeline'
  | 'dataset'
  | 'model'
  | 'version'
  | 'remote';

export interface TrackedPath {
  path: string;
  kind: TrackedKind;
  /** Of the recipe, dataset, target, …; of a version its model. */
  name: string;
  version?: number;
}

const name = '([a-z][a-z0-9_-]{0,63})';
const forms: readonly [TrackedKind, RegExp][] = [
  ['ignored', /^()\.gitignore$/],
  ['project', /^()galley\.yaml$/],
  ['recipe', new RegExp(`^recipes/${name}\\.yaml$`)],
  ['expectations', new RegExp(`^expectations/${name}\\.yaml$`)],
  ['tests', /^tests\/((?:[A-Za-z0-9_-]|%[0-9A-F]{2}){1,200})\.yaml$/],
  ['pipeline', new RegExp(`^pipelines/${name}\\.yaml$`)],
  ['dataset', new RegExp(`^datasets/${name}\\.yaml$`)],
  ['model', new RegExp(`^models/${name}/model\\.yaml$`)],
  ['version', new RegExp(`^models/${name}/([1-9][0-9]{0,8})\\.yaml$`)],
  ['remote', new RegExp(`^remotes/${name}\\.yaml$`)],
];

/** Folders of files that people write; they are taken as they are. */
export const writtenFolders: Readonly<Record<string, TrackedKind>> = {
  recipes: 'recipe',
  expectations: 'expectations',
  tests: 'tests',
  pipelines: 'pipeline',
};

/** Folders that hold nothing but files of Galley's. */
export const trackedFolders: ReadonlySet<string> = new Set([
  ...Object.keys(writtenFolders),
  'datasets',
  'models',
  'remotes',
]);

/** What a path is; undefined where it is no file that Galley keeps in Git, and so none that it ever writes. */
export function trackedPath(path: string): TrackedPath | undefined {
  for (const [kind, form] of forms) {
    const [, found, version] = form.exec(path) ?? [];
    if (found === undefined) continue;
    return { path, kind, name: found, ...(version === undefined ? {} : { version: Number(version) }) };
  }
  return undefined;
}

/** `recipe clean`, `version 3 of price`. */
export function subjectOf({ kind, name, version }: TrackedPath): string {
  switch (kind) {
    case 'ignored':
      return 'what Git leaves out';
    case 'project':
      return 'project';
    case 'expectations':
      return `expectations of ${name}`;
    case 'tests':
      return `tests of ${decodedTarget(name)}`;
    case 'version':
      return `version ${version} of ${name}`;
    default:
      return `${kind} ${name}`;
  }
}

function decodedTarget(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
