import type { ErrorReport } from './errors.ts';

/** What an engine process tells the process that started it, where there is a channel between them. */
export type EngineMessage =
  | { type: 'ready'; url: string; port: number; pid: number }
  | { type: 'failed'; error: ErrorReport };
