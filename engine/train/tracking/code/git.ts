import { execFile } from 'node:child_process';
import { devNull } from 'node:os';

/** What git answered, or in words why it did not. */
export type GitAnswer = { output: string } | { problem: string; missing?: boolean };

const mostBytes = 4 * 1024 * 1024;

/** Settings of a repository by which it could run programs, and ours instead. Filters are handled in code-state.ts. */
const harmless = [
  ['core.fsmonitor', 'false'],
  ['core.hooksPath', devNull],
  ['core.untrackedCache', 'false'],
  ['core.sshCommand', 'false'],
  ['core.askPass', ''],
  ['core.pager', 'cat'],
  ['credential.helper', ''],
  ['diff.external', ''],
  ['safe.bareRepository', 'explicit'],
  ['submodule.recurse', 'false'],
] as const;

/** From this version on git takes settings out of its environment; an older one would heed the repository's own. */
const oldestGit = [2, 31] as const;

/** Why git must not be asked about a repository; undefined where it may. */
export async function gitProblem(milliseconds: number): Promise<Extract<GitAnswer, { problem: string }> | undefined> {
  const answer = await askGit('.', ['version'], milliseconds);
  if ('problem' in answer) return answer;
  const [, major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(answer.output) ?? []).map(Number);
  const isNew = major > oldestGit[0] || (major === oldestGit[0] && minor >= oldestGit[1]);
  return isNew ? undefined : { problem: `git is older than ${oldestGit.join('.')}` };
}

/**
 * Asks git about a repository that nobody vouches for: no hook, no monitor, no pager, no password, no network (a partial
 * clone would fetch what it misses), no lock taken, nothing written; ended when the time is over.
 * @param overrides further settings, which win over those of the repository
 */
export function askGit(
  folder: string,
  words: readonly string[],
  milliseconds: number,
  overrides: readonly (readonly [name: string, value: string])[] = [],
): Promise<GitAnswer> {
  return new Promise((resolve) => {
    execFile(
      'git',
      ['--no-pager', '--no-optional-locks', '-C', folder, ...words],
      {
        encoding: 'utf8',
        timeout: Math.max(1, Math.ceil(milliseconds)),
        killSignal: 'SIGKILL',
        maxBuffer: mostBytes,
        windowsHide: true,
        env: gitEnvironment([...harmless, ...overrides]),
      },
      (error, stdout, stderr) => {
        if (!error) resolve({ output: stdout });
        else if ((error as NodeJS.ErrnoException).code === 'ENOENT')
          resolve({ problem: 'git is not installed on this machine', missing: true });
        else if (error.killed) resolve({ problem: 'git took too long' });
        else resolve({ problem: firstLine(stderr) || 'git gave no answer' });
      },
    );
  });
}

function gitEnvironment(settings: readonly (readonly [string, string])[]): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.toUpperCase().startsWith('GIT_'));
  const configured = settings.flatMap(([name, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, name],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return {
    ...Object.fromEntries(own),
    ...Object.fromEntries(configured),
    GIT_CONFIG_COUNT: String(settings.length),
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_NO_LAZY_FETCH: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
  };
}

function firstLine(text: string): string {
  return (text.split('\n').find((line) => line.trim() !== '') ?? '').replace(/^(fatal|error): /, '').trim();
}
