import { expect, test } from 'vitest';
import { reportError } from '../../engine/base/errors.ts';
import { openDuck } from '../../engine/store/duck.ts';
import { temporaryFolder } from '../support/temporary.ts';

test('a query that needs more memory than it may take says so, and is no bug', async () => {
  const duck = await openDuck({ allowed: [], temporaryFolder: temporaryFolder(), memoryLimit: '30MB', threads: 1 });
  const connection = await duck.connect();
  const error = await connection.run('SELECT list(i) FROM range(50000000) AS numbers(i)').catch((cause) => cause);
  expect(reportError(error)).toMatchObject({ code: 'job.out_of_memory', message: 'The memory did not suffice.' });
  duck.closeSync();
});
