import { resolve } from 'node:path';
import { count } from '../base/words.ts';
import type { OutputOf } from '../contract/call.ts';
import type { Deployment, deployCalls } from '../contract/deploy.ts';
import { namesFile } from '../contract/names-file.ts';
import { type Command, type Flags, given, numberFlag, usageError } from './command.ts';
import { trafficFlags, trafficInput, versionTable } from './deploy-traffic-commands.ts';
import { table } from './table.ts';

const text = { type: 'string' } as const;

/** Whether rows go from standard input to standard output. @throws GalleyError `cli.usage` */
function isStreamed({ in: source, out, format }: Flags): boolean {
  if ((source === '-') !== (out === '-')) throw usageError('--in - and --out - go together.');
  if (source !== '-') return false;
  if (format === undefined || format === 'csv' || format === 'ndjson') return true;
  throw usageError(`--format takes csv or ndjson, not "${String(format)}".`);
}

const deploymentTable = (deployments: Deployment[]) =>
  table(
    ['deployment', 'model', 'version', 'follows', 'status', 'address'],
    deployments.map(({ name, model, version, follows, status, url }) => [name, model, version, follows, status, url]),
  );

export const deployCommands: Command[] = [
  {
    words: 'deploy start',
    usage:
      'MODEL[@V|@ALIAS] [--name D] [--port N] [--shadow V] [--canary V:PERCENT] [--mask-log drop|hash|none] [--accept-breaking]',
    summary: 'Starts a prediction server; it stays when the command ends.',
    example: 'galley deploy start price --port 8471',
    flags: { name: text, port: text, 'mask-log': text, 'accept-breaking': { type: 'boolean' }, ...trafficFlags },
    positionals: { minimum: 1, maximum: 1 },
    call: 'deploy.start',
    input: ([reference], flags) =>
      given({
        reference,
        name: flags.name,
        port: numberFlag(flags, 'port'),
        maskLog: flags['mask-log'],
        acceptBreaking: flags['accept-breaking'],
        ...trafficInput(flags),
      }),
    print: ({ deployment, url, version, warnings }: OutputOf<typeof deployCalls.start>) => [
      ...warnings.map((warning) => `Warning: ${warning.message}`),
      `${deployment} answers at ${url} with version ${version}.`,
    ],
    needsRunningEngine: true,
  },
  {
    words: 'deploy list',
    usage: '',
    summary: 'All deployments.',
    example: 'galley deploy list',
    flags: {},
    positionals: { minimum: 0, maximum: 0 },
    call: 'deploy.list',
    input: () => ({}),
    print: ({ deployments }: { deployments: Deployment[] }) => deploymentTable(deployments),
  },
  {
    words: 'deploy stop',
    usage: 'D',
    summary: 'Stops a prediction server after the requests in flight.',
    example: 'galley deploy stop price',
    flags: {},
    positionals: { minimum: 1, maximum: 1 },
    call: 'deploy.stop',
    input: ([deployment]) => ({ deployment }),
    print: ({ deployment }: OutputOf<typeof deployCalls.stop>) => [`${deployment.name} is ${deployment.status}.`],
    json: ({ deployment }: OutputOf<typeof deployCalls.stop>) => ({ deployments: [deployment] }),
  },
  {
    words: 'deploy status',
    usage: 'D',
    summary: 'Live figures of a deployment.',
    example: 'galley deploy status price',
    flags: {},
    positionals: { minimum: 1, maximum: 1 },
    call: 'deploy.status',
    input: ([deployment]) => ({ deployment }),
    print: ({ deployment, requests, rows, errors, latency, versions }: OutputOf<typeof deployCalls.status>) => [
      ...deploymentTable([deployment]),
      '',
      `${count(requests, 'request')}, ${count(rows, 'row')}, ${count(errors, 'error')}; latency p50 ${latency.p50 ?? '-'} ms, p95 ${latency.p95 ?? '-'} ms, p99 ${latency.p99 ?? '-'} ms.`,
      ...(versions.length > 1 ? ['', ...versionTable(versions)] : []),
    ],
    json: (answer: OutputOf<typeof deployCalls.status>) => ({ deployments: [answer.deployment], ...answer }),
  },
  {
    words: 'deploy predict',
    usage: 'MODEL[@V] --in FILE|NAME[@V] --out FILE | --in - --out - [--format csv|ndjson]',
    summary: 'Scores a file or a dataset version; what was stopped goes on where it was.',
    example: 'galley deploy predict price --in new.csv --out scored.csv',
    flags: { in: text, out: text, format: text },
    positionals: { minimum: 1, maximum: 1 },
    call: (flags) => (isStreamed(flags) ? 'deploy.modelFiles' : 'deploy.predict'),
    input: ([reference], flags) => {
      if (isStreamed(flags)) return { reference };
      if (flags.format !== undefined) throw usageError('--format is of standard input; files tell by their names.');
      if (typeof flags.in !== 'string' || typeof flags.out !== 'string')
        throw usageError('deploy predict needs --in FILE, or a dataset version, and --out FILE.');
      return { reference, in: namesFile(flags.in) ? resolve(flags.in) : flags.in, out: resolve(flags.out) };
    },
    streams: {
      wanted: isStreamed,
      run: async (answer: OutputOf<typeof deployCalls.modelFiles>, { format }, streams) => {
        const { predictStream } = await import('./predict-stream.ts');
        await predictStream(answer, format as 'csv' | 'ndjson' | undefined, streams);
      },
    },
    print: ({ rows, kept, seconds, out }: OutputOf<typeof deployCalls.predict>) => [
      ...(kept > 0 ? [`Went on after ${count(kept, 'row')} that an earlier try had scored.`] : []),
      `${count(rows, 'row')} in ${seconds.toFixed(1)} s: ${out}`,
    ],
  },
];
