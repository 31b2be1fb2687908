import { expect, test } from 'vitest';
import { deploymentStateLines } from '../../engine/command-line/deployment-state-lines.ts';
import type { Deployment } from '../../engine/contract/deploy.ts';

test.each([
  ['running', null, []],
  ['running', 'The disk is full.', ['Warning: The disk is full.']],
  [
    'starting',
    'It ended by SIGKILL.',
    ['Warning: shop is being started again, what was set holds from then on: It ended by SIGKILL.'],
  ],
  [
    'failed',
    'It ended by SIGKILL.',
    ['Warning: shop does not run, what was set holds from its next start on: It ended by SIGKILL.'],
  ],
] as const)('a deployment that is %s with the error %s is told of as %j', (status, error, lines) => {
  expect(deploymentStateLines({ name: 'shop', status, error } as Deployment)).toEqual(lines);
});
