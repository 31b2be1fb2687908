/** Says what the set-up is doing. On standard error, so that `--json` output stays clean. @param {string} text */
export function say(text) {
  process.stderr.write(`galley set-up: ${text}\n`);
}
