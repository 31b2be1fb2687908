import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Ajv } from 'ajv';
import { expect, type TestContext, test } from 'vitest';
import { parse, stringify } from 'yaml';
import type { PipelineExportFormat } from '../../engine/contract/retrain-export.ts';
import { oneLine } from '../../engine/retrain/export/quoting.ts';
import {
  everyMonday,
  exported,
  fileOf,
  hostileTexts,
  oddPipeline,
  ridershipPipeline,
  widePipeline,
} from '../retrain/export/sample-pipelines.ts';
import { galley } from '../support/engine.ts';
import { checkoutFolder, isOnPath, needsProgram } from '../support/needs.ts';
import { temporaryFolder } from '../support/temporary.ts';

const run = promisify(execFile);
const pipelines = { ridership_daily: ridershipPipeline, class_: oddPipeline(), wide: widePipeline };

/** Folders with an export of each pipeline, by its name; one keeps no key. */
function exports(format: PipelineExportFormat): [string, string][] {
  return Object.entries(pipelines).map(([name, text]) => {
    const folder = temporaryFolder();
    for (const { path, content } of exported(format, text, { schedule: everyMonday, oidc: name === 'wide' }).files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    return [name, folder];
  });
}

/** What a variable names, else a program of that name on the path; the test is skipped where neither is there. */
function needsTool(context: TestContext, variable: string, program: string): string {
  const named = process.env[variable];
  if (named !== undefined) return named;
  if (!isOnPath(program)) context.skip(`${program} is not installed; ${variable} names one`);
  return program;
}

async function needsGroovy(context: TestContext): Promise<string> {
  const groovy = needsTool(context, 'GALLEY_GROOVY', 'groovy');
  const runs = await run(groovy, ['-version']).catch(() => null);
  if (!runs) context.skip('groovy does not run here; GALLEY_GROOVY names another');
  return groovy;
}

async function needsPython(context: TestContext, variable: string, module: string): Promise<string> {
  const python = process.env[variable] ?? 'python3';
  const found = await run(python, ['-c', `import ${module}`]).catch(() => null);
  if (!found) context.skip(`${python} has no ${module}; ${variable} names another`);
  return python;
}

test('galley retrain export writes a pipeline of a file and one of a project, with Galley itself', async () => {
  const project = temporaryFolder();
  const file = join(temporaryFolder(), 'mine.yaml');
  const to = temporaryFolder();
  writeFileSync(file, ridershipPipeline);
  const written = await galley(['retrain', 'export', file, '--format', 'github', '--to', to, '--set', 'window=9d']);
  expect(written.stderr).toBe('');
  expect(written.code).toBe(0);
  expect(written.stdout).toContain('Nothing of it was run.');
  const inside = (path: string) => readFileSync(join(to, path), 'utf8');
  expect(parse(inside('galley/ridership_daily/pipeline.yaml')).parameters).toEqual({ window: '9d' });
  expect(inside('.github/workflows/galley-ridership_daily.yml')).toContain('workflow_dispatch');

  writeFileSync(join(to, 'galley/ridership_daily/Dockerfile'), 'mine');
  const refused = await galley(['retrain', 'export', file, '--format', 'github', '--to', to]);
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toContain('galley/ridership_daily/Dockerfile');
  expect(inside('galley/ridership_daily/Dockerfile')).toBe('mine');

  for (const words of [
    ['init', project],
    ['retrain', 'add', file, '--project', project],
    ['retrain', 'export', 'ridership_daily', '--format', 'argo', '--to', to, '--force', '--project', project],
  ]) {
    const { code, stderr } = await galley(words);
    expect(code, `${words.join(' ')}: ${stderr}`).toBe(0);
  }
  expect(inside('galley/ridership_daily/workflow.yaml')).toContain('kind: WorkflowTemplate');
  expect(inside('galley/ridership_daily/Dockerfile')).toContain('galley.tgz');
});

test('what is packed is a Galley that runs with the libraries that it names, each with its hash', async (context) => {
  needsProgram(context, 'tar');
  const folder = temporaryFolder();
  const file = join(folder, 'mine.yaml');
  writeFileSync(file, ridershipPipeline);
  const { code, stderr } = await galley(['retrain', 'export', file, '--format', 'gitlab', '--to', folder]);
  expect(code, stderr).toBe(0);
  const installed = join(folder, 'installed');
  mkdirSync(installed);
  await run('tar', [
    ...['--extract', '--gzip', '--file', join(folder, 'galley/ridership_daily/galley.tgz')],
    ...['--directory', installed, '--strip-components', '1'],
  ]);
  const own = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  const { packages } = JSON.parse(readFileSync(join(installed, 'package-lock.json'), 'utf8'));
  expect(packages[''].dependencies).toEqual(own.dependencies);
  for (const [path, entry] of Object.entries<LockEntry>(packages)) {
    const isInstalled = path !== '' && (entry.os ?? ['linux']).includes('linux') && !entry.libc?.includes('musl');
    if (isInstalled) expect(entry.integrity, path).toMatch(/^sha512-/);
    expect(entry.dev, path).toBeUndefined();
  }
  expect(existsSync(join(installed, 'dist/server/engine/serving/main.js'))).toBe(true);
  expect(existsSync(join(installed, 'resources/exports/docker/Dockerfile'))).toBe(true);
  symlinkSync(join(checkoutFolder, 'node_modules'), join(installed, 'node_modules'), 'junction');
  const checked = await run(process.execPath, [join(installed, own.bin.galley), 'retrain', 'check', file]);
  expect(checked.stdout).toContain('The pipeline ridership_daily has no faults.');
});

test('actionlint takes the workflows of GitHub', async (context) => {
  const actionlint = needsTool(context, 'GALLEY_ACTIONLINT', 'actionlint');
  for (const [name, folder] of exports('github'))
    await run(actionlint, [join(folder, '.github/workflows', `galley-${name}.yml`)]);
});

test('gitlab-ci-local lists the jobs of GitLab', async (context) => {
  needsProgram(context, 'git');
  const tool = join(dirname(createRequire(import.meta.url).resolve('gitlab-ci-local/package.json')), 'dist/index.js');
  for (const [name, folder] of exports('gitlab')) {
    await run('git', ['init', '--quiet', '--initial-branch', 'main'], { cwd: folder });
    await run('git', ['remote', 'add', 'origin', 'git@gitlab.example.org:acme/riders.git'], { cwd: folder });
    const options = { cwd: folder, env: { ...process.env, HOME: folder } };
    const { stdout } = await run(process.execPath, [tool, '--list-csv-all'], options);
    if (name === 'wide') expect(stdout.split('\n').filter((line) => line.startsWith('step '))).toHaveLength(60);
    expect(stdout).toMatch(/^"?step /m);
  }
});

test('the compiler of Groovy takes the Jenkinsfiles', async (context) => {
  const compiler = needsTool(context, 'GALLEY_GROOVYC', 'groovyc');
  const runs = await run(compiler, ['-version']).catch(() => null);
  if (!runs) context.skip('groovyc does not run here; GALLEY_GROOVYC names another');
  for (const [, folder] of exports('jenkins')) {
    writeFileSync(join(folder, 'Broken'), 'def a = [');
    await expect(run(compiler, ['-d', join(folder, 'classes'), join(folder, 'Broken')])).rejects.toThrow();
    await run(compiler, ['-d', join(folder, 'classes'), join(folder, 'Jenkinsfile')]);
  }
});

interface JenkinsRun {
  ran: { task: string; passed: string; secrets: string[]; approver: string }[];
  rolledOut: { command: string; secrets: string[] }[];
  errors: string[];
  properties: string[];
}

test('a Jenkinsfile runs its tasks with what each of them asks for, and goes on after a refusal and a failure', async (context) => {
  const groovy = await needsGroovy(context);
  const jenkins = async (text: string, wish: object): Promise<JenkinsRun> => {
    const path = join(temporaryFolder(), 'Jenkinsfile');
    writeFileSync(path, fileOf(exported('jenkins', text, { schedule: everyMonday }), 'Jenkinsfile'));
    const harness = join(checkoutFolder, 'tests/support/jenkins.groovy');
    const { stdout } = await run(groovy, [harness, path, JSON.stringify(wish)]);
    return JSON.parse(stdout);
  };
  const env = {
    GALLEY_IMAGE: 'image@sha256:1',
    GALLEY_REMOTE: 's3://bucket',
    GALLEY_MODEL_IMAGE: 'registry.example.com/price',
    GALLEY_CREDENTIALS: 'GALLEY_REMOTE_SECRET, API_KEY, GALLEY_KUBECONFIG',
  };
  const all = await jenkins(ridershipPipeline, { env });
  expect(all.errors).toEqual([]);
  expect(all.properties).toEqual(['one at a time', 'TZ=Europe/Berlin\n0 6 * * 1']);
  expect(all.ran.map(({ task }) => task).sort()).toEqual(
    ['ask', 'contest', 'fit-linear', 'fit-trees', 'gate', 'hold', 'own', 'paper', 'release', 'rows', 'tell'].concat([
      'versions-linear',
      'versions-trees',
    ]),
  );
  const task = (name: string) => all.ran.find((one) => one.task === name);
  expect(task('rows')).toMatchObject({ secrets: ['GALLEY_REMOTE_SECRET'], approver: '' });
  expect(task('own')).toMatchObject({
    secrets: ['GALLEY_REMOTE_SECRET', 'API_KEY'],
    passed: '--env GALLEY_REMOTE --env GALLEY_REMOTE_SECRET --env API_KEY',
  });
  expect(task('ask')?.approver).toBe('ada');
  expect(all.rolledOut).toEqual([
    { command: 'sh galley/ridership_daily/roll-out.sh result/exchange/release', secrets: ['GALLEY_KUBECONFIG'] },
  ]);

  const refused = await jenkins(ridershipPipeline, { env, refused: true, failing: ['fit-trees'] });
  const ran = refused.ran.map(({ task: name }) => name);
  expect(ran.filter((name) => name === 'fit-trees')).toHaveLength(4);
  expect(ran).toEqual(expect.arrayContaining(['versions-linear', 'paper', 'tell']));
  expect(ran).not.toContain('contest');
  expect(refused.errors).toEqual(['fit-trees failed']);
  expect((await jenkins(ridershipPipeline, { env, refused: true })).errors).toEqual(['refused']);

  const odd = await jenkins(oddPipeline(), { env });
  expect(odd.ran.filter(({ task: name }) => name?.startsWith('pages'))).toHaveLength(hostileTexts.length);
  expect(odd.properties).toHaveLength(2);
}, 120_000);

test('Python and Groovy read the names of tasks as they are', async (context) => {
  needsProgram(context, 'python3');
  const groovy = await needsGroovy(context);
  const names = hostileTexts.map((text) => oneLine(`pages (${text})`));
  const between = (text: string, begin: string) => text.slice(text.indexOf(begin)).split('\n]\n')[0];
  const jenkinsfile = fileOf(exported('jenkins', oddPipeline()), 'Jenkinsfile');
  const listed = join(temporaryFolder(), 'names.groovy');
  writeFileSync(
    listed,
    `${between(jenkinsfile, 'def tasks')}\n]\nprintln groovy.json.JsonOutput.toJson(tasks.findAll { it.step == 'pages' }*.name)`,
  );
  expect(JSON.parse((await run(groovy, [listed])).stdout)).toEqual(names);
  for (const [format, path] of [
    ['airflow', 'dags/galley_class_.py'],
    ['kubeflow', 'galley/class_/pipeline.py'],
  ] as const) {
    const steps = `${between(fileOf(exported(format, oddPipeline()), path), 'STEPS = [')}\n]`;
    const script = `${steps}\nimport json\nprint(json.dumps([s["name"] for s in STEPS if s["slug"].startswith("pages")]))`;
    expect(JSON.parse((await run('python3', ['-c', script])).stdout), format).toEqual(names);
  }
});

test('Airflow loads the DAGs, with their tasks in order', async (context) => {
  const python = await needsPython(context, 'GALLEY_AIRFLOW_PYTHON', 'airflow.providers.cncf.kubernetes.operators.pod');
  const script = `
import json, sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(dag_folder=sys.argv[1], load_op_links=False)
tasks = {t.task_id: [sorted(t.upstream_task_ids), t.retries, t.trigger_rule.value] for d in bag.dags.values() for t in d.tasks}
print("RESULT" + json.dumps({"errors": bag.import_errors, "dags": list(bag.dags), "tasks": tasks}))
`;
  for (const [name, folder] of exports('airflow')) {
    const env = { ...process.env, AIRFLOW_HOME: join(folder, 'home'), AIRFLOW__CORE__LOAD_EXAMPLES: 'False' };
    const { stdout } = await run(python, ['-c', script, join(folder, 'dags')], { env });
    const found = JSON.parse(stdout.slice(stdout.indexOf('RESULT') + 6));
    expect(found.errors).toEqual({});
    expect(found.dags).toEqual([`galley-${name}`]);
    if (name !== 'ridership_daily') continue;
    expect(found.tasks['versions-trees']).toEqual([['fit-trees'], 0, 'all_success']);
    expect(found.tasks['fit-trees']).toEqual([['hold', 'rows'], 3, 'all_success']);
    expect(found.tasks.ask).toEqual([['approval_ask'], 0, 'all_success']);
    expect(found.tasks.tell).toEqual([['gate', 'release'], 0, 'all_done']);
  }
}, 240_000);

test('the compiler of Kubeflow Pipelines takes the pipelines, with their tasks in order', async (context) => {
  const python = await needsPython(context, 'GALLEY_KFP_PYTHON', 'kfp.kubernetes');
  for (const [name, folder] of exports('kubeflow')) {
    const compiled = join(folder, 'compiled.yaml');
    await run(python, [join(folder, 'galley', name, 'pipeline.py'), compiled]);
    const [document] = readFileSync(compiled, 'utf8').split('\n---\n');
    const { dag } = parse(document as string).root;
    const tasks = Object.values<{ dependentTasks?: string[]; inputs: { parameters: { task: Constant } } }>(dag.tasks);
    if (name === 'wide') expect(tasks).toHaveLength(60);
    if (name !== 'ridership_daily') continue;
    const task = tasks.find(({ inputs }) => inputs.parameters.task.runtimeValue.constant === 'contest');
    expect(task?.dependentTasks).toHaveLength(2);
  }
}, 240_000);

interface LockEntry {
  integrity?: string;
  os?: string[];
  libc?: string[];
  dev?: boolean;
}

interface Constant {
  runtimeValue: { constant: string };
}

test('the workflows of Argo fit its schema, in which nothing that it does not know stands', (context) => {
  const path = process.env.GALLEY_ARGO_SCHEMA;
  if (path === undefined) context.skip('GALLEY_ARGO_SCHEMA does not name the JSON schema of Argo Workflows');
  const { definitions } = JSON.parse(readFileSync(path as string, 'utf8'));
  // Written for texts alone, where Argo takes whole numbers as well; and open, where a misspelled member would be overlooked.
  definitions['io.k8s.apimachinery.pkg.util.intstr.IntOrString'].type = ['string', 'integer'];
  for (const schema of Object.values<{ properties?: unknown; additionalProperties?: unknown }>(definitions))
    if (schema.properties !== undefined) schema.additionalProperties ??= false;
  const ajv = new Ajv({ strict: false, validateFormats: false });
  const check = (kind: string) =>
    ajv.compile({ definitions, $ref: `#/definitions/io.argoproj.workflow.v1alpha1.${kind}` });
  const checks = { WorkflowTemplate: check('WorkflowTemplate'), CronWorkflow: check('CronWorkflow') };
  for (const [name, folder] of exports('argo')) {
    for (const file of ['workflow.yaml', 'schedule.yaml']) {
      const value = parse(readFileSync(join(folder, 'galley', name, file), 'utf8'), { version: '1.1' });
      const fits = checks[value.kind as keyof typeof checks];
      expect(fits(value), stringify(fits.errors)).toBe(true);
      expect(fits({ ...value, spec: { ...value.spec, entryPoint: 'a' } })).toBe(false);
    }
  }
});

test('argo lint takes the workflows of Argo', async (context) => {
  const argo = needsTool(context, 'GALLEY_ARGO', 'argo');
  for (const [name, folder] of exports('argo')) {
    const files = ['workflow.yaml', 'schedule.yaml'].map((file) => join(folder, 'galley', name, file));
    await run(argo, ['lint', '--offline', ...files]);
  }
});

test('the scripts that go along are right for their shells and for Node', async (context) => {
  needsProgram(context, 'sh');
  const [[, folder] = ['', '']] = exports('github');
  const own = join(folder, 'galley/ridership_daily');
  await run('sh', ['-n', join(own, 'roll-out.sh')]);
  await run(process.execPath, ['--check', join(own, 'comment.mjs')]);
});
