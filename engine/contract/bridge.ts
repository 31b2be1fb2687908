/** What a chooser of files offers. Extensions come without their dot. */
export interface FileChoice {
  title?: string;
  extensions?: { name: string; extensions: string[] }[];
}

/** What the desktop shell offers the window as `window.galley`. In a browser there is none. */
export interface GalleyBridge {
  /** `linux`, `darwin` or `win32`. */
  readonly platform: string;
  /** Version of the installed app. */
  readonly version: string;
  /** Path of the file that was chosen, undefined when the chooser was closed. */
  chooseFile(choice?: FileChoice): Promise<string | undefined>;
  /** Path of the folder that was chosen or made, undefined when the chooser was closed. */
  chooseFolder(title?: string): Promise<string | undefined>;
  /** Path of a file that was dropped or picked in the window; empty for one that is not on disk. */
  pathOfFile(file: File): string;
  /** Opens a folder in the system's file manager; for a file, its folder with the file selected. */
  openFolder(path: string): Promise<void>;
  /** Opens another project in this window; `create` makes it when the folder holds none. */
  openProject(path: string, create?: boolean): Promise<void>;
  /** Keeps the computer from falling asleep while a model is trained; the window says when. */
  keepAwake(awake: boolean): Promise<void>;
  /** Whether the system starts Galley when its user logs in. */
  startsAtLogin(): Promise<boolean>;
  /** Has the system start Galley at login, or no more. */
  startAtLogin(on: boolean): Promise<void>;
  /** Makes the shell's own parts (menus, dialogs, frame) follow the window's theme. */
  setTheme(theme: 'light' | 'dark' | 'system'): Promise<void>;
}

declare global {
  interface Window {
    readonly galley?: GalleyBridge;
  }
}
