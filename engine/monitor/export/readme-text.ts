/** What stands in the folder, for whoever runs Prometheus and Grafana. */
export function readmeText(deployment: string, model: string): string {
  return `# Watching ${deployment} with Prometheus and Grafana

Rules and a dashboard for the servers that answer with the model \`${model}\`: the deployment \`${deployment}\`, and the containers of its Docker and
Kubernetes packages, which have the same metrics.

| | |
| --- | --- |
| \`prometheus/recording.yml\` | sums over all servers: rows by bin of each column and of the prediction, population stability index (PSI), failed requests |
| \`prometheus/alerts.yml\` | alerts on drift, missing and unseen values, failing, refused and slow requests, availability, the log and memory |
| \`prometheus/alerts.test.yml\` | their cases: \`promtool test rules alerts.test.yml\` |
| \`prometheus/prometheus.yml\` | a config that scrapes the deployment |
| \`grafana/dashboards/galley.json\` | the dashboard: import it, or let the two files in \`grafana/provisioning\` do so |
| \`runbook.md\` | what to do when an alert fires; put its address before \`runbook.md#\` in \`runbook_url\` |

Where your Prometheus has a config already: copy \`recording.yml\` and \`alerts.yml\` to its rules, and give the scrape of the servers the job name \`galley\`.
The bounds are guesses to be adapted. After a change: \`promtool check rules recording.yml alerts.yml && promtool test rules alerts.test.yml\`.

## How the servers add up

Every server counts the rows that it was asked by bin (\`galley_feature_bin_rows_total\`, \`galley_prediction_bin_rows_total\`) and says which share of the rows
that the model learned from each bin has (\`galley_feature_bin_reference_ratio\`, \`galley_prediction_bin_reference_ratio\`). \`recording.yml\` sums the counts over
all servers first and compares then, so that the PSI is that of all rows, however they were divided.

A window has the rows since its beginning. Of a server that was started within it, it has those since the start: what it counted before is
forgotten. Of a server that is gone it has what it counted last. Where no server was reached in the hour before a window, it has the rows since the
first scrape in it.
`;
}
