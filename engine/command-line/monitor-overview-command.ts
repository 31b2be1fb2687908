import type { OutputOf } from '../contract/call.ts';
import type { overviewCall, WatchedDeployment } from '../contract/monitor-overview.ts';
import type { Command } from './command.ts';
import { table } from './table.ts';

export const monitorOverviewCommand: Command = {
  words: 'monitor overview',
  usage: '',
  summary: 'All deployments with a light each that says why, the worst first; exit 1 where one is bad.',
  example: 'galley monitor overview',
  flags: {},
  positionals: { minimum: 0, maximum: 0 },
  call: 'monitor.overview',
  input: () => ({ fresh: true }),
  print: ({ deployments }: OutputOf<typeof overviewCall>) =>
    deployments.length === 0
      ? ['Nothing is deployed yet.']
      : [
          ...table(
            ['deployment', 'light', 'model', 'state', 'rows', 'alerts', 'metric', 'now', 'then'],
            deployments.map(cells),
          ),
          ...deployments.flatMap(({ deployment, reasons }) =>
            reasons
              .filter(({ light }) => light === 'bad' || light === 'warning')
              .map(({ light, says }) => `${deployment}, ${light}: ${says}`),
          ),
        ],
  exitCode: ({ deployments }: OutputOf<typeof overviewCall>) =>
    deployments.some(({ light }) => light === 'bad') ? 1 : 0,
};

function cells({ deployment, server, light, model, version, state, rows, openAlerts, metric }: WatchedDeployment) {
  const now = metric?.realised?.value ?? null;
  const name = server === null ? deployment : `${deployment}, ${server}`;
  return [name, light, `${model}@${version}`, state, rows, openAlerts, metric?.name, now, metric?.reference];
}
