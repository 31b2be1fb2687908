import { mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { expect, onTestFinished, type TestContext } from 'vitest';
import { type RunningEngine, startEngine } from '../support/engine.ts';
import { checkoutFolder } from '../support/needs.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { sharedBrowser } from './shared-browser.ts';

export interface TestWindow {
  page: Page;
  engine: RunningEngine;
  /** What the browser complained about: errors, refused content, failed scripts. */
  complaints: string[];
}

const pictures = join(checkoutFolder, 'artifacts', 'e2e');

/** A real browser at the window of a real engine on a new, empty project in `folder`, ready for files and keys. All end with the test. */
export async function openWindow(
  context: Pick<TestContext, 'skip' | 'task'>,
  folder = temporaryFolder(),
): Promise<TestWindow> {
  const browser = await sharedBrowser(context);
  const engine = await startEngine(join(folder, 'kitchen'), '--port', '0');
  const visit = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    colorScheme: 'light',
    locale: 'en-GB',
    timezoneId: 'UTC',
  });
  const page = await visit.newPage();
  page.setDefaultTimeout(20_000);
  onTestFinished(async () => {
    if (context.task.result?.state === 'fail') await picture(page, 'failed');
  });
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    const isExpected = message.text().startsWith('Failed to load resource');
    if (['error', 'warning'].includes(message.type()) && !isExpected) complaints.push(message.text());
  });
  await page.goto(engine.url);
  await title(page).waitFor();
  return { page, engine, complaints };
}

/** Keeps a picture of the window under `artifacts/e2e`. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`), animations: 'disabled' });
}

/** Goes to an address of the window, such as `/data/penguins`. */
export async function visit(page: Page, address: string): Promise<void> {
  await page.evaluate((to) => {
    location.hash = to;
  }, address);
}

/** Drops a file onto the window as a hand would. */
export async function dropFile(page: Page, path: string): Promise<void> {
  await dropBytes(page, basename(path), readFileSync(path));
}

export async function dropBytes(page: Page, name: string, bytes: Uint8Array): Promise<void> {
  await page.evaluate(
    ({ name, base64 }) => {
      const content = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([content], name));
      for (const type of ['dragenter', 'dragover', 'drop'])
        document.body.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: transfer }));
    },
    { name, base64: Buffer.from(bytes).toString('base64') },
  );
}

/** Pastes text outside of any field. */
export async function pasteText(page: Page, text: string): Promise<void> {
  await page.evaluate((content) => {
    const transfer = new DataTransfer();
    transfer.setData('text/plain', content);
    document.body.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, clipboardData: transfer }));
  }, text);
}

/** Chooses an option of a field by its label. */
export async function choose(page: Page, field: string, option: string): Promise<void> {
  const box = page.getByRole('combobox', { name: field, exact: true });
  await box.click();
  await box.fill(option);
  await page.getByRole('option', { name: option }).first().click();
}

export function button(page: Page, name: string): Locator {
  return page.getByRole('button', { name, exact: true });
}

/** The heading at the top of the page. */
export function title(page: Page): Locator {
  return page.getByRole('main').getByRole('heading', { level: 1 });
}

/** How long a poll waits on a busy machine. */
export const patience = { timeout: 30_000, interval: 100 };

export async function titleBecomes(page: Page, wanted: string | RegExp): Promise<void> {
  await expect.poll(() => title(page).textContent(), patience).toMatch(wanted);
}

/** A file of a sample that comes with Galley. */
export function sampleFile(sample: string, file: string): string {
  return join(checkoutFolder, 'resources', 'samples', sample, file);
}
