/** Where the repository's own settings say which environment variable of the engine holds the password. */
export const passwordVariable = 'galley.passwordvariable';
