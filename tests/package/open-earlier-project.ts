import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { App } from '../../engine/app.ts';
import { checkoutFolder } from '../support/needs.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** A copy of the project of format 7, which has the version `species@1`; closed when the test has ended. */
export async function openEarlierProject(): Promise<App> {
  const projectPath = join(temporaryFolder(), 'project');
  cpSync(join(checkoutFolder, 'tests', 'fixtures', 'projects', 'format-7'), projectPath, { recursive: true });
  const app = await App.open({ projectPath });
  onTestFinished(() => app.close());
  return app;
}
