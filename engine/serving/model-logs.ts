import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import type { ServingStatus } from '../contract/serving.ts';
import type { ServingSettings } from './config.ts';
import { labelFolder } from './log-folder.ts';
import { PredictionLog } from './prediction-log.ts';

/** What is kept of one model: its answers, and what came true. */
export interface ModelLogs {
  predictions: PredictionLog;
  labels: PredictionLog;
}

/**
 * Opens the logs of all models by name: the first one's in the log folder, each other's in a folder of its own below.
 * @returns null where nothing is logged
 * @throws GalleyError `store.not_writable`
 */
export async function openLogs(settings: ServingSettings, clock: Clock): Promise<Map<string, ModelLogs> | null> {
  const { logFolder, deployment, logLimits: limits, models } = settings;
  const { diskBytes } = settings.log;
  if (logFolder === null) return null;
  const logs = new Map<string, ModelLogs>();
  for (const { model } of models) {
    const folder = logs.size === 0 ? logFolder : join(logFolder, 'models', encodeURIComponent(model));
    const open = (folder: string) => PredictionLog.open({ folder, deployment, model, limits, diskBytes, clock });
    logs.set(model, { predictions: await open(folder), labels: await open(labelFolder(folder)) });
  }
  return logs;
}

/** The state of all logs of predictions together. */
export function logStatus(logs: readonly PredictionLog[]): ServingStatus['log'] {
  const all = logs.map((log) => log.status());
  const sum = (name: 'pendingRows' | 'writtenRows' | 'lostRows') => all.reduce((total, one) => total + one[name], 0);
  return {
    enabled: logs.length > 0,
    lagMilliseconds: Math.max(0, ...all.map(({ lagMilliseconds }) => lagMilliseconds)),
    pendingRows: sum('pendingRows'),
    writtenRows: sum('writtenRows'),
    lostRows: sum('lostRows'),
    lastError: all.find(({ lastError }) => lastError !== null)?.lastError ?? null,
  };
}
