/** The messages between the window's preload script and the shell. */
export const channels = {
  about: 'galley:about',
  chooseFile: 'galley:choose-file',
  chooseFolder: 'galley:choose-folder',
  openFolder: 'galley:open-folder',
  openProject: 'galley:open-project',
  keepAwake: 'galley:keep-awake',
  startsAtLogin: 'galley:starts-at-login',
  startAtLogin: 'galley:start-at-login',
  setTheme: 'galley:set-theme',
} as const;
