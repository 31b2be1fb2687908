import { type JobFunctions, runJobProcess } from './jobs/job-process.ts';

/** What a job process can do, by kind. A function is loaded when its job starts. */
const functions: JobFunctions = {
  'data.preview': async () => (await import('./data/sources/preview-job.ts')).runPreviewJob,
  'data.fetch': async () => (await import('./data/connections/fetch-job.ts')).runFetchJob,
  'data.import': async () => (await import('./data/versions/import-job.ts')).runImportJob,
  'data.diff': async () => (await import('./data/versions/diff-job.ts')).runDiffJob,
  'data.check': async () => (await import('./data/expectations/check-job.ts')).runCheckJob,
  'data.infer': async () => (await import('./data/expectations/infer-job.ts')).runInferJob,
  'data.clean': async () => (await import('./data/cleaning/recipe-job.ts')).runRecipeJob,
  'data.previewRecipe': async () => (await import('./data/cleaning/preview-job.ts')).runRecipePreviewJob,
  'data.failingRows': async () => (await import('./data/expectations/failing-rows-job.ts')).runFailingRowsJob,
  'data.writeView': async () => (await import('./data/rows/write-view-job.ts')).runWriteViewJob,
  'data.edit': async () => (await import('./data/versions/edit-job.ts')).runEditJob,
  'data.compact': async () => (await import('./data/versions/compact-job.ts')).runCompactJob,
  'data.verify': async () => (await import('./data/versions/verify-job.ts')).runVerifyJob,
  'data.whole': async () => (await import('./data/versions/whole-job.ts')).runWholeJob,
  'data.push': async () => (await import('./data/remotes/push-job.ts')).runPushJob,
  'data.pull': async () => (await import('./data/remotes/pull-job.ts')).runPullJob,
  'data.remoteStatus': async () => (await import('./data/remotes/status-job.ts')).runStatusJob,
  'data.examine': async () => (await import('./data/findings/examine-job.ts')).runExamineJob,
  'data.relations': async () => (await import('./data/relations/relations-job.ts')).runRelationsJob,
  'project.backup': async () => (await import('./project/backup/backup-job.ts')).runBackupJob,
  'project.restore': async () => (await import('./project/backup/restore-job.ts')).runRestoreJob,
  'train.run': async () => (await import('./train/train-job.ts')).runTrainJob,
  'train.evaluate': async () => (await import('./train/evaluation/evaluate-job.ts')).runEvaluateJob,
  'train.explain': async () => (await import('./train/explain/explain-job.ts')).runExplainJob,
  'train.dependence': async () => (await import('./train/explain/explain-job.ts')).runDependenceJob,
  'train.difference': async () => (await import('./train/evaluation/difference-job.ts')).runDifferenceJob,
  'train.reproduce': async () => (await import('./train/reproduce-job.ts')).runReproduceJob,
  'train.sweep': async () => (await import('./train/sweeps/sweep-job.ts')).runSweepJob,
  'package.build': async () => (await import('./package/package-job.ts')).runPackageJob,
  'package.export': async () => (await import('./package/exports/export-job.ts')).runExportJob,
  'deploy.predict': async () => (await import('./deploy/batch/predict-job.ts')).runPredictJob,
  'deploy.predictFiles': async () => (await import('./deploy/batch/predict-files-job.ts')).runPredictFilesJob,
  'deploy.importLog': async () => (await import('./deploy/log-import/import-log-job.ts')).runImportLogJob,
  'monitor.fairness': async () => (await import('./monitor/fairness-job.ts')).runFairnessJob,
  'monitor.datasetReport': async () => (await import('./monitor/dataset-report-job.ts')).runDatasetReportJob,
  'retrain.compare': async () => (await import('./retrain/compare-job.ts')).runCompareJob,
};

process.env.ORT_DISABLE_TELEMETRY = '1';
runJobProcess(functions);
