import Type from 'typebox';
import { command } from './call.ts';

export const exportCall = command(
  'monitor.export',
  'Writes what Prometheus and Grafana need to watch a deployment: recording and alert rules with their cases, a scrape config, a dashboard and a runbook.',
  Type.Object({
    deployment: Type.String(),
    /** A folder that is empty or not there yet. */
    to: Type.String(),
  }),
  Type.Object({ files: Type.Array(Type.Object({ path: Type.String(), sha256: Type.String() })) }),
);
