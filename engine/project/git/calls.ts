import { expandOid } from 'isomorphic-git';
import { GalleyError } from '../../base/errors.ts';
import { Turns } from '../../base/turns.ts';
import { requireWholePath } from '../../base/whole-path.ts';
import type { projectGitCalls } from '../../contract/project-git.ts';
import type { EngineContext, Handlers } from '../../jobs/context.ts';
import { SecretStore } from '../../store/secrets.ts';
import { Trust } from '../../store/trust.ts';
import { acceptArrival } from './accept-arrival.ts';
import { changesBetween } from './changes.ts';
import type { CloneInput } from './clone-job.ts';
import { commitProject } from './commit-project.ts';
import type { FetchInput, FetchOutput } from './fetch-job.ts';
import { type GitPlace, parseGitAddress, secretRequest, writeGitAddress } from './git-place.ts';
import { GitProject } from './git-project.ts';
import { passwordVariable } from './git-settings.ts';
import type { PointerTargets } from './pointer-application.ts';
import type { PushInput } from './push-job.ts';
import { trackedPath } from './tracked-paths.ts';

const usualDepth = 50;

/** The calls about the project in Git, and what has to be done when something arrives. */
export function createProjectGit(
  context: EngineContext,
  targets: PointerTargets,
  secrets = new SecretStore(),
): { handlers: Handlers<typeof projectGitCalls>; stop(): void } {
  const project = new GitProject(context, targets);
  const { repository } = project;
  const turns = new Turns();
  /** What changes the project and its history is done one after another. */
  const inTurn = <Result>(work: () => Promise<Result>) => turns.take('project', work);
  // A clone has the files before it has an engine.
  project.registerPipelines();
  const stop = context.events.listen((event) => {
    if (event.type === 'phase.changed' && (event.phase === 'data' || event.phase === 'package')) project.settle();
  });

  const keptSecret = async (place: GitPlace, variable: string | undefined): Promise<Record<string, string>> => {
    const { secret } = await secrets.find(secretRequest(place, variable));
    return secret === undefined ? {} : { git: secret };
  };

  /** Which variable is read is said by a file of the project: one from elsewhere could ask for any. */
  const secretsOf = async (place: GitPlace): Promise<Record<string, string>> => {
    const variable = place.kind === 'folder' ? undefined : await repository.config(passwordVariable);
    if (variable !== undefined && !new Trust().has(context.project)) {
      const message = `The project wants to send what the environment variable ${variable} holds to ${writeGitAddress(place)}.`;
      throw new GalleyError('data.source_not_trusted', message, { details: { variable } });
    }
    return keptSecret(place, variable);
  };

  const placeOf = async (address: string, given: string | undefined) => {
    const { place, secret: written } = parseGitAddress(address);
    const secret = given ?? written;
    const { account } = secretRequest(place, undefined);
    if (secret !== undefined && account !== undefined) await secrets.save(account, secret);
    return place;
  };

  const oneSide = async (commit: string) => {
    const oid = await expandOid({ ...repository.base, oid: commit }).catch(() => undefined);
    if (oid === undefined) throw unknownCommit(commit);
    const [parent] = await repository.parents(oid).catch(() => {
      throw unknownCommit(commit);
    });
    return { oid, before: await repository.entries(parent), after: await repository.entries(oid) };
  };

  const textAt = async (path: string, entries: ReadonlyMap<string, { oid: string }>) => {
    const oid = entries.get(path)?.oid;
    return oid === undefined ? null : repository.text(oid);
  };

  const handlers: Handlers<typeof projectGitCalls> = {
    gitStatus: async () => project.status(),

    gitLink: async ({ address, secretVariable, secret, branch }) => {
      const place = address === undefined ? undefined : await placeOf(address, secret);
      await inTurn(() => project.link(place && writeGitAddress(place), branch));
      if (place) await repository.setConfig(passwordVariable, secretVariable);
      context.events.publish({ type: 'phase.changed', phase: 'project' });
      return project.status();
    },

    gitCommit: async ({ message }) => {
      project.requireLinked();
      return inTurn(() => commitProject(project, message));
    },

    gitLog: async ({ limit = usualDepth, path }) => {
      project.requireLinked();
      const head = await repository.head();
      return { commits: head === undefined ? [] : await repository.log(head, limit, path) };
    },

    gitShow: async ({ commit }) => {
      project.requireLinked();
      const { oid, before, after } = await oneSide(commit);
      return { commit: await repository.commit(oid), changes: await changesBetween(repository, before, after) };
    },

    gitTexts: async ({ path, of }) => {
      project.requireLinked();
      if (!trackedPath(path))
        throw new GalleyError('call.invalid_input', `${path} is no file that Galley keeps in Git.`);
      if (of !== 'here' && of !== 'arrival') {
        const { before, after } = await oneSide(of);
        return { before: await textAt(path, before), after: await textAt(path, after) };
      }
      const files = project.files();
      if (of === 'here') {
        const entries = await repository.entries(await repository.head());
        return { before: await textAt(path, entries), after: files.get(path) ?? null };
      }
      const fetched = await project.arrivals.fetched();
      const file = fetched?.files.find((one) => one.path === path);
      return { before: files.get(path) ?? null, after: file?.text ?? null };
    },

    gitPull: async () => {
      project.requireLinked();
      const place = await project.place();
      const input: FetchInput = { folder: context.project.path, place, branch: await repository.branch() };
      return context.jobs.submit<FetchOutput, { arrival: Awaited<ReturnType<typeof project.arrivals.view>> }>({
        kind: 'project.gitFetch',
        title: `Pull from ${writeGitAddress(place)}`,
        input,
        secrets: await secretsOf(place),
        commit: ({ fetched }) =>
          inTurn(async () => {
            project.arrivals.keep(fetched);
            context.events.publish({ type: 'phase.changed', phase: 'project' });
            return { arrival: await project.arrivals.view(project.files()) };
          }),
      });
    },

    gitAccept: async ({ commit, ours = [], theirs = [] }) => {
      project.requireLinked();
      return inTurn(() => acceptArrival(project, commit, { ours, theirs }));
    },

    gitPush: async () => {
      project.requireLinked();
      const place = await project.place();
      const head = await repository.head();
      if (head === undefined)
        throw new GalleyError('project.git_nothing_committed', 'There is no commit yet that could be pushed.');
      const branch = await repository.branch();
      const input: PushInput = { folder: context.project.path, place, branch, head };
      return context.jobs.submit<{ sent: boolean }, { address: string; branch: string; head: string; sent: boolean }>({
        kind: 'project.gitPush',
        title: `Push to ${writeGitAddress(place)}`,
        input,
        secrets: await secretsOf(place),
        commit: ({ sent }) => {
          context.events.publish({ type: 'phase.changed', phase: 'project' });
          return { address: writeGitAddress(place), branch, head, sent };
        },
      });
    },

    gitClone: async ({ address, to, branch, secretVariable, secret }) => {
      requireWholePath(to);
      const place = await placeOf(address, secret);
      const input: CloneInput = { place, to, branch, secretVariable };
      return context.jobs.submit({
        kind: 'project.gitClone',
        title: `Clone ${writeGitAddress(place)}`,
        input,
        secrets: await keptSecret(place, secretVariable),
        commit: (output) => output as never,
      });
    },
  };
  return { handlers, stop };
}

function unknownCommit(commit: string): GalleyError {
  return new GalleyError('project.git_not_found', `The project has no commit ${commit}.`, {
    details: { commit },
    hint: 'Look at the history for those there are.',
  });
}
