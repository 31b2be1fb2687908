import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { GalleyBridge } from '../engine/contract/bridge.ts';
import { channels } from './channels.ts';

const about = ipcRenderer.sendSync(channels.about) as Pick<GalleyBridge, 'platform' | 'version'>;

const bridge: GalleyBridge = {
  ...about,
  chooseFile: (choice) => ipcRenderer.invoke(channels.chooseFile, choice),
  chooseFolder: (title) => ipcRenderer.invoke(channels.chooseFolder, title),
  pathOfFile: (file) => webUtils.getPathForFile(file),
  openFolder: (path) => ipcRenderer.invoke(channels.openFolder, path),
  openProject: (path, create) => ipcRenderer.invoke(channels.openProject, path, create),
  keepAwake: (awake) => ipcRenderer.invoke(channels.keepAwake, awake),
  startsAtLogin: () => ipcRenderer.invoke(channels.startsAtLogin),
  startAtLogin: (on) => ipcRenderer.invoke(channels.startAtLogin, on),
  setTheme: (theme) => ipcRenderer.invoke(channels.setTheme, theme),
};

contextBridge.exposeInMainWorld('galley', bridge);
