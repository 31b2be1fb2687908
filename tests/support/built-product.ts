import { build } from '../../scripts/build.mjs';

/**
 * Before the first test of a project: builds what the package ships, where its sources changed. The engines, command lines
 * and windows of these tests are those files, so they must not be built anew while the tests run.
 */
export default async function setup(): Promise<void> {
  await build(['engine', 'server', 'package', 'renderer', 'try-page']);
}
