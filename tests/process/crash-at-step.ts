import { App } from '../../engine/app.ts';

/**
 * Runs the pipeline `sales` of a project, and ends this process as a power cut would as soon as a step has a state.
 * Arguments: the project's folder, the step, the state.
 */
const [projectPath = '', step = '', state = ''] = process.argv.slice(2);
const app = await App.open({ projectPath });
await app.start();
const { database, events, jobs } = app.context;
events.listen((event) => {
  if (event.type !== 'phase.changed' || event.phase !== 'retrain') return;
  const found = database.get<{ status: string }>('SELECT status FROM pipeline_tasks WHERE name = ?', step);
  if (found?.status === state) process.kill(process.pid, 'SIGKILL');
});
const { job } = (await app.call('retrain.run', { pipeline: 'sales' })) as { job: { id: string } };
await jobs.settled(job.id);
await app.close();
