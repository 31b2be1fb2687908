/** The import rule of the design: each folder may use those before it, phases have one door, the shell and the window
 *  know only the contract. */
const engineFolders = [
  'contract',
  'base',
  'statistics',
  'store',
  'jobs',
  'serving',
  'data',
  'train',
  'package',
  'deploy',
  'monitor',
  'retrain',
  'bridges',
  'project',
];
const phases = ['data', 'train', 'package', 'deploy', 'monitor', 'retrain'];
const servingMayUse = ['contract', 'base', 'statistics', 'serving'];

const anyOf = (names) => `(${names.join('|')})`;

const oneWay = engineFolders.map((folder, position) => ({
  name: `engine-order-${folder}`,
  comment: `engine/${folder} may import only the folders before it: ${engineFolders.slice(0, position).join(', ') || 'none'}.`,
  severity: 'error',
  from: { path: `^engine/${folder}/` },
  to: { path: `^engine/(${[...engineFolders.slice(position + 1).map((later) => `${later}/`), '[^/]+$'].join('|')})` },
}));

const onlyDoors = phases.map((phase) => ({
  name: `door-${phase}`,
  comment: `engine/${phase} is entered through its index.ts, or for-jobs.ts, which loads less.`,
  severity: 'error',
  from: { path: '^engine/', pathNot: `^engine/(${phase}/|job\\.ts$)` },
  to: { path: `^engine/${phase}/`, pathNot: `^engine/${phase}/(index|for-jobs)\\.ts$` },
}));

/** A job process loads the one function it runs, not its whole phase. */
const jobDoors = {
  name: 'door-job',
  comment: 'job.ts loads from a phase only its files *-job.ts.',
  severity: 'error',
  from: { path: '^engine/job\\.ts$' },
  to: { path: `^engine/${anyOf(phases)}/`, pathNot: '-job\\.ts$' },
};

const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    ...oneWay,
    ...onlyDoors,
    jobDoors,
    forbid(
      'command-line-last',
      'The command line stands on everything else; only cli.ts uses it.',
      { path: '^engine/', pathNot: '^engine/(cli\\.ts$|command-line/)' },
      { path: '^engine/command-line/' },
    ),
    forbid(
      'serving-stands-alone',
      'The Docker package ships the prediction server: it uses contract, base and statistics only.',
      { path: '^engine/serving/' },
      { path: '^engine/', pathNot: `^engine/${anyOf(servingMayUse)}/` },
    ),
    forbid(
      'app-before-entries',
      'app.ts puts the engine together; the entries start it.',
      { path: '^engine/app\\.ts$' },
      { path: '^engine/(server|main|cli|job)\\.ts$' },
    ),
    forbid(
      'contract-without-node',
      'The contract also runs in the window.',
      { path: '^engine/contract/' },
      { dependencyTypes: ['core'] },
    ),
    forbid(
      'statistics-without-io',
      'Statistics are pure numbers.',
      { path: '^engine/statistics/' },
      { dependencyTypes: ['core'] },
    ),
    forbid(
      'engine-alone',
      'The engine knows no window and no shell.',
      { path: '^engine/' },
      { path: '^(renderer|electron|tests|scripts)/' },
    ),
    forbid(
      'renderer-uses-contract',
      'The window knows of the engine only its contract.',
      { path: '^renderer/' },
      { path: '^(engine|electron|tests|scripts)/', pathNot: '^engine/contract/' },
    ),
    forbid('renderer-without-node', 'The window has no Node.', { path: '^renderer/' }, { dependencyTypes: ['core'] }),
    forbid(
      'renderer-parts-without-phases',
      'client, ui and charts serve every phase and know none.',
      { path: '^renderer/(client|ui|charts)/' },
      { path: `^renderer/${anyOf(phases)}/` },
    ),
    forbid(
      'electron-uses-contract',
      'The shell starts the engine as a process and shares only the contract with it.',
      { path: '^electron/' },
      { path: '^(engine|renderer|tests|scripts)/', pathNot: '^engine/contract/' },
    ),
    forbid(
      'electron-only-in-shell',
      "Only electron/ imports 'electron'.",
      { pathNot: '^electron/' },
      { path: '(^|node_modules/)electron(/|$)', dependencyTypes: ['npm', 'npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    ),
    forbid(
      'no-cycles',
      'Modules do not run in circles.',
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    ),
    forbid(
      'resolvable',
      'Every import leads somewhere.',
      {},
      { couldNotResolve: true, pathNot: '^(electron|vitest/config)$' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'svelte', 'node', 'default', 'types'],
    },
  },
};
