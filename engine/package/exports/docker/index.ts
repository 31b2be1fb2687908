import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isoTime } from '../../../base/clock.ts';
import { resourceFolder } from '../../../base/entry.ts';
import { defaultObjective } from '../../../contract/monitor-system.ts';
import type { ServingConfig } from '../../../contract/serving.ts';
import { referenceProfileName } from '../../../contract/version-manifest.ts';
import { openApi } from '../../../serving/protocols/openapi.ts';
import { cardTexts } from '../../card/make-card.ts';
import type { GoldenSet } from '../../golden-set.ts';
import { objectiveValues } from '../availability-bounds.ts';
import { checkGolden } from '../check-golden.ts';
import { type Exporter, type ExportFile, type ExportSource, versionFile, versionFilesIn } from '../exporter.ts';
import { dashboardUid, filledIn } from '../templates.ts';
import { nodeRelease } from './node-release.ts';
import { filesIn, libraryVersions, serverFiles } from './server-files.ts';

/** Where a server in a container is reached unless its environment says otherwise. */
const port = 8080;

/** Beside the files of a version that it is not one of. */
const referencePath = `model/${referenceProfileName}`;

/** At most this far an answer of the container may lie from the expected one, unless the version itself does. */
const smallestTolerance = 1e-6;

/** Names of template files that begin with a dot where they go. */
const dotted: Readonly<Record<string, string>> = {
  dockerignore: '.dockerignore',
  gitignore: '.gitignore',
  github: '.github',
};

/** All that runs a version in a container: image, server, monitoring, tests, words for the engineer. @throws GalleyError `package.parity_failed` */
export const exportDocker: Exporter = async (source, control) => {
  await checkGolden(source, control);
  return [
    ...templateFiles(source),
    { path: 'config.json', content: jsonText(config(source)) },
    { path: 'openapi.json', content: jsonText(description(source)) },
    { path: 'model-card.html', content: cardTexts(source.card).html },
    ...versionFilesIn(source, 'model'),
    ...(source.reference ? [{ path: referencePath, content: { copyOf: source.reference.path } }] : []),
    ...(await serverFiles('server')),
  ];
};

/** A name that an image, a Compose project and a Kubernetes object may have. */
export function imageName(model: string): string {
  return model.replaceAll(/[_-]+/g, '-').replace(/-$/, '');
}

/** The server takes that version alone, as its manifest says it: another or changed manifest is refused. */
function config(source: ExportSource): ServingConfig {
  const { model, version } = source.version;
  const manifest = versionFile(source, 'manifest.json').sha256;
  const { reference } = source;
  const profile = reference && { path: referencePath, sha256: reference.sha256 };
  return {
    deployment: model,
    model,
    versions: [{ version, folder: 'model', manifest, ...(profile && { profile }) }],
    active: version,
    host: '127.0.0.1',
    port,
    exactPort: true,
  };
}

function description({ version: { model, version }, signature }: ExportSource) {
  return openApi({ deployment: model, model, version, url: `http://127.0.0.1:${port}`, token: true, signature });
}

function templateFiles(source: ExportSource): ExportFile[] {
  const folder = join(resourceFolder(), 'exports', 'docker');
  const values = placeholders(source);
  return filesIn(folder).map((name) => {
    const [first = '', ...others] = name.split('/');
    const text = readFileSync(join(folder, name), 'utf8');
    return { path: [dotted[first] ?? first, ...others].join('/'), content: filledIn(text, values) };
  });
}

function placeholders(source: ExportSource): Record<string, string> {
  const { version, signature, galleyVersion, at } = source;
  const name = imageName(version.model);
  return {
    ...objectiveValues(defaultObjective),
    MODEL: version.model,
    VERSION: String(version.version),
    NAME: name,
    UID: dashboardUid(name),
    NODE: nodeRelease,
    TARGET: oneLine(signature.target),
    TASK: signature.task,
    GALLEY: galleyVersion,
    DATE: isoTime(at).slice(0, 10),
    LIBRARIES: Object.entries(libraryVersions())
      .map(([library, release]) => `${library} ${release}`)
      .join(', '),
    TOLERANCE: String(Math.max(smallestTolerance, 2 * version.parity.max_abs_diff)),
    EXAMPLE: shellQuoted(JSON.stringify({ row: exampleRow(source) })),
  };
}

/** A real row of the golden set. */
function exampleRow(source: ExportSource): Record<string, unknown> {
  const golden = readFileSync(versionFile(source, 'golden.json').path, 'utf8');
  const { inputs, rows } = JSON.parse(golden) as GoldenSet;
  return Object.fromEntries(inputs.map((name, column) => [name, rows[0]?.[column] ?? null]));
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

/** As it may stand between single quotes of a shell. */
function shellQuoted(text: string): string {
  return text.replaceAll("'", "'\\''");
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
