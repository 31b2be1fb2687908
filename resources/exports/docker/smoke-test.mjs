/**
 * Sends the golden set to a server and compares its answers: node smoke-test.mjs [URL]
 *
 * URL is http://127.0.0.1:8080 where it is not given. The token stands in GALLEY_TOKEN, or in the file that
 * GALLEY_TOKEN_FILE names. Ends with 0 where every answer is right, with 1 where one is not. Needs Node 20 and nothing else.
 */
import { readFileSync } from 'node:fs';

const [url = 'http://127.0.0.1:8080'] = process.argv.slice(2);
/** How far an answer may lie from the expected one, relative where that is more than 1. */
const tolerance = Number('%TOLERANCE%');
const readySeconds = 60;
const rowsAtOnce = 500;

const read = (name) => JSON.parse(readFileSync(new URL(`model/${name}`, import.meta.url), 'utf8'));
const { GALLEY_TOKEN_FILE: tokenFile, GALLEY_TOKEN: token = tokenFile && readFileSync(tokenFile, 'utf8').trim() } =
  process.env;
const signature = read('signature.json');
const golden = read('golden.json');

/** Positions of golden rows: what the signature takes, and rows that lack what may not be missing. */
const positions = golden.rows.map((_, position) => position);
const isTaken = (position) =>
  signature.inputs.every(({ nullable }, column) => nullable || golden.rows[position][column] !== null);
const taken = positions.filter(isTaken);
const refused = positions.filter((position) => !isTaken(position));

async function ready() {
  const end = Date.now() + readySeconds * 1000;
  while (Date.now() < end) {
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`${url}/readyz did not answer with 200 within ${readySeconds} s.`);
}

function predict(body) {
  return fetch(`${url}/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
}

function rowAt(position) {
  return Object.fromEntries(golden.inputs.map((name, column) => [name, golden.rows[position][column]]));
}

/** Whether two labels lie closer together than the tolerance: another processor may round to either. */
function isAtBorder(position) {
  const [first, second] = golden.outputs[position].toSorted((one, other) => other - one);
  const distance = 'threshold' in signature ? golden.outputs[position][1] - signature.threshold : first - second;
  return Math.abs(distance) <= tolerance;
}

/** The largest difference between a prediction and what is expected; infinite where the label or the form differs. */
function difference({ prediction, label, probabilities }, position) {
  if (label !== golden.labels?.[position] && !(label && isAtBorder(position))) return Number.POSITIVE_INFINITY;
  const found = probabilities ? signature.classes.map((name) => probabilities[name]) : [prediction];
  const differences = golden.outputs[position].map((expected, output) =>
    expected === null || typeof found[output] !== 'number'
      ? expected === found[output]
        ? 0
        : Number.POSITIVE_INFINITY
      : Math.abs(found[output] - expected) / Math.max(1, Math.abs(expected)),
  );
  return Math.max(...differences);
}

async function compareTaken() {
  let largest = 0;
  for (let start = 0; start < taken.length; start += rowsAtOnce) {
    const batch = taken.slice(start, start + rowsAtOnce);
    const answer = await predict({ rows: batch.map(rowAt) });
    if (answer.status !== 200) throw new Error(`/predict answered ${answer.status}: ${await answer.text()}`);
    const { predictions } = await answer.json();
    for (const [index, position] of batch.entries()) {
      const found = difference(predictions[index], position);
      largest = Math.max(largest, found);
      if (found > tolerance) {
        const expected = JSON.stringify(golden.labels?.[position] ?? golden.outputs[position]);
        throw new Error(`Golden row ${position}: expected ${expected}, found ${JSON.stringify(predictions[index])}.`);
      }
    }
  }
  return largest;
}

async function checkRefused() {
  for (const position of refused) {
    const { status } = await predict({ row: rowAt(position) });
    if (status !== 422) throw new Error(`Golden row ${position} lacks a value: expected 422, found ${status}.`);
  }
}

try {
  await ready();
  const largest = await compareTaken();
  await checkRefused();
  console.log(
    `${taken.length} golden rows are answered as expected (largest difference ${largest}, at most ${tolerance} allowed), ${refused.length} are refused as expected.`,
  );
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
