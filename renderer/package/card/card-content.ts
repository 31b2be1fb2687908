/**
 * A card's page without its style and policy, its links leading out of the frame, and the style. The page is the engine's, in
 * which each `<` begins a tag of its own.
 */
export function cardContent(html: string): { page: string; style: string } {
  const [, style = ''] = /<style>([^<]*)<\/style>/.exec(html) ?? [];
  const page = html
    .replace(/<style>[^<]*<\/style>/, '')
    .replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '')
    .replaceAll('<a href=', '<a target="_blank" href=');
  return { page, style };
}
