import { expect, test } from 'vitest';
import type { Run } from '../../engine/contract/train.ts';
import { startBroker } from '../support/mqtt-broker.ts';
import { button, openWindow, patience, picture, sampleFile, visit } from './window.ts';

test('a deployment answers a stream that was set in the window, and no more once it is removed', async (context) => {
  const broker = await startBroker(context);
  const client = await broker.client();
  const answers: unknown[] = [];
  client.on('message', (_, payload) => answers.push(JSON.parse(payload.toString())));
  await client.subscribeAsync('species', { qos: 1 });
  const { page, engine, complaints } = await openWindow(context);
  await engine.result('data.add', { name: 'penguins', files: [sampleFile('penguins', 'penguins.csv')] });
  const { best } = await engine.result<{ best: Run }>('train.run', {
    reference: 'penguins',
    target: 'species',
    learners: ['linear'],
  });
  await engine.result('package.add', { run: best.id, model: 'penguins', alias: 'champion' });
  await engine.call('deploy.start', { reference: 'penguins' });

  await visit(page, '/deploy/penguins/streams');
  await page.getByText('No stream yet').waitFor();
  await picture(page, 'streams-empty');
  await button(page, 'Answer a stream').click();
  const dialog = page.getByRole('dialog');
  const fill = (label: string, text: string) => dialog.getByRole('textbox', { name: label, exact: true }).fill(text);
  await fill('Name', 'scales');
  await fill('Broker', broker.url);
  await fill('Messages come from the topic', 'scales/+');
  await fill('Answers go to the topic', 'scales/answers');
  await button(page, 'Answer it').click();
  await dialog.getByText('would be answered in their turn').waitFor();
  await picture(page, 'streams-refused');
  await fill('Answers go to the topic', 'species');
  await button(page, 'Answer it').click();
  const row = page.getByRole('listitem', { name: 'scales' });
  await row.getByText('connected').waitFor();

  const { inputs } = (
    await engine.call<{ signature: { inputs: { name: string; example: unknown }[] } }>('deploy.status', {
      deployment: 'penguins',
    })
  ).signature;
  const penguin = Object.fromEntries(inputs.map(({ name, example }) => [name, example]));
  await client.publishAsync('scales/1', JSON.stringify(penguin), { qos: 1 });
  await client.publishAsync('scales/1', '{}', { qos: 1 });
  await expect.poll(() => answers.length, patience).toBe(2);
  expect(answers[0]).toMatchObject({ model: 'penguins', version: 1, label: expect.any(String) });
  await row.getByText('2 messages').waitFor();
  await picture(page, 'streams');
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture(page, 'streams-dark');

  await page.emulateMedia({ colorScheme: 'light' });
  expect(await page.getByText('GALLEY_KEY').count()).toBe(0);
  await engine.call('deploy.configure', { deployment: 'penguins', settings: { network: { requireKey: true } } });
  await page.getByText('GALLEY_KEY').waitFor();
  await button(page, 'More about scales').click();
  await page.getByRole('menuitem', { name: 'Change' }).click();
  await fill('Broker', 'mqtt://127.0.0.1:1');
  await button(page, 'Change it').click();
  await row.getByText('not connected').waitFor();
  const [list, fault] = await Promise.all([row, row.getByText('nothing listens')].map((one) => one.boundingBox()));
  expect((fault?.x ?? 0) + (fault?.width ?? 0)).toBeLessThanOrEqual((list?.x ?? 0) + (list?.width ?? 0));
  await picture(page, 'streams-away');

  await button(page, 'More about scales').click();
  await page.getByRole('menuitem', { name: 'Answer it no more' }).click();
  await page.getByText('What was answered stays in the log.').waitFor();
  await picture(page, 'streams-remove');
  await button(page, 'Remove it').click();
  await page.getByText('No stream yet').waitFor();
  expect(complaints).toEqual([]);
});
