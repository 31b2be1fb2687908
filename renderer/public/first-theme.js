// Runs before the first paint, so that a dark window never flashes light. The choice is kept by app/theme.svelte.ts.
(() => {
  let choice = 'system';
  try {
    choice = localStorage.getItem('galley.theme') ?? 'system';
  } catch {
    // A browser may refuse storage; the system's theme is right then.
  }
  const dark = choice === 'dark' || (choice === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
