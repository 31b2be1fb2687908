import type { CodeState } from '../../../contract/train-tracking.ts';
import { askGit, type GitAnswer, gitProblem } from './git.ts';

/** Altogether, for one look at a repository. */
const patience = 3000;

/** The repository that a folder belongs to, or in words why there is none. */
export async function findRepository(folder: string): Promise<GitAnswer> {
  const problem = await gitProblem(patience);
  if (problem) return problem;
  const answer = await askGit(folder, ['rev-parse', '--show-toplevel'], patience);
  return 'output' in answer ? { output: answer.output.replace(/\r?\n$/, '') } : answer;
}

/** Commit and branch of a folder's repository, and whether its files differ from the commit. Never fails. */
export async function codeState(folder: string): Promise<CodeState> {
  const end = performance.now() + patience;
  const ask = (words: string[], overrides?: [string, string][]) =>
    askGit(folder, words, end - performance.now(), overrides);
  const found = await findRepository(folder);
  if ('problem' in found) return unknownState(folder, found.problem);
  const root = found.output;
  const head = await ask(['rev-parse', '--verify', '--end-of-options', 'HEAD^{commit}']);
  if ('problem' in head) return unknownState(root, 'there is no commit yet');
  const commit = head.output.trim();
  const branch = await ask(['symbolic-ref', '--quiet', '--short', 'HEAD']);
  const state = { root, commit, branch: 'output' in branch ? branch.output.trim() : null };
  const settings = await ask(['config', '--list', '--name-only', '-z']);
  const status =
    'output' in settings
      ? await ask(
          ['status', '--porcelain=v1', '-z', '--untracked-files=normal', '--ignore-submodules=all', '--no-renames'],
          withoutFilters(settings.output),
        )
      : settings;
  if ('problem' in status)
    return { ...state, dirty: null, changedFiles: null, untrackedFiles: null, problem: status.problem };
  const entries = status.output.split('\0').filter((entry) => entry !== '');
  const untrackedFiles = entries.filter((entry) => entry.startsWith('??')).length;
  const changedFiles = entries.length - untrackedFiles;
  return { ...state, dirty: changedFiles > 0, changedFiles, untrackedFiles };
}

/** A filter is a program that git runs over the files it compares: each that the settings name is set to none. */
function withoutFilters(names: string): [string, string][] {
  const filters = new Set(names.split('\0').flatMap((name) => /^(filter\..+)\.[^.]+$/i.exec(name)?.[1] ?? []));
  return [...filters].flatMap((filter): [string, string][] => [
    [`${filter}.clean`, ''],
    [`${filter}.smudge`, ''],
    [`${filter}.process`, ''],
    [`${filter}.required`, 'false'],
  ]);
}

function unknownState(root: string, problem: string): CodeState {
  return { root, commit: null, branch: null, dirty: null, changedFiles: null, untrackedFiles: null, problem };
}
