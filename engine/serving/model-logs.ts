import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import type { ServingStatus } from '../contract/serving.ts';
import type { ServingSettings } from './config.ts';
import { LineLog } from './line-log.ts';
import { labelFolder } from './log-folder.ts';
import { lineSender } from './log-sinks.ts';
import { PredictionLog } from './prediction-log.ts';
import type { LabelLog, RecordLog } from './record-log.ts';

/** What is kept of one model: its answers, and what came true; null where that has no place. */
export interface ModelLogs {
  predictions: RecordLog | null;
  labels: LabelLog | null;
}

/**
 * Opens the logs of all models by name: the first one's in the log folder, each other's in a folder of its own below. A sink
 * takes the answers of all models, and their labels where there is no folder.
 * @throws GalleyError `store.not_writable`, `serving.invalid_config`
 */
export async function openLogs(settings: ServingSettings, clock: Clock): Promise<Map<string, ModelLogs>> {
  const { logFolder, logSink, deployment, logLimits: limits, models } = settings;
  const { diskBytes } = settings.log;
  const sink = logSink === null || logSink.kind === 'none' ? null : lineSender(logSink);
  const logs = new Map<string, ModelLogs>();
  for (const { model } of models) {
    const open = (folder: string) => PredictionLog.open({ folder, deployment, model, limits, diskBytes, clock });
    const folder = logFolder === null ? null : modelFolder(logFolder, model, logs.size === 0);
    const lines = sink && (() => naming(model, new LineLog({ send: sink, limits, clock })));
    const segments = folder === null || logSink !== null ? null : await open(folder);
    logs.set(model, {
      predictions: lines?.() ?? segments,
      labels: folder === null ? (lines?.() ?? null) : await open(labelFolder(folder)),
    });
  }
  return logs;
}

/** A log in whose lines the model stands: a sink takes the answers of all models. */
function naming(model: string, log: LabelLog): LabelLog {
  const begin = `{"model":${JSON.stringify(model)},`;
  return {
    append: (record) => log.append(begin + record.slice(1)),
    flush: () => log.flush(),
    rotate: () => log.rotate(),
    close: () => log.close(),
    status: () => log.status(),
  };
}

function modelFolder(logFolder: string, model: string, isFirst: boolean): string {
  return isFirst ? logFolder : join(logFolder, 'models', encodeURIComponent(model));
}

/** The state of all logs of predictions together. */
export function logStatus(logs: readonly RecordLog[]): ServingStatus['log'] {
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
