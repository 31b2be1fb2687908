import type { OutputOf } from '../contract/call.ts';
import type { projectCalls } from '../contract/project.ts';
import type { DataPhase } from '../data/index.ts';
import type { EngineContext } from '../jobs/context.ts';

/** Reads the database, every stored file and every version that is put together from several; says what is not as it was stored. */
export async function verifyProject(
  context: EngineContext,
  data: Pick<DataPhase, 'verify'>,
): Promise<OutputOf<typeof projectCalls.verify>> {
  const databaseProblems = context.database
    .check()
    .map((message) => ({ code: 'store.damaged_database', message: `galley.db: ${message}` }));
  const { blobs, bytes, problems } = await context.blobs.verify();
  const all = [...databaseProblems, ...problems, ...(await data.verify())];
  return { ok: all.length === 0, blobs, bytes, problems: all };
}
