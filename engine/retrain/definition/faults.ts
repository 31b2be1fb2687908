import type { YamlPath } from '../../data/index.ts';

/** What is wrong with a file, by the place inside it. */
export interface NamedFault {
  path: YamlPath;
  message: string;
}
