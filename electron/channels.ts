/** The messages between the window's preload script and the shell. */
export const channels = {
  about: 'galley:about',
  chooseFile: 'galley:choose-file',
  chooseFolder: 'galley:choose-folder',
  openFolder: 'galley:open-folder',
  openProject: 'galley:open-project',
  keepAwake: 'galley:keep-awake',
  setTheme: 'galley:set-theme',
} as const;
