import { count, metricName, metricValue } from '../base/words.ts';
import type { MonitorReport } from '../contract/monitor.ts';
import type { Circle } from '../contract/project.ts';
import { type CircleFacts, judgedWindows, runsThatWait } from './circle-facts.ts';

type Finding = Circle['finding'];

/** The most important sentence about a model, and the page where one acts on it: what is broken before what is missing. */
export function describeFinding(facts: CircleFacts): Finding {
  return brokenDeployment(facts) ?? waitingRun(facts) ?? openAlert(facts) ?? nextStep(facts) ?? allIsWell(facts);
}

function brokenDeployment({ deployment }: CircleFacts): Finding | undefined {
  if (deployment?.status !== 'failed') return undefined;
  return {
    headline: `${deployment.name} does not answer`,
    lines: [deployment.error ?? ''],
    action: { label: 'Look at it', phase: 'deploy' },
  };
}

function waitingRun(facts: CircleFacts): Finding | undefined {
  const run = runsThatWait(facts)[0];
  if (!run) return undefined;
  return {
    headline: run.decision
      ? `Version ${run.decision.challenger.version} waits at the gate`
      : `${run.pipeline} waits for you`,
    lines: [run.decision?.reason ?? `Run ${run.number} goes on when you have decided.`],
    action: { label: 'Review it', phase: 'retrain' },
  };
}

function openAlert({ alerts, pipelines }: CircleFacts): Finding | undefined {
  const alert = alerts.find((candidate) => candidate.state === 'open');
  if (!alert) return undefined;
  const action =
    pipelines.length > 0 ? { label: 'Retrain', phase: 'retrain' } : { label: 'See what moved', phase: 'monitor' };
  return { headline: alert.title, lines: [alert.detail], action };
}

function nextStep({ datasets, runs, models, deployment, report }: CircleFacts): Finding | undefined {
  if (datasets.length === 0)
    return {
      headline: 'Drop a file here',
      lines: ['CSV or Parquet'],
      action: { label: 'Choose a file', phase: 'data' },
    };
  const latest = datasets[0] as CircleFacts['datasets'][number];
  if (runs === 0) {
    return {
      headline: `${latest.name} is ready`,
      lines: [
        `${count(latest.latest.rows, 'row')}, ${count(latest.latest.columns.length, 'column')}.`,
        'What should be predicted?',
      ],
      action: { label: 'Train a model', phase: 'train' },
    };
  }
  if (models.length === 0)
    return {
      headline: 'A run is ready to be packaged',
      lines: [`${count(runs, 'run')} so far.`],
      action: { label: 'Choose a run', phase: 'train' },
    };
  if (!deployment || deployment.status === 'stopped')
    return {
      headline: 'The model is packaged',
      lines: ['One switch and it answers requests.'],
      action: { label: 'Deploy', phase: 'deploy' },
    };
  if (!report || report.traffic.rows === 0)
    return {
      headline: 'It answers, and waits for requests',
      lines: [deployment.url ?? ''],
      action: { label: 'Try it', phase: 'deploy' },
    };
  return undefined;
}

function allIsWell({ report, model }: CircleFacts): Finding {
  const judged = report ? judgedWindows(report) : [];
  const first = judged[0];
  const last = judged.at(-1);
  if (!report || !first || !last) {
    return {
      headline: `${model?.name ?? 'The model'} answers`,
      lines: [`${count(report?.traffic.rows ?? 0, 'row')} predicted; no labels yet.`],
      action: { label: 'Add labels', phase: 'monitor' },
    };
  }
  const name = metricName(report.metric.name);
  return {
    headline: `${name} of ${model?.target ?? 'the model'} is ${metricValue(last.metric)}`,
    lines: recovery(report) ?? [`It was ${metricValue(first.metric)} in the first window.`, 'No alert is open.'],
    action: { label: 'See the time line', phase: 'monitor' },
  };
}

/** How a renewal brought the metric back, where one did: what it had fallen to before the version that answers now. */
function recovery(report: MonitorReport): string[] | undefined {
  const release = report.releases.at(-1);
  if (!release || report.releases.length < 2) return undefined;
  const before = judgedWindows(report).filter((window) => !window.versions.includes(release.version));
  const worse = (one: number, other: number) => (report.metric.lowerIsBetter ? one > other : one < other);
  const worst = before.reduce<(typeof before)[number] | undefined>(
    (found, window) => (!found || worse(window.metric as number, found.metric as number) ? window : found),
    undefined,
  );
  if (!worst) return undefined;
  return [
    `It had fallen to ${metricValue(worst.metric)} in ${worst.from.slice(0, 4)};`,
    `version ${release.version} brought it back.`,
  ];
}
