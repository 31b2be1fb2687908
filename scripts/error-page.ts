// Writes docs/errors.md from the error catalogue; tests/contract/errors.test.ts fails where it is out of date.
// node scripts/error-page.ts
import { writeFileSync } from 'node:fs';
import { errorPage } from '../tests/support/error-page.ts';

writeFileSync(new URL('../docs/errors.md', import.meta.url), errorPage());
