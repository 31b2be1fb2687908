import { expect, test } from 'vitest';
import { deploySettingsCommands } from '../../engine/command-line/deploy-settings-commands.ts';
import { deployStreamCommands } from '../../engine/command-line/deploy-stream-commands.ts';

const [configure] = deploySettingsCommands;
const [stream] = deployStreamCommands;

test('a port is a number, or default for any free one', () => {
  const portOf = (port?: string) => configure?.input(['price'], { port }).port;
  expect([portOf('8471'), portOf('default'), portOf()]).toEqual([8471, null, undefined]);
  expect(() => portOf('any')).toThrow(
    expect.objectContaining({ code: 'cli.usage', message: '--port takes a number, not "any".' }),
  );
});

test('a stream needs its broker and both topics, and says which are missing', () => {
  const flags = { broker: 'mqtt://127.0.0.1:1883', subscribe: 'sensors/+', publish: 'prices' };
  expect(stream?.input(['price', 'sensors'], flags)).toEqual({
    deployment: 'price',
    stream: { kind: 'mqtt', name: 'sensors', url: flags.broker, subscribe: 'sensors/+', publish: 'prices' },
  });
  const refuse = (given: object, message: string) =>
    expect(() => stream?.input(['price', 'sensors'], { ...given })).toThrow(
      expect.objectContaining({ code: 'cli.usage', message }),
    );
  refuse({}, 'deploy stream needs --broker URL, --subscribe TOPIC and --publish TOPIC.');
  refuse({ ...flags, publish: undefined }, 'deploy stream needs --publish TOPIC.');
  refuse({ ...flags, broker: undefined, subscribe: '' }, 'deploy stream needs --broker URL and --subscribe TOPIC.');
});
