import type { PipelineExport, PipelineExportFormat } from '../../contract/retrain-export.ts';
import type { Scalar } from '../../contract/retrain-pipeline.ts';
import { requirePipeline } from '../definition/require-pipeline.ts';
import type { Task } from '../definition/tasks.ts';
import { withParameters } from '../definition/with-parameters.ts';
import { schedulesOf } from '../triggers/triggers-view.ts';
import { airflowFiles } from './airflow.ts';
import { argoFiles } from './argo.ts';
import { containerFiles, type ScriptName, scriptFiles } from './container-files.ts';
import { containerSteps } from './container-steps.ts';
import { type ExportSource, pipelineFolder, type TargetFiles } from './export-source.ts';
import { gitHubFiles } from './github.ts';
import { gitLabFiles } from './gitlab.ts';
import { jenkinsFiles } from './jenkins.ts';
import { kubeflowFiles } from './kubeflow.ts';
import { readmeFile } from './readme.ts';

const targets: Record<PipelineExportFormat, (source: ExportSource) => TargetFiles> = {
  github: gitHubFiles,
  gitlab: gitLabFiles,
  jenkins: jenkinsFiles,
  airflow: airflowFiles,
  argo: argoFiles,
  kubeflow: kubeflowFiles,
};

export interface PipelineExportInput {
  text: string;
  /** As messages name it. */
  file: string;
  format: PipelineExportFormat;
  /** Values that take the place of those in the file. */
  parameters?: Readonly<Record<string, Scalar>> | undefined;
  /** Jobs open the remote by a role, with the identity token that they are given, and keep no key. */
  oidc?: boolean | undefined;
}

const scripts: Partial<Record<PipelineExportFormat, ScriptName[]>> = {
  github: ['comment.mjs', 'roll-out.sh'],
  gitlab: ['comment.mjs', 'roll-out.sh'],
  jenkins: ['roll-out.sh'],
};

/**
 * The files that run a pipeline in another system, each step by `galley` in a container, at the times of the first schedule of
 * its file. Nothing is written.
 * @param at UTC epoch milliseconds
 * @throws GalleyError `retrain.invalid_pipeline`
 */
export function exportPipeline(
  { text, file, format, parameters, oidc = false }: PipelineExportInput,
  { galleyVersion, at }: { galleyVersion: string; at: number },
): PipelineExport {
  const { name, summary, tasks, triggers, given } = requirePipeline(text, file, parameters);
  const [schedule = null] = schedulesOf(triggers);
  const steps = containerSteps(tasks);
  const source: ExportSource = { pipeline: name, summary, steps, schedule, oidc, galleyVersion, at };
  const { files, remarks: ofTarget } = targets[format](source);
  const remarks = [...ofTarget, ...tasks.flatMap(releaseRemarks)];
  const folder = pipelineFolder(name);
  const all = [
    ...files,
    ...containerFiles(name, withParameters(text, given), tasks, galleyVersion),
    ...scriptFiles(name, scripts[format] ?? []),
    { path: `${folder}/README.md`, content: readmeFile(source, format, remarks) },
  ];
  return {
    pipeline: name,
    format,
    files: all.map(({ path, content, executable = false }) => ({ path, content, executable })),
    archive: `${folder}/galley.tgz`,
    remarks,
  };
}

/** What of a release needs a deployment of Galley, which is not there. */
function releaseRemarks({ name, kind, members: { as = 'live', probation } }: Task): string[] {
  if (kind !== 'deploy') return [];
  if (as !== 'live')
    return [
      `No deployment of Galley is there, so ${name}, which makes a version its ${as}, fails where the gate let a challenger through.`,
    ];
  return probation === undefined ? [] : [`No deployment of Galley is there, so ${name} begins no probation.`];
}
