import { readFileSync } from 'node:fs';

/** A JSON file of tests/fixtures/estimates. */
export function readEstimates<Content>(name: string): Content {
  return JSON.parse(readFileSync(new URL(`../fixtures/estimates/${name}`, import.meta.url), 'utf8')) as Content;
}
