import { expect, test } from 'vitest';
import { everyMonday, exported, fileOf, oddPipeline, ridershipPipeline } from './sample-pipelines.ts';

const jenkins = (text: string, wish = {}) => fileOf(exported('jenkins', text, wish), 'Jenkinsfile');
const airflow = (text: string, pipeline: string, wish = {}) =>
  fileOf(exported('airflow', text, wish), `dags/galley_${pipeline}.py`);
const kubeflow = (text: string, pipeline: string, wish = {}) =>
  fileOf(exported('kubeflow', text, wish), `galley/${pipeline}/pipeline.py`);

test('a Jenkinsfile has the steps as a list, and starts at their times by their clock', () => {
  const text = jenkins(ridershipPipeline, { schedule: everyMonday });
  expect(text).toContain(String.raw`pipelineTriggers([cron('TZ=Europe/Berlin\n0 6 * * 1')])`);
  expect(text).toContain(
    "[slug: 'fit-trees', name: 'fit (trees)', step: 'fit', kind: 'train', needs: ['rows', 'hold'], always: false, timeout: 1800, waits: [10, 15, 23], environment: []]",
  );
  expect(text).toContain(
    "slug: 'tell', name: 'tell', step: 'tell', kind: 'notify', needs: ['gate', 'release'], always: true",
  );
  expect(jenkins(ridershipPipeline)).toContain('properties([disableConcurrentBuilds()])');
});

test('a DAG of Airflow has the steps as a list, with the copies of one in a group', () => {
  const text = airflow(ridershipPipeline, 'ridership_daily', { schedule: everyMonday });
  expect(text).toContain('schedule=CronTriggerTimetable("0 6 * * 1", timezone="Europe/Berlin")');
  expect(text).toContain(
    '{"slug": "fit-trees", "name": "fit (trees)", "group": "copies_fit", "kind": "train", "needs": ["rows", "hold"], "always": False, "timeout": 1800, "retries": 3, "wait": 10, "factor": 1.5},',
  );
  expect(text).toContain('"slug": "gate", "name": "gate", "group": None');
  expect(airflow(ridershipPipeline, 'ridership_daily')).toContain('schedule=None');
});

test('a pipeline of Kubeflow has the steps as a list, and says what it cannot do', () => {
  const text = kubeflow(ridershipPipeline, 'ridership_daily', { schedule: everyMonday });
  expect(text).toContain('"slug": "versions-trees", "name": "versions (trees)", "needs": ["fit-trees"]');
  expect(text).toContain('cron_expression="0 0 6 * * 1"');
  const remarks = exported('kubeflow', ridershipPipeline, { schedule: everyMonday }).remarks.join();
  expect(remarks).toContain('`0 0 6 * * 1`');
  expect(remarks).toContain('ask');
});

test('no text of a pipeline ends a line or a literal of a source', () => {
  for (const text of [jenkins(oddPipeline()), airflow(oddPipeline(), 'class_'), kubeflow(oddPipeline(), 'class_')]) {
    const plain = text.split('\n').filter((line) => line.includes('rm -rf /'));
    expect(plain.length).toBeGreaterThan(0);
    for (const line of plain)
      expect(line).toMatch(/^(\/\/|#| {2}\[slug: | {4}\{"slug": | {4}description=|@dsl\.pipeline\()/);
    expect(text).not.toMatch(/[\u202e\u2028\u0085\r]/);
  }
});

test('a time that one line cannot say is said in words, and starts nothing', () => {
  const schedule = { cron: '0 0 L * *', timezone: 'UTC', missed: 'once' } as const;
  for (const format of ['jenkins', 'airflow', 'argo', 'kubeflow'] as const) {
    const { remarks, files } = exported(format, ridershipPipeline, { schedule });
    expect(remarks.join(), format).toContain('nothing starts the pipeline by itself');
    expect(
      files
        .filter(({ path }) => !path.endsWith('/pipeline.yaml'))
        .map(({ content }) => content)
        .join('\n')
        .replaceAll(/`0 0 L.*?`/g, ''),
      format,
    ).not.toContain('0 0 L');
  }
});
