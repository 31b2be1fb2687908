import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../engine/base/clock.ts';
import { idSource } from '../../engine/base/ids.ts';
import type { EngineContext } from '../../engine/jobs/context.ts';
import { EventLog } from '../../engine/jobs/event-log.ts';
import { JobQueue } from '../../engine/jobs/job-queue.ts';
import { BlobStore } from '../../engine/store/blobs.ts';
import { Database } from '../../engine/store/database.ts';
import { DuckReader } from '../../engine/store/duck.ts';
import { createProject, isProject, readProject } from '../../engine/store/project.ts';
import { ProjectActions } from '../../engine/store/project-actions.ts';
import { RowCache } from '../../engine/store/row-cache.ts';
import { Uses } from '../../engine/store/uses.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** The backbone of an engine around a project folder, without phases; `close` lets the folder go. */
export function openEngine(path = temporaryFolder(), clock = systemClock): EngineContext & { close(): Promise<void> } {
  const newId = idSource(clock);
  if (!isProject(path)) createProject(path, newId, 'tried');
  const project = readProject(path);
  const runFolder = join(path, 'run');
  const temporary = join(runFolder, 'duckdb');
  mkdirSync(temporary, { recursive: true });
  const database = new Database(join(path, 'galley.db'));
  database.migrate();
  const events = new EventLog(0);
  const blobs = new BlobStore(join(path, 'blobs'), database, clock);
  const jobs = new JobQueue({ database, events, clock, newId, runFolder });
  const cache = join(path, 'cache');
  const rowCache = new RowCache({ folder: cache, clock, inUse: (key) => jobs.mentions(key) });
  const duck = new DuckReader({
    allowed: [join(path, 'blobs'), cache, join(path, 'logs'), runFolder],
    temporaryFolder: temporary,
  });
  const uses = new Uses(database);
  const actions = new ProjectActions();
  const context = {
    project,
    version: '0.0.0',
    database,
    blobs,
    rowCache,
    uses,
    actions,
    jobs,
    events,
    duck,
    clock,
    newId,
  };
  let closing: Promise<void> | undefined;
  const close = async () => {
    await jobs.close();
    await duck.close();
    database.close();
  };
  const closeOnce = () => {
    closing ??= close();
    return closing;
  };
  onTestFinished(closeOnce);
  return { ...context, close: closeOnce };
}
