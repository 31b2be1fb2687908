import type { Command } from './command.ts';
import { dataCleaningCommands } from './data-cleaning-commands.ts';
import { dataCommands } from './data-commands.ts';
import { dataComparisonCommands } from './data-comparison-commands.ts';
import { dataConnectionCommands } from './data-connection-commands.ts';
import { dataEditCommands } from './data-edit-commands.ts';
import { dataExpectationCommands } from './data-expectation-commands.ts';
import { dataHistoryCommands } from './data-history-commands.ts';
import { dataImportCommands } from './data-import-commands.ts';
import { dataLookCommands } from './data-look-commands.ts';
import { dataPrivacyCommands } from './data-privacy-commands.ts';
import { dataRemotesCommands } from './data-remotes-commands.ts';
import { deployCommands } from './deploy-commands.ts';
import { deployImportLogCommand } from './deploy-import-log-command.ts';
import { deployKeyCommands } from './deploy-key-commands.ts';
import { deployLogCommands } from './deploy-log-commands.ts';
import { deploySettingsCommands } from './deploy-settings-commands.ts';
import { deployStreamCommands } from './deploy-stream-commands.ts';
import { deployTrafficCommands } from './deploy-traffic-commands.ts';
import { deployWatchCommands } from './deploy-watch-commands.ts';
import { monitorAlertCommands } from './monitor-alert-commands.ts';
import { monitorChannelCommands } from './monitor-channel-commands.ts';
import { monitorCommands } from './monitor-commands.ts';
import { monitorCompareCommand } from './monitor-compare-command.ts';
import { monitorExportCommand } from './monitor-export-command.ts';
import { monitorFairnessCommands } from './monitor-fairness-commands.ts';
import { monitorOverviewCommand } from './monitor-overview-command.ts';
import { monitorPerformanceCommands } from './monitor-performance-commands.ts';
import { monitorProfileCommands } from './monitor-profile-commands.ts';
import { monitorQualityCommand } from './monitor-quality-command.ts';
import { monitorRuleCommands } from './monitor-rule-commands.ts';
import { monitorSystemCommands } from './monitor-system-commands.ts';
import { packageCardCommands } from './package-card-commands.ts';
import { packageCommands } from './package-commands.ts';
import { packageComparisonCommand } from './package-comparison-command.ts';
import { packageImportCommands } from './package-import-commands.ts';
import { packageLineageCommand } from './package-lineage-command.ts';
import { packageNotebookCommands } from './package-notebook-commands.ts';
import { packageRegistryCommands } from './package-registry-commands.ts';
import { packageRemotesCommands } from './package-remotes-commands.ts';
import { packageVerificationCommands } from './package-verification-commands.ts';
import { projectCommands } from './project-commands.ts';
import { projectGitCommands } from './project-git-commands.ts';
import { retrainCommands } from './retrain-commands.ts';
import { retrainExportCommands } from './retrain-export-command.ts';
import { retrainPipelineCommands } from './retrain-pipeline-commands.ts';
import { retrainPortableCommands } from './retrain-portable-commands.ts';
import { retrainRehearsalCommands } from './retrain-rehearsal-command.ts';
import { retrainTriggerCommands } from './retrain-trigger-commands.ts';
import { trainCheckpointCommands } from './train-checkpoint-commands.ts';
import { trainCommands } from './train-commands.ts';
import { trainEvaluationCommands } from './train-evaluation-commands.ts';
import { trainSweepCommands } from './train-sweep-commands.ts';
import { trainTrackingCommands } from './train-tracking-commands.ts';

/** Every command but `start`, in the order of the help. */
export const commands: readonly Command[] = [
  ...projectCommands,
  ...projectGitCommands,
  ...dataCommands,
  ...dataImportCommands,
  ...dataConnectionCommands,
  ...dataCleaningCommands,
  ...dataLookCommands,
  ...dataEditCommands,
  ...dataComparisonCommands,
  ...dataHistoryCommands,
  ...dataExpectationCommands,
  ...dataRemotesCommands,
  ...dataPrivacyCommands,
  ...trainCommands,
  ...trainCheckpointCommands,
  ...trainSweepCommands,
  ...trainEvaluationCommands,
  ...trainTrackingCommands,
  ...packageCommands,
  ...packageImportCommands,
  ...packageCardCommands,
  ...packageNotebookCommands,
  ...packageRegistryCommands,
  ...packageRemotesCommands,
  ...packageVerificationCommands,
  packageComparisonCommand,
  packageLineageCommand,
  ...deployCommands,
  ...deployWatchCommands,
  ...deploySettingsCommands,
  ...deployTrafficCommands,
  ...deployStreamCommands,
  ...deployKeyCommands,
  ...deployLogCommands,
  deployImportLogCommand,
  ...monitorCommands,
  ...monitorAlertCommands,
  ...monitorRuleCommands,
  ...monitorChannelCommands,
  monitorExportCommand,
  monitorOverviewCommand,
  ...monitorSystemCommands,
  monitorQualityCommand,
  ...monitorPerformanceCommands,
  ...monitorFairnessCommands,
  monitorCompareCommand,
  ...monitorProfileCommands,
  ...retrainPipelineCommands,
  ...retrainTriggerCommands,
  ...retrainExportCommands,
  ...retrainPortableCommands,
  ...retrainRehearsalCommands,
  ...retrainCommands,
];
