import type { OutputOf } from '../../contract/call.ts';
import type { projectGitCalls } from '../../contract/project-git.ts';
import { currentUser } from '../../store/user-name.ts';
import { changesFrom } from './changes.ts';
import type { GitProject } from './git-project.ts';
import { type GitEntry, plainMode } from './repository.ts';
import { trackedPath, writtenFolders } from './tracked-paths.ts';
import { writeTracked } from './write-files.ts';

/**
 * Writes the project's files and commits those that differ; files of the repository that are not Galley's stay as they were
 * committed. The branch moves last: what a kill leaves before that is nothing that anybody sees, and the next commit has it.
 * @throws GalleyError `project.git_busy` where another program committed meanwhile, `project.git_refused`
 */
export async function commitProject(
  project: GitProject,
  message: string,
): Promise<OutputOf<typeof projectGitCalls.gitCommit>> {
  const { repository, context } = project;
  const files = project.files();
  const head = await repository.head();
  const before = await repository.entries(head);
  const changes = await changesFrom(repository, before, files);
  for (const [path, text] of files) if (isGenerated(path)) writeTracked(context.project.path, path, text);
  if (changes.length === 0) {
    await repository.updateIndex(before, before);
    return { commit: null, changes };
  }
  const entries = new Map<string, GitEntry>(before);
  for (const { path } of changes) {
    const text = files.get(path);
    if (text === undefined) {
      entries.delete(path);
      if (isGenerated(path)) writeTracked(context.project.path, path, undefined);
    } else {
      const mode = before.get(path)?.mode ?? plainMode;
      entries.set(path, { oid: await repository.writeText(text), mode });
    }
  }
  const author = { name: currentUser(), at: context.clock.now() };
  const parents = head === undefined ? [] : [head];
  const id = await repository.writeCommit(entries, parents, message.trim(), author);
  await repository.moveBranch(head, id);
  await repository.updateIndex(before, entries);
  context.events.publish({ type: 'phase.changed', phase: 'project' });
  return { commit: await repository.commit(id), changes };
}

/** Written by Galley, not by people. */
export function isGenerated(path: string): boolean {
  const tracked = trackedPath(path);
  return tracked !== undefined && !Object.values(writtenFolders).includes(tracked.kind);
}
