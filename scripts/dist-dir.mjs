/**
 * `npm run dist:dir`: the unpacked app for this system (`dist/linux-unpacked` and its like), without an installer. With
 * `GALLEY_ELECTRON_DIST` (and `GALLEY_ELECTRON_VERSION`) it is built around an Electron that lies there already. Other
 * arguments go on to electron-builder.
 */
import { join } from 'node:path';
import { build } from './build.mjs';
import { root } from './setup/paths.mjs';
import { runProcess } from './setup/process.mjs';

await build();
const { GALLEY_ELECTRON_DIST: electronDist, GALLEY_ELECTRON_VERSION: electronVersion } = process.env;
const args = [
  join(root, 'node_modules', 'electron-builder', 'cli.js'),
  '--dir',
  ...(electronDist ? [`-c.electronDist=${electronDist}`] : []),
  ...(electronVersion ? [`-c.electronVersion=${electronVersion}`] : []),
  ...process.argv.slice(2),
];
process.exitCode = await runProcess(process.execPath, args, { cwd: root });
