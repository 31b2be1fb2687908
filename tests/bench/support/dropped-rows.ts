import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { needsBrowser } from '../../support/browser.ts';
import { launch } from './launched.ts';

/**
 * Seconds from dropping a file onto the window until the first of its cells can be seen.
 * @throws Error where no browser is there.
 */
export async function secondsUntilRows(path: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'galley-bench-window-'));
  const browser = await needsBrowser({ skip: refuse });
  const galley = await launch(folder);
  try {
    const page = await browser.newPage();
    await page.goto(galley.url);
    await page.getByRole('link', { name: 'Data' }).first().waitFor();
    await page.evaluate(() => {
      const input = document.createElement('input');
      input.type = 'file';
      input.id = 'bench-file';
      document.body.append(input);
    });
    await page.setInputFiles('#bench-file', path);
    return await page.evaluate(secondsInPage);
  } finally {
    await galley.end();
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Holds the chosen file over the window for half a second and drops it; resolves with the seconds until the frame that has the first cell of the preview is painted. */
async function secondsInPage(): Promise<number> {
  const input = document.getElementById('bench-file') as HTMLInputElement;
  const transfer = new DataTransfer();
  transfer.items.add(input.files?.[0] as File);
  const dispatch = (type: string) =>
    document.body.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: transfer }));
  dispatch('dragenter');
  dispatch('dragover');
  await new Promise((resolve) => setTimeout(resolve, 500));
  const began = performance.now();
  dispatch('drop');
  return new Promise((resolve) => {
    const painted = () => resolve((performance.now() - began) / 1000);
    const observer = new MutationObserver(() => {
      if (document.querySelector('[role="dialog"] tbody td') === null) return;
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(painted));
    });
    observer.observe(document.body, { childList: true, subtree: true });
  });
}

function refuse(reason?: unknown): never {
  throw new Error(`A browser is needed: ${reason}`);
}
