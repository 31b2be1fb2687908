import type { ContainerStep } from './container-steps.ts';
import { plainCron } from './cron-lines.ts';
import { type ExportSource, inexpressible, madeBy, type TargetFiles } from './export-source.ts';
import { pythonSettings, pythonSteps } from './python-source.ts';
import { oneLine, pythonText } from './quoting.ts';

/** A DAG of Airflow 3: a pod a step, a task group for the copies of one, folders on a shared volume. */
export function airflowFiles(source: ExportSource): TargetFiles {
  const { pipeline, schedule, steps, summary } = source;
  const cron = schedule === null ? undefined : plainCron(schedule.cron);
  const timetable =
    schedule && cron !== undefined
      ? `CronTriggerTimetable(${pythonText(cron)}, timezone=${pythonText(schedule.timezone)})`
      : 'None';
  const text = `# ${madeBy(source)}
import os
from datetime import datetime, timedelta, timezone

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import DAG, TaskGroup
from airflow.timetables.trigger import CronTriggerTimetable
from kubernetes.client import models as k8s

${pythonSettings(pipeline)}
NAMESPACE = os.environ.get("GALLEY_NAMESPACE", "default")
EXCHANGE = "/exchange/${pipeline}/{{ run_id }}"

# Who answered, or that somebody did where Airflow knows no name.
APPROVER = "{{ ((ti.xcom_pull(task_ids='APPROVAL') or {}).get('responded_by_user') or {}).get('name') or 'a person in Airflow' }}"

# Each after those that it needs; copies of a step share its group.
STEPS = [
${pythonSteps(steps, (step) => ({ group: groupOf(step, steps), kind: pythonText(step.kind) }))}
]


def pod(step, group):
    command = ["galley", "retrain", "step", PIPELINE, "--task", step["slug"], "--in", EXCHANGE, "--out", f"{EXCHANGE}/{step['slug']}"]
    if step["kind"] == "approve":
        command += ["--approved-by", APPROVER.replace("APPROVAL", f"approval_{step['slug']}")]
    return KubernetesPodOperator(
        task_id=step["slug"],
        task_display_name=step["name"],
        task_group=group,
        name=f"galley-{step['slug']}"[:63].rstrip("-"),
        namespace=NAMESPACE,
        image=IMAGE,
        cmds=command[:1],
        arguments=command[1:],
        env_from=[k8s.V1EnvFromSource(secret_ref=k8s.V1SecretEnvSource(name=SECRET))],
        volumes=[
            k8s.V1Volume(
                name="exchange",
                persistent_volume_claim=k8s.V1PersistentVolumeClaimVolumeSource(claim_name=CLAIM),
            )
        ],
        volume_mounts=[k8s.V1VolumeMount(name="exchange", mount_path="/exchange")],
        security_context=k8s.V1PodSecurityContext(
            run_as_non_root=True,
            run_as_user=1000,
            fs_group=1000,
            seccomp_profile=k8s.V1SeccompProfile(type="RuntimeDefault"),
        ),
        container_security_context=k8s.V1SecurityContext(
            allow_privilege_escalation=False,
            capabilities=k8s.V1Capabilities(drop=["ALL"]),
        ),
        automount_service_account_token=False,
        execution_timeout=timedelta(seconds=step["timeout"]) if step["timeout"] else None,
        retries=step["retries"],
        retry_delay=timedelta(seconds=step["wait"]),
        retry_exponential_backoff=step["factor"] > 1 and step["factor"],
        trigger_rule="all_done" if step["always"] else "all_success",
    )


with DAG(
    dag_id=${pythonText(`galley-${pipeline}`)},
    description=${pythonText(oneLine(summary))},
    schedule=${timetable},
    start_date=datetime(2024, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    tags=["galley"],
) as dag:
    names = dict.fromkeys(step["group"] for step in STEPS if step["group"])
    groups = {name: TaskGroup(group_id=name, prefix_group_id=False) for name in names}
    tasks = {}
    for step in STEPS:
        task = tasks[step["slug"]] = pod(step, groups.get(step["group"]))
        before = [tasks[need] for need in step["needs"]]
        if step["kind"] == "approve":
            person = ApprovalOperator(
                task_id=f"approval_{step['slug']}",
                subject="Let the version that won answer?",
                task_group=groups.get(step["group"]),
            )
            for other in before:
                other >> person
            person >> task
        else:
            for other in before:
                other >> task
`;
  const remarks = schedule && cron === undefined ? [inexpressible(schedule)] : [];
  return { files: [{ path: `dags/galley_${pipeline}.py`, content: text }], remarks };
}

/** Copies of a step share one. */
function groupOf({ slug, step }: ContainerStep, steps: readonly ContainerStep[]): string {
  const isCopy = steps.some((other) => other.slug !== slug && other.step === step);
  return isCopy ? pythonText(`copies_${step}`) : 'None';
}
