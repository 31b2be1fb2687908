import { finePercent } from '../../base/figures.ts';
import type { LightReason } from '../../contract/monitor-overview.ts';
import type { DeploymentSystem } from '../../contract/monitor-system.ts';

/** Share of the requests of the last hour. */
const failures = { warning: 0.01, bad: 0.05 } as const;
const leastRequests = 20;
/** A start and a single burst use up a minute or two. */
const leastSaturatedMinutes = 5;
const lowBudget = 0.25;

/** What is to be said of a server; nothing is good of one that is stopped. */
export interface ServerFacts {
  wanted: 'running' | 'stopped';
  status: string;
  error: string | null;
  /** Of the last hour. */
  requests: number;
  failed: number;
  /** Minutes of the last hour in which its waiting room, its event loop or the processors were used up. */
  saturatedMinutes: number;
  objective: DeploymentSystem['objective'];
}

/** The worst first is not needed: whoever shows them sorts. */
export function systemReasons(facts: ServerFacts): LightReason[] {
  const { wanted, status, error } = facts;
  if (wanted === 'stopped') return [{ light: 'unknown', about: 'system', says: 'It is stopped.' }];
  if (status === 'failed') {
    return [
      { light: 'bad', about: 'system', says: `Its server does not run: ${error ?? 'it ended again and again.'}` },
    ];
  }
  const reasons = [stateReason(facts), failureReason(facts), saturationReason(facts), budgetReason(facts.objective)];
  const wrong = reasons.filter((reason) => reason !== null);
  return wrong.length > 0 ? wrong : [{ light: 'good', about: 'system', says: 'Its server answers.' }];
}

function stateReason({ status, error }: ServerFacts): LightReason | null {
  if (status === 'running') return null;
  const says = error === null ? 'Its server is being started.' : `Its server is being started again: ${error}`;
  return { light: 'warning', about: 'system', says };
}

function failureReason({ requests, failed }: ServerFacts): LightReason | null {
  const share = requests === 0 ? 0 : failed / requests;
  if (requests < leastRequests || share < failures.warning) return null;
  const says = `${finePercent(share)} of the last hour's requests failed.`;
  return { light: share >= failures.bad ? 'bad' : 'warning', about: 'system', says };
}

function saturationReason({ saturatedMinutes }: ServerFacts): LightReason | null {
  if (saturatedMinutes < leastSaturatedMinutes) return null;
  const says = `Its server was as busy as it can be in ${saturatedMinutes} minutes of the last hour.`;
  return { light: 'warning', about: 'system', says };
}

function budgetReason({ achieved, availability, budgetLeft, days }: DeploymentSystem['objective']): LightReason | null {
  if (achieved === null || budgetLeft === null || budgetLeft >= lowBudget) return null;
  const reached = `Available ${finePercent(achieved)} of ${finePercent(availability)} over ${days} days`;
  if (budgetLeft < 0) return { light: 'bad', about: 'system', says: `${reached}: the objective is missed.` };
  return {
    light: 'warning',
    about: 'system',
    says: `${reached}: ${finePercent(budgetLeft)} of the error budget is left.`,
  };
}
