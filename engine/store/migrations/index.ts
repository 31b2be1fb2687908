import { base } from './0001-base.ts';
import { data } from './0002-data.ts';
import { train } from './0003-train.ts';
import { packageTables } from './0004-package.ts';
import { deploy } from './0005-deploy.ts';
import { monitor } from './0006-monitor.ts';
import { retrain } from './0007-retrain.ts';
import { imports } from './0008-imports.ts';
import { organisation } from './0010-organisation.ts';
import { cleaning } from './0011-cleaning.ts';
import { expectations } from './0012-expectations.ts';
import { privacy } from './0013-privacy.ts';
import { connections } from './0014-connections.ts';
import { remotes } from './0015-remotes.ts';
import { examinations } from './0016-examinations.ts';
import { tracking } from './0018-tracking.ts';
import { evaluations } from './0019-evaluations.ts';
import { sweeps } from './0020-sweeps.ts';
import { deploymentSettings } from './0021-deployment-settings.ts';
import { deploymentStreams } from './0022-deployment-streams.ts';
import { logRetention } from './0023-log-retention.ts';
import { traffic } from './0024-traffic.ts';
import { watchedFolders } from './0025-watched-folders.ts';
import { logRemovals } from './0026-log-removals.ts';
import { labelTimes } from './0027-label-times.ts';
import { cardEdits } from './0028-card-edits.ts';
import { versionFiles } from './0029-version-files.ts';
import { registry } from './0030-registry.ts';
import { versionSignatures } from './0031-version-signatures.ts';
import { profiles } from './0032-profiles.ts';
import { serverSamples } from './0033-server-samples.ts';
import { alertRules } from './0034-alert-rules.ts';
import { performanceDays } from './0035-performance-days.ts';
import { schedules } from './0036-schedules.ts';
import { qualityCounts } from './0037-quality-counts.ts';
import { pipelineTasks } from './0038-pipeline-tasks.ts';
import { rehearsals } from './0040-rehearsals.ts';
import { approvalsAndProbations } from './0043-approvals-and-probations.ts';
import { triggers } from './0044-triggers.ts';
import { schedulesAreTriggers } from './0045-schedules-are-triggers.ts';
import { backfillsKeepGoing } from './0046-backfills-keep-going.ts';
import { remoteRoles } from './0047-remote-roles.ts';
import { runsWithoutEarlierResults } from './0048-runs-without-earlier-results.ts';

/**
 * One change of the schema. Its place in the list is the format that it leads to; the files are numbered in that order.
 * Never edit one that was released.
 */
export interface Migration {
  name: string;
  sql: string;
}

export const migrations: readonly Migration[] = [
  base,
  data,
  train,
  packageTables,
  deploy,
  monitor,
  retrain,
  imports,
  organisation,
  cleaning,
  expectations,
  privacy,
  connections,
  remotes,
  examinations,
  tracking,
  evaluations,
  sweeps,
  deploymentSettings,
  deploymentStreams,
  logRetention,
  traffic,
  watchedFolders,
  logRemovals,
  labelTimes,
  cardEdits,
  versionFiles,
  registry,
  versionSignatures,
  profiles,
  serverSamples,
  alertRules,
  performanceDays,
  schedules,
  qualityCounts,
  pipelineTasks,
  rehearsals,
  approvalsAndProbations,
  triggers,
  schedulesAreTriggers,
  backfillsKeepGoing,
  remoteRoles,
  runsWithoutEarlierResults,
];
