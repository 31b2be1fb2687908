import { GalleyError } from '../../base/errors.ts';
import type { OutputOf } from '../../contract/call.ts';
import type { projectGitCalls } from '../../contract/project-git.ts';
import { Trust } from '../../store/trust.ts';
import { currentUser } from '../../store/user-name.ts';
import { type ArrivedFile, arrivedFiles, type Choices, takenFiles } from './arrivals.ts';
import { bringsRuns } from './brings-runs.ts';
import { describeChange } from './describe-change.ts';
import type { GitProject } from './git-project.ts';
import { applyPointers, missingOf } from './pointer-application.ts';
import { type Pointer, pointerOf } from './pointer-files.ts';
import type { GitEntries, GitEntry } from './repository.ts';
import { trackedPath } from './tracked-paths.ts';
import { writeTracked } from './write-files.ts';

/**
 * Takes over what a pull brought. Each step may be done again: killed in between, the change is offered as before, and
 * accepting it once more does the rest.
 * @throws GalleyError `project.git_nothing_pulled`, `project.git_conflict`, `project.git_busy`, and where an alias cannot be moved
 */
export async function acceptArrival(
  project: GitProject,
  wanted: string | undefined,
  choices: Choices,
): Promise<OutputOf<typeof projectGitCalls.gitAccept>> {
  const { repository, context, arrivals } = project;
  const fetched = await arrivals.fetched();
  if (!fetched?.commit.startsWith(wanted ?? '')) {
    const what = wanted === undefined ? 'anything' : wanted;
    throw new GalleyError('project.git_nothing_pulled', `No pull brought ${what} that is not accepted yet.`);
  }
  const { commit } = fetched;
  const head = await repository.head();
  const before = await repository.entries(head);
  const there = await repository.entries(commit);
  const isAhead = head !== undefined && head !== fetched.base;
  const base = await repository.entries(fetched.base ?? undefined);
  // From here on until the files are written nobody changes one.
  const taken = takenFiles(arrivedFiles(fetched, project.files()), choices);
  const entries = isAhead ? merged(base, before, there, new Set(choices.ours)) : there;
  const runs = taken.some(bringsRuns);
  if (runs) new Trust().revoke(context.project);
  takeOver(project, taken);
  const id = isAhead ? await mergeCommit(project, entries, [head, commit]) : commit;
  await repository.moveBranch(head, id);
  arrivals.keep(null);
  await repository.updateIndex(before, entries);
  for (const phase of ['project', 'data', 'train', 'package', 'retrain'])
    context.events.publish({ type: 'phase.changed', phase });
  const untrusted = runs && !new Trust().has(context.project);
  const changes = taken.map(({ tracked, text, mine }) => describeChange(tracked, mine, text));
  return { head: await repository.commit(id), changes, waiting: project.waitingWords(), untrusted };
}

/** Makes the project what the files say: the database first, in one transaction, then the files themselves. */
function takeOver(project: GitProject, taken: readonly ArrivedFile[]): void {
  const { context, targets } = project;
  const pointers = taken.flatMap(({ tracked, text }): { path: string; pointer: Pointer }[] => {
    const pointer = pointerOf(tracked, text);
    return pointer ? [{ path: tracked.path, pointer }] : [];
  });
  const goneRemotes = taken.filter(({ tracked, text }) => tracked.kind === 'remote' && text === undefined);
  context.database.transaction(() => {
    for (const { tracked } of goneRemotes) targets.data.pointers.remotes.remove(tracked.name);
    applyPointers(
      targets,
      pointers.map(({ pointer }) => pointer),
    );
  });
  for (const { tracked, text } of taken) writeTracked(context.project.path, tracked.path, text);
  const waiting = new Set(project.waiting());
  for (const { tracked } of taken) waiting.delete(tracked.path);
  for (const { path, pointer } of pointers) if (missingOf(targets, pointer) !== undefined) waiting.add(path);
  project.setWaiting(waiting);
  project.registerPipelines(new Set(taken.map(({ tracked }) => tracked.path)));
}

function mergeCommit(project: GitProject, entries: GitEntries, parents: string[]): Promise<string> {
  const author = { name: currentUser(), at: project.context.clock.now() };
  return project.repository.writeCommit(entries, parents, 'Take over changes from elsewhere', author);
}

/**
 * Both sides brought together file by file: one that only one side changed is as it has it, never half and half.
 * @throws GalleyError `project.git_conflict` for a file that is not Galley's and was changed on both sides
 */
function merged(base: GitEntries, mine: GitEntries, theirs: GitEntries, ours: ReadonlySet<string>): GitEntries {
  const entries = new Map<string, GitEntry>();
  for (const path of new Set([...mine.keys(), ...theirs.keys()])) {
    const entry = side(path, base.get(path), mine.get(path), theirs.get(path), ours);
    if (entry) entries.set(path, entry);
  }
  return entries;
}

function side(
  path: string,
  base: GitEntry | undefined,
  mine: GitEntry | undefined,
  theirs: GitEntry | undefined,
  ours: ReadonlySet<string>,
): GitEntry | undefined {
  if (mine?.oid === theirs?.oid || mine?.oid === base?.oid) return theirs;
  if (theirs?.oid === base?.oid) return mine;
  if (trackedPath(path)) return ours.has(path) ? mine : theirs;
  throw new GalleyError(
    'project.git_conflict',
    `Nothing was taken over: ${path}, which is not Galley's, was changed on both sides.`,
    { hint: 'Bring the two together with Git, then pull again.', details: { files: [{ path, problem: null }] } },
  );
}
