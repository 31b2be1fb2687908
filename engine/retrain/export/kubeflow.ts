import { remoteSettings, secretNames } from './container-steps.ts';
import { plainCron } from './cron-lines.ts';
import {
  type ExportSource,
  inexpressible,
  madeBy,
  objectName,
  pipelineFolder,
  type TargetFiles,
} from './export-source.ts';
import { pythonSettings, pythonSteps } from './python-source.ts';
import { oneLine, pythonText } from './quoting.ts';

/** A pipeline of Kubeflow Pipelines 2 in Python: a component of one container, a task a step, folders on a shared volume. */
export function kubeflowFiles(source: ExportSource): TargetFiles {
  const { pipeline, schedule, steps, oidc, summary } = source;
  const cron = schedule === null ? undefined : plainCron(schedule.cron);
  const text = `# ${madeBy(source)}
#
# Compile it: python pipeline.py [pipeline.yaml]
import os
import sys

from kfp import compiler, dsl, kubernetes

${pythonSettings(pipeline)}
VARIABLES = [${[...remoteSettings, ...secretNames(steps, oidc)].map(pythonText).join(', ')}]
${schedule && cron !== undefined ? `# Its schedule, in ${oneLine(schedule.timezone)}: client.create_recurring_run(cron_expression=${pythonText(`0 ${cron}`)}, …)\n` : ''}
# Each after those that it needs.
STEPS = [
${pythonSteps(steps)}
]


@dsl.container_component
def galley_step(task: str, run: str):
    exchange = dsl.ConcatPlaceholder([${pythonText(`/exchange/${pipeline}/`)}, run])
    return dsl.ContainerSpec(
        image=IMAGE,
        command=["galley", "retrain", "step", PIPELINE],
        args=["--task", task, "--in", exchange, "--out", dsl.ConcatPlaceholder([exchange, "/", task])],
    )


@dsl.pipeline(name=${pythonText(objectName(pipeline))}, description=${pythonText(oneLine(summary))})
def pipeline():
    tasks = {}
    for step in STEPS:
        task = tasks[step["slug"]] = galley_step(task=step["slug"], run=dsl.PIPELINE_JOB_ID_PLACEHOLDER)
        task.set_display_name(step["name"])
        task.set_caching_options(False)
        task.after(*[tasks[need] for need in step["needs"]])
        if step["always"]:
            task.ignore_upstream_failure()
        if step["retries"]:
            task.set_retry(
                num_retries=step["retries"],
                backoff_duration=f"{step['wait']}s",
                backoff_factor=step["factor"],
            )
        if step["timeout"]:
            kubernetes.set_timeout(task, seconds=step["timeout"])
        kubernetes.mount_pvc(task, pvc_name=CLAIM, mount_path="/exchange")
        kubernetes.use_secret_as_env(
            task,
            secret_name=SECRET,
            secret_key_to_env={name: name for name in VARIABLES},
            optional=True,
        )


if __name__ == "__main__":
    compiler.Compiler().compile(pipeline, package_path=sys.argv[1] if len(sys.argv) > 1 else "pipeline.yaml")
`;
  return {
    files: [{ path: `${pipelineFolder(pipeline)}/pipeline.py`, content: text }],
    remarks: remarks(source, cron),
  };
}

function remarks({ schedule, steps }: ExportSource, cron: string | undefined): string[] {
  const approvals = steps.filter(({ kind }) => kind === 'approve');
  return [
    ...(schedule && cron === undefined ? [inexpressible(schedule)] : []),
    ...(schedule && cron !== undefined
      ? [
          `Kubeflow keeps schedules outside of the file: \`create_recurring_run\` takes \`0 ${cron}\` (${schedule.timezone}; its clock shows UTC unless it was set up otherwise).`,
        ]
      : []),
    ...approvals.map(
      ({ slug }) => `Kubeflow cannot wait for a person: ${slug} fails where the gate let a challenger through.`,
    ),
  ];
}
