import { systemClock } from '../base/clock.ts';
import { idSource } from '../base/ids.ts';
import type { OutputOf } from '../contract/call.ts';
import type { deployCalls } from '../contract/deploy.ts';
import { anyRun, loadModel } from '../serving/model.ts';
import { type LineFormat, scoreLines } from '../serving/streams/scored-lines.ts';
import type { Streams } from './command.ts';

const batchRows = 1024;

/** Answers the rows of standard input on standard output with the files of a model version. */
export async function predictStream(
  { version, files }: OutputOf<typeof deployCalls.modelFiles>,
  format: LineFormat | undefined,
  { input, write }: Streams,
): Promise<void> {
  const model = await loadModel({ version, files }, () => ({ rows: batchRows }), undefined, anyRun);
  for await (const text of scoreLines(model, input, idSource(systemClock), format)) await write(text);
}
