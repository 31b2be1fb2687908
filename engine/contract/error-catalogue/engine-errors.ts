import type { CatalogueEntry } from './catalogue-entry.ts';

/** Errors of the engine itself: its calls, its server, its jobs and its store. */
export const engineErrors = {
  'call.invalid_input': {
    kind: 'invalid',
    meaning: 'The input of a call does not fit its schema.',
    hint: 'Correct the fields that are named.',
  },
  'call.unknown': {
    kind: 'not_found',
    meaning: 'There is no such call.',
    hint: 'See the API reference for the names of the calls.',
  },
  'call.canceled': {
    kind: 'canceled',
    meaning: 'Whoever made the call no longer waits for its answer.',
    hint: 'Make the call again.',
  },
  'cli.usage': { kind: 'invalid', meaning: 'A command was used wrongly.', hint: 'Run the command with --help.' },
  'server.token_missing': {
    kind: 'precondition',
    meaning: 'The request carries no valid token.',
    hint: 'Open the address that `galley start` prints.',
  },
  'server.origin_refused': {
    kind: 'precondition',
    meaning: 'The Host or Origin header is not this engine.',
    hint: 'Use the exact address that the engine printed.',
  },
  'server.ticket_invalid': {
    kind: 'precondition',
    meaning: 'The one-time ticket was used before or is too old.',
    hint: 'Run `galley start` again: it prints a new address.',
  },
  'store.not_a_project': {
    kind: 'not_found',
    meaning: 'The folder is not a Galley project.',
    hint: 'Make one with `galley init`, or name another folder with --project.',
  },
  'store.already_a_project': {
    kind: 'conflict',
    meaning: 'The folder is a project already.',
    hint: 'Open it, or choose another folder.',
  },
  'store.newer_format': {
    kind: 'precondition',
    meaning: 'The project was made by a newer Galley.',
    hint: 'Update Galley; nothing in the project was touched.',
  },
  'store.locked': {
    kind: 'conflict',
    meaning: 'Another engine has the project open.',
    hint: 'Close it there, or wait until it has finished.',
  },
  'store.disk_full': {
    kind: 'unavailable',
    meaning: 'There is no room left on the disk.',
    hint: 'Free some room and try again; the project is as it was before.',
  },
  'store.damaged_blob': {
    kind: 'internal',
    meaning: 'A stored file no longer has the content it was stored with.',
    hint: 'Restore the project from a backup; `galley verify` lists what is damaged.',
  },
  'store.missing_blob': {
    kind: 'internal',
    meaning: 'A stored file is gone.',
    hint: 'Restore the project from a backup; `galley verify` lists what is missing.',
  },
  'store.invalid_name': {
    kind: 'invalid',
    meaning: 'A name does not match [a-z][a-z0-9_-]*.',
    hint: 'Use small letters, digits, _ and -, beginning with a letter.',
  },
  'store.not_writable': {
    kind: 'precondition',
    meaning: 'The folder cannot be written.',
    hint: 'Change its permissions or choose another folder.',
  },
  'store.engine_silent': {
    kind: 'unavailable',
    meaning: 'An engine process did not start, or went away.',
    hint: 'Try again; the log of the engine says more.',
  },
  'store.damaged_database': {
    kind: 'internal',
    meaning: 'The database of the project is damaged.',
    hint: 'Restore the project from a backup.',
  },
  'job.not_found': {
    kind: 'not_found',
    meaning: 'There is no such job.',
    hint: 'See `galley jobs` for the jobs of this project.',
  },
  'job.canceled': {
    kind: 'canceled',
    meaning: 'The job was stopped by its user.',
    hint: 'Start it again when you like.',
  },
  'job.out_of_memory': {
    kind: 'unavailable',
    meaning: 'The work needs more memory than it may take.',
    hint: 'Use fewer rows or columns, or close other programs, then start it again; the project is as it was before.',
  },
  'job.process_died': {
    kind: 'internal',
    meaning: 'The process of a job ended without an answer.',
    hint: 'Often memory: close other programs or use fewer rows, then start it again.',
  },
  'job.interrupted': {
    kind: 'unavailable',
    meaning: 'The engine ended while the job ran.',
    hint: 'Start it again; nothing of it was kept.',
  },
  'internal.bug': {
    kind: 'internal',
    meaning: 'A fault of Galley itself.',
    hint: 'Please report it with the log of the engine.',
  },
} as const satisfies Record<string, CatalogueEntry>;
