import { type BrowserServer, chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import { findBrowser } from './browser.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Addresses of the browsers, one a worker, or in words why there are none. */
    sharedBrowsers: string[] | string;
  }
}

/**
 * Before the first test of a project: starts a browser for each worker, which `sharedBrowser` connects to. Launching one a
 * test took longer than many a test; one for all workers would give them one clipboard.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const found = await findBrowser();
  if (typeof found === 'string') {
    project.provide('sharedBrowsers', found);
    return async () => {};
  }
  const servers: BrowserServer[] = [];
  for (let worker = 0; worker < project.config.maxWorkers; worker++) servers.push(await chromium.launchServer(found));
  project.provide(
    'sharedBrowsers',
    servers.map((server) => server.wsEndpoint()),
  );
  return async () => {
    await Promise.all(servers.map((server) => server.close()));
  };
}
