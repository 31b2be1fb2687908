import { type Deployment, deployCalls } from '../../../engine/contract/deploy.ts';
import { monitorCalls } from '../../../engine/contract/monitor.ts';
import type { OpenApp } from '../open-app.ts';

interface Row {
  x: number;
}

/** Serves the champion of `sales`; answers the address of its server. */
export async function deployed({ call }: OpenApp): Promise<string> {
  return (await call(deployCalls.start, { reference: 'sales@champion' })).url;
}

export async function deploymentOf({ call }: OpenApp): Promise<Deployment> {
  return (await call(deployCalls.list, {})).deployments[0] as Deployment;
}

let sent = 0;

/** Has rows answered in one request. @returns their ids */
export async function answer(url: string, rows: readonly Row[], timeOf?: (row: Row) => string): Promise<string[]> {
  const ids = rows.map(() => `row-${sent++}`);
  const response = await fetch(`${url}/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ rows, ids, ...(timeOf && { event_times: rows.map(timeOf) }) }),
  });
  if (!response.ok) throw new Error(await response.text());
  return ids;
}

/** Has rows answered, and says what came true of each. */
export async function answerAndLabel(
  engine: OpenApp,
  url: string,
  rows: readonly Row[],
  truth: (row: Row) => number,
  timeOf?: (row: Row) => string,
): Promise<void> {
  const ids = await answer(url, rows, timeOf);
  const labels = rows.map((row, index) => ({ id: ids[index] as string, label: truth(row) }));
  await engine.call(monitorCalls.addLabels, { deployment: 'sales', labels });
}
