import { createRequire } from 'node:module';
import { cpus, totalmem } from 'node:os';
import type { RunEnvironment } from '../../contract/train-tracking.ts';
import type { EngineContext } from '../../jobs/context.ts';
import { codeState } from './code/code-state.ts';
import { LinkedCodeFile } from './code/linked-code.ts';

/** Libraries that compute something of a run or read its rows, and the packages they come in. */
const packages = { onnxruntime: 'onnxruntime-node', duckdb: '@duckdb/node-api', sqlite: 'better-sqlite3' } as const;

/** Where a run is made, and the state of its user's code now. Never fails: what cannot be told is left out. */
export async function runEnvironment({ project, version }: EngineContext): Promise<RunEnvironment> {
  const processors = cpus();
  const linked = new LinkedCodeFile(project).read();
  return {
    galley: version,
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    cpu: { model: processors[0]?.model.trim() || 'unknown', cores: processors.length },
    memory: totalmem(),
    libraries: libraryVersions(),
    ...(linked ? { code: await codeState(linked.path) } : {}),
  };
}

function libraryVersions(): Record<string, string> {
  const require = createRequire(import.meta.url);
  const known = Object.entries(packages).flatMap(([name, source]) => {
    try {
      return [[name, (require(`${source}/package.json`) as { version: string }).version]];
    } catch {
      return [];
    }
  });
  return { ...Object.fromEntries(known), v8: process.versions.v8 };
}
