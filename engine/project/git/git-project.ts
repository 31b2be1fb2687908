import { addRemote } from 'isomorphic-git';
import { GalleyError } from '../../base/errors.ts';
import type { GitStatus } from '../../contract/project-git.ts';
import type { EngineContext } from '../../jobs/context.ts';
import { Arrivals } from './arrivals.ts';
import { changesFrom } from './changes.ts';
import { trackingRef } from './fetch-job.ts';
import { waitingFile } from './git-folder-state.ts';
import { type GitPlace, parseGitAddress, withoutPassword } from './git-place.ts';
import { ignoreText } from './ignored.ts';
import { applyPointers, missingOf, type PointerTargets } from './pointer-application.ts';
import { type Pointer, pointerOf } from './pointer-files.ts';
import { type FileSources, generatedOnDisk, projectFiles, textOnDisk, writtenPaths } from './project-files.ts';
import { Repository } from './repository.ts';
import { trackedPath } from './tracked-paths.ts';
import { writeTracked } from './write-files.ts';

/** The project's own repository: what it stands on, and what in it points at what is not here. */
export class GitProject {
  readonly context: EngineContext;
  readonly repository: Repository;
  readonly targets: PointerTargets;
  readonly arrivals: Arrivals;
  readonly #waiting;
  #isSettling = false;

  constructor(context: EngineContext, targets: PointerTargets) {
    this.context = context;
    this.targets = targets;
    this.repository = new Repository(context.project.path);
    this.#waiting = waitingFile(context.project.path);
    this.arrivals = new Arrivals(this);
  }

  /** Whether the project was linked to a repository here: one that merely lies in its folder is nobody's wish. */
  get isLinked(): boolean {
    return this.repository.isThere && this.#waiting.read() !== undefined;
  }

  /** @throws GalleyError `project.git_not_linked` */
  requireLinked(): void {
    if (!this.isLinked) throw new GalleyError('project.git_not_linked', 'The project is not linked to Git yet.');
  }

  /** Files that point at what is not here. */
  waiting(): ReadonlySet<string> {
    return new Set(this.#waiting.read()?.paths.filter((path) => trackedPath(path) !== undefined));
  }

  setWaiting(paths: ReadonlySet<string>): void {
    this.#waiting.write({ format: 1, paths: [...paths].sort() });
  }

  /** Every file of the project that belongs into Git. */
  files(): Map<string, string> {
    this.settle();
    const sources: FileSources = { project: this.context.project, ...this.targets };
    return projectFiles(sources, this.waiting());
  }

  /** Gives what has come meanwhile the marks, aliases and cards that its pointers name. */
  settle(): void {
    if (this.#isSettling || !this.isLinked) return;
    const waiting = this.waiting();
    if (waiting.size === 0) return;
    this.#isSettling = true;
    try {
      const came: Pointer[] = [];
      const left = new Set(waiting);
      for (const path of waiting) {
        const pointer = this.#pointerAt(path);
        if (pointer && missingOf(this.targets, pointer) !== undefined) continue;
        left.delete(path);
        if (pointer) came.push(pointer);
      }
      if (left.size === waiting.size) return;
      this.context.database.transaction(() => applyPointers(this.targets, came));
      this.setWaiting(left);
    } finally {
      this.#isSettling = false;
    }
  }

  /** Makes the project a repository where it is none, and says where its commits come from and go to. */
  async link(address: string | undefined, branch: string | undefined): Promise<void> {
    const { context, repository } = this;
    if (!repository.isThere) await repository.init(branch ?? 'main');
    writeTracked(context.project.path, '.gitignore', ignoreText(textOnDisk(context.project.path, '.gitignore')));
    if (address !== undefined) await addRemote({ ...repository.base, remote: 'origin', url: address, force: true });
    if (!this.isLinked) this.#adopt();
    this.registerPipelines();
  }

  /** Files of pipelines that came by Git are pipelines of the project. */
  registerPipelines(changed: ReadonlySet<string> = new Set()): void {
    if (!this.isLinked) return;
    for (const path of writtenPaths(this.context.project.path)) {
      const tracked = trackedPath(path);
      if (tracked?.kind === 'pipeline') this.targets.retrain.registerFile(tracked.name, changed.has(path));
    }
  }

  /** Where commits come from and go to. @throws GalleyError `project.git_no_address` */
  async place(): Promise<GitPlace> {
    const address = await this.repository.address();
    if (address === undefined) {
      throw new GalleyError('project.git_no_address', 'It was not said yet where commits come from and go to.');
    }
    return parseGitAddress(address).place;
  }

  async status(): Promise<GitStatus> {
    if (!this.isLinked) {
      const nothing = { address: null, branch: null, head: null, changes: [], waiting: [] };
      return { linked: false, ...nothing, unpushed: false, arrival: null };
    }
    const { repository } = this;
    const files = this.files();
    const branch = await repository.branch();
    const head = await repository.head();
    const address = await repository.address();
    return {
      linked: true,
      address: address === undefined ? null : shownAddress(address),
      branch,
      head: head === undefined ? null : await repository.commit(head),
      changes: await changesFrom(repository, await repository.entries(head), files),
      waiting: this.waitingWords(),
      unpushed: address !== undefined && (await this.#hasUnpushed(head, branch)),
      arrival: await this.arrivals.view(files),
    };
  }

  waitingWords(): GitStatus['waiting'] {
    return [...this.waiting()].sort().flatMap((path) => {
      const pointer = this.#pointerAt(path);
      const words = pointer && missingOf(this.targets, pointer);
      return words === undefined ? [] : [{ path, words }];
    });
  }

  /** Files that lie in the folder of a repository that something else cloned count as just arrived. */
  #adopt(): void {
    const paths = this.repository.isThere ? generatedOnDisk(this.context.project.path) : [];
    const pointers = paths.flatMap((path) => {
      const pointer = this.#pointerAt(path);
      return pointer ? [{ path, pointer }] : [];
    });
    this.context.database.transaction(() =>
      applyPointers(
        this.targets,
        pointers.map(({ pointer }) => pointer),
      ),
    );
    const waiting = pointers.filter(({ pointer }) => missingOf(this.targets, pointer) !== undefined);
    this.setWaiting(new Set(waiting.map(({ path }) => path)));
  }

  async #hasUnpushed(head: string | undefined, branch: string): Promise<boolean> {
    if (head === undefined) return false;
    const there = await this.repository.resolve(trackingRef(branch));
    return there === undefined || !(await this.repository.contains(there, head));
  }

  #pointerAt(path: string): Pointer | undefined {
    const tracked = trackedPath(path);
    return tracked && pointerOf(tracked, textOnDisk(this.context.project.path, path));
  }
}

function shownAddress(address: string): string {
  try {
    const { place } = parseGitAddress(address);
    return place.kind === 'folder' ? place.path : place.url;
  } catch {
    return withoutPassword(address);
  }
}
