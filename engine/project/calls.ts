import { isoTime } from '../base/clock.ts';
import type { projectCalls } from '../contract/project.ts';
import type { DataPhase } from '../data/index.ts';
import type { EngineContext, Phase } from '../jobs/context.ts';
import type { PackagePhase } from '../package/index.ts';
import type { RetrainPhase } from '../retrain/index.ts';
import { currentUser, machineUser, UserName } from '../store/user-name.ts';
import type { TrainPhase } from '../train/index.ts';
import { submitBackup, submitRestore } from './backup/submit.ts';
import { describeCircle } from './circle.ts';
import type { CircleSources } from './circle-facts.ts';
import { collectGarbage } from './garbage.ts';
import { createProjectGit } from './git/calls.ts';
import { startEngineFor } from './open-project.ts';
import { RecentProjects } from './recent-projects.ts';
import { listSamples } from './samples.ts';
import { verifyProject } from './verify.ts';

/** The calls about the project as a whole: what it is, its circle, its samples, its integrity. */
export function createProjectArea(
  context: EngineContext,
  sources: CircleSources & { data: DataPhase; train: TrainPhase; packages: PackagePhase; retrain: RetrainPhase },
): Phase<typeof projectCalls> {
  const startedAt = isoTime(context.clock.now());
  const git = createProjectGit(context, sources);
  const recent = new RecentProjects();
  const userName = new UserName();
  const user = () => ({ name: currentUser(), set: userName.read() ?? null, machine: machineUser() });
  return {
    handlers: {
      show: async () => ({ project: context.project, version: context.version, startedAt }),
      circle: async ({ model }) => describeCircle(context, sources, model),
      samples: async () => ({ samples: listSamples() }),
      open: async ({ path, create }) => ({ url: await startEngineFor(path, create ?? false) }),
      verify: async () => verifyProject(context, sources.data),
      backup: async ({ to }) => submitBackup(context, to),
      restore: async (input) => submitRestore(context, input),
      gc: async (order) => collectGarbage(context, sources, order),
      user: async () => user(),
      setUser: async ({ name }) => {
        userName.write(name.trim());
        return user();
      },
      recentPaths: async () => ({ projects: recent.list() }),
      ...git.handlers,
    },
    stop: async () => git.stop(),
    start: async () => recent.add(context.project),
  };
}
