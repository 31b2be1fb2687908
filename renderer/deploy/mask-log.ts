/** What of columns marked as personal or sensitive the prediction log keeps. */
export const maskLogChoices = [
  { value: 'none', label: 'As they are', note: 'every input is kept' },
  { value: 'drop', label: 'Left out', note: 'their inputs are kept as missing' },
  { value: 'hash', label: 'As pseudonyms', note: 'texts only; other inputs are left out' },
] as const;
export type MaskLog = (typeof maskLogChoices)[number]['value'];
