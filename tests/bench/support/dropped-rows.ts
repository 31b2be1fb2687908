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
    const began = performance.now();
    await page.evaluate(() => {
      const input = document.getElementById('bench-file') as HTMLInputElement;
      const transfer = new DataTransfer();
      transfer.items.add(input.files?.[0] as File);
      for (const type of ['dragenter', 'dragover', 'drop'])
        document.body.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: transfer }));
    });
    await page.getByRole('dialog').getByRole('cell').first().waitFor();
    return (performance.now() - began) / 1000;
  } finally {
    await galley.end();
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function refuse(reason?: unknown): never {
  throw new Error(`A browser is needed: ${reason}`);
}
