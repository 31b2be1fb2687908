import type { ServerMeasurement } from './measure-server.ts';

/** What a pod asks for and may take, in Kubernetes' units, and why. */
export interface ServerResources {
  requests: { cpu: string; memory: string };
  limits: { memory: string };
  /** In bytes, that of `limits.memory`. */
  memoryLimitBytes: number;
  /** Lines that say what was measured. */
  reason: string;
}

const mebibyte = 2 ** 20;
/** What a replica is to carry before another one is started. */
const requestsPerSecondOfReplica = 500;
/** Of the processor time that is requested; beyond it a replica is added. */
export const cpuUtilizationPercent = 70;
const [leastMillicores, mostMillicores] = [100, 1000];

/** The requests and limits of a server that was measured. */
export function serverResources(measured: ServerMeasurement, measuredAt: number): ServerResources {
  const millicores =
    (requestsPerSecondOfReplica * measured.cpuSecondsPerRequest * 1000) / (cpuUtilizationPercent / 100);
  const cpu = Math.min(mostMillicores, Math.max(leastMillicores, Math.ceil(millicores / 10) * 10));
  const request = roundedUp(measured.loadBytes * 1.25, 32);
  const limit = roundedUp(measured.loadBytes * 2, 64);
  return {
    requests: { cpu: `${cpu}m`, memory: `${request}Mi` },
    limits: { memory: `${limit}Mi` },
    memoryLimitBytes: limit * mebibyte,
    reason: [
      `Measured on ${new Date(measuredAt).toISOString().slice(0, 10)} with the prediction server of this version (${measured.machine}):`,
      ...measurementLines(measured),
      `Requested are ${requestsPerSecondOfReplica} requests a second at ${cpuUtilizationPercent} % of the processor time, at least ${leastMillicores}m and at most one core,`,
      'and the memory under load and a quarter; the limit is twice that memory. No limit of the processor: throttling makes',
      'answers late and protects nobody whose requests are right.',
    ].join('\n'),
  };
}

/** What was measured, a line for each figure. */
export function measurementLines(measured: ServerMeasurement): string[] {
  const { loadedBytes, loadBytes, cpuSecondsPerRequest, cpuSecondsPerBatchRow, requestsPerSecond, startSeconds } =
    measured;
  return [
    `- memory: ${mebibytes(loadedBytes)} MiB once the model was loaded, at most ${mebibytes(loadBytes)} MiB under load`,
    `- processor time: ${milliseconds(cpuSecondsPerRequest)} ms for a request of one row, ${milliseconds(cpuSecondsPerBatchRow)} ms for a row among 100`,
    `- ${Math.round(requestsPerSecond)} requests of one row a second, beside their callers on the same machine`,
    `- ready ${startSeconds.toFixed(1)} s after the start of the process`,
  ];
}

function roundedUp(bytes: number, step: number): number {
  return Math.ceil(bytes / mebibyte / step) * step;
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / mebibyte);
}

function milliseconds(seconds: number): string {
  return (seconds * 1000).toPrecision(2);
}
