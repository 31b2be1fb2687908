import { type Browser, chromium } from 'playwright-core';
import { inject, onTestFinished, type TestContext } from 'vitest';

/**
 * The browser of this worker, see `support/shared-browsers.ts`. What the test opens in it ends with the test. The test is
 * skipped where there is no browser.
 */
export async function sharedBrowser(context: Pick<TestContext, 'skip'>): Promise<Browser> {
  const browsers = inject('sharedBrowsers');
  if (typeof browsers === 'string') context.skip(browsers);
  const address = browsers[Number(process.env.VITEST_POOL_ID) - 1];
  if (!address) throw new Error(`there is no browser for worker ${process.env.VITEST_POOL_ID}`);
  const browser = await chromium.connect(address);
  onTestFinished(() => browser.close());
  return browser;
}
