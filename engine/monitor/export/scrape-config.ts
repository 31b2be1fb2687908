import { yamlFile } from '../../package/index.ts';

/** Where a server answers in the packages that Galley exports. */
const exportedAddress = 'localhost:8080';

/**
 * The config of a Prometheus that scrapes a deployment and takes the rules beside it.
 * @param url of its server, null while it has none
 * @param needsKey whether the server wants one
 */
export function scrapeConfig(url: string | null, needsKey: boolean): string {
  const target = url === null ? exportedAddress : new URL(url).host;
  const job = {
    job_name: 'galley',
    ...(needsKey && { authorization: { credentials_file: 'token' } }),
    static_configs: [{ targets: [target] }],
  };
  return yamlFile(
    {
      global: { scrape_interval: '15s', evaluation_interval: '15s' },
      rule_files: ['recording.yml', 'alerts.yml'],
      scrape_configs: [job],
    },
    {
      comment:
        'prometheus --config.file=prometheus.yml. The rules ask for the job "galley": put every server of this model there, and they add up.',
      comments: needsKey
        ? [[['scrape_configs', 0, 'authorization'], 'The file holds a key of the deployment: galley deploy keys.']]
        : [],
    },
  );
}
