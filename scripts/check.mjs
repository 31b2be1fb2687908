/** `npm run check`: the static checks alone. */
import { runChecks } from './checks.mjs';

const { failed } = await runChecks();
process.exitCode = failed.length > 0 ? 1 : 0;
