import { app, Menu, type MenuItemConstructorOptions } from 'electron';

/** What the menu can ask for beside the usual roles. */
export interface MenuActions {
  openProject(): void;
  newProject(): void;
  openProjectFolder(): void;
}

/** The application's menu: the system's usual entries, and the projects under File. */
export function setMenu(actions: MenuActions): void {
  const projects: MenuItemConstructorOptions[] = [
    { label: 'New Project…', accelerator: 'CmdOrCtrl+Shift+N', click: actions.newProject },
    { label: 'Open Project…', accelerator: 'CmdOrCtrl+O', click: actions.openProject },
    { label: "Show the Project's Folder", click: actions.openProjectFolder },
    { type: 'separator' },
  ];
  const onMac = process.platform === 'darwin';
  const template: MenuItemConstructorOptions[] = [
    ...(onMac ? [{ role: 'appMenu' } as const] : []),
    { label: 'File', submenu: [...projects, { role: onMac ? 'close' : 'quit' }] },
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
        ...(app.isPackaged ? [] : [{ role: 'reload' } as const, { role: 'toggleDevTools' } as const]),
      ],
    },
    { role: 'windowMenu' },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
