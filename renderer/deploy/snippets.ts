/** How other programs ask a deployment, as text to copy. */
export const snippetKinds = ['curl', 'Python', 'JavaScript'] as const;
export type SnippetKind = (typeof snippetKinds)[number];

/** @param withKey they send an API key, which stands in the environment as `GALLEY_KEY` */
export function snippet(kind: SnippetKind, url: string, row: Record<string, unknown>, withKey = false): string {
  const body = JSON.stringify({ row });
  switch (kind) {
    case 'curl':
      return `curl ${url}/predict ${withKey ? `\\\n  ${keyHeader} ` : ''}--json \\\n  '${body.replaceAll("'", "'\\''")}'`;
    case 'Python':
      return [
        `import json, ${withKey ? 'os, ' : ''}urllib.request`,
        '',
        `body = json.dumps({"row": ${pythonLiteral(row)}}).encode()`,
        `request = urllib.request.Request("${url}/predict", body, {"content-type": "application/json"${withKey ? ', "authorization": "Bearer " + os.environ["GALLEY_KEY"]' : ''}})`,
        'print(json.load(urllib.request.urlopen(request)))',
      ].join('\n');
    case 'JavaScript':
      return [
        `const response = await fetch('${url}/predict', {`,
        "  method: 'POST',",
        `  headers: { 'content-type': 'application/json'${withKey ? ", authorization: 'Bearer ' + process.env.GALLEY_KEY" : ''} },`,
        `  body: JSON.stringify(${body}),`,
        '});',
        'console.log(await response.json());',
      ].join('\n');
  }
}

/** @param withKey as for a row */
export function streamSnippet(url: string, withKey: boolean): string {
  return [
    `curl -sN ${url}/stream -X POST`,
    ...(withKey ? [keyHeader] : []),
    "-H 'content-type: application/x-ndjson' -T rows.ndjson",
  ].join(' \\\n  ');
}

const keyHeader = '-H "authorization: Bearer $GALLEY_KEY"';

function pythonLiteral(row: Record<string, unknown>): string {
  const words: Record<string, string> = { null: 'None', true: 'True', false: 'False' };
  const entries = Object.entries(row).map(([name, value]) => {
    const text = JSON.stringify(value ?? null);
    return `${JSON.stringify(name)}: ${words[text] ?? text}`;
  });
  return `{${entries.join(', ')}}`;
}
