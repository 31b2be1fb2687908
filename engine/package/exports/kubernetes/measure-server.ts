import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServingClient } from '../../../serving/serving-client.ts';
import type { GoldenSet } from '../../golden-set.ts';
import { type Exporter, type ExportSource, versionFile } from '../exporter.ts';

/** What the prediction server of a version needs, measured. */
export interface ServerMeasurement {
  /** Resident memory once the model was loaded and had answered, and the largest under load. */
  loadedBytes: number;
  loadBytes: number;
  /** Processor time, in seconds. */
  cpuSecondsPerRequest: number;
  cpuSecondsPerBatchRow: number;
  /** Requests of one row a second that were answered beside their callers. */
  requestsPerSecond: number;
  /** From the start of the process to the first ready answer. */
  startSeconds: number;
  /** Processor, cores, platform and Node. */
  machine: string;
}

type ExportControl = Parameters<Exporter>[1];
export type MeasureServer = (source: ExportSource, control: ExportControl) => Promise<ServerMeasurement>;

type Row = Record<string, unknown>;

const connections = 8;
const batchRows = 100;
/** A body beyond this has a thread of its own, which loads the model once more. */
const largeBodyBytes = 300 * 1024;

/**
 * Starts the real server on the version's files and loads it: requests of one row, batches, a large request.
 * @param milliseconds of each of the first two; a third of it goes before, for the server's code to become quick.
 */
export async function measureServer(
  source: ExportSource,
  control: ExportControl,
  milliseconds = 2000,
): Promise<ServerMeasurement> {
  const rows = servableRows(source);
  const logFolder = mkdtempSync(join(tmpdir(), 'galley-measure-'));
  const startedAt = performance.now();
  try {
    const server = await startServer(source, logFolder);
    const startSeconds = (performance.now() - startedAt) / 1000;
    try {
      const load = new Load(server.ready.url, rows, control);
      await load.send(1);
      const loaded = await load.sample();
      await load.oneByOne(milliseconds / 3);
      const warm = await load.sample();
      const requests = await load.oneByOne(milliseconds);
      const afterRequests = await load.sample();
      const rowsOfBatches = await load.batches(milliseconds);
      const afterBatches = await load.sample();
      await load.send(Math.ceil(largeBodyBytes / Math.max(1, JSON.stringify(rows[0]).length)));
      const afterLarge = await load.sample();
      return {
        loadedBytes: loaded.memoryBytes,
        loadBytes: Math.max(...[loaded, afterRequests, afterBatches, afterLarge].map(({ memoryBytes }) => memoryBytes)),
        cpuSecondsPerRequest: (afterRequests.cpuSeconds - warm.cpuSeconds) / requests,
        cpuSecondsPerBatchRow: (afterBatches.cpuSeconds - afterRequests.cpuSeconds) / rowsOfBatches,
        requestsPerSecond: requests / (milliseconds / 1000),
        startSeconds,
        machine: machineName(),
      };
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(logFolder, { recursive: true, force: true });
  }
}

function startServer(source: ExportSource, logFolder: string): Promise<ServingClient> {
  const { model, version } = source.version;
  const files = { onnx: versionFile(source, 'model.onnx').path, signature: versionFile(source, 'signature.json').path };
  return ServingClient.start(
    {
      deployment: model,
      model,
      versions: [{ version, ...files }],
      active: version,
      port: 0,
      logFolder,
      serverLog: { requests: 'none' },
    },
    () => {},
  );
}

/** Rows of the golden set that callers may send: some of it lack what may not be missing. */
function servableRows(source: ExportSource): Row[] {
  const golden = JSON.parse(readFileSync(versionFile(source, 'golden.json').path, 'utf8')) as GoldenSet;
  const required = source.signature.inputs.filter(({ nullable }) => !nullable).map(({ name }) => name);
  const rows = golden.rows.map(
    (values): Row => Object.fromEntries(golden.inputs.map((name, at) => [name, values[at]])),
  );
  return rows.filter((row) => required.every((name) => row[name] !== null));
}

class Load {
  readonly #url: string;
  readonly #rows: readonly Row[];
  readonly #control: ExportControl;
  #sent = 0;

  constructor(url: string, rows: readonly Row[], control: ExportControl) {
    this.#url = url;
    this.#rows = rows;
    this.#control = control;
  }

  /** One request of so many rows. */
  async send(count: number): Promise<void> {
    this.#control.throwIfCanceled();
    const rows = Array.from({ length: count }, () => this.#rows[this.#sent++ % this.#rows.length]);
    const answer = await fetch(`${this.#url}/predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(count === 1 ? { row: rows[0] } : { rows }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`The prediction server answered ${answer.status}: ${text.slice(0, 500)}`);
  }

  /** Requests of one row over several connections. @returns how many were answered */
  async oneByOne(milliseconds: number): Promise<number> {
    const end = performance.now() + milliseconds;
    let answered = 0;
    const caller = async () => {
      while (performance.now() < end) {
        await this.send(1);
        answered++;
      }
    };
    await Promise.all(Array.from({ length: connections }, caller));
    return answered;
  }

  /** Requests of many rows, one after the other, at least one. @returns how many rows were answered */
  async batches(milliseconds: number): Promise<number> {
    const end = performance.now() + milliseconds;
    let answered = 0;
    do {
      await this.send(batchRows);
      answered += batchRows;
    } while (performance.now() < end);
    return answered;
  }

  async sample(): Promise<{ memoryBytes: number; cpuSeconds: number }> {
    const text = await (await fetch(`${this.#url}/metrics`)).text();
    const value = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
    return { memoryBytes: value('process_resident_memory_bytes'), cpuSeconds: value('process_cpu_seconds_total') };
  }
}

function machineName(): string {
  const processors = cpus();
  const name = processors[0]?.model.trim() || 'a processor without a name';
  return `${name}, ${processors.length} cores, ${process.platform} ${process.arch}, Node ${process.versions.node}`;
}
