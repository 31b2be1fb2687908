import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isoTime } from '../../base/clock.ts';
import { writeFileDurably } from '../../base/durable-files.ts';
import type { RunDetail } from '../../contract/train.ts';
import type { EngineContext } from '../../jobs/context.ts';
import type { StepRequest, StepRunner } from '../execution/step-runner.ts';
import { inPassingFolder } from '../passing-folder.ts';
import { placeInProject } from '../report/project-place.ts';
import type { ReportFacts } from '../report/report-document.ts';
import { type ReportFile, type ReportFormat, reportFiles } from '../report/report-files.ts';
import type { StepPhases } from '../step-tools.ts';
import { type KeptFiles, keepFiles } from './kept-files.ts';
import { runStands } from './run-artifact.ts';

/** What a step of the kind `report` says beside its inputs. */
interface ReportMembers {
  format: ReportFormat;
  to: string;
}

/** Writes what steps found into a file of the project, and keeps it as it was. It always runs: it says which run it is of. */
export function reportStep(tools: StepPhases): StepRunner {
  const { context } = tools;
  return {
    identity: async () => null,
    run: async (request) => {
      const { format, to } = request.task.members as unknown as ReportMembers;
      const files = reportFiles(await factsOf(tools, request), format, to);
      const places = files.map(({ path }) => placeInProject(context.project.path, path));
      const kept = await keepTexts(context, files);
      for (const [index, { content }] of files.entries()) writeFileDurably(places[index] as string, content);
      return {
        summary: `written to ${to}`,
        output: kept.artifact,
        facts: { files: files.length },
        conclude: kept.record,
      };
    },
  };
}

async function factsOf(tools: StepPhases, { pipeline, run, inputs }: StepRequest): Promise<ReportFacts> {
  const { context, phases } = tools;
  const artifacts = inputs.of ?? [];
  const runs = new Map<string, RunDetail>();
  for (const artifact of artifacts)
    if (artifact.type === 'run' && runStands(tools, artifact))
      runs.set(artifact.run, await phases.train.handlers.show({ run: artifact.run }));
  return {
    project: context.project.name,
    pipeline: pipeline.name,
    run: run.number,
    trigger: run.trigger.detail === '' ? run.trigger.kind : run.trigger.detail,
    madeAt: isoTime(context.clock.now()),
    artifacts,
    runs,
  };
}

/** Texts as files of the store. */
function keepTexts(context: EngineContext, files: readonly ReportFile[]): Promise<KeptFiles> {
  return inPassingFolder(context, (folder) => {
    const written = files.map(({ path, content }, index) => {
      const place = join(folder, String(index));
      writeFileSync(place, content);
      return { path, place };
    });
    return keepFiles(context, written);
  });
}
